"""Payment of approved aid: once, by somebody who approved none of it, and what happens when money comes back (AID1, AID2).

A disbursement holds numbers only. Name, guardian and account of whoever is paid are read for the finance section from
the pupils' records when it pays (`payees`), and each look is put on record (AID4).
"""

import hashlib
from datetime import date

import frappe
from frappe import _
from frappe.utils import cstr, getdate
from frappe.utils.xlsxutils import make_xlsx
from pypika.terms import Case

from gongtongti.aid import access, applications, ledger, money
from gongtongti.approval import AGREE, SEND

DISBURSEMENT, ITEM = "Aid Disbursement", "Aid Disbursement Item"
DRAFT, PAID, PARTLY_RETURNED, RETURNED = "Draft", "Paid Out", "Partly Returned", "Returned by Bank"
ITEM_TO_PAY, ITEM_PAID, ITEM_RETURNED = "To Pay", "Paid Out", "Returned by Bank"

# a spreadsheet takes a text that begins so for a formula
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class RepeatedApplicationError(frappe.ValidationError):
	"""A row names no application, or one that another row names."""


class SamePersonError(frappe.PermissionError):
	"""Whoever has sent or signed an application does not pay it."""


class PaymentReferenceError(frappe.ValidationError):
	"""A payment without the bank's or the cash voucher's number, or with one that another payment has."""


class NothingToReturnError(frappe.ValidationError):
	"""Only a payment that was made, and has not come back yet, comes back."""


# -- paying ------------------------------------------------------------------------------------------------------------


def lock(doc) -> None:
	"""Locks the applications of a disbursement, in order of name. To be called before the disbursement itself is locked."""
	_locked(applications.APPLICATION, _names(doc))


def fill(doc) -> None:
	"""Takes pupil, purpose and amount of each row from its application, and adds up.

	Raises RepeatedApplicationError, and NotPayableError for what is not approved, is paid, or is another fund's.
	"""
	_refuse_repeated(doc)
	rows = {row.name: row for row in applications.lock_for_payment(_names(doc), doc.fund)}
	for item in doc.items:
		row = rows[item.application]
		item.update(
			{
				"pupil": row.pupil,
				"purpose": row.purpose,
				"amount": money.yuan(row.amount),
				"status": ITEM_TO_PAY,
				"entry": None,
				"returned_on": None,
				"return_reason": None,
				"return_entry": None,
			}
		)
	doc.item_count = len(doc.items)
	doc.total = money.yuan(sum(row.amount for row in rows.values()))
	if doc.items:
		money.positive_fen(doc.total)


def refuse_payer(doc) -> None:
	"""Raises unless the session's user is of the finance section and has neither sent nor signed any of the applications."""
	ledger.refuse_all_but_finance()
	user, names = frappe.session.user, _names(doc)
	parent = frappe.qb.DocType("Approval Signature").parent
	signed = _signed_by(user).where(parent.isin(names)).for_update().run(pluck=True)
	sent = [row.name for row in applications.lock_for_payment(names, doc.fund) if row.submitted_by == user]
	if own := sorted({*signed, *sent}):
		frappe.throw(
			_("You have sent or signed {0}. Another person of the finance section pays it.").format(
				frappe.bold(", ".join(own[:5]) + (" …" if len(own) > 5 else ""))
			),
			SamePersonError,
		)


def claim_reference(doc) -> None:
	"""Holds the payment reference for this disbursement: no other one of the fund may have it. Raises PaymentReferenceError."""
	if not doc.payment_reference:
		frappe.throw(
			_("Enter the payment reference: the serial number of the bank, or of the cash voucher."),
			PaymentReferenceError,
		)
	# unique in the database; several fields do not fit into one unique field as they are
	reference = f"{doc.fund}\n{doc.payment_reference}".casefold()
	doc.reference_key = hashlib.sha256(reference.encode()).hexdigest()
	other = frappe.db.get_value(
		DISBURSEMENT, {"reference_key": doc.reference_key, "name": ("!=", doc.name or "")}, "name"
	)
	if other:
		_refuse_reference(doc, other)


def _refuse_reference(doc, other):
	frappe.throw(
		_("The reference {0} is that of another payment, {1}. Nothing was paid again.").format(
			frappe.bold(doc.payment_reference), other
		),
		PaymentReferenceError,
	)


def pay(doc) -> None:
	"""Pays a disbursement that is being submitted: one entry for each row, the applications marked, all or nothing.

	Raises what `ledger.post` raises.
	"""
	postings = [
		ledger.Posting(
			ledger.PAYMENT,
			-money.stored_fen(item.amount),
			f"{applications.APPLICATION}:{item.application}:{doc.name}",
			DISBURSEMENT,
			doc.name,
			purpose=item.purpose,
			application=item.application,
			remark=doc.payment_reference,
		)
		for item in doc.items
	]
	total = sum(posting.amount for posting in postings)
	entries = ledger.post(doc.fund, postings, doc.posting_date, reserve=total)
	applications.mark_paid(_names(doc), doc.name, doc.posting_date)
	_write_entries(doc, entries)


