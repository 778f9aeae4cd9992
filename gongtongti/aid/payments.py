"""Payment of approved aid: once, by somebody who approved none of it, and what happens when money comes back (AID1, AID2).

Draft -> prepared -> paid. Preparing fixes the list and the accounts, so that the bank is told what will be booked: the bank
file comes from a prepared disbursement, the bank's reference is entered into it, and submitting books it. What is under
preparation is neither stopped nor paid otherwise. Whoever submits a draft prepares it by that.

A disbursement holds numbers only. Whom it pays, at which bank and to which account is kept in accounts.py when it is
prepared, read for the finance section (`payees`), and each look is put on record (AID4).
"""

from datetime import date

import frappe
from frappe import _
from frappe.utils import cstr, getdate
from frappe.utils.xlsxutils import make_xlsx
from pypika.terms import Case

from gongtongti.aid import accounts, applications, inspection, ledger
from gongtongti.core import money
from gongtongti.core.signers import AGREE, SEND
from gongtongti.core.spreadsheets import exports

DISBURSEMENT, ITEM = "Aid Disbursement", "Aid Disbursement Item"
DRAFT, PREPARED, PAID = "Draft", "Prepared", "Paid Out"
PARTLY_RETURNED, RETURNED = "Partly Returned", "Returned by Bank"
ITEM_TO_PAY, ITEM_PAID, ITEM_RETURNED = "To Pay", "Paid Out", "Returned by Bank"


class RepeatedApplicationError(frappe.ValidationError):
	"""A row names no application, or one that another row names."""


class SamePersonError(frappe.PermissionError):
	"""Whoever has sent or signed an application does not pay it."""


class PreparedError(frappe.ValidationError):
	"""A prepared payment was changed, or one that is not prepared was to be given to the bank."""


class NothingToReturnError(frappe.ValidationError):
	"""Only a payment that was made, and has not come back yet, comes back."""


# -- paying ------------------------------------------------------------------------------------------------------------


def lock(doc) -> None:
	"""Locks pupils and applications of a disbursement, each in order of name, before the disbursement itself is locked.

	The pupil of an application that was sent does not change, so it is known before the lock.
	"""
	names, application = _names(doc), frappe.qb.DocType(applications.APPLICATION)
	of = frappe.qb.from_(application).select(application.pupil).where(application.name.isin(names or [""]))
	_locked(applications.PUPIL, of.run(pluck=True))
	_locked(applications.APPLICATION, names)


def fill(doc) -> None:
	"""Takes pupil, purpose and amount of each row from its application, and adds up.

	Raises RepeatedApplicationError, and NotPayableError for what is not approved, is paid, or is another fund's.
	"""
	_refuse_repeated(doc)
	rows = {row.name: row for row in applications.lock_for_payment(_names(doc), doc.fund, doc.name)}
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
				"return_reference": None,
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
	sent = [
		row.name
		for row in applications.lock_for_payment(names, doc.fund, doc.name)
		if row.submitted_by == user
	]
	if own := sorted({*signed, *sent}):
		frappe.throw(
			_("You have sent or signed {0}. Another person of the finance section pays it.").format(
				frappe.bold(", ".join(own[:5]) + (" …" if len(own) > 5 else ""))
			),
			SamePersonError,
		)


def had_part(doc) -> bool:
	"""Whether `refuse_payer` would refuse the session's user because of a signature: what the form asks, without a lock."""
	user, table = frappe.session.user, frappe.qb.DocType(applications.APPLICATION)
	query = frappe.qb.from_(table).select(table.name).where(table.name.isin(_names(doc) or [""])).limit(1)
	return bool(query.where((table.submitted_by == user) | table.name.isin(_signed_by(user))).run())


def refuse_without_reference(doc) -> None:
	"""That no other movement of the fund has the reference is seen to by the ledger. Raises PaymentReferenceError."""
	if not doc.payment_reference:
		frappe.throw(
			_("Enter the payment reference: the serial number of the bank, or of the cash voucher."),
			ledger.PaymentReferenceError,
		)


