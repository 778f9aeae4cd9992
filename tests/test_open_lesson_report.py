"""Open Lessons and Guidance Days: what is promised in which weeks, what was given, and for whom it is counted (EX12, ACT7)."""

from datetime import date, timedelta

import frappe
import pytest
from approvals import fresh_reach, no_mails  # noqa: F401
from builders import school_year
from frappe.utils import add_days, getdate
from test_reports import count_queries, placement, rows_of, write

from gongtongti.activities import lessons
from gongtongti.core import relations
from gongtongti.gongtongti.report.open_lessons_and_guidance_days import (
	open_lessons_and_guidance_days as report,
)
from gongtongti.organisation import school_years

NAME = "Open Lessons and Guidance Days"
YEAR = "2022-2023"
# Thursday 1 September 2022; the National Day week is free
FIRST, LAST = date(2022, 9, 1), date(2023, 8, 31)


@pytest.fixture
def year(small):
	school_year(YEAR)
	doc = frappe.get_doc("Community School Year", YEAR)
	doc.set(
		"holidays",
		[
			{"holiday_name": "国庆节", "from_date": "2022-10-01", "to_date": "2022-10-07"},
			{"holiday_name": "中秋节", "from_date": "2022-09-12", "to_date": "2022-09-12"},
		],
	)
	doc.save()
	return YEAR


def visiting(small, first, last, **values):
	row = placement(small, small.urban, small.rural, start_date=first, end_date=last, school_year=YEAR)
	return write("Exchange Placement", [{**row, "status": "Completed", **values}])[0]


def given(small, placement, *days, status=lessons.Status.GIVEN):
	rows = [
		{
			"topic": "测试课题", "teacher": small.teacher[small.urban], "community": small.community,
			"school": small.rural, "lesson_date": day, "period": 1, "status": status, "placement": placement,
			"given": 1, "class_name": "一班", "subject": small.subjects[0],
		}
		for day in days
	]  # fmt: skip
	return write("Open Lesson", rows)


def mondays(first, last, **values):
	row = frappe._dict({"mode": "Long-Term Fixed", "start_date": first, "end_date": last, **values})
	return report.weeks_of(row, school_years.school_days(FIRST, LAST), LAST)


@pytest.mark.parametrize(
	("first", "last", "weeks"),
	[
		(date(2022, 9, 5), date(2022, 9, 25), ["2022-09-05", "2022-09-12", "2022-09-19"]),  # one day is free
		(
			date(2022, 9, 7),
			date(2022, 9, 13),
			["2022-09-05"],
		),  # three days of the first week, two of the last
		(
			date(2022, 9, 26),
			date(2022, 10, 14),
			["2022-09-26", "2022-10-10"],
		),  # a week without school between
		(date(2022, 8, 1), date(2022, 9, 9), ["2022-09-05"]),  # two days of the year's first week
		(date(2022, 9, 10), date(2022, 9, 11), []),  # Saturday and Sunday
	],
)
def test_a_week_counts_where_the_teacher_was_there_on_half_of_its_days(year, first, last, weeks):
	assert list(map(str, mondays(first, last))) == weeks


def test_of_fixed_weekdays_those_count(year):
	weeks = mondays(date(2022, 9, 5), date(2022, 10, 16), monday=1, mode="Fixed Weekdays")
	assert list(map(str, weeks)) == ["2022-09-05", "2022-09-19", "2022-09-26", "2022-10-10"]


def test_the_running_week_is_not_owed_yet(small):
	monday = getdate() - timedelta(days=getdate().weekday())
	days = {monday + timedelta(days=number) for number in range(-14, 14)}
	row = frappe._dict(
		mode="Long-Term Fixed", start_date=monday - timedelta(days=14), end_date=add_days(monday, 60)
	)
	weeks = report.weeks_of(row, days, getdate())
	assert weeks == [monday - timedelta(days=14), monday - timedelta(days=7)]


def test_what_was_given_is_held_against_what_is_promised(small, year):
	name = visiting(small, "2022-09-05", "2022-09-25")
	given(small, name, "2022-09-06", "2022-09-08", "2022-09-20")
	given(small, name, "2022-09-21", status=lessons.Status.DISCUSSED)
	given(small, name, "2022-09-13", status=lessons.Status.PLANNED)
	given(small, None, "2022-09-13")
	(row,) = [row for row in rows_of(NAME, {"school_year": year}) if row.get("name") == name]
	assert (row.weeks, row.promised, row.given, row.discussed, row.weeks_short) == (3, 6, 4, 1, 1)
	assert row.share == 66.7
	settings = frappe.get_doc("Community Settings")
	settings.update({"open_lessons_a_week": 1}).save()
	(row,) = [row for row in rows_of(NAME, {"school_year": year}) if row.get("name") == name]
	assert (row.promised, row.share, row.weeks_short) == (3, 133.3, 1)


