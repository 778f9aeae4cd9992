"""What was held, whatever kind of document it stands in: what duties count (ACT5, ACT6, ACT7, EX12).

A source is a function `occurrences(first_day, last_day, communities=None)` (both days included; default: all communities).
It answers what was held on those days, whenever it was put on record, in one query, as dicts with
    doctype, name    the document
    community        whose it was
    day              a date
    kind             the kind of activity, None where there are no kinds
    schools          the schools that took part, a tuple
    placement        the placement of the visiting teacher whose it was, or None
"""

from datetime import date

import frappe
from frappe.utils import add_days, getdate

from gongtongti.activities import lessons, meetings
from gongtongti.activities.holding import ACTIVITY
from gongtongti.activities.statuses import Status
from gongtongti.activities.visits import VISIT


def of_activities(first_day: date, last_day: date, communities=None) -> list[frappe._dict]:
	"""The activities that were held: a row for each, on the day on which it began."""
	activity, taking_part = frappe.qb.DocType(ACTIVITY), frappe.qb.DocType("Activity School")
	query = (
		frappe.qb.from_(activity)
		.left_join(taking_part)
		.on((taking_part.parent == activity.name) & (taking_part.parenttype == ACTIVITY))
		.select(
			activity.name,
			activity.community,
			activity.starts_on,
			activity.kind,
			activity.host_school,
			taking_part.school,
		)
		.where((activity.docstatus == 1) & (activity.status == Status.HELD))
		.where((activity.starts_on >= first_day) & (activity.starts_on < add_days(last_day, 1)))
		.orderby(activity.starts_on, activity.name, taking_part.idx)
	)
	if communities is not None:
		query = query.where(activity.community.isin(sorted(communities) or [""]))
	found = {}
	for name, community, starts_on, kind, host, school in query.run():
		if name not in found:
			found[name] = frappe._dict(
				doctype=ACTIVITY,
				name=name,
				community=community,
				day=getdate(starts_on),
				kind=kind,
				schools=(host,),
				placement=None,
			)
		if school:
			found[name].schools += (school,)
	return list(found.values())


def of_meetings(first_day: date, last_day: date, communities=None) -> list[frappe._dict]:
	"""The joint meetings that are closed: a row for each, on the day on which it began, with the schools that were there."""
	meeting, attendee = frappe.qb.DocType(meetings.MEETING), frappe.qb.DocType("Meeting Attendee")
	query = (
		frappe.qb.from_(meeting)
		.left_join(attendee)
		.on(
			(attendee.parent == meeting.name)
			& (attendee.parenttype == meetings.MEETING)
			& (attendee.attended == 1)
		)
		.select(meeting.name, meeting.community, meeting.starts_on, attendee.school)
		.where(meeting.status == meetings.Status.HELD)
		.where((meeting.starts_on >= first_day) & (meeting.starts_on < add_days(last_day, 1)))
		.orderby(meeting.starts_on, meeting.name, attendee.idx)
	)
	found = {}
	for name, community, starts_on, school in _of(query, meeting, communities).run():
		row = found.setdefault(name, _row(meetings.MEETING, name, community, starts_on))
		if school and school not in row.schools:
			row.schools += (school,)
	return list(found.values())


def of_visits(first_day: date, last_day: date, communities=None) -> list[frappe._dict]:
	"""The days of guidance that are checked in: a row for each, with the leader's school and the one that was guided."""
	visit = frappe.qb.DocType(VISIT)
	query = (
		frappe.qb.from_(visit)
		.select(visit.name, visit.community, visit.visited_on, visit.school, visit.visited_school)
		.where((visit.visited_on >= first_day) & (visit.visited_on <= last_day))
		.orderby(visit.visited_on, visit.name)
	)
	return [
		_row(VISIT, *row, schools=(own, guided)) for *row, own, guided in _of(query, visit, communities).run()
	]


def _of(query, table, communities):
	return query if communities is None else query.where(table.community.isin(sorted(communities) or [""]))


def _row(doctype, name, community, day, schools=()):
	return frappe._dict(
		doctype=doctype,
		name=name,
		community=community,
		day=getdate(day),
		kind=None,
		schools=schools,
		placement=None,
	)


# DocType whose documents duties may count -> its source
SOURCES = {
	ACTIVITY: of_activities,
	lessons.LESSON: lessons.occurrences,
	meetings.MEETING: of_meetings,
	VISIT: of_visits,
}
# those whose documents are of kinds of activities, and those whose documents name a visiting teacher
WITH_KINDS = (ACTIVITY,)
OF_TEACHERS = (lessons.LESSON,)
