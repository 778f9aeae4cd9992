"""Figures of the workspace on activities."""

from datetime import timedelta

import frappe
from frappe.utils import getdate, now_datetime

from gongtongti.activities.statuses import Status
from gongtongti.core import number_cards

ACTIVITY = "Community Activity"
ON_THE_CALENDAR = (Status.PLANNED, Status.HELD, Status.MISSED)


@frappe.whitelist()
def this_week(filters: dict | list | str | None = None):
	"""How many activities there are from Monday to Sunday of this week (ACT12)."""
	monday = getdate() - timedelta(days=getdate().weekday())
	number = number_cards.count(
		ACTIVITY,
		lambda activity: (
			activity.status.isin(ON_THE_CALENDAR)
			& (activity.starts_on >= monday)
			& (activity.starts_on < monday + timedelta(days=7))
		),
	)
	return _list(
		number,
		status=["in", list(ON_THE_CALENDAR)],
		starts_on=["between", [str(monday), str(monday + timedelta(days=6))]],
	)


@frappe.whitelist()
def without_record(filters: dict | list | str | None = None):
	"""How many activities are over and neither recorded nor, after the days for it, counted as not held (ACT12)."""
	now = now_datetime().replace(microsecond=0)
	number = number_cards.count(
		ACTIVITY, lambda activity: (activity.status == Status.PLANNED) & (activity.ends_on < now)
	)
	return _list(number, status=Status.PLANNED, ends_on=["<", str(now)])


def _list(number, **filters):
	return number_cards.card(number, ["List", ACTIVITY, "List"], filters)
