"""To which account aid is paid: what it was when somebody paid, who changed it, and who has confirmed a change (AID1, AID4).

Whom a pupil's aid is paid to stands in the pupil's record, where the leaders of the school may change it. Each change, each
confirmation and each payment is written into Pupil Account Record, which nobody edits and only the pupil's circle reads. An
account that changed after an application was approved stops its payment until somebody confirms who has not changed it.
"""

from collections import defaultdict

import frappe
from frappe import _
from frappe.utils import cstr, get_datetime

from gongtongti.aid import watch
from gongtongti.aid.applications import APPLICATION, PUPIL, Status
from gongtongti.core import relations
from gongtongti.organisation import roles

RECORD = "Pupil Account Record"
CHANGED, CONFIRMED, PAID = "Account Changed", "Change Confirmed", "Prepared for Payment"
FIELDS = ("payee_name", "bank_name", "bank_account")
_ROW = ("name", "creation", "modified", "owner", "modified_by", "docstatus", "idx")


class AccountChangedError(frappe.ValidationError):
	"""An account changed after the aid was approved, and nobody has confirmed it."""


class NothingToConfirmError(frappe.ValidationError):
	"""No change of the account waits for somebody to confirm it."""


class OwnChangeError(frappe.PermissionError):
	"""Nobody confirms their own change of an account."""


def effective(row) -> dict:
	"""Whom a pupil's record says to pay: the account holder or else the guardian, bank, account number. Empty is ""."""
	payee = row.get("payee_name") or row.get("guardian_name")
	return dict(zip(FIELDS, map(cstr, (payee, row.get("bank_name"), row.get("bank_account"))), strict=True))


def of_pupils(pupils) -> dict[str, dict]:
	"""{pupil: payee, bank, account} as the records have them today."""
	fields = ["name", *FIELDS, "guardian_name"]
	rows = frappe.get_all(PUPIL, {"name": ("in", sorted(set(pupils)))}, fields) if pupils else []
	return {row.name: _for_bank(effective(row)) for row in rows}


def _for_bank(row) -> dict:
	return {
		"payee": row["payee_name"],
		"bank": row["bank_name"] or None,
		"account": row["bank_account"] or None,
	}


# -- changes -----------------------------------------------------------------------------------------------------------


def watch_over(pupil, before) -> None:
	"""A pupil's record is about to be saved: its row says since when and by whom its account waits to be confirmed.

	That stands in the row because a payment locks and reads it; the history stands in Pupil Account Record.
	"""
	pupil.account_changed_on = before and before.account_changed_on
	pupil.account_changed_by = before and before.account_changed_by
	if before and effective(before) != effective(pupil):
		pupil.account_changed_on = frappe.utils.now()
		changers = [*cstr(before.account_changed_by).split(), frappe.session.user]
		pupil.account_changed_by = "\n".join(dict.fromkeys(changers))


def note_change(pupil, before) -> None:
	"""A pupil's record was saved: whom it says to pay is put on record if it is somebody else than before.

	Who could confirm it is told if aid waits to be paid.
	"""
	old, new = effective(before), effective(pupil)
	if old == new:
		return
	_write([{"pupil": pupil.name, "event": CHANGED, **new, **{f"old_{key}": old[key] for key in FIELDS}}])
	if frappe.db.exists(APPLICATION, {"pupil": pupil.name, "status": Status.APPROVED}):
		school = (
			frappe.db.get_value("Community School", pupil.school, ["principal_user", "leader_user"]) or ()
		)
		section = relations.holders({roles.BASIC_EDUCATION})[roles.BASIC_EDUCATION]
		subject = _("The account of {0} was changed after aid was approved. Please check and confirm it.")
		able = {*school, *section} - set(cstr(pupil.account_changed_by).split())
		watch.tell(pupil, able, subject.format(pupil.name))


