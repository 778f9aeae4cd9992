"""Many activities in one go, and what is noted where people and places are wanted twice (ACT12)."""

from datetime import date, timedelta

import frappe
import pytest
from activity_builders import (
	ACTIVITY,
	RESEARCH_KIND,
	activity,
	held,
	kind,
	planned,
	sign,
	statements,
	year_of,
)
from approvals import as_, everybody, fresh_reach, no_mails  # noqa: F401
from frappe.utils import add_days, getdate, nowdate

from gongtongti.activities import clashes, holding, series
from gongtongti.core.signers import SEND
from gongtongti.organisation import school_years


def begins():
	"""A Wednesday early in this school year: 10 September at the latest."""
	first = school_years.of(year_of()).start_date
	return first + timedelta(days=(2 - first.weekday()) % 7)


def days_of(name_of_series):
	rows = frappe.get_all(ACTIVITY, {"series": name_of_series}, ["starts_on", "status"], order_by="starts_on")
	return [(getdate(row.starts_on), row.status) for row in rows]


def repeat(small, name, every, until):
	return as_(small.leader_user[small.urban], series.repeat, name, every, str(until))


# -- a plan repeated -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("every", "apart"), [(series.WEEK, 7), (series.FORTNIGHT, 14)])
def test_a_plan_is_repeated_as_drafts_of_the_same(small, every, apart):
	day = begins()
	name = planned(small, day=day, place="会议室", procedure="测试程序")
	result = repeat(small, name, every, day + timedelta(days=3 * apart + 1))
	assert len(result["made"]) == 3 and not result["skipped"]
	assert days_of(name) == [
		(day, "Planned for a Day"),
		*((day + timedelta(days=apart * i), "Draft") for i in (1, 2, 3)),
	]
	source, made = (frappe.get_doc(ACTIVITY, one) for one in (name, result["made"][0]))
	for field in ("title", "kind", "host_school", "place", "organiser", "procedure", "work_field"):
		assert made.get(field) == source.get(field)
	assert [row.school for row in made.schools] == [small.rural]
	assert (made.ends_on - made.starts_on) == (source.ends_on - source.starts_on)
	# once more makes what is still lacking only
	result = repeat(small, name, every, day + timedelta(days=4 * apart))
	assert len(result["made"]) == 1 and len(days_of(name)) == 5


@pytest.mark.parametrize(
	("first", "step", "then"),
	[
		(date(2026, 9, 9), 1, date(2026, 10, 14)),  # the second Wednesday
		(date(2026, 9, 30), 1, date(2026, 10, 28)),  # the fifth, where there are four
		(date(2026, 9, 30), 3, date(2026, 12, 30)),  # and five again
		(date(2026, 9, 1), 5, date(2027, 2, 2)),  # over the year's end
	],
)
def test_a_month_later_is_the_same_weekday_of_the_month(first, step, then):
	assert series._later(first, series.MONTH, step) == then
	assert then.weekday() == first.weekday()


def test_days_outside_the_school_year_are_left_out_and_named(small):
	year = school_years.of(year_of())
	last = year.end_date - timedelta(days=9)
	name = activity(small, day=last)
	result = repeat(small, name, series.WEEK, last + timedelta(days=21))
	assert len(result["made"]) == 1
	assert [row["day"] for row in result["skipped"]] == [str(last + timedelta(days=n)) for n in (14, 21)]
	assert all(year.name in row["reason"] for row in result["skipped"])


def test_what_a_plan_refuses_is_left_out_and_named(small):
	"""The rural school leaves the community next week: after that it takes part in nothing there."""
	day = getdate(nowdate())
	name = activity(small, day=day)
	member = {"parent": small.community, "school": small.rural}
	frappe.db.set_value("Community Member School", member, "left_on", add_days(day, 8))
	result = repeat(small, name, series.WEEK, add_days(day, 15))
	assert len(result["made"]) + len(result["skipped"]) == 2 and len(result["skipped"]) >= 1
	assert result["skipped"][-1]["day"] == str(add_days(day, 14))


