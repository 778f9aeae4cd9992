"""Open Lessons and Guidance Days: what visiting teachers gave against what is promised, and the days on which leaders guided (EX12, ACT7)."""

from collections import Counter, defaultdict
from datetime import date, timedelta

import frappe
from frappe import _
from frappe.utils import cint, getdate

from gongtongti.activities import lessons
from gongtongti.activities.lessons import LESSON
from gongtongti.activities.visits import VISIT
from gongtongti.core import access, report, settings
from gongtongti.exchange.kinds import TEACHER_EXCHANGE, WEEKDAYS, weekdays_of
from gongtongti.exchange.statuses import TOOK_PART
from gongtongti.organisation import school_years

PLACEMENT = "Exchange Placement"
FILTERS = {
	"school_year": ("School Year", report.link, "Community School Year"),
	"community": ("Community", report.link, "Education Community"),
	"show": ("What Is Shown", report.one_of, lessons.SHOWN),
}
SCHOOL_WEEK = frozenset(WEEKDAYS[:5])
WEEK = timedelta(days=7)
DRAWN = 20


def execute(filters=None):
	"""Columns, rows, message, chart and summary of a school year (default: the running one). One query for each source."""
	filters = report.read_filters(filters, FILTERS)
	year = school_years.meant(school_years.newest_first(), filters.school_year)
	if not year:
		return lesson_columns(), [], _("No school year has begun. Add one first."), None, [], True
	last_day = min(year.end_date, getdate())
	if filters.show == lessons.GUIDANCE:
		return _guidance(filters, year.start_date, last_day)
	return _open_lessons(filters, year.start_date, last_day)


# -- open lessons --------------------------------------------------------------------------------------------------------


def _open_lessons(filters, first_day, last_day):
	promised = cint(settings.get("open_lessons_a_week"))
	table = lesson_rows(filters, first_day, last_day, promised)
	message = _(
		"{0} open lessons a week are promised. A week counts when it is over and the teacher was there on half of its days at least, holidays left out."
	).format(promised)
	return lesson_columns(), table, message, lesson_chart(table), lesson_summary(table), True


def lesson_rows(filters, first_day: date, last_day: date, promised: int) -> list:
	"""A row for each placement of a visiting teacher that has begun, those who lack most first."""
	found, given = placements(filters, first_day, last_day), lessons_given(filters, first_day, last_day)
	days = school_years.school_days(first_day, last_day) if found else set()
	for row in found:
		row.start_date, row.end_date = report.as_date(row.start_date), report.as_date(row.end_date)
		weeks = weeks_of(row, days, last_day)
		of_teacher = given[row.name]
		row.weeks, row.promised = len(weeks), promised * len(weeks)
		row.given = sum(of_teacher.weeks.values())
		row.discussed = of_teacher.discussed
		row.share = report.share(row.given, row.promised)
		row.weeks_short = sum(1 for week in weeks if of_teacher.weeks[week] < promised)
	return sorted(found, key=lambda row: (-row.weeks_short, row.staff_name or "", row.name))


def placements(filters, first_day, last_day) -> list:
	"""The placements of teachers, running or past, of these days. One query."""
	placement = frappe.qb.DocType(PLACEMENT)
	query = _of_teachers(frappe.qb.from_(placement), placement, filters, first_day, last_day).select(
		placement.name, placement.staff_name, placement.community, placement.home_school, placement.host_school,
		placement.start_date, placement.end_date, placement.mode, *(placement[day] for day in WEEKDAYS),
	)  # fmt: skip
	return query.run(as_dict=True)


def _of_teachers(query, placement, filters, first_day, last_day):
	query = query.where(
		(placement.kind == TEACHER_EXCHANGE)
		& placement.status.isin(TOOK_PART)
		& (placement.start_date <= last_day)
		& (placement.end_date >= first_day)
	)
	if filters.community:
		query = query.where(placement.community == filters.community)
	return access.visible(query, PLACEMENT, placement)


def lessons_given(filters, first_day, last_day) -> dict:
	"""Placement -> (weeks: Monday -> open lessons given, discussed: how many of them were discussed). One query."""
	lesson, placement = frappe.qb.DocType(LESSON), frappe.qb.DocType(PLACEMENT)
	query = (
		frappe.qb.from_(lesson)
		.join(placement)
		.on(placement.name == lesson.placement)
		.select(lesson.placement, lesson.lesson_date, lesson.status)
		.where(lesson.status.isin(lessons.COUNTED) & lesson.lesson_date[first_day:last_day])
	)
	found = defaultdict(lambda: frappe._dict(weeks=Counter(), discussed=0))
	for name, day, status in _of_teachers(query, placement, filters, first_day, last_day).run():
		found[name].weeks[_monday(report.as_date(day))] += 1
		found[name].discussed += status == lessons.Status.DISCUSSED
	return found


