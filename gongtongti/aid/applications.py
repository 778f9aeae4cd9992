"""Applications for aid: their statuses, what is reserved and freed, and how aid is stopped (AID2, AID3, document 1 §4.3).

Locks are taken in the order fund, pupil, applications, disbursement (see ledger.py); what is compared after a lock is
read with it. Whoever pays calls `lock_for_payment` after the fund's lock, then `mark_paid` or `mark_returned`; these write
applications only, the ledger is the payer's affair.
"""

from datetime import date

import frappe
from frappe import _
from frappe.utils import cstr, nowdate

from gongtongti.aid import ledger
from gongtongti.core import money
from gongtongti.core.locks import locking
from gongtongti.organisation import roles
from gongtongti.organisation.relations import led_schools

APPLICATION, PUPIL = "Aid Application", "Aided Pupil"


class Status:
	DRAFT = "Draft"
	IN_APPROVAL = "In Approval"
	APPROVED = "Finally Approved"
	PAID = "Paid Out"
	STOPPED = "Stopped"
	NOT_APPROVED = "Not Approved"
	WITHDRAWN = "Aid Withdrawn"


STATUSES = tuple(value for name, value in vars(Status).items() if name.isupper())

# States of the workflow "Aid Application Approval"
AID_DRAFT = "Aid Draft"
AWAITING_PRINCIPAL = "Awaiting School Principal"
AWAITING_BASIC_EDUCATION = "Awaiting Basic Education Section"
AWAITING_FINANCE = "Awaiting Finance Section"
AID_APPROVED = "Aid Approved"
AID_NOT_APPROVED = "Aid Not Approved"
AID_WITHDRAWN = "Aid Withdrawn"

OF_STATE = {
	AID_DRAFT: Status.DRAFT,
	AID_APPROVED: Status.APPROVED,
	AID_NOT_APPROVED: Status.NOT_APPROVED,
	AID_WITHDRAWN: Status.WITHDRAWN,
}

GRANTED = (Status.APPROVED, Status.PAID)


class AlreadyClaimedError(frappe.ValidationError):
	"""There is an application for this pupil, term and purpose already."""


class NotPayableError(frappe.ValidationError):
	"""Only approved applications of the fund that are not paid yet are paid."""


class NotPaidError(frappe.ValidationError):
	"""Only what was paid can come back."""


class NotStoppableError(frappe.ValidationError):
	"""Only approved aid, or aid that would go on, is stopped."""


class StopReasonError(frappe.ValidationError):
	"""Aid is stopped with a reason."""


def of_state(workflow_state: str | None) -> str:
	"""The status that a state of the approval stands for."""
	return OF_STATE.get(workflow_state or AID_DRAFT, Status.IN_APPROVAL)


def claim(pupil: str, school_year: str, term: str, purpose: str) -> str:
	"""What an application lays claim to: unique in the database, so that nothing is given twice (AID2)."""
	return f"{pupil}|{school_year}|{term}|{purpose}"


# -- for payments ------------------------------------------------------------------------------------------------------

_ROW = ("name", "docstatus", "status", "fund", "pupil", "purpose", "amount", "submitted_by", "disbursement", "recurring", "terms",
	"term_no", "first_application", "stopped_on")  # fmt: skip


def lock_for_payment(
	names: list[str], fund: str | None = None, disbursement: str | None = None
) -> list[frappe._dict]:
	"""Locks applications until the end of the transaction, after the fund, and reads them with the lock.

	In: numbers of applications (each once); the fund that they are to be paid from, if it is to be checked; the disbursement
	that is to pay them.
	Out: dicts in order of name with name, fund, pupil, purpose, amount (in fen), submitted_by, …
	Raises NotPayableError if one does not exist, is not approved, is paid or stopped, belongs to another fund, or is prepared
	to be paid by another disbursement.
	"""
	rows = _locked(names)
	found = {row.name: row for row in rows}
	for name in sorted(names):
		row = found.get(name)
		if not row or row.docstatus != 1 or row.status != Status.APPROVED:
			frappe.throw(
				_("{0} cannot be paid: {1}. Take it off the list.").format(
					frappe.utils.escape_html(cstr(name)),
					_(row.status) if row else _("there is no such application"),
				),
				NotPayableError,
			)
		if row.disbursement and row.disbursement != disbursement:
			frappe.throw(
				_("{0} is prepared to be paid with {1}. Take it off the list.").format(
					name, row.disbursement
				),
				NotPayableError,
			)
		if fund and row.fund != fund:
			frappe.throw(
				_("{0} was approved for another fund, {1}. Pay it from there.").format(name, row.fund),
				NotPayableError,
			)
	return rows


