"""Who and what is wanted twice at one time: people of planned activities, and places of one school. Noted, never refused."""

from collections import defaultdict

import frappe
from frappe import _
from frappe.utils import format_datetime

from gongtongti.activities.statuses import Status
from gongtongti.core.names import normal_form

ACTIVITY = "Community Activity"


def notes(activity) -> str:
	"""What is to be thought of before an activity (a document) is planned for its time, one line each. Two queries.

	Others are named by their number: who may not read them learns no more.
	"""
	people = {activity.organiser: activity.organiser_name}
	people.update({row.staff: row.staff_name for row in activity.participants})
	lines = [
		_("{0} is also expected at {1} ({2}).").format(people[person] or person, *_when(other))
		for person, other in _of_people(activity, people)
	]
	lines += [
		_("{0} is also taken by {1} ({2}).").format(activity.place, *_when(other))
		for other in _at_place(activity)
	]
	return "\n".join(lines)


def _when(other):
	return (
		other.name,
		f"{format_datetime(other.starts_on, 'yyyy-MM-dd HH:mm')}–{format_datetime(other.ends_on, 'HH:mm')}",
	)


def _of_people(activity, people) -> list[tuple]:
	table, row = frappe.qb.DocType(ACTIVITY), frappe.qb.DocType("Activity Participant")
	people = sorted(people)
	query = (
		_overlapping(table, activity)
		.left_join(row)
		.on((row.parent == table.name) & (row.parenttype == ACTIVITY) & row.staff.isin(people))
		.select(table.organiser, row.staff)
		.where(table.organiser.isin(people) | row.staff.isin(people))
	)
	found = defaultdict(dict)
	for other in query.run(as_dict=True):
		for person in {other.organiser, other.staff} & set(people):
			found[other.name][person] = other
	return [pair for others in found.values() for pair in sorted(others.items())]


def _at_place(activity) -> list:
	place = normal_form(activity.place)
	if not place:
		return []
	table = frappe.qb.DocType(ACTIVITY)
	query = _overlapping(table, activity).select(table.place).where(table.host_school == activity.host_school)
	return [other for other in query.run(as_dict=True) if normal_form(other.place) == place]


def _overlapping(table, activity):
	return (
		frappe.qb.from_(table)
		.select(table.name, table.starts_on, table.ends_on)
		.where((table.status == Status.PLANNED) & (table.name != (activity.name or "")))
		.where((table.starts_on < activity.ends_on) & (table.ends_on > activity.starts_on))
		.orderby(table.starts_on)
		.orderby(table.name)
	)
