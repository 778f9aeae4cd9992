"""Money that comes into an aid fund: from the budget, from schools, from donors (AID1, document 1 §4.3)."""

import frappe
from frappe import _
from frappe.utils import cstr

from gongtongti.aid import ledger, money

CONTRIBUTION = "Aid Fund Contribution"
APPROPRIATION, SCHOOL, DONOR = "Appropriation", "School", "Social Donation"
DRAFT, BOOKED, REVERSED = "Draft", "In the Ledger", "Reversed"


class NotBookedError(frappe.ValidationError):
	"""Only what is booked, and not reversed yet, is reversed."""


def book(doc) -> None:
	"""Books a contribution that is being submitted into its fund, and writes the entry's name into it.

	Raises what `ledger.post` raises.
	"""
	amount = money.positive_fen(doc.amount)
	posting = ledger.Posting(ledger.CONTRIBUTION, amount, _key(doc.name), CONTRIBUTION, doc.name)
	[entry] = ledger.post(doc.fund, [posting], doc.posting_date)
	doc.db_set({"status": BOOKED, "entry": entry}, update_modified=False)


@frappe.whitelist(methods=["POST"])
def reverse(name: str, reason: str) -> str:
	"""Takes a contribution out of the books again, by a counter-entry of today.

	For the finance section, once; the fund must have the amount at its disposal.
	Out: the counter-entry's name. Raises PermissionError, ReasonMissingError, NotBookedError, NotEnoughMoneyError.
	"""
	ledger.refuse_all_but_finance()
	frappe.has_permission(CONTRIBUTION, "read", doc=name, throw=True)
	reason = ledger.reason(reason)
	# a booked contribution does not change its fund; a draft may, but is refused below
	ledger.lock(frappe.db.get_value(CONTRIBUTION, name, "fund"))
	fields = ["name", "docstatus", "status", "fund", "amount", "entry"]
	row = frappe.db.get_value(CONTRIBUTION, name, fields, as_dict=True, for_update=True)
	if row.docstatus != 1 or row.status != BOOKED:
		frappe.throw(
			_("{0} cannot be reversed, its status is: {1}.").format(row.name, _(row.status)), NotBookedError
		)
	posting = ledger.Posting(
		ledger.CORRECTION,
		-money.stored_fen(row.amount),
		f"{_key(row.name)}:reversed",
		CONTRIBUTION,
		row.name,
		corrects=row.entry,
		remark=reason,
	)
	[entry] = ledger.post(row.fund, [posting])
	frappe.db.set_value(
		CONTRIBUTION,
		row.name,
		{"status": REVERSED, "reversal_entry": entry, "reversal_reason": reason},
	)
	return entry


def _key(name):
	return f"{CONTRIBUTION}:{cstr(name)}"