@pytest.mark.parametrize(
	"values",
	[
		{"kind": "Cadre Appointment"},
		{"status": "Cancelled"},
		{"status": "In Approval", "docstatus": 0},
		{"start_date": "2021-09-01", "end_date": "2022-08-31"},
	],
)
def test_nothing_is_promised_by_others(small, year, values):
	name = visiting(small, "2022-09-05", "2022-09-25", **values)
	assert name not in [row.get("name") for row in rows_of(NAME, {"school_year": year})]


def test_a_reader_sees_those_whose_placement_is_seen(small, year):
	name = visiting(small, "2022-09-05", "2022-09-25")
	for user, sees in (
		(small.teacher_user[small.urban], True),
		(small.principal_user[small.rural], True),
		(small.clerk, True),
		(small.principal_user[small.other_urban], False),
		(small.teacher_user[small.rural], False),
	):
		listed = [row.get("name") for row in rows_of(NAME, {"school_year": year}, user)]
		assert (name in listed) is sees, user
	other = {"school_year": year, "community": small.other_community}
	assert name not in [row.get("name") for row in rows_of(NAME, other)]


@pytest.mark.parametrize("who", ["Administrator", "principal"])
def test_the_number_of_queries_does_not_grow_with_the_rows(small, year, who, monkeypatch):
	user = small.principal_user[small.urban] if who == "principal" else who

	def run():
		frappe.set_user(user)
		relations.forget()
		return report.execute({"school_year": year})

	given(small, visiting(small, "2022-09-05", "2022-09-25"), "2022-09-06")
	few, rows = count_queries(run, monkeypatch), len(run()[1])
	frappe.set_user("Administrator")
	for _number in range(30):
		given(
			small, visiting(small, "2022-09-05", "2023-05-25"), *[f"2022-09-{day:02}" for day in range(5, 25)]
		)
	assert count_queries(run, monkeypatch) == few
	assert len(run()[1]) == rows + 30


# -- guidance days -------------------------------------------------------------------------------------------------------


def visits(small, school, *days, at=None):
	"""Days on which the principal of `school` guided at its partner."""
	rows = [
		{
			"staff": small.principal[school], "staff_name": "测试校长", "school": school,
			"community": small.community if school == small.urban else small.other_community,
			"visited_school": at or (small.rural if school == small.urban else small.other_rural),
			"visited_on": day, "guided": "测试",
		}
		for day in days
	]  # fmt: skip
	return write("Guidance Visit", rows)


def guided(small, year, user=None, **filters):
	rows = rows_of(NAME, {"school_year": year, "show": lessons.GUIDANCE, **filters}, user)
	return {row["staff"]: row for row in rows if isinstance(row, dict)}


def test_days_of_guidance_by_leader_and_month(small, year):
	visits(small, small.urban, "2022-09-06", "2022-09-20", "2022-11-08", "2022-08-31")
	visits(small, small.urban, "2022-09-20", at="测试第三小学")  # two schools on one day
	row = guided(small, year)[small.principal[small.urban]]
	assert (row["m2022_09"], row.get("m2022_10"), row["m2022_11"], row["total"]) == (2, None, 1, 3)
	columns = [column["fieldname"] for column in report.guidance_columns(report.months_between(FIRST, LAST))]
	assert columns[3:15] == [f"m2022_{month:02}" for month in (9, 10, 11, 12)] + [
		f"m2023_{month:02}" for month in range(1, 9)
	]


def test_days_of_guidance_are_seen_in_their_community(small, year):
	visits(small, small.urban, "2022-09-06")
	visits(small, small.other_urban, "2022-09-06")
	own, other = small.principal[small.urban], small.principal[small.other_urban]
	assert {own, other} <= set(guided(small, year))
	assert set(guided(small, year, small.teacher_user[small.rural])) == {own}
	assert set(guided(small, year, community=small.other_community)) == {other}


def test_days_of_guidance_are_asked_for_in_as_many_queries_whatever_their_number(small, year, monkeypatch):
	def run():
		relations.forget()
		return report.execute({"school_year": year, "show": lessons.GUIDANCE})

	visits(small, small.urban, "2022-09-06")
	few = count_queries(run, monkeypatch)
	visits(small, small.other_urban, *[f"2022-10-{day}" for day in range(10, 30)])
	assert count_queries(run, monkeypatch) == few