def weeks_of(placement, school_days: set[date], last_day: date) -> list[date]:
	"""The Mondays of the weeks in which a visiting teacher owes open lessons.

	In: the placement's days of the week and dates; the days on which there is school. A week counts when it is over and the
	teacher was there on half of the days, at least, on which the placement takes a teacher in a week without holidays.
	"""
	named = weekdays_of(placement)
	named = named & SCHOOL_WEEK or named
	numbers = [number for number, name in enumerate(WEEKDAYS) if name in named]
	last_day, monday, found = min(placement.end_date, last_day), _monday(placement.start_date), []
	while monday <= last_day and monday + WEEK <= getdate():
		days = [monday + timedelta(days=number) for number in numbers]
		there = sum(placement.start_date <= day <= last_day and day in school_days for day in days)
		if 2 * there >= len(days):
			found.append(monday)
		monday += WEEK
	return found


def _monday(day: date) -> date:
	return day - timedelta(days=day.weekday())


def lesson_columns() -> list[dict]:
	return [
		report.column("staff_name", _("Visiting Teacher"), width=100),
		report.link_column("home_school", _("Home School"), "Community School", 140),
		report.link_column("host_school", _("Host School"), "Community School", 140),
		report.column("weeks", _("Weeks Counted"), "Int", 90),
		report.column("promised", _("Open Lessons Promised"), "Int", 120),
		report.column("given", _("Open Lessons Given"), "Int", 120),
		report.column("discussed", _("Of Them Discussed"), "Int", 120),
		report.column("share", _("Given of Promised"), "Percent", 110),
		report.column("weeks_short", _("Weeks with Too Few"), "Int", 120),
		report.column("start_date", _("Placement Start"), "Date"),
		report.column("end_date", _("Placement End"), "Date"),
		report.link_column("community", _("Community"), "Education Community", 160),
		report.link_column("name", _("Exchange Placement"), PLACEMENT, 150),
	]


def lesson_chart(table) -> dict | None:
	"""Promised and given by community, those with most promised first."""
	promised, given = Counter(), Counter()
	for row in table:
		promised[row.community] += row.promised
		given[row.community] += row.given
	drawn = [community for community, _number in promised.most_common(DRAWN)]
	return report.bars(
		drawn,
		[
			(_("Open Lessons Promised"), [promised[community] for community in drawn]),
			(_("Open Lessons Given"), [given[community] for community in drawn]),
		],
		of=len(promised),
	)


def lesson_summary(table) -> list[dict]:
	promised, given, discussed = (
		sum(row[field] for row in table) for field in ("promised", "given", "discussed")
	)
	share = report.share(given, promised)
	return [
		report.card(_("Visiting Teachers Listed"), len(table)),
		report.card(_("Open Lessons Promised"), promised),
		report.card(_("Open Lessons Given"), given),
		report.card(_("Of Them Discussed"), discussed),
		report.card(_("Given of Promised"), share, "Green" if (share or 0) >= 100 else "Orange", "Percent"),
	]


# -- guidance days -------------------------------------------------------------------------------------------------------


def _guidance(filters, first_day, last_day):
	months = months_between(first_day, last_day)
	table = guidance_rows(filters, first_day, last_day)
	total = sum(row.total for row in table)
	cards = [report.card(_("Leaders Listed"), len(table)), report.card(_("Days of Guidance"), total)]
	drawn = [(_("Days of Guidance"), [sum(row.get(month, 0) for row in table) for month in months])]
	chart = report.bars([_month(month) for month in months], drawn) if table else None
	return guidance_columns(months), table, None, chart, cards, True


def guidance_rows(filters, first_day: date, last_day: date) -> list:
	"""A row for each leader, school and community: on how many days of each month the leader guided. One query."""
	visit = frappe.qb.DocType(VISIT)
	query = (
		frappe.qb.from_(visit)
		.select(visit.staff, visit.staff_name, visit.school, visit.community, visit.visited_on)
		.where(visit.visited_on[first_day:last_day])
		.orderby(visit.community, visit.school, visit.staff)
	)
	if filters.community:
		query = query.where(visit.community == filters.community)
	found, seen = {}, set()
	for row in access.visible(query, VISIT, visit).run(as_dict=True):
		day, leader = report.as_date(row.pop("visited_on")), (row.community, row.school, row.staff)
		if (leader, day) in seen:  # two schools on one day are one day
			continue
		seen.add((leader, day))
		line = found.setdefault(leader, frappe._dict(row, total=0))
		line[_key(day)] = line.get(_key(day), 0) + 1
		line.total += 1
	return list(found.values())


def months_between(first_day: date, last_day: date) -> list[str]:
	"""The months from a day to another, as the fields in which they stand: m2026_09."""
	numbers = range(first_day.year * 12 + first_day.month - 1, last_day.year * 12 + last_day.month)
	return [_key(date(number // 12, number % 12 + 1, 1)) for number in numbers]


def _key(day: date) -> str:
	return f"m{day:%Y_%m}"


def _month(key: str) -> str:
	return key[1:].replace("_", "-")


def guidance_columns(months) -> list[dict]:
	return [
		report.column("staff_name", _("Leader Who Guides"), width=110),
		report.link_column("school", _("School of the Leader"), "Community School", 150),
		report.link_column("community", _("Community"), "Education Community", 160),
		*(report.column(month, _month(month), "Int", 80) for month in months),
		report.column("total", _("Days of Guidance"), "Int", 100),
	]
