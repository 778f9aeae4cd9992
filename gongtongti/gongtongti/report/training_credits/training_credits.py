"""Training Credits (ACT13): hours of each person from activities that were held, as a platform of training credit takes them in.

The hours are those of the participant, else those of the kind, else as long as the activity lasted. Which people are listed
follows from School Staff: whoever sees somebody there sees the hours, too, and everybody sees the own ones.
"""

from collections import Counter, defaultdict

from frappe import _, qb
from frappe.utils import flt, get_datetime, getdate

from gongtongti.activities.holding import ACTIVITY
from gongtongti.activities.kinds import KIND
from gongtongti.activities.statuses import Status
from gongtongti.core import access, report
from gongtongti.organisation import school_years

FILTERS = {
	"school_year": ("School Year", report.link, "Community School Year"),
	"community": ("Community", report.link, "Education Community"),
	"school": ("Work Unit", report.link, "Community School"),
	"staff": ("School Staff", report.link, "School Staff"),
	"sums": ("One Line for Each Person", report.tick),
}
SCHOOLS_DRAWN = 20


def execute(filters=None):
	"""Columns, rows, message, chart and summary of a school year. Two queries."""
	filters = report.read_filters(filters, FILTERS)
	year = school_years.meant(school_years.newest_first(), filters.school_year)
	found = credits_of(filters, year.name) if year else []
	shown = summed(found) if filters.sums else found
	return columns(filters.sums), shown, None, chart(found), summary(found)


def credits_of(filters, school_year: str) -> list:
	"""A row for each person and training, in the order of units, people and days."""
	part, activity, kind, staff = (
		qb.DocType(name) for name in ("Activity Participant", ACTIVITY, KIND, "School Staff")
	)
	query = (
		qb.from_(part)
		.join(activity)
		.on((activity.name == part.parent) & (part.parenttype == ACTIVITY))
		.join(kind)
		.on(kind.name == activity.kind)
		.join(staff)
		.on(staff.name == part.staff)
		.select(
			part.staff, staff.staff_name, part.school, staff.subject, activity.title, activity.starts_on, activity.ends_on,
			activity.kind, activity.host_school, activity.school_year, part.part, part.hours, kind.credit_hours,
		)
		.where((activity.docstatus == 1) & (activity.status == Status.HELD) & (part.attended == 1))
		.where((kind.gives_credit == 1) & (activity.school_year == school_year))
		.orderby(part.school, staff.staff_name, part.staff, activity.starts_on, activity.name)
	)  # fmt: skip
	for fieldname, column in (
		("community", activity.community),
		("school", part.school),
		("staff", part.staff),
	):
		if filters[fieldname]:
			query = query.where(column == filters[fieldname])
	found, words = access.visible(query, "School Staff", staff).run(as_dict=True), report.Translations()
	for row in found:
		row.credit = hours(row)
		row.held_on = getdate(row.starts_on)
		row.part = words[row.part]
	return found


def hours(row) -> float:
	"""The credit of one row, in hours with one decimal."""
	lasted = get_datetime(row.ends_on) - get_datetime(row.starts_on)
	return round(flt(row.hours) or flt(row.credit_hours) or lasted.total_seconds() / 3600, 1)


def summed(found) -> list[dict]:
	"""One row for each person: hours and trainings of the year. The unit is that of the last training."""
	by_person = defaultdict(list)
	for row in found:
		by_person[row.staff].append(row)
	return [
		{
			**{key: rows[-1][key] for key in ("staff", "staff_name", "school", "subject", "school_year")},
			"trainings": len(rows),
			"credit": round(sum(row.credit for row in rows), 1),
		}
		for rows in (sorted(rows, key=lambda row: row.held_on) for rows in by_person.values())
	]


def columns(sums: bool) -> list[dict]:
	"""The headings of the sheet; in Chinese those that the platforms take."""
	person = [
		report.column("staff_name", _("Staff Name"), width=100),
		report.link_column("school", _("Work Unit"), "Community School", 180),
		report.link_column("subject", _("Subject of Training"), "Teaching Subject", 100),
	]
	year = report.link_column("school_year", _("School Year"), "Community School Year", 110)
	credit = report.column("credit", _("Credit Hours"), "Float", 90, precision=1)
	if sums:
		return [*person, report.column("trainings", _("Number of Trainings"), "Int", 90), credit, year]
	return [
		*person,
		report.column("title", _("Name of the Training"), width=220),
		report.column("held_on", _("Time of the Training"), "Date"),
		credit,
		year,
		report.link_column("kind", _("Type of Training"), KIND, 120),
		report.link_column("host_school", _("Organising Unit"), "Community School", 170),
		report.column("part", _("Part Taken"), width=100),
	]


def chart(found) -> dict | None:
	"""Hours by unit, the first of them."""
	by_school = Counter()
	for row in found:
		by_school[row.school] += row.credit
	drawn = by_school.most_common(SCHOOLS_DRAWN)
	return report.bars(
		[school for school, _sum in drawn],
		[(_("Credit Hours"), [round(total, 1) for _school, total in drawn])],
		of=len(by_school),
	)


def summary(found) -> list[dict]:
	return [
		report.card(_("People with Credit"), len({row.staff for row in found})),
		report.card(_("Credit Hours"), round(sum(row.credit for row in found), 1), datatype="Float"),
	]
