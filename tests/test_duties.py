"""Duties of communities: what is kept, due and missed, computed by hand and by the engine (ACT5, ACT6, ACT7, EX12)."""

from datetime import date

import activity_builders as make
import builders
import frappe
import pytest
from approvals import as_
from frappe.utils import add_days, add_months, get_first_day, getdate, nowdate
from test_reports import count_queries, placement, write

from gongtongti.activities import duties, occurrences, periods
from gongtongti.activities.duties import COMMUNITY, DUE, KEPT, MISSED, NOT_DUE, PAIR, TEACHER
from gongtongti.activities.periods import MONTH, TERM, WEEK, YEAR
from gongtongti.gongtongti.doctype.community_duty.community_duty import DutyError, DutyOverError
from gongtongti.organisation import roles

ACTIVITY, DUTY, VISITS, LESSONS = "Community Activity", "Community Duty", "Test Visit", "Test Lesson"
YEARS = ("2031-2032", "2032-2033")
# the day that counts as today in the table of cases; school years are those of YEARS
TODAY = date(2032, 1, 20)


@pytest.fixture
def held(small, monkeypatch):
	"""What was held, as two sources tell it beside the activities; the school years of the cases, and nobody else's duties."""
	for name in YEARS:
		builders.school_year(name)
	frappe.db.delete(DUTY)
	frappe.db.delete("Duty Kind")
	rows = {ACTIVITY: [], VISITS: [], LESSONS: []}

	def source(doctype):
		def told(first_day, last_day, communities=None):
			return [
				frappe._dict(row)
				for row in rows[doctype]
				if first_day <= row["day"] <= last_day
				and (communities is None or row["community"] in communities)
			]

		return told

	monkeypatch.setattr(occurrences, "SOURCES", {})
	monkeypatch.setattr(duties, "SOURCES", {doctype: source(doctype) for doctype in rows})

	def add(day, kind="测试文艺", doctype=ACTIVITY, **values):
		row = {
			"doctype": doctype,
			"name": f"T-{len(rows[doctype]) + 1}",
			"community": small.community,
			"day": getdate(day),
			"kind": kind,
			"schools": (small.urban, small.rural),
			"placement": None,
			**values,
		}
		rows[doctype].append(row)
		return row["name"]

	return add


def duty(period=MONTH, per=COMMUNITY, times=1, counts=ACTIVITY, kinds=(), first="2031-09-01", last=None):
	"""A duty as it stands in the database; its name."""
	(name,) = write(
		DUTY,
		[
			{
				"duty_name": "测试职责", "in_use": 1, "times": times, "period": period, "per": per, "counts": counts,
				"in_force_from": first, "in_force_to": last,
			}
		],
	)  # fmt: skip
	for kind in kinds:
		write("Duty Kind", [{"parent": name, "parenttype": DUTY, "parentfield": "kinds", "kind": kind}])
	return name


def states(small, first="2031-09-01", last="2032-08-31", today=TODAY, **values):
	"""First day of a period -> state."""
	rows = duties.kept(first, last, [small.community], today=today, **values)
	found = {str(row.first_day): row.state for row in rows}
	assert len(found) == len(rows)
	return found


def month(small, first, **values):
	return states(small, **values)[first]


def stand(small, founded=None, dissolved=None, left=None):
	"""Founds and dissolves the community, and lets the rural school leave, without the rules of communities."""
	if founded:
		frappe.db.set_value("Education Community", small.community, "founded_on", founded)
		frappe.db.set_value("Community Member School", {"parent": small.community}, "joined_on", founded)
	if dissolved:
		frappe.db.set_value("Education Community", small.community, "dissolved_on", dissolved)
	if left:
		frappe.db.set_value(
			"Community Member School", {"parent": small.community, "school": small.rural}, "left_on", left
		)


# ---------------------------------------------------------------------------------------------------- counted by hand


def test_a_month_is_kept_missed_due_or_not_begun(small, held):
	duty()
	held("2031-09-30")
	held("2031-11-01")
	got = states(small)
	assert list(got.values()) == [KEPT, MISSED, KEPT, MISSED, DUE] + [NOT_DUE] * 7
	assert list(got) == [f"2031-{m:02}-01" for m in (9, 10, 11, 12)] + [
		f"2032-{m:02}-01" for m in range(1, 9)
	]


def test_what_was_held_in_a_period_that_still_runs_keeps_it(small, held):
	duty()
	held("2032-01-02")
	assert month(small, "2032-01-01") == KEPT