# -- preparing ---------------------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def prepare(disbursement: str) -> None:
	"""Fixes the list and the accounts of a draft, for the bank. For the finance section.

	Raises PermissionError, SamePersonError, PreparedError, and AccountChangedError where an account is not confirmed.
	"""
	_save_flagged(disbursement, "prepare")


@frappe.whitelist(methods=["POST"])
def take_back(disbursement: str, reason: str) -> None:
	"""Makes a prepared disbursement a draft again, because the bank does not pay it. For the finance section.

	What was prepared stays on record. Raises PermissionError, ReasonMissingError, PreparedError.
	"""
	reason = ledger.reason(reason)
	doc = _save_flagged(disbursement, "take_back")
	doc.add_comment("Info", _("Preparation taken back: {0}").format(reason))


def _save_flagged(disbursement, step):
	"""The step is taken within a save, which locks and finds out whether somebody else was faster. Clients set no flags."""
	ledger.refuse_all_but_finance()
	doc = frappe.get_doc(DISBURSEMENT, cstr(disbursement))
	doc.check_permission("write")
	doc.flags[step] = True
	return doc.save()


def keep_state(doc) -> None:
	"""Status and preparation are those that the database holds; what was prepared keeps its list. Raises PreparedError."""
	before = doc.get_doc_before_save()
	is_prepared = bool(before) and before.status == PREPARED
	doc.status = PREPARED if is_prepared else DRAFT
	doc.preparation = before.preparation if before else 0
	doc.prepared_by = before.prepared_by if is_prepared else None
	doc.prepared_on = before.prepared_on if is_prepared else None
	if is_prepared and _what_is_fixed(doc) != _what_is_fixed(before):
		frappe.throw(
			_(
				"The payment is prepared and the bank may have its list. Take the preparation back to change it."
			),
			PreparedError,
		)


def _what_is_fixed(doc):
	return doc.fund, doc.method, _names(doc)


def fix(doc) -> None:
	"""Prepares a locked draft. Raises what `prepare` raises."""
	if doc.status == PREPARED:
		frappe.throw(_("{0} is prepared already.").format(doc.name), PreparedError)
	refuse_payer(doc)
	names = _names(doc)
	accounts.refuse_unconfirmed(names)
	doc.preparation = (doc.preparation or 0) + 1
	doc.status, doc.prepared_by, doc.prepared_on = PREPARED, frappe.session.user, frappe.utils.now()
	accounts.keep_paid(doc)
	applications.mark_prepared(names, doc.name)


def loosen(doc) -> None:
	"""Takes the preparation of a locked disbursement back. Raises PreparedError."""
	if doc.status != PREPARED:
		frappe.throw(_("{0} is not prepared.").format(doc.name), PreparedError)
	doc.status, doc.prepared_by, doc.prepared_on = DRAFT, None, None
	applications.mark_taken_back(_names(doc))


def refuse_removal(doc) -> None:
	"""Raises PreparedError if a disbursement is prepared, as it stands in the database."""
	if frappe.db.get_value(DISBURSEMENT, doc.name, "status", for_update=True) == PREPARED:
		frappe.throw(
			_("{0} is prepared. Take the preparation back before you delete it.").format(doc.name),
			PreparedError,
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
			remarks=doc.payment_reference,
		)
		for item in doc.items
	]
	total = sum(posting.amount for posting in postings)
	entries = ledger.post(
		doc.fund, postings, doc.posting_date, reserve=total, reference=doc.payment_reference
	)
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
	"""The approved applications of a fund that are neither paid nor prepared to be, and that the session's user may pay.

	Out: dicts with application, pupil (its number), school_year, term, purpose, amount (yuan), in order of application.
	For the finance section only.
	"""
	ledger.refuse_all_but_finance()
	frappe.has_permission(DISBURSEMENT, "create", throw=True)
	user, table = frappe.session.user, frappe.qb.DocType(applications.APPLICATION)
	fields = (table.pupil, table.school_year, table.term, table.purpose, table.amount)
	return (
		unpaid(table, user)
		.select(table.name.as_("application"), *fields)
		.where(table.fund == cstr(fund))
		.orderby(table.name)
		.run(as_dict=True)
	)


