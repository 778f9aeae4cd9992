"""Joint Meeting Record (ACT6): the meetings of each community month by month, who came, which decisions are open; missed months stand out."""

from collections import Counter, defaultdict

import frappe
from frappe import _
from frappe.query_builder.functions import Count, Sum
from frappe.utils import cint, getdate

from gongtongti.activities import decisions, meetings
from gongtongti.core import access, report
from gongtongti.organisation import school_years

FILTERS = {
	"school_year": ("School Year", report.link, school_years.YEAR),
	"community": ("Community", report.link, "Education Community"),
	"status": ("Status", report.choice, meetings.MEETING, "status"),
	"open_only": ("Only with Open Decisions", report.tick),
}


def execute(filters=None):
	"""Columns, rows, message, chart and summary of a school year (default: the newest that has begun).

	ACT6 (document 4 §1.2). Four statements, whatever the number of meetings: years, meetings, attendance, decisions.
	"""
	filters = report.read_filters(filters, FILTERS)
	year = school_years.meant(school_years.newest_first(), filters.school_year)
	found = meetings_of(year, filters) if year else []
	put_attendance(found)
	put_decisions(found)
	if filters.open_only:
		found = [row for row in found if row.open]
	message = year and _("School year {0}.").format(year.name)
	return columns(), rows(found), message, chart(found), summary(found)


def meetings_of(year, filters) -> list:
	meeting = frappe.qb.DocType(meetings.MEETING)
	query = (
		frappe.qb.from_(meeting)
		.select(
			meeting.name,
			meeting.community,
			meeting.month,
			meeting.starts_on,
			meeting.host_school,
			meeting.status.as_("status_key"),
		)
		.where((meeting.month >= year.start_date.replace(day=1)) & (meeting.month <= year.end_date))
		.orderby(meeting.community, meeting.month)
	)
	for fieldname in ("community", "status"):
		if filters[fieldname]:
			query = query.where(meeting[fieldname] == filters[fieldname])
	return access.visible(query, meetings.MEETING, meeting).run(as_dict=True)


def put_attendance(found: list) -> None:
	"""Sets how many were invited to each meeting and how many came."""
	attendee = frappe.qb.DocType("Meeting Attendee")
	query = (
		frappe.qb.from_(attendee)
		.select(attendee.parent, Count("*"), Sum(attendee.attended))
		.where(attendee.parenttype == meetings.MEETING)
		.where(attendee.parent.isin([row.name for row in found] or [""]))
		.groupby(attendee.parent)
	)
	counted = {name: (cint(invited), cint(came)) for name, invited, came in query.run()}
	for row in found:
		row.invited, row.came = counted.get(row.name, (0, 0))


def put_decisions(found: list) -> None:
	"""Sets how many decisions each meeting has made, and how many of them are open and overdue, as far as the reader sees them."""
	decision, today = frappe.qb.DocType(decisions.DECISION), getdate()
	query = (
		frappe.qb.from_(decision)
		.select(decision.meeting, decision.status, decision.due_date)
		.where(decision.meeting.isin([row.name for row in found] or [""]))
	)
	made = defaultdict(list)
	for name, status, due in access.visible(query, decisions.DECISION, decision).run():
		made[name].append((status == decisions.Status.OPEN, report.as_date(due)))
	for row in found:
		row.decisions = len(made[row.name])
		row.open = sum(is_open for is_open, _due in made[row.name])
		row.overdue = sum(bool(is_open and due and due < today) for is_open, due in made[row.name])


def columns() -> list[dict]:
	return [
		report.link_column("community", _("Community"), "Education Community", 170),
		report.column("month_of", _("Month of the Meeting"), width=90),
		report.link_column("meeting", _("Joint Meeting"), meetings.MEETING, 140),
		report.column("starts_on", _("Starts"), "Datetime", 150),
		report.link_column("host_school", _("Host School of the Meeting"), "Community School"),
		report.column("status", _("Status"), width=110),
		report.column("invited", _("Number Invited"), "Int", 80),
		report.column("came", _("Number Present"), "Int", 80),
		report.column("share", _("Share of Those Invited"), "Percent", 110),
		report.column("decisions", _("Decisions"), "Int", 80),
		report.column("open", _("Open Decisions"), "Int", 100),
		report.column("overdue", _("Overdue Decisions"), "Int", 100),
	]


def rows(found: list) -> list[dict]:
	words = report.Translations()
	for row in found:
		row.meeting = row.name
		row.month_of = f"{report.as_date(row.month):%Y-%m}"
		row.status = words[row.status_key]
		held = row.status_key == meetings.Status.HELD
		row.share = report.share(row.came, row.invited) if held else None
	return found


def chart(found: list):
	months = sorted({row.month_of for row in found})
	counted = Counter((row.month_of, row.status_key) for row in found)
	return report.bars(
		months,
		[(_(status), [counted[month, status] for month in months]) for status in meetings.STATUSES],
		stacked=True,
		colors=["blue", "green", "red", "orange"],
	)


def summary(found: list) -> list[dict]:
	counted = Counter(row.status_key for row in found)
	overdue = sum(row.overdue for row in found)
	return [
		report.card(_("Meetings Held"), counted[meetings.Status.HELD], "Green"),
		report.card(
			_("Meetings Missed"),
			counted[meetings.Status.MISSED],
			"Red" if counted[meetings.Status.MISSED] else "Green",
		),
		report.card(_("Meetings Called Off"), counted[meetings.Status.CALLED_OFF], "Orange"),
		report.card(_("Open Decisions"), sum(row.open for row in found)),
		report.card(_("Overdue Decisions"), overdue, "Red" if overdue else "Green"),
	]
