"""What becomes of an approved activity: it is moved, called off, held and recorded, or missed (ACT12)."""

import frappe
from frappe import _
from frappe.utils import add_days, cint, cstr, get_datetime, getdate, nowdate

from gongtongti.activities import lessons
from gongtongti.activities.statuses import OPEN, Status
from gongtongti.core import settings

ACTIVITY = "Community Activity"


class NotOpenError(frappe.ValidationError):
	"""The activity is not planned any more, or not yet."""


class NotHeldYetError(frappe.ValidationError):
	"""Something that the kind of activity asks for is not on record, or the activity has not begun."""


@frappe.whitelist(methods=["POST"])
def record_held(name: str):
	"""Puts on record that an activity was held.

	In: the name of an approved activity that has begun, with everything that its kind asks for. Out: the document.
	Raises NotOpenError, NotHeldYetError, PermissionError. ACT12, document 2 (2).
	"""
	activity = _writable(name)
	activity.record_held()
	activity.save()
	return activity


@frappe.whitelist(methods=["POST"])
def move(name: str, starts_on: str, ends_on: str, reason: str):
	"""Moves an approved activity to other times, with the reason. Out: the document.

	Raises NotOpenError, PermissionError, and what the activity's own checks raise.
	"""
	activity = _writable(name)
	activity.change_plan("Moved", reason, starts_on=get_datetime(starts_on), ends_on=get_datetime(ends_on))
	activity.save()
	return activity


@frappe.whitelist(methods=["POST"])
def call_off(name: str, reason: str):
	"""Calls an approved activity off, with the reason. Out: the document. Raises NotOpenError, PermissionError."""
	activity = _writable(name)
	activity.change_plan("Called Off", reason, status=Status.CALLED_OFF)
	activity.save()
	return activity


def _writable(name):
	activity = frappe.get_doc(ACTIVITY, cstr(name))
	activity.check_permission("write")
	if activity.status not in OPEN:
		frappe.throw(
			_("This activity is not planned for a day: {0}.").format(_(activity.status, context=ACTIVITY)),
			NotOpenError,
		)
	return activity


def lacking(activity) -> list[str]:
	"""What an activity lacks of what its kind asks for before it counts as held, in the reader's language.

	In: a Community Activity document.
	"""
	kind = frappe.get_cached_doc("Activity Kind", activity.kind)
	least = cint(kind.least_observations)
	asked = (
		(kind.needs_attendance, any(cint(row.attended) for row in activity.participants), _("attendance")),
		(kind.needs_wrap_up, cstr(activity.wrap_up).strip(), _("the wrap-up")),
		(kind.needs_discussion, cstr(activity.discussion).strip(), _("the discussion")),
		(
			kind.least_pictures,
			len(activity.pictures) >= cint(kind.least_pictures),
			_("pictures ({0} at least)").format(kind.least_pictures),
		),
		(
			least,
			least and lessons.handed_in(activity.name) >= least,
			_("observation sheets ({0} at least)").format(kind.least_observations),
		),
	)
	return [what for needed, there, what in asked if needed and not there]


def mark_missed() -> None:
	"""Daily: what has no record `record_days` days after its end was not held. One statement; a later record still counts."""
	activity = frappe.qb.DocType(ACTIVITY)
	last = add_days(getdate(nowdate()), -cint(settings.get("record_days")))
	(
		frappe.qb.update(activity)
		.set(activity.status, Status.MISSED)
		.where((activity.docstatus == 1) & (activity.status == Status.PLANNED) & (activity.ends_on < last))
		.run()
	)
