"""Until when the record of an activity is changed: what counts is fixed some days after, what proves it may still grow (ACT12)."""

import frappe
from frappe import _
from frappe.utils import add_days, cint, format_date, getdate

from gongtongti.activities import holding
from gongtongti.activities.statuses import Status
from gongtongti.core import settings
from gongtongti.core.approval import value_of

# who was there, and what was said: hours and duties are counted from it
FIXED = ("participants", "pupil_count", "wrap_up", "discussion")
# comes in later; nothing of it is taken away
GROWING = ("materials", "pictures", "coverage", "visitors")


class RecordClosedError(frappe.ValidationError):
	"""The days in which the record is put right are over."""


def check(activity, before) -> None:
	"""A save of an approved activity. before: the document as it stood.

	Raises RecordClosedError, and NotHeldYetError where something is taken away without which it would not count as held.
	"""
	if before.status != Status.HELD:
		return
	if getdate() > last_day(before):
		_refuse_changes(activity, before)
	if gone := set(holding.lacking(activity)) - set(holding.lacking(before)):
		frappe.throw(
			_("It would no longer count as held without: {0}.").format(", ".join(sorted(gone))),
			holding.NotHeldYetError,
		)


def last_day(activity):
	"""The last day on which the record of a held activity is put right: `record_days` of the settings after it was entered."""
	return getdate(add_days(getdate(activity.recorded_on), cint(settings.get("record_days"))))


def _refuse_changes(activity, before):
	fields = [activity.meta.get_field(fieldname) for fieldname in (*FIXED, *GROWING)]
	changed = [df.label for df in fields if _is_changed(activity, before, df)]
	if changed:
		frappe.throw(
			_(
				"The record was open until {0}: {1} can no longer be changed. Papers, pictures, coverage and visitors may still be added."
			).format(format_date(last_day(before)), ", ".join(_(label) for label in changed)),
			RecordClosedError,
		)


def _is_changed(activity, before, df) -> bool:
	now, then = value_of(activity, df), value_of(before, df)
	if df.fieldname in FIXED:
		return now != then
	return any(row not in now for row in then)
