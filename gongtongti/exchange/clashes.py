"""A person is in one full-time placement at a time; weekly ones share no weekday; turns do not overlap (EX2, EX6)."""

import frappe
from frappe import _
from frappe.utils import formatdate, get_link_to_form, getdate

from gongtongti.core.locks import locking
from gongtongti.core.names import normal_form
from gongtongti.exchange import kinds
from gongtongti.exchange.statuses import COUNTED


class ClashError(frappe.ValidationError):
	"""The person is elsewhere at that time."""


class WeekdayClashError(ClashError):
	"""Two weekly placements of the person share a weekday."""


class TurnClashError(frappe.ValidationError):
	"""Two placements that take turns on one rotation post overlap."""


def refuse_clash(placement, for_update: bool = False) -> None:
	"""Raises ClashError or WeekdayClashError if the person has another counted placement at that time.

	placement: document or row with staff, mode, weekdays, start_date and end_date; its own row is left out
	"""
	for other in _of_person(placement, for_update):
		shared = _shared_weekdays(placement, other)
		if not shared:
			continue
		if kinds.MODES[placement.mode].full_time or kinds.MODES[other.mode].full_time:
			frappe.throw(
				_(
					"This person is already in a placement from {0} to {1}: {2}. Choose other dates or another person."
				).format(formatdate(other.start_date), formatdate(other.end_date), mention(other.name)),
				ClashError,
			)
		days = ", ".join(_(day.capitalize()) for day in kinds.WEEKDAYS if day in shared)
		frappe.throw(
			_("This person is already in a weekly placement on {0}: {1}. Choose other weekdays.").format(
				days, mention(other.name)
			),
			WeekdayClashError,
		)


def busy(placement) -> set[str]:
	"""The people whom `refuse_clash` would refuse for the mode, weekdays and dates of this placement. One query."""
	table = frappe.qb.DocType("Exchange Placement")
	rows = _overlapping(table, placement).select(table.staff).run(as_dict=True)
	return {row.staff for row in rows if _shared_weekdays(placement, row)}


def _shared_weekdays(one, other) -> frozenset[str]:
	"""The weekdays on which both take the person, while both last: three days from Tuesday on hold no Monday."""
	first = max(getdate(one.start_date), getdate(other.start_date))
	last = min(getdate(one.end_date), getdate(other.end_date))
	return kinds.weekdays_of(one) & kinds.weekdays_of(other) & kinds.weekdays_between(first, last)


def refuse_shared_turn(placement, for_update: bool = False) -> None:
	"""Raises TurnClashError if another placement on the same rotation post, plan and host school overlaps."""
	if not kinds.MODES[placement.mode].takes_turns:
		return
	table = frappe.qb.DocType("Exchange Placement")
	query = _overlapping(table, placement).where(
		(table.plan == placement.plan)
		& (table.host_school == placement.host_school)
		& (table.mode == placement.mode)
	)
	for other in locking(query.select(table.rotation_post), for_update).run(as_dict=True):
		if normal_form(other.rotation_post) != normal_form(placement.rotation_post):
			continue
		frappe.throw(
			_(
				"The post {0} is taken from {1} to {2}: {3}. Those who take turns follow one another: choose other dates."
			).format(
				frappe.bold(placement.rotation_post),
				formatdate(other.start_date),
				formatdate(other.end_date),
				mention(other.name),
			),
			TurnClashError,
		)


def mention(name: str) -> str:
	"""A placement as it may be named to the session's user: its number, or only that there is one."""
	if frappe.has_permission("Exchange Placement", "read", doc=name):
		return get_link_to_form("Exchange Placement", name)
	return _("a placement that another school has entered")


def _of_person(placement, for_update) -> list:
	table = frappe.qb.DocType("Exchange Placement")
	query = _overlapping(table, placement).where(table.staff == placement.staff)
	return locking(query, for_update).run(as_dict=True)


def _overlapping(table, placement):
	"""Counted placements other than this one that share a day of its term."""
	return (
		frappe.qb.from_(table)
		.select(
			table.name, table.mode, table.start_date, table.end_date, *(table[day] for day in kinds.WEEKDAYS)
		)
		.where((table.name != (placement.name or "")) & table.status.isin(COUNTED))
		.where((table.start_date <= placement.end_date) & (table.end_date >= placement.start_date))
		.orderby(table.start_date)
	)