@frappe.whitelist(methods=["POST"])
def confirm(pupil: str) -> None:
	"""Says that a changed account is right, so that aid may be paid to it. For whoever may write the pupil's record.

	Raises PermissionError, NothingToConfirmError, OwnChangeError.
	"""
	frappe.has_permission(PUPIL, "write", doc=cstr(pupil), throw=True)
	user = frappe.session.user
	fields = ["name", *FIELDS, "guardian_name", "account_changed_on", "account_changed_by"]
	row = frappe.db.get_value(PUPIL, cstr(pupil), fields, as_dict=True, for_update=True)
	if user in frappe.STANDARD_USERS or (row.account_changed_on and not may_confirm(row)):
		frappe.throw(
			_(
				"Whoever has changed an account does not confirm it. Ask somebody else of the school or the section."
			),
			OwnChangeError,
		)
	if not row.account_changed_on:
		frappe.throw(_("No change of this account waits to be confirmed."), NothingToConfirmError)
	_write([{"pupil": row.name, "event": CONFIRMED, **effective(row)}])
	frappe.db.set_value(PUPIL, row.name, {"account_changed_on": None, "account_changed_by": None})


def may_confirm(row) -> bool:
	"""Whether a change waits to be confirmed and the session's user had no part in it."""
	changers = cstr(row.account_changed_by).split()
	return bool(row.account_changed_on) and frappe.session.user not in changers


def refuse_unconfirmed(applications) -> None:
	"""Raises AccountChangedError if the account of one of these (locked, with their pupils) changed after its approval."""
	application, pupil = frappe.qb.DocType(APPLICATION), frappe.qb.DocType(PUPIL)
	rows = (
		frappe.qb.from_(application)
		.join(pupil)
		.on(pupil.name == application.pupil)
		.select(application.name, application.approved_on, pupil.account_changed_on)
		.where(application.name.isin(applications) & pupil.account_changed_on.isnotnull())
		.for_update()
		.run(as_dict=True)
	)
	stopped = sorted(
		row.name
		for row in rows
		if not row.approved_on or get_datetime(row.account_changed_on) >= get_datetime(row.approved_on)
	)
	if stopped:
		frappe.throw(
			_(
				"The account was changed after the approval of {0}. Somebody of the pupil's school or of the basic education section, who has not changed it, must confirm it in the pupil's record first."
			).format(frappe.bold(", ".join(stopped[:5]) + (" …" if len(stopped) > 5 else ""))),
			AccountChangedError,
		)


# -- payments ----------------------------------------------------------------------------------------------------------


def keep_paid(disbursement) -> None:
	"""Keeps whom a disbursement (locked, with its pupils) pays and to which account."""
	pupils = [row.pupil for row in disbursement.items]
	table = frappe.qb.DocType(PUPIL)
	fields = ("name", *FIELDS, "guardian_name")
	query = frappe.qb.from_(table).select(*(table[field] for field in fields))
	rows = query.where(table.name.isin(pupils)).for_update().run(as_dict=True)
	today = {row.name: effective(row) for row in rows}
	_write(
		[
			{
				"pupil": row.pupil,
				"event": PAID,
				**today[row.pupil],
				"disbursement": disbursement.name,
				"preparation": disbursement.preparation,
				"application": row.application,
				"amount": row.amount,
			}
			for row in disbursement.items
		]
	)


def paid_to(disbursement: str, preparation: int) -> dict[str, dict]:
	"""{application: payee, bank, account} as a disbursement was prepared."""
	wanted = {"disbursement": disbursement, "preparation": preparation, "event": PAID}
	rows = frappe.get_all(RECORD, wanted, ["application", *FIELDS])
	return {row.application: _for_bank(row) for row in rows}


def _write(rows: list[dict]) -> None:
	now, user = frappe.utils.now(), frappe.session.user
	by_fields = defaultdict(list)
	for row in rows:
		by_fields[tuple(row)].append(tuple(row.values()))
	for fields, values in by_fields.items():
		frappe.db.bulk_insert(
			RECORD,
			(*_ROW, "recorded_by", "recorded_on", *fields),
			[
				(frappe.generate_hash(length=20), now, now, user, user, 0, 0, user, now, *row)
				for row in values
			],
		)