@pytest.mark.parametrize(
	"wrong", [("Every Day", 30), (series.WEEK, 0), (series.WEEK, -7), (series.WEEK, 400)]
)
def test_a_series_that_cannot_be_is_refused(small, wrong):
	every, days = wrong
	with pytest.raises(series.SeriesError):
		repeat(small, activity(small), every, add_days(getdate(nowdate()), days - 1))


def test_more_than_twenty_are_made_in_the_background_and_whoever_asked_is_told(small, monkeypatch):
	day, queued, told = begins(), [], []
	name = activity(small, day=day)
	monkeypatch.setattr(frappe, "enqueue", lambda method, **kwargs: queued.append((method, kwargs)))
	monkeypatch.setattr(series, "enqueue_create_notification", lambda users, doc: told.append((users, doc)))
	until = day + timedelta(days=7 * 21)
	assert repeat(small, name, series.WEEK, until) == {"queued": 21}
	assert days_of(name) == [] and len(queued) == 1
	method, arguments = queued[0]
	result = as_(
		small.leader_user[small.urban], frappe.get_attr(method), arguments["which"], arguments["arguments"]
	)
	assert len(result["made"]) == 21 and len(days_of(name)) == 22
	assert told[0][0] == [small.leader_user[small.urban]] and "21" in told[0][1]["subject"]


# -- a year taken over -----------------------------------------------------------------------------------------------------


@pytest.fixture
def years(small):
	"""(school year before today's, today's): both are entered, and the community was there."""
	this = school_years.of(year_of())
	return year_of(add_days(this.start_date, -30)), this.name


def copy(small, years, by=None):
	by = by or small.leader_user[small.urban]
	return as_(by, series.copy_from, small.community, *years)


def test_a_year_is_taken_over_on_the_same_weekday_of_the_same_week_and_once(small, years):
	old, new = (school_years.of(year) for year in years)
	day = old.start_date + timedelta(days=100)
	source = held(small, day=day)
	result = copy(small, years)
	made = frappe.get_doc(ACTIVITY, result["made"][0])
	taken = getdate(made.starts_on)
	assert (made.copied_from, made.status, made.school_year) == (source, "Draft", new.name)
	assert taken.weekday() == day.weekday()
	weeks = [
		(one - (start - timedelta(days=start.weekday()))).days // 7
		for one, start in ((day, old.start_date), (taken, new.start_date))
	]
	assert weeks[0] == weeks[1]
	assert not made.wrap_up and not made.participants and not made.recorded_on
	assert copy(small, years) == {"made": [], "skipped": []}


def test_what_is_not_taken_over(small, years):
	"""What was called off, what others hosted, what is a draft; kinds out of use are named."""
	old = school_years.of(years[0])
	day = old.start_date + timedelta(days=60)
	off, _draft = planned(small, day=day), activity(small, day=day)
	as_(small.leader_user[small.urban], holding.call_off, off, "测试")
	foreign = planned(
		small, day=day, host_school=small.rural, schools=[], organiser=small.teacher[small.rural]
	)
	old_kind = kind("测试旧类型")
	planned(small, old_kind, day=day)
	frappe.get_doc("Activity Kind", old_kind).update({"out_of_use": 1}).save()
	result = copy(small, years)
	assert result["made"] == [] and [old_kind in row["reason"] for row in result["skipped"]] == [True]
	result = copy(small, years, by=small.leader_user[small.rural])
	assert [frappe.db.get_value(ACTIVITY, name, "copied_from") for name in result["made"]] == [foreign]


def test_a_series_stays_together_in_the_other_year(small, years):
	day = school_years.of(years[0]).start_date + timedelta(days=30)
	name = planned(small, day=day)
	for made in repeat(small, name, series.WEEK, day + timedelta(days=7))["made"]:
		sign(small.leader_user[small.urban], made, SEND)
	made = copy(small, years)["made"]
	of_copies = set(frappe.get_all(ACTIVITY, {"name": ("in", made)}, pluck="series"))
	assert len(made) == 2 and len(of_copies) == 1 and of_copies.isdisjoint({name, None})


def test_a_year_is_not_taken_over_into_itself(small, years):
	with pytest.raises(series.SeriesError):
		copy(small, (years[1], years[1]))