def test_the_last_day_of_a_period_is_still_due_and_the_day_after_missed(small, held):
	duty()
	assert month(small, "2031-10-01", today=date(2031, 10, 31)) == DUE
	assert month(small, "2031-10-01", today=date(2031, 11, 1)) == MISSED


@pytest.mark.parametrize(("done", "state"), [(0, MISSED), (1, MISSED), (2, KEPT), (3, KEPT)])
def test_several_times_in_one_period(small, held, done, state):
	duty(times=2)
	for day in range(done):
		held(f"2031-10-{day + 1:02}")
	(row,) = duties.kept("2031-10-05", "2031-10-06", [small.community], today=TODAY)
	assert (row.state, row.done, row.times) == (state, done, 2)
	assert row.documents == tuple(f"T-{n + 1}" for n in range(done))
	assert (row.first_day, row.last_day, row.due_on) == (
		date(2031, 10, 1),
		date(2031, 10, 31),
		date(2031, 10, 31),
	)


@pytest.mark.parametrize(
	("founded", "state"),
	[
		("2031-10-01", MISSED),
		("2031-10-16", MISSED),  # 16 of 31 days
		("2031-10-17", NOT_DUE),  # 15 of 31 days
		("2031-10-31", NOT_DUE),
	],
)
def test_a_community_founded_within_a_month_owes_it_if_it_stood_half_of_it(small, held, founded, state):
	duty()
	stand(small, founded=founded)
	got = states(small)
	assert (next(iter(got)), got["2031-10-01"], got["2031-11-01"]) == ("2031-10-01", state, MISSED)


@pytest.mark.parametrize(("dissolved", "state"), [("2031-10-15", NOT_DUE), ("2031-10-16", MISSED)])
def test_a_community_dissolved_within_a_month_owes_it_if_it_stood_half_of_it(small, held, dissolved, state):
	duty()
	stand(small, dissolved=dissolved)
	got = states(small)
	assert (list(got)[-1], got["2031-10-01"]) == ("2031-10-01", state)
	(row,) = duties.kept("2031-10-05", "2031-10-06", [small.community], today=date(2031, 10, 17))
	assert row.state == state and row.due_on == (date(2031, 10, 16) if state == MISSED else None)


def test_a_term_in_the_middle_of_which_a_community_is_founded(small, held):
	"""First term: 1 September to 29 February, 182 days."""
	duty(TERM)
	stand(small, founded="2031-12-01")  # 91 days are left
	assert states(small, today=date(2032, 3, 1)) == {"2031-09-01": MISSED, "2032-03-01": DUE}
	stand(small, founded="2031-12-02")  # 90 days
	assert states(small, today=date(2032, 3, 1))["2031-09-01"] == NOT_DUE


def test_a_school_year_follows_its_own_dates_and_the_term_its_second_one(small, held):
	frappe.db.set_value("Community School Year", YEARS[0], "second_term_start", "2032-02-10")
	duty(YEAR)
	duty(TERM)
	rows = duties.kept("2032-01-01", "2032-02-20", [small.community], today=TODAY)
	spans = [(str(row.first_day), str(row.last_day), row.state) for row in rows]
	assert spans == [
		("2031-09-01", "2032-08-31", DUE),
		("2031-09-01", "2032-02-09", DUE),
		("2032-02-10", "2032-08-31", NOT_DUE),
	]


def test_a_period_without_school_days_is_not_due_and_one_with_few_is_due_until_the_last_of_them(small, held):
	frappe.db.set_value("Community School Year", YEARS[0], "end_date", "2032-06-20")
	frappe.db.set_value("Community School Year", YEARS[1], "start_date", "2032-09-01")
	duty()
	rows = duties.kept("2032-06-01", "2032-08-31", [small.community], today=date(2032, 12, 1))
	assert [(row.state, row.due_on) for row in rows] == [
		(MISSED, date(2032, 6, 20)),
		(NOT_DUE, None),
		(NOT_DUE, None),
	]


def test_days_outside_of_school_years_are_no_school_days(small, held):
	duty(first="2028-09-01")
	assert set(states(small, "2028-09-01", "2029-08-31").values()) == {NOT_DUE}
	assert not states(small, "2020-01-01", "2020-12-31")


def test_a_duty_that_begins_and_ends_within_periods_asks_for_those_it_was_there_for(small, held):
	duty(first="2031-09-16", last="2031-11-14")  # 15 of 30 days, 14 of 30 days
	assert states(small) == {"2031-09-01": MISSED, "2031-10-01": MISSED, "2031-11-01": NOT_DUE}