def mark_prepared(names: list[str], disbursement: str) -> None:
	"""Ties locked, approved applications to the disbursement that is about to pay them: until then nobody stops them."""
	_update(names, disbursement=disbursement)


def mark_taken_back(names: list[str]) -> None:
	"""The disbursement that they were tied to does not pay them now. Those whose pupil has left meanwhile are stopped.

	The fund, the pupils and the applications are locked before.
	"""
	_update(names, disbursement=None)
	rows = _locked(names)
	status = dict(
		frappe.get_all(PUPIL, {"name": ("in", [row.pupil for row in rows])}, ["name", "status"], as_list=True)
	)
	for row in rows:
		if status[row.pupil] != "At School":
			_stop([row], _("The pupil is no longer at the school: {0}").format(_(status[row.pupil])))


def mark_paid(names: list[str], disbursement: str, paid_on: date | str) -> None:
	"""Puts locked, approved applications down as paid. Touches no money."""
	_update(names, status=Status.PAID, disbursement=disbursement, paid_on=paid_on)


def mark_returned(name: str, still_wanted: bool, reason: str | None = None) -> None:
	"""A payment that came back: approved again if the aid is still wanted, stopped otherwise. Touches no money.

	In: number of a paid application (locked here); the reason, if it is stopped. Raises NotPaidError.
	"""
	row = next(iter(_locked([name])), None)
	if not row or row.status != Status.PAID:
		frappe.throw(_("{0} is not paid, so nothing can come back.").format(name), NotPaidError)
	if still_wanted:
		_update([name], status=Status.APPROVED, disbursement=None, paid_on=None)
	else:
		_update([name], disbursement=None, paid_on=None, **_stopped(reason))


# -- stopping ----------------------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def stop(name: str, reason: str | None = None) -> None:
	"""Ends aid: what is approved and not yet paid is not paid, and further terms are not proposed (AID3).

	In: number of an approved application, or of a paid one whose aid goes on; the reason, without names. Approved
	applications of later terms that follow from it are stopped with it; the money that was reserved is free again.
	Raises PermissionError, StopReasonError, NotStoppableError.
	"""
	doc = frappe.get_doc(APPLICATION, name)
	doc.check_permission("read")
	_refuse_stopper(doc.pupil)
	if not cstr(reason).strip():
		frappe.throw(_("Say why the aid is stopped."), StopReasonError)
	chain = frappe.get_all(APPLICATION, filters=_of_chain(doc), fields=["name", "fund"])
	for fund in sorted({row.fund for row in chain}):
		ledger.lock(fund)
	rows = {row.name: row for row in _locked([row.name for row in chain])}
	row = rows[doc.name]
	if row.docstatus != 1 or not (row.status == Status.APPROVED or _goes_on(row)):
		frappe.throw(
			_("{0} cannot be stopped: {1}. Only approved aid, or aid with terms to come, is stopped.").format(
				doc.name, _(row.status)
			),
			NotStoppableError,
		)
	if row.status == Status.APPROVED and row.disbursement:
		frappe.throw(
			_(
				"{0} is being paid with {1}. Ask the finance section to take the preparation back first."
			).format(row.name, row.disbursement),
			NotStoppableError,
		)
	later = [
		other
		for other in rows.values()
		if other.docstatus == 1
		and other.status == Status.APPROVED
		and not other.disbursement
		and other.term_no > row.term_no
	]
	_stop([row, *later], reason)