@pytest.mark.parametrize("function", [series.repeat, series.copy_from])
def test_whoever_writes_no_plans_makes_none(small, years, function):
	name, at = planned(small), small.urban
	args = {
		series.repeat: (name, series.WEEK, add_days(nowdate(), 20)),
		series.copy_from: (small.community, *years),
	}[function]
	may = {small.leader_user[at], small.principal_user[at], small.teacher_user[at], "Administrator"}
	before = frappe.db.count(ACTIVITY)
	for user in set(everybody(small)) - may:
		try:
			assert not as_(user, function, *args)["made"]
		except frappe.PermissionError:
			continue
		assert (
			function is series.copy_from
			and user
			in {  # who plans elsewhere, and finds nothing to take over
				small.leader_user[small.rural],
				small.principal_user[small.rural],
				small.teacher_user[small.rural],
				small.cadre_user[small.rural],
				small.cadre_user[at],
			}
		)
	assert frappe.db.count(ACTIVITY) == before


# -- what is wanted twice --------------------------------------------------------------------------------------------------


def notes(name):
	return frappe.db.get_value(ACTIVITY, name, "clash_notes") or ""


def test_people_and_places_wanted_twice_are_noted_and_nothing_is_refused(small):
	day = add_days(nowdate(), 5)
	first = planned(small, day=day, place="第一会议室", participants=[{"staff": small.teacher2[small.rural]}])
	busy = activity(
		small,
		day=day,
		place=" 第一 会议室",
		organiser=small.teacher2[small.rural],
		participants=[{"staff": small.teacher[small.urban]}],
	)
	said = notes(busy).splitlines()
	assert len(said) == 3 and all(first in line for line in said)
	for what in ("乡村小学教师二", "城区小学教师一", "会议室"):
		assert any(what in line for line in said), what
	sign(small.leader_user[small.urban], busy, SEND)  # noted, not refused


@pytest.mark.parametrize(
	"other",
	[
		{"starts_on": " 10:30:00", "ends_on": " 11:00:00"},  # right after it
		{"place": "第二会议室", "organiser": "teacher2"},
		{"host_school": "rural", "organiser": "teacher2"},  # the same name of a place of another school
	],
)
def test_what_is_not_at_one_time_or_place_is_no_clash(small, other):
	day = add_days(nowdate(), 5)
	planned(small, day=day, place="第一会议室")
	other = {"place": "第一会议室", **other}
	for field in ("starts_on", "ends_on"):
		if field in other:
			other[field] = f"{day}{other[field]}"
	if other.get("organiser"):
		other["organiser"] = small.teacher2[small.rural if "host_school" in other else small.urban]
	if "host_school" in other:
		other |= {"host_school": small.rural, "schools": [], "by": small.leader_user[small.rural]}
	assert notes(activity(small, day=day, **other)) == ""


def test_plans_that_are_no_longer_are_no_clash_and_a_move_asks_again(small):
	day, by = add_days(nowdate(), 5), small.leader_user[small.urban]
	first, second = planned(small, day=day), planned(small, day=add_days(day, 1))
	draft = activity(small, RESEARCH_KIND, day=day)
	assert first in notes(draft) and not notes(second)
	as_(by, holding.move, second, f"{day} 09:30:00", f"{day} 11:00:00", "测试改期")
	assert first in notes(second)
	as_(by, holding.call_off, first, "测试取消")
	as_(by, holding.call_off, second, "测试取消")
	sign(by, draft, SEND)
	assert notes(draft) == ""


def test_clashes_take_two_queries_however_many_people_and_activities_there_are(small):
	day = add_days(nowdate(), 5)
	doc = frappe.get_doc(ACTIVITY, activity(small, day=day, place="会议室"))
	assert statements(lambda: clashes.notes(doc)) == 2
	for _number in range(3):
		planned(small, day=day, place="会议室", participants=[{"staff": small.teacher2[small.rural]}])
	doc.append("participants", {"staff": small.teacher2[small.rural]})
	assert statements(lambda: clashes.notes(doc)) == 2
	assert len(clashes.notes(doc).splitlines()) == 9