def test_a_changed_duty_leaves_the_past_as_it_was(small, held):
	old, new = duty(last="2031-10-31"), duty(first="2031-11-01", times=2)
	held("2031-10-02")
	held("2031-11-02")
	rows = duties.kept("2031-10-01", "2031-11-30", [small.community], today=TODAY)
	assert [(row.duty, str(row.first_day), row.state) for row in rows] == [
		(old, "2031-10-01", KEPT),
		(new, "2031-11-01", MISSED),
	]


def test_a_duty_asks_nothing_of_a_community_that_was_founded_after_its_end(small, held):
	duty(last="2031-10-10")
	stand(small, founded="2031-10-20")
	assert not states(small)


def test_a_duty_that_is_not_in_use_asks_for_nothing(small, held):
	name = duty()
	frappe.db.set_value(DUTY, name, "in_use", 0)
	assert not states(small)


def test_only_the_kinds_of_a_duty_count_and_one_kind_counts_for_several_duties(small, held):
	culture, any_kind, both = duty(kinds=("测试文艺",)), duty(), duty(kinds=("测试文艺", "测试体育"))
	held("2031-09-02", kind="测试文艺")
	held("2031-10-02", kind="测试体育")
	held("2031-11-02", kind="测试党务")
	got = {
		(row.duty, row.first_day.month): row.state
		for row in duties.kept("2031-09-01", "2031-11-30", [small.community], today=TODAY)
	}
	assert [got[culture, m] for m in (9, 10, 11)] == [KEPT, MISSED, MISSED]
	assert [got[any_kind, m] for m in (9, 10, 11)] == [KEPT, KEPT, KEPT]
	assert [got[both, m] for m in (9, 10, 11)] == [KEPT, KEPT, MISSED]


def test_a_pair_keeps_its_own_duty_and_only_while_both_schools_are_members(small, held):
	third = builders.school("测试结对小学", "Rural", subdistrict=small.east)
	frappe.get_doc("Education Community", small.community).append(
		"members", {"school": third, "member_role": "Member School", "joined_on": "2020-09-01"}
	).db_insert()
	duty(per=PAIR, counts=VISITS)
	held("2031-10-02", doctype=VISITS)
	held("2031-11-02", doctype=VISITS, schools=(small.urban,))
	stand(small, left="2031-11-20")
	rows = duties.kept("2031-10-01", "2031-12-31", [small.community], today=TODAY)
	first, other = (small.urban, small.rural), (small.urban, third)
	assert {(row.pair, row.first_day.month): row.state for row in rows} == {
		(first, 10): KEPT,
		(first, 11): MISSED,  # 20 of 30 days, and only one of the schools was there
		(other, 10): MISSED,
		(other, 11): MISSED,
		(other, 12): MISSED,
	}


def test_in_an_area_of_equals_any_two_schools_are_a_pair(small, held):
	frappe.db.set_value(
		"Community Member School", {"parent": small.community}, "member_role", "Member School"
	)
	duty(per=PAIR)
	held("2031-10-02")
	(row,) = duties.kept("2031-10-01", "2031-10-31", [small.community], today=TODAY)
	assert (set(row.pair), row.state) == ({small.urban, small.rural}, KEPT)


def test_a_visiting_teacher_owes_the_weeks_of_the_placement(small, held):
	duty(WEEK, TEACHER, 2, LESSONS)
	there, country, cadre, draft = write(
		"Exchange Placement",
		[
			dict(
				placement(small, small.urban, small.rural),
				community=small.community, kind="Teacher Exchange", direction="Urban to Rural", status="Serving",
				start_date="2031-10-09", end_date="2031-10-22", **more,
			)
			for more in ({}, {}, {}, {})
		],
	)  # fmt: skip
	frappe.db.set_value("Exchange Placement", country, "direction", "Rural to Urban")
	frappe.db.set_value("Exchange Placement", cadre, "kind", "Cadre Attachment")
	frappe.db.set_value("Exchange Placement", draft, "status", "Draft")
	for day in ("2031-10-14", "2031-10-16"):
		held(day, doctype=LESSONS, placement=there)
	held("2031-10-21", doctype=LESSONS, placement=there)
	held("2031-10-22", doctype=LESSONS)
	rows = duties.kept("2031-10-01", "2031-10-31", [small.community], today=TODAY)
	assert {row.placement for row in rows} == {there}
	# from Thursday: 4 of 7 days; a whole week; until Wednesday: 3 of 7 days
	assert [(str(row.first_day), row.state, row.done) for row in rows] == [
		("2031-10-06", MISSED, 0),
		("2031-10-13", KEPT, 2),
		("2031-10-20", NOT_DUE, 1),
	]


