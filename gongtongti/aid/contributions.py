"""Money that comes into an aid fund: from the budget, from schools, from donors (AID1, document 1 §4.3)."""

import frappe
from frappe import _
from frappe.utils import cstr, getdate

from gongtongti.aid import ledger
from gongtongti.core import money
from gongtongti.core.names import normal_form

CONTRIBUTION = "Aid Fund Contribution"
APPROPRIATION, SCHOOL, DONOR = "Appropriation", "School", "Social Donation"
SOURCES = (APPROPRIATION, SCHOOL, DONOR)
DRAFT, BOOKED, REVERSED = "Draft", "In the Ledger", "Reversed"


class NotBookedError(frappe.ValidationError):
	"""Only what is booked, and not reversed yet, is reversed."""


def book(doc) -> None:
	"""Books a contribution that is being submitted into its fund, and writes the entry's name into it.

	Raises what `ledger.post` raises.
	"""
	amount = money.positive_fen(doc.amount)
	posting = ledger.Posting(ledger.CONTRIBUTION, amount, _key(doc.name), CONTRIBUTION, doc.name)
	[entry] = ledger.post(doc.fund, [posting], doc.posting_date, reference=reference(doc))
	doc.db_set({"status": BOOKED, "entry": entry}, update_modified=False)


def reference(doc) -> str:
	"""What a contribution is booked once by: the number on the bank's or the voucher's paper, or else day, giver and amount."""
	giver = doc.school or doc.donor_name or ""
	day = getdate(doc.received_on).isoformat()
	return doc.payment_reference or ledger.without_reference(
		CONTRIBUTION, day, doc.source, giver, money.fen(doc.amount)
	)


def tell_twin(doc) -> None:
	"""Tells whoever saves a contribution that another one has its day, giver and amount, however they are referred to."""
	facts = ("fund", "received_on", "source", "amount")
	others = frappe.get_all(
		CONTRIBUTION,
		filters={
			**{fieldname: doc.get(fieldname) for fieldname in facts},
			"status": ("!=", REVERSED),
			"name": ("!=", doc.name or ""),
		},
		fields=["name", "school", "donor_name"],
	)
	giver = normal_form(doc.school or doc.donor_name)
	twins = [row.name for row in others if normal_form(row.school or row.donor_name) == giver]
	if twins:
		frappe.msgprint(
			_("Of the same day, giver and amount: {0}. Please check that this is not the same money.").format(
				", ".join(sorted(twins)[:5])
			),
			title=_("Points to Note"),
			indicator="orange",
			alert=True,
		)


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
		remarks=reason,
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