def _write_entries(doc, entries):
	item = frappe.qb.DocType(ITEM)
	entry_of = Case()
	for row, entry in zip(doc.items, entries, strict=True):
		row.entry = entry
		entry_of = entry_of.when(item.name == row.name, entry)
	frappe.qb.update(item).set(item.entry, entry_of).where(
		(item.parenttype == DISBURSEMENT) & (item.parent == doc.name)
	).run()


@frappe.whitelist()
def payable(fund: str) -> list[dict]:
	"""The approved applications of a fund that are not paid yet and that the session's user may pay.

	Out: dicts with application, pupil (its number), school_year, term, purpose, amount (yuan), in order of application.
	For the finance section only.
	"""
	ledger.refuse_all_but_finance()
	frappe.has_permission(DISBURSEMENT, "create", throw=True)
	user, table = frappe.session.user, frappe.qb.DocType(applications.APPLICATION)
	fields = (table.pupil, table.school_year, table.term, table.purpose, table.amount)
	return (
		frappe.qb.from_(table)
		.select(table.name.as_("application"), *fields)
		.where((table.fund == cstr(fund)) & (table.docstatus == 1))
		.where(table.status == applications.Status.APPROVED)
		.where(table.submitted_by.isnull() | (table.submitted_by != user))
		.where(table.name.notin(_signed_by(user)))
		.orderby(table.name)
		.run(as_dict=True)
	)


# -- money that comes back ---------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def return_payment(
	disbursement: str,
	item: str,
	reason: str,
	still_wanted: bool | int | str = True,
	posting_date: date | str | None = None,
) -> str:
	"""Books the money of one payment back into the fund, by a counter-entry, because it did not reach the pupil.

	In: the disbursement, the row (its name) or its application, why it came back; still_wanted: the application is to be
	paid once more, otherwise it is stopped; posting_date: today unless said.
	Out: the counter-entry's name. For the finance section. Raises PermissionError, ReasonMissingError,
	NothingToReturnError, and what `ledger.post` raises.
	"""
	ledger.refuse_all_but_finance()
	frappe.has_permission(DISBURSEMENT, "read", doc=disbursement, throw=True)
	reason, still_wanted = ledger.reason(reason), _yes(still_wanted)
	row = _row_of(disbursement, item)
	ledger.lock(row.fund)
	_locked(applications.APPLICATION, [row.application])
	_locked(DISBURSEMENT, [row.disbursement])
	items = _locked_items(row.disbursement)
	row.update(items[row.name])
	if row.status != ITEM_PAID:
		frappe.throw(
			_("The payment of {0} cannot come back, its status is: {1}.").format(
				row.application, _(row.status or ITEM_TO_PAY)
			),
			NothingToReturnError,
		)
	amount = money.stored_fen(row.amount)
	posting = ledger.Posting(
		ledger.RETURN,
		amount,
		f"{ITEM}:{row.name}:returned",
		DISBURSEMENT,
		row.disbursement,
		purpose=row.purpose,
		application=row.application,
		corrects=row.entry,
		remark=reason,
	)
	[entry] = ledger.post(row.fund, [posting], posting_date, reserve=amount if still_wanted else 0)
	frappe.db.set_value(
		ITEM,
		row.name,
		{
			"status": ITEM_RETURNED,
			"returned_on": getdate(posting_date),
			"return_reason": reason,
			"return_entry": entry,
		},
	)
	items[row.name].status = ITEM_RETURNED
	_write_returned(row.disbursement, items.values())
	applications.mark_returned(row.application, still_wanted, reason)
	return entry


def _yes(value) -> bool:
	return cstr(value).strip().lower() in ("1", "true", "yes")


def _row_of(disbursement, item):
	"""Which row it is and which fund is to be locked: both are fixed once it is paid."""
	table, parent = frappe.qb.DocType(ITEM), frappe.qb.DocType(DISBURSEMENT)
	rows = (
		frappe.qb.from_(table)
		.join(parent)
		.on(parent.name == table.parent)
		.select(table.name, table.application, parent.fund, parent.name.as_("disbursement"))
		.where((table.parenttype == DISBURSEMENT) & (parent.name == cstr(disbursement)))
		.where((table.name == cstr(item)) | (table.application == cstr(item)))
		.run(as_dict=True)
	)
	if not rows:
		frappe.throw(
			_("{0} is no payment of {1}.").format(frappe.utils.escape_html(cstr(item)), disbursement),
			NothingToReturnError,
		)
	return rows[0]


def _locked_items(disbursement) -> dict[str, frappe._dict]:
	item = frappe.qb.DocType(ITEM)
	rows = (
		frappe.qb.from_(item)
		.select(item.name, item.application, item.purpose, item.amount, item.status, item.entry)
		.where((item.parenttype == DISBURSEMENT) & (item.parent == disbursement))
		.for_update()
		.run(as_dict=True)
	)
	return {row.name: row for row in rows}