def test_communities_that_are_asked_for_are_the_only_ones(small, held):
	duty()
	held("2031-10-02", community=small.other_community)

	def told(communities):
		rows = duties.kept("2031-10-01", "2031-10-31", communities, today=TODAY)
		return {row.community: row.state for row in rows}

	assert told([small.other_community]) == {small.other_community: KEPT}
	assert told([]) == {}
	everywhere = told(None)
	assert everywhere[small.community] == MISSED and everywhere[small.other_community] == KEPT


def test_a_community_that_is_being_prepared_owes_nothing(small, held):
	duty()
	frappe.db.set_value("Education Community", small.community, "status", "Preparing")
	assert not states(small)


def test_what_no_source_tells_of_is_not_asked(small, held):
	duty(counts="Test Gone")
	assert not states(small)


def test_the_number_of_queries_is_the_same_for_more_communities_months_and_duties(small, held, monkeypatch):
	duty()
	duty(per=PAIR, counts=VISITS)
	duty(WEEK, TEACHER, counts=LESSONS)

	def count(first, last, communities):
		return count_queries(lambda: duties.kept(first, last, communities, today=TODAY), monkeypatch)

	few = count("2031-10-01", "2031-10-31", [small.community])
	for kind in ("测试文艺", "测试体育"):
		duty(kinds=(kind,))
		duty(TERM, kinds=(kind,))
	assert count("2031-09-01", "2033-08-31", [small.community, small.other_community]) == few == 6


# ---------------------------------------------------------------------------------------------- with real activities


@pytest.fixture
def monthly(small):
	frappe.db.delete(DUTY)
	make.year_of()
	return duty(first=str(get_first_day(nowdate())), kinds=(make.FREE_KIND,))


def this_month(small):
	(row,) = duties.kept(nowdate(), nowdate(), [small.community])
	return row


def test_what_is_planned_and_called_off_does_not_count_what_is_held_does(small, monthly):
	today = nowdate()
	make.kind(make.FREE_KIND)
	early = {"starts_on": f"{today} 00:00:00", "ends_on": f"{today} 00:00:01"}
	make.planned(small, day=today, **early)
	assert this_month(small).documents == ()
	name = make.held(small, day=today, **early)
	assert this_month(small).documents == (name,)
	frappe.db.set_value(ACTIVITY, name, "status", "Called Off")
	assert this_month(small).documents == ()


def test_what_was_moved_over_the_end_of_the_month_counts_where_it_was_held_whenever_it_is_recorded(
	small, monthly
):
	today = nowdate()
	name = make.held(small, day=today, starts_on=f"{today} 00:00:00", ends_on=f"{today} 00:00:01")
	moved = f"{add_days(get_first_day(today), -1)} 10:00:00"
	frappe.db.set_value(ACTIVITY, name, {"starts_on": moved, "recorded_on": f"{today} 08:00:00"})
	assert this_month(small).documents == ()
	before = add_days(get_first_day(today), -1)
	frappe.db.set_value(DUTY, monthly, "in_force_from", get_first_day(before))
	(row,) = duties.kept(before, before, [small.community])
	assert row.documents == (name,)


# ------------------------------------------------------------------------------------------------- what a duty refuses


def entered(small, **values):
	make.year_of()
	by = small.users[roles.TEACHING_RESEARCH]
	given = {
		"doctype": DUTY, "duty_name": "测试职责", "counts": ACTIVITY, "times": 1, "period": MONTH, "per": COMMUNITY,
		"in_force_from": nowdate(), **values,
	}  # fmt: skip
	return as_(by, frappe.get_doc(given).insert)


def changed(small, name, **values):
	doc = frappe.get_doc(DUTY, name)
	doc.update(values)
	return as_(small.users[roles.TEACHING_RESEARCH], doc.save)


@pytest.mark.parametrize(
	"wrong",
	[
		{"times": 0},
		{"times": -1},
		{"in_force_to": "2020-01-01"},
		{"per": TEACHER},
		{"kinds": [{"kind": make.FREE_KIND}, {"kind": make.FREE_KIND}]},
	],
)
def test_a_duty_that_means_nothing_is_refused(small, wrong):
	make.kind(make.FREE_KIND)
	with pytest.raises(DutyError):
		entered(small, **wrong)


def test_what_no_source_tells_of_cannot_be_chosen(small):
	with pytest.raises(frappe.ValidationError):
		entered(small, counts="Community Agreement")