def unpaid(table, payer: str | None = None):
	"""Query on `table`: approved applications that are neither paid nor prepared to be, and that `payer` had no part in."""
	query = (
		frappe.qb.from_(table)
		.where((table.docstatus == 1) & (table.status == applications.Status.APPROVED))
		.where(table.disbursement.isnull())
	)
	if payer:
		query = query.where(table.submitted_by.isnull() | (table.submitted_by != payer))
		query = query.where(table.name.notin(_signed_by(payer)))
	return query


# -- money that comes back ---------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def return_payment(
	disbursement: str,
	item: str,
	reason: str,
	still_wanted: bool | int | str = True,
	posting_date: date | str | None = None,
	reference: str | None = None,
) -> str:
	"""Books the money of one payment back into the fund, by a counter-entry, because it did not reach the pupil.

	In: the disbursement, the row (its name) or its application, why it came back; still_wanted: the application is to be
	paid once more, otherwise it is stopped; posting_date: today unless said; reference: the bank's number of the return.
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
		remarks=reason,
	)
	reserve = amount if still_wanted else 0
	[entry] = ledger.post(row.fund, [posting], posting_date, reserve=reserve, reference=cstr(reference))
	frappe.db.set_value(
		ITEM,
		row.name,
		{
			"status": ITEM_RETURNED,
			"returned_on": getdate(posting_date),
			"return_reason": reason,
			"return_entry": entry,
			"return_reference": cstr(reference).strip() or None,
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

	Of a prepared or paid one as it was then, of a draft as it stands today.

	Out: dicts in the order of the rows with idx, number (of the pupil), application, pupil_name, payee, bank, account,
	purpose, amount (yuan), status. Raises PermissionError.
	"""
	return _payees(disbursement, inspection.PAYMENT_LIST)


@frappe.whitelist(methods=["POST"])
def bank_file(disbursement: str) -> None:
	"""The payees of a prepared disbursement as an Excel file to hand in at the bank; put on record. For the finance section.

	Raises PermissionError, PreparedError.
	"""
	ledger.refuse_all_but_finance()
	frappe.has_permission(DISBURSEMENT, "read", doc=disbursement, throw=True)
	if frappe.db.get_value(DISBURSEMENT, disbursement, "status") == DRAFT:
		frappe.throw(
			_("Prepare the payment first: what the bank is told must not change any more."), PreparedError
		)
	rows = _payees(disbursement, inspection.BANK_FILE)
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
	frappe.response["filename"] = f"{_(DISBURSEMENT)}-{disbursement}.xlsx"
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
	inspection.log([row.number for row in rows], way)
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
		.select(item.idx, pupil.name.as_("number"), item.application, pupil.pupil_name)
		.select(item.purpose, item.amount, item.status)
		.where((item.parenttype == DISBURSEMENT) & (item.parent == disbursement))
		.orderby(item.idx)
		.run(as_dict=True)
	)
	status, preparation = frappe.db.get_value(DISBURSEMENT, disbursement, ["status", "preparation"]) or (
		DRAFT,
		0,
	)
	kept = accounts.paid_to(disbursement, preparation) if status != DRAFT else {}
	# what was paid before accounts were kept is shown as it stands today
	today = accounts.of_pupils([row.number for row in rows if row.application not in kept])
	for row in rows:
		row.update(kept.get(row.application) or today[row.number])
	return rows


def _as_text(value) -> str:
	return exports.as_text(cstr(value))


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