def _write_returned(disbursement, items):
	back = [item for item in items if item.status == ITEM_RETURNED]
	frappe.db.set_value(
		DISBURSEMENT,
		disbursement,
		{
			"returned_total": money.yuan(sum(money.stored_fen(item.amount) for item in back)),
			"status": RETURNED if len(back) == len(items) else PARTLY_RETURNED,
		},
	)


# -- who is paid -------------------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def payees(disbursement: str) -> list[dict]:
	"""Whom a disbursement pays and to which account, for the finance section; the look is put on record (AID4).

	Out: dicts in the order of the rows with idx, number (of the pupil), application, pupil_name, payee, bank, account,
	purpose, amount (yuan), status. Raises PermissionError.
	"""
	return _payees(disbursement, access.PAYMENT_LIST)


@frappe.whitelist(methods=["POST"])
def bank_file(disbursement: str) -> None:
	"""The payees as an Excel file to hand in at the bank; put on record. For the finance section. Raises PermissionError."""
	rows = _payees(disbursement, access.BANK_FILE)
	header = [
		_("Serial No."),
		_("Account Holder"),
		_("Bank of the Account"),
		_("Bank Account Number"),
		_("Sum of Money"),
		_("Aid Purpose"),
		_("Aid Application"),
		_("Pupil"),
		_("Pupil Name"),
	]
	table = [header]
	for row in rows:
		texts = (row.purpose and _(row.purpose), row.application, row.number, row.pupil_name)
		table.append(
			[row.idx, *map(_as_text, (row.payee, row.bank, row.account)), row.amount, *map(_as_text, texts)]
		)
	frappe.response["filename"] = f"{disbursement}.xlsx"
	frappe.response["filecontent"] = make_xlsx(table, _(DISBURSEMENT)).getvalue()
	frappe.response["type"] = "binary"


def numbers(disbursement: str) -> list[dict]:
	"""The rows of `payees` without anything that says who it is, for the other readers of a disbursement."""
	rows = _rows(disbursement)
	for row in rows:
		row.update(dict.fromkeys(("pupil_name", "payee", "bank", "account")))
	return rows


def _payees(disbursement, way):
	ledger.refuse_all_but_finance()
	frappe.has_permission(DISBURSEMENT, "read", doc=disbursement, throw=True)
	rows = _rows(disbursement)
	access.log([row.number for row in rows], way)
	return rows


def _rows(disbursement):
	"""As they stand in the database, whatever document a client may have sent along."""
	item, pupil = frappe.qb.DocType(ITEM), frappe.qb.DocType(applications.PUPIL)
	application = frappe.qb.DocType(applications.APPLICATION)
	rows = (
		frappe.qb.from_(item)
		.join(application)
		.on(application.name == item.application)
		.join(pupil)
		.on(pupil.name == application.pupil)
		.select(
			item.idx,
			pupil.name.as_("number"),
			item.application,
			pupil.pupil_name,
			pupil.payee_name,
			pupil.guardian_name,
			pupil.bank_name.as_("bank"),
			pupil.bank_account.as_("account"),
			item.purpose,
			item.amount,
			item.status,
		)
		.where((item.parenttype == DISBURSEMENT) & (item.parent == disbursement))
		.orderby(item.idx)
		.run(as_dict=True)
	)
	for row in rows:
		row.payee = row.pop("payee_name") or row.guardian_name
		del row["guardian_name"]
	return rows


def _as_text(value) -> str:
	text = cstr(value)
	return f"'{text}" if text.startswith(_FORMULA) else text


# -- helpers -----------------------------------------------------------------------------------------------------------


def _signed_by(user):
	"""Query: the applications that somebody has sent or agreed to, in any round."""
	signature = frappe.qb.DocType("Approval Signature")
	return (
		frappe.qb.from_(signature)
		.select(signature.parent)
		.where((signature.parenttype == applications.APPLICATION) & (signature.signer == user))
		.where(signature.decision.isin([SEND, AGREE]))
	)


def _names(doc) -> list[str]:
	return [cstr(row.application) for row in doc.items if row.application]


def _refuse_repeated(doc):
	seen = set()
	for row in doc.items:
		if not row.application:
			frappe.throw(_("Row {0}: choose the application.").format(row.idx), RepeatedApplicationError)
		if row.application in seen:
			frappe.throw(
				_("Row {0}: {1} stands here twice. Remove one row.").format(row.idx, row.application),
				RepeatedApplicationError,
			)
		seen.add(row.application)


def _locked(doctype, names) -> list[str]:
	table = frappe.qb.DocType(doctype)
	return (
		frappe.qb.from_(table)
		.select(table.name)
		.where(table.name.isin(sorted(set(names)) or [""]))
		.orderby(table.name)
		.for_update()
		.run(pluck=True)
	)