def test_a_duty_does_not_begin_in_a_school_year_that_is_over(small):
	begun = getdate(frappe.get_doc("Community School Year", make.year_of()).start_date)
	with pytest.raises(DutyOverError):
		entered(small, in_force_from=add_days(begun, -1))
	off = entered(small, in_force_from=add_days(begun, -1), in_use=0)
	with pytest.raises(DutyOverError):
		changed(small, off.name, in_use=1)
	assert entered(small, in_force_from=begun).name


@pytest.fixture
def running(small):
	"""A duty of each month that began two months ago."""
	make.kind(make.FREE_KIND)
	return duty(first=str(get_first_day(add_months(nowdate(), -2))))


@pytest.mark.parametrize(
	"change",
	[
		{"times": 2},
		{"period": TERM},
		{"per": PAIR},
		{"kinds": [{"kind": make.FREE_KIND}]},
		{"in_use": 0},
		{"in_force_from": add_days(get_first_day(add_months(nowdate(), -2)), 1)},
		{"in_force_from": nowdate()},
		{"in_force_to": add_days(get_first_day(nowdate()), -2)},
	],
)
def test_what_a_duty_asked_for_in_periods_that_are_over_does_not_change(small, running, change):
	with pytest.raises(DutyOverError):
		changed(small, running, **change)
	with pytest.raises(DutyOverError):
		as_(small.users[roles.TEACHING_RESEARCH], frappe.get_doc(DUTY, running).delete)


def test_a_duty_is_ended_with_the_last_period_that_is_over_or_later_and_renamed(small, running):
	over = add_days(get_first_day(nowdate()), -1)
	assert periods.over(MONTH) == getdate(over)
	changed(small, running, duty_name="测试职责（旧）", in_force_to=over)
	changed(small, running, in_force_to=nowdate())
	changed(small, running, in_force_to=None)


def test_a_duty_that_ended_is_not_taken_up_again_for_periods_that_are_over(small, running):
	frappe.db.set_value(DUTY, running, "in_force_to", add_days(get_first_day(add_months(nowdate(), -1)), -1))
	with pytest.raises(DutyOverError):
		changed(small, running, in_force_to=None)


def test_a_duty_whose_first_period_still_runs_is_changed_freely(small):
	name = entered(small, in_force_from=get_first_day(nowdate())).name
	changed(small, name, times=3, period=TERM)
	changed(small, name, in_use=0)
	as_(small.users[roles.TEACHING_RESEARCH], frappe.get_doc(DUTY, name).delete)


def test_whoever_only_reads_duties_writes_none(small):
	for user in (small.principal_user[small.urban], small.users[roles.SUPERVISION], small.outsider):
		with pytest.raises(frappe.PermissionError):
			as_(user, frappe.get_doc({"doctype": DUTY, "duty_name": "测试职责", "counts": ACTIVITY, "times": 1,
				"period": MONTH, "per": COMMUNITY, "in_force_from": nowdate()}).insert)  # fmt: skip


# ---------------------------------------------------------------------------------------------------------- the seeds


def test_a_site_starts_with_the_duties_whose_documents_it_has_and_gets_each_once(small):
	from gongtongti.activities import duty_seeds, kinds

	frappe.db.delete(DUTY)
	kinds.seed()
	duty_seeds.seed()
	countable = {row[0] for row in duty_seeds.SEEDS if row[1] in occurrences.SOURCES}
	assert {"共同文化活动", "学生校际交流"} <= countable
	assert set(frappe.get_all(DUTY, pluck="duty_name")) == countable
	off = set(frappe.get_all(DUTY, {"in_use": 0}, pluck="duty_name"))
	assert off == {row[0] for row in duty_seeds.SEEDS if not row[6]} & countable
	duty_seeds.seed()
	assert frappe.db.count(DUTY) == len(countable)


def test_a_community_shows_its_year_at_a_glance(small):
	from gongtongti.organisation.state import community_state

	frappe.db.delete(DUTY)
	year = frappe.get_doc("Community School Year", make.year_of())
	make.kind(make.FREE_KIND)
	duty(YEAR, first=year.start_date, kinds=(make.FREE_KIND,))
	duty(YEAR, first=year.start_date, times=99)
	today = nowdate()
	make.held(small, day=today, starts_on=f"{today} 00:00:00", ends_on=f"{today} 00:00:01")
	state = as_(small.principal_user[small.urban], community_state, small.community)
	assert [state[f"duties_{word}"] for word in ("kept", "due", "missed")] == [1, 1, 0]