def stop_all(pupil: str, reason: str) -> None:
	"""Ends all aid of a pupil, approved or going on. The funds of `funds_at_stake` and the pupil are locked before.

	What is prepared to be paid may be at the bank already; it is stopped when the preparation is taken back.
	"""
	table = frappe.qb.DocType(APPLICATION)
	query = _select(table).where((table.pupil == pupil) & (table.docstatus == 1) & table.status.isin(GRANTED))
	waiting = [row for row in _read(query) if row.status == Status.APPROVED and not row.disbursement]
	_stop([*waiting, *(row for row in _read(query) if _goes_on(row))], reason)


def funds_at_stake(pupil: str) -> list[str]:
	"""The funds that a pupil's applications ask for or have been promised, in the order in which they are locked."""
	wanted = {"pupil": pupil, "status": ("in", (Status.IN_APPROVAL, Status.APPROVED))}
	return sorted(set(frappe.get_all(APPLICATION, filters=wanted, pluck="fund")))


def chain_is_stopped(first: str, for_update: bool = False) -> bool:
	"""Whether aid over several terms that began with the application `first` has been stopped."""
	table = frappe.qb.DocType(APPLICATION)
	query = (
		frappe.qb.from_(table)
		.select(table.name)
		.where(((table.name == first) | (table.first_application == first)) & table.stopped_on.isnotnull())
	)
	return bool(locking(query, for_update).run())


def _of_chain(doc) -> dict:
	first = doc.first_application or doc.name
	later = frappe.get_all(APPLICATION, filters={"first_application": first}, pluck="name")
	return {"name": ("in", [first, *later])}


def _refuse_stopper(pupil) -> None:
	user = frappe.session.user
	school = frappe.db.get_value(PUPIL, pupil, "school")
	is_section = roles.BASIC_EDUCATION in frappe.get_roles()
	if user in frappe.STANDARD_USERS or not (is_section or school in led_schools(user)):
		frappe.throw(
			_("Aid is stopped by the leaders of the pupil's school or by the basic education section."),
			frappe.PermissionError,
		)


def _goes_on(row) -> bool:
	"""Whether a paid application is to be followed by another term's."""
	return bool(
		row.status == Status.PAID and row.recurring and row.term_no < row.terms and not row.stopped_on
	)


def _stop(rows, reason) -> None:
	"""Stops locked applications: gives back what is reserved; a paid one stays paid and is not followed by another."""
	unpaid = [row for row in rows if row.status == Status.APPROVED]
	for fund in sorted({row.fund for row in unpaid}):
		ledger.release(fund, sum(row.amount for row in unpaid if row.fund == fund))
	stopped = _stopped(reason)
	_update([row.name for row in unpaid], **stopped)
	of_paid = {key: value for key, value in stopped.items() if key not in ("status", "claim")}
	_update([row.name for row in rows if row.status == Status.PAID], **of_paid)


def _stopped(reason) -> dict:
	return {
		"status": Status.STOPPED,
		"claim": None,
		"stopped_on": nowdate(),
		"stopped_by": frappe.session.user,
		"stop_reason": cstr(reason).strip() or None,
	}


# -- rows --------------------------------------------------------------------------------------------------------------


def _locked(names) -> list[frappe._dict]:
	table = frappe.qb.DocType(APPLICATION)
	return _read(_select(table).where(table.name.isin(sorted(set(names)) or [""])))


def _select(table):
	return (
		frappe.qb.from_(table)
		.select(*(table[fieldname] for fieldname in _ROW))
		.orderby(table.name)
		.for_update()
	)


def _read(query) -> list[frappe._dict]:
	rows = query.run(as_dict=True)
	for row in rows:
		row.amount = money.stored_fen(row.amount)
	return rows


def _update(names, **values) -> None:
	if not names:
		return
	table = frappe.qb.DocType(APPLICATION)
	query = frappe.qb.update(table).where(table.name.isin(sorted(set(names))))
	values |= {"modified": frappe.utils.now(), "modified_by": frappe.session.user}
	for fieldname, value in values.items():
		query = query.set(table[fieldname], value)
	query.run()
	for name in names:
		frappe.clear_document_cache(APPLICATION, name)
