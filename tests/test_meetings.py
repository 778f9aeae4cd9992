"""Joint meetings (ACT6): on which days they are due, that none is doubled and none lost, what closing needs, whose the decisions are."""

from datetime import date, timedelta

import activity_builders as acts
import builders
import frappe
import pytest
from approvals import as_
from frappe.utils import add_days, add_to_date, get_datetime, getdate, now_datetime, nowdate
from test_reports import count_queries

from gongtongti.activities import decisions, meetings, occurrences
from gongtongti.activities.meetings import MEETING, RULE, Status
from gongtongti.core import settings, tasks
from gongtongti.gongtongti.doctype.community_school_year import community_school_year as year_rules
from gongtongti.gongtongti.doctype.joint_meeting import joint_meeting as rules
from gongtongti.gongtongti.doctype.meeting_decision import meeting_decision as decision_rules
from gongtongti.gongtongti.doctype.meeting_rule import meeting_rule as rule_rules
from gongtongti.organisation import council, roles, school_years

YEAR = "2031-2032"  # a year of its own, on whose calendar the dates below stand
START = date(2031, 9, 1)


@pytest.fixture
def calendar(small):
	"""A school year with its holidays, the default rule alone, and communities that stand."""
	frappe.db.delete(RULE)
	frappe.db.delete(MEETING)
	builders.school_year(YEAR)
	doc = frappe.get_doc("Community School Year", YEAR)
	for name, first, last in (
		("国庆节", "2031-10-01", "2031-10-07"),
		("寒假", "2032-01-17", "2032-02-14"),
		("暑假", "2032-07-03", "2032-08-31"),
	):
		doc.append("holidays", {"holiday_name": name, "from_date": first, "to_date": last})
	doc.save()
	rule()
	return small


def rule(community=None, since=START, week=meetings.WEEKS[0], weekday="Saturday", **values):
	return builders.insert(
		RULE,
		rule_name="测试规则",
		community=community,
		since=since,
		week_of_month=week,
		weekday=weekday,
		start_time=values.pop("start_time", "09:00:00"),
		minutes=values.pop("minutes", 120),
		host=values.pop("host", meetings.ROTATION),
		**values,
	).name


def made(community):
	"""{month: day} of a community's meetings."""
	rows = frappe.get_all(MEETING, {"community": community}, ["month", "starts_on"], order_by="month")
	return {f"{getdate(row.month):%Y-%m}": getdate(row.starts_on) for row in rows}


def run(day, **length):
	return meetings.make_ahead(getdate(day))


# -- on which days -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("week", "month", "day"),
	[
		(0, date(2031, 11, 1), date(2031, 11, 1)),  # five Saturdays, the first on the 1st
		(1, date(2031, 11, 1), date(2031, 11, 8)),
		(3, date(2031, 11, 1), date(2031, 11, 22)),
		(4, date(2031, 11, 1), date(2031, 11, 29)),  # the last of five
		(4, date(2031, 12, 1), date(2031, 12, 27)),  # the last of four
		(0, date(2031, 10, 1), date(2031, 10, 11)),  # the 4th is a holiday
		(1, date(2031, 10, 1), date(2031, 10, 11)),
		(4, date(2032, 1, 1), date(2032, 1, 10)),  # the last ones are holidays
		(0, date(2032, 2, 1), date(2032, 2, 21)),
		(0, date(2032, 7, 1), None),  # the whole month is a holiday
		(0, date(2032, 9, 1), None),  # in no school year
	],
)
def test_the_day_of_a_month(calendar, week, month, day):
	school_days = school_years.school_days(START, date(2032, 9, 30))
	given = frappe._dict(week_of_month=meetings.WEEKS[week], weekday="Saturday")
	assert meetings.day_of(given, month, school_days) == day


def test_holidays_lie_within_their_year(calendar):
	for first, last in (
		("2031-08-31", "2031-09-02"),
		("2031-12-02", "2031-12-01"),
		("2032-08-31", "2032-09-01"),
	):
		doc = frappe.get_doc("Community School Year", YEAR)
		doc.holidays[0].update({"from_date": first, "to_date": last})
		with pytest.raises(year_rules.HolidayDatesError):
			doc.save()


# -- none doubled, none lost ---------------------------------------------------------------------------------------------

WHOLE_YEAR = {
	"2031-09": date(2031, 9, 6),
	"2031-10": date(2031, 10, 11),
	"2031-11": date(2031, 11, 1),
	"2031-12": date(2031, 12, 6),
	"2032-01": date(2032, 1, 3),
	"2032-02": date(2032, 2, 21),
	"2032-03": date(2032, 3, 6),
	"2032-04": date(2032, 4, 3),
	"2032-05": date(2032, 5, 1),
	"2032-06": date(2032, 6, 5),
}


@pytest.mark.parametrize("every", [1, 10])
def test_a_year_of_runs_makes_each_meeting_once_whatever_stands_still(calendar, every):
	day = START
	while day <= date(2032, 9, 15):
		run(day)
		run(day)
		day += timedelta(days=every)
	assert made(calendar.community) == made(calendar.other_community) == WHOLE_YEAR


def test_meetings_are_made_the_days_ahead_of_the_settings(calendar):
	ahead = settings.get("meeting_days_ahead")
	run(add_days(date(2031, 9, 6), -ahead - 1))
	assert made(calendar.community) == {}
	run(add_days(date(2031, 9, 6), -ahead))
	assert list(made(calendar.community)) == ["2031-09"]


def test_a_run_after_a_standstill_makes_what_its_day_has_passed(calendar):
	run("2031-10-20")
	assert made(calendar.community) == {key: WHOLE_YEAR[key] for key in ("2031-09", "2031-10", "2031-11")}


def test_a_community_meets_from_its_founding_to_its_last_day(calendar):
	frappe.db.set_value("Education Community", calendar.community, "founded_on", "2031-11-15")
	frappe.db.set_value(
		"Education Community",
		calendar.other_community,
		{"status": "Dissolved", "dissolved_on": "2031-12-06"},
	)
	run("2032-02-01")
	assert list(made(calendar.community)) == ["2031-12", "2032-01"]
	assert list(made(calendar.other_community)) == ["2031-09", "2031-10", "2031-11", "2031-12"]


def test_a_community_that_is_being_prepared_does_not_meet(calendar):
	frappe.db.set_value("Education Community", calendar.community, "status", "Preparing")
	run("2031-11-01")
	assert not made(calendar.community) and made(calendar.other_community)


def test_meetings_of_a_dissolved_community_are_called_off(calendar):
	run("2031-11-25")
	frappe.db.set_value(
		"Education Community", calendar.community, {"status": "Dissolved", "dissolved_on": "2031-11-30"}
	)
	meetings._call_off_dissolved()
	rows = frappe.get_all(MEETING, {"community": calendar.community}, ["month", "status"])
	assert {row.status for row in rows if getdate(row.month) >= date(2031, 12, 1)} == {Status.CALLED_OFF}
	assert {row.status for row in rows if getdate(row.month) < date(2031, 12, 1)} == {Status.SCHEDULED}


def test_a_changed_rule_neither_doubles_nor_loses_a_month(calendar):
	run("2031-10-01")
	frappe.db.set_value(RULE, {"community": ("is", "not set")}, "weekday", "Sunday")
	run("2031-12-01")
	expected = {
		**{key: WHOLE_YEAR[key] for key in ("2031-09", "2031-10")},
		"2031-11": date(2031, 11, 2),
		"2031-12": date(2031, 12, 7),
	}
	assert made(calendar.community) == expected


@pytest.mark.parametrize(
	("since", "week", "november"),
	[
		(date(2031, 11, 10), 0, date(2031, 11, 1)),  # its day is past by then: the rule before holds
		(date(2031, 11, 10), 4, date(2031, 11, 28)),
		(date(2031, 12, 1), 0, date(2031, 11, 1)),
	],
)
def test_a_rule_of_the_communitys_own_takes_its_place_from_its_day_on(calendar, since, week, november):
	rule(calendar.community, since, meetings.WEEKS[week], "Friday", start_time="14:30:00", minutes=90)
	run("2031-12-15")
	assert made(calendar.community)["2031-11"] == november
	assert made(calendar.community)["2031-12"].weekday() == 4
	assert made(calendar.other_community)["2031-12"] == WHOLE_YEAR["2031-12"]
	own = frappe.get_doc(MEETING, {"community": calendar.community, "month": "2031-12-01"})
	assert get_datetime(own.ends_on) - get_datetime(own.starts_on) == timedelta(minutes=90)


def test_a_moved_meeting_still_counts_for_its_month(calendar):
	run("2031-11-01")
	name = frappe.db.get_value(MEETING, {"community": calendar.community, "month": "2031-11-01"})
	as_(calendar.principal_user[calendar.urban], meetings.move, name, "2031-12-01 09:00:00", "大雪")
	run("2031-12-10")
	assert made(calendar.community)["2031-11"] == date(2031, 12, 1)
	assert made(calendar.community)["2031-12"] == WHOLE_YEAR["2031-12"]


def test_a_community_with_another_name_gets_no_second_meeting(calendar):
	run("2031-09-01")
	frappe.rename_doc("Education Community", calendar.community, "测试改名共同体")
	assert run("2031-09-02") == 0


def test_the_database_holds_one_meeting_of_a_month(calendar):
	run("2031-09-01")
	row = frappe._dict(
		community=calendar.community,
		month=START,
		day=date(2031, 9, 6),
		rule=frappe._dict(start_time="09:00:00", minutes=60, place=None),
		host=calendar.urban,
		people=[],
	)
	assert meetings.make(row, START) == 0
	assert len(made(calendar.community)) == 1


def test_hosts_take_turns_and_a_lead_school_stays(calendar):
	rule(calendar.other_community, host=meetings.LEAD)
	run("2032-01-01")
	hosts = {
		community: frappe.get_all(MEETING, {"community": community}, pluck="host_school", order_by="month")
		for community in (calendar.community, calendar.other_community)
	}
	assert hosts[calendar.community] == [calendar.urban, calendar.rural] * 2 + [calendar.urban]
	assert set(hosts[calendar.other_community]) == {calendar.other_urban}


def test_what_is_asked_does_not_grow_with_the_communities(calendar, monkeypatch):
	before = count_queries(lambda: meetings._missing(date(2031, 12, 1)), monkeypatch)
	for number in range(3):
		town = builders.school(f"测试城区加{number}", "Urban")
		village = builders.school(f"测试乡村加{number}", "Rural", subdistrict=calendar.east)
		builders.community(f"测试加共同体{number}", town, [village])
	assert count_queries(lambda: meetings._missing(date(2031, 12, 1)), monkeypatch) == before <= 6


def test_a_rule_stands_once_from_a_day_on_and_lasts_some_time(calendar):
	with pytest.raises(rule_rules.RuleTwiceError):
		rule()
	rule(calendar.community)
	with pytest.raises(rule_rules.RuleTwiceError):
		rule(calendar.community)
	with pytest.raises(rule_rules.RuleLengthError):
		rule(since="2031-09-02", minutes=0)


# -- invitations and what is kept ----------------------------------------------------------------------------------------


@pytest.fixture
def meeting(small):
	"""Yesterday's meeting of the community, as the scheduler makes it; its name."""
	return a_meeting(small, -1)


def a_meeting(small, days, month=None, community=None, rule_=None):
	day = getdate(add_days(nowdate(), days))
	acts.year_of(day)
	community = community or small.community
	month = month or day.replace(day=1)
	row = frappe._dict(
		community=community,
		month=month,
		day=day,
		rule=rule_ or frappe._dict(start_time="00:00:00", minutes=60, place=None),
	)
	schools = (
		[small.urban, small.rural] if community == small.community else [small.other_urban, small.other_rural]
	)
	row.people = [person for rows in meetings._leaders(schools).values() for person in rows]
	row.host = schools[0]
	assert meetings.make(row, getdate())
	return frappe.db.get_value(MEETING, {"community": community, "month": month})


def open_tasks(doctype, name):
	return set(tasks.tasks_of(doctype, name)[name])


def filled(small, name, by=None):
	doc = frappe.get_doc(MEETING, name)
	doc.attendees[0].attended = 1
	doc.minutes = "测试记录"
	as_(by or small.principal_user[small.urban], doc.save)


def decision(small, name, by=None, **values):
	given = {
		"doctype": decisions.DECISION,
		"meeting": name,
		"decision": "测试决议",
		"owner_staff": small.teacher[small.rural],
		"due_date": add_days(nowdate(), 10),
		**values,
	}
	return as_(by or small.principal_user[small.urban], frappe.get_doc(given).insert).name


def closed(small, name):
	filled(small, name)
	as_(small.principal_user[small.urban], meetings.close, name)


def test_principals_and_leaders_are_invited_and_the_host_has_the_task(small):
	name = a_meeting(small, 3)
	doc = frappe.get_doc(MEETING, name)
	people = {small.principal[at] for at in (small.urban, small.rural)} | {
		small.leader[at] for at in (small.urban, small.rural)
	}
	assert {row.staff for row in doc.attendees} == people
	told = frappe.get_all("Notification Log", {"document_name": name, "type": "Alert"}, pluck="for_user")
	assert set(told) == {
		user
		for at in (small.urban, small.rural)
		for user in (small.principal_user[at], small.leader_user[at])
	}
	assert open_tasks(MEETING, name) == {small.principal_user[small.urban], small.leader_user[small.urban]}


def test_the_task_follows_the_host_schools_leaders(small):
	name = a_meeting(small, 3)
	school = frappe.get_doc("Community School", small.urban)
	school.leader_in_charge = small.cadre[small.urban]
	school.save()
	tasks.follow()
	assert open_tasks(MEETING, name) == {small.principal_user[small.urban], small.cadre_user[small.urban]}


def test_nobody_is_invited_to_what_is_past(small, meeting):
	assert not frappe.get_all("Notification Log", {"document_name": meeting})
	assert not open_tasks(MEETING, meeting)


@pytest.mark.parametrize("who", ["teacher", "other", "research", "admin"])
def test_only_the_leaders_of_the_schools_keep_it(small, meeting, who):
	user = {
		"teacher": small.teacher_user[small.urban],
		"other": small.principal_user[small.other_urban],
		"research": small.users[roles.TEACHING_RESEARCH],
		"admin": small.admin,
	}[who]
	doc = frappe.get_doc(MEETING, meeting)
	doc.minutes = "改"
	doors = (
		doc.save,
		lambda: meetings.close(meeting),
		lambda: meetings.call_off(meeting, "取消"),
		lambda: meetings.move(meeting, f"{nowdate()} 09:00:00", "改期"),
		lambda: decision(small, meeting, by=user),
	)
	for door in doors:
		with pytest.raises(frappe.PermissionError):
			as_(user, door)


def test_the_chair_of_the_council_keeps_it_without_leading_a_school(small, meeting):
	builders.insert(
		council.COUNCIL,
		community=small.community,
		term_start=add_days(nowdate(), -9),
		term_end=add_days(nowdate(), 9),
		seats=[{"office": "Council Chair", "staff": small.teacher[small.rural]}],
	)
	filled(small, meeting, by=small.teacher_user[small.rural])
	assert not meetings.may_keep(small.teacher_user[small.rural], small.other_community)


def test_meetings_are_made_by_the_rule_alone(small):
	values = {
		"doctype": MEETING,
		"community": small.community,
		"month": "2031-09-01",
		"host_school": small.urban,
		"starts_on": "2031-09-06 09:00:00",
		"status": Status.HELD,
	}
	with pytest.raises(frappe.PermissionError):
		as_(small.principal_user[small.urban], frappe.get_doc(values).insert)
	with pytest.raises(meetings.MeetingClosedError):
		frappe.get_doc({**values, "flags": {"by_change": "made"}}).insert()


def test_what_the_system_keeps_is_not_typed_in(small, meeting):
	doc = frappe.get_doc(MEETING, meeting)
	before = doc.as_dict()
	doc.update(
		{
			"status": Status.HELD,
			"month": "2031-09-01",
			"starts_on": "2031-09-06 09:00:00",
			"changes": [{"reason": "x"}],
			"community": small.other_community,
		}
	)
	as_(small.principal_user[small.urban], doc.save)
	doc = frappe.get_doc(MEETING, meeting)
	for field in ("status", "month", "starts_on", "community"):
		assert doc.get(field) == before[field]
	assert not doc.changes


def test_a_meeting_is_not_deleted(small, meeting):
	with pytest.raises((rules.MeetingKeptError, frappe.PermissionError)):
		as_(small.principal_user[small.urban], frappe.delete_doc, MEETING, meeting)
	with pytest.raises(rules.MeetingKeptError):
		frappe.delete_doc(MEETING, meeting)


def test_host_and_guests_are_of_the_community(small, meeting):
	by = small.principal_user[small.urban]
	doc = frappe.get_doc(MEETING, meeting).update({"host_school": small.other_urban})
	with pytest.raises(rules.HostError):
		as_(by, doc.save)
	for stranger in (small.teacher[small.other_urban], small.principal[small.urban]):
		doc = frappe.get_doc(MEETING, meeting)
		doc.append("attendees", {"staff": stranger})
		with pytest.raises(rules.AttendeeError):
			as_(by, doc.save)


# -- moved, called off, closed, missed -----------------------------------------------------------------------------------


def test_moving_and_calling_off_need_a_reason_and_are_kept(small):
	name, by = a_meeting(small, 3), small.leader_user[small.rural]
	for door in (
		lambda: meetings.call_off(name, " "),
		lambda: meetings.move(name, f"{nowdate()} 09:00:00", ""),
	):
		with pytest.raises(meetings.ReasonMissingError):
			as_(by, door)
	as_(by, meetings.move, name, f"{nowdate()} 09:00:00", "场地冲突")
	as_(by, meetings.call_off, name, "停电")
	doc = frappe.get_doc(MEETING, name)
	assert [(row.change, row.reason) for row in doc.changes] == [
		("Moved", "场地冲突"),
		("Called Off", "停电"),
	]
	assert str(doc.ends_on) == f"{nowdate()} 10:00:00" and doc.status == Status.CALLED_OFF
	assert not open_tasks(MEETING, name)
	with pytest.raises(meetings.MeetingClosedError):
		as_(by, meetings.move, name, f"{nowdate()} 11:00:00", "再改")
	with pytest.raises(meetings.MeetingClosedError):
		as_(by, frappe.get_doc(MEETING, name).update({"minutes": "改"}).save)


def test_closing_needs_attendance_minutes_and_whose_and_when_of_each_decision(small, meeting):
	by = small.principal_user[small.urban]

	def refused(match):
		with pytest.raises(meetings.MeetingNotHeldYetError, match=match):
			as_(by, meetings.close, meeting)

	refused("who was present, the minutes")
	doc = frappe.get_doc(MEETING, meeting)
	doc.attendees[0].attended = 1
	as_(by, doc.save)
	refused(": the minutes")
	filled(small, meeting)
	name = decision(small, meeting, owner_staff=None, due_date=None)
	refused("who carries each decision out")
	doc = frappe.get_doc(decisions.DECISION, name).update({"owner_staff": small.teacher[small.rural]})
	as_(by, doc.save)
	refused("who carries each decision out")
	as_(by, frappe.get_doc(decisions.DECISION, name).update({"due_date": add_days(nowdate(), 3)}).save)
	as_(by, meetings.close, meeting)
	doc = frappe.get_doc(MEETING, meeting)
	assert (doc.status, doc.closed_by) == (Status.HELD, by)
	assert open_tasks(decisions.DECISION, name) == {small.teacher_user[small.rural]}
	with pytest.raises(meetings.MeetingClosedError):
		as_(by, meetings.close, meeting)


def test_what_has_not_begun_is_not_closed(small):
	name = a_meeting(small, 1)
	filled(small, name)
	with pytest.raises(meetings.MeetingNotHeldYetError, match="begins on"):
		as_(small.principal_user[small.urban], meetings.close, name)


def test_the_record_of_a_closed_meeting_is_put_right_for_some_days(small, meeting):
	closed(small, meeting)
	by = small.principal_user[small.urban]
	doc = frappe.get_doc(MEETING, meeting).update({"minutes": "更正"})
	as_(by, doc.save)
	with pytest.raises(meetings.MeetingNotHeldYetError):
		as_(by, frappe.get_doc(MEETING, meeting).update({"minutes": ""}).save)
	late = add_to_date(now_datetime(), days=-settings.get("record_days") - 1)
	frappe.db.set_value(MEETING, meeting, "closed_on", late)
	with pytest.raises(meetings.MeetingClosedError):
		as_(by, frappe.get_doc(MEETING, meeting).update({"minutes": "再改"}).save)


def test_what_is_not_closed_in_time_was_missed_and_is_closed_late(small, meeting):
	late = a_meeting(small, -40)
	meetings.mark_missed()
	assert frappe.db.get_value(MEETING, late, "status") == Status.MISSED
	assert frappe.db.get_value(MEETING, meeting, "status") == Status.SCHEDULED
	closed(small, late)
	assert frappe.db.get_value(MEETING, late, "status") == Status.HELD


# -- decisions -----------------------------------------------------------------------------------------------------------


def test_open_decisions_come_onto_the_next_agenda_and_stay_there(small):
	former = a_meeting(small, -40)
	one, two = decision(small, former), decision(small, former, decision="已完成")
	closed(small, former)
	as_(small.teacher_user[small.rural], decisions.carry_out, two, "完成")
	name = a_meeting(small, -1)
	meetings.daily()
	meetings.daily()
	doc = frappe.get_doc(MEETING, name)
	assert [(row.subject, row.decision) for row in doc.agenda] == [("测试决议", one)]
	by = small.principal_user[small.urban]
	doc.agenda = []
	with pytest.raises(rules.AgendaKeptError):
		as_(by, doc.save)
	doc = frappe.get_doc(MEETING, name)
	doc.append("agenda", {"subject": "新议题", "decision": two})
	as_(by, doc.save)
	assert [row.decision for row in frappe.get_doc(MEETING, name).agenda] == [one, None]


def test_decisions_of_a_meeting_that_is_closed_late_come_onto_the_next_agenda_at_once(small):
	former, name = a_meeting(small, -40), a_meeting(small, 2)
	one = decision(small, former)
	other = a_meeting(small, 2, community=small.other_community)
	closed(small, former)
	assert [row.decision for row in frappe.get_doc(MEETING, name).agenda] == [one]
	assert not frappe.get_doc(MEETING, other).agenda


def test_a_closed_meeting_has_decided(small, meeting):
	name, by = decision(small, meeting), small.principal_user[small.urban]
	closed(small, meeting)
	with pytest.raises(decisions.DecisionClosedError):
		decision(small, meeting)
	for values in (
		{"decision": "别的"},
		{"due_date": add_days(nowdate(), 99)},
		{"owner_staff": small.teacher[small.urban]},
	):
		with pytest.raises(decisions.DecisionClosedError):
			as_(by, frappe.get_doc(decisions.DECISION, name).update(values).save)
	with pytest.raises(decisions.DecisionClosedError):
		as_(by, frappe.delete_doc, decisions.DECISION, name)


def test_a_decision_of_an_open_meeting_is_taken_back_and_not_yet_carried_out(small, meeting):
	name = decision(small, meeting)
	with pytest.raises(decisions.DecisionClosedError):
		as_(small.teacher_user[small.rural], decisions.carry_out, name, "完成")
	as_(small.principal_user[small.urban], frappe.delete_doc, decisions.DECISION, name)
	assert not frappe.db.exists(decisions.DECISION, name)


def test_the_person_responsible_says_what_came_of_it_and_nothing_else(small, meeting):
	name, user = decision(small, meeting), small.teacher_user[small.rural]
	with pytest.raises(frappe.PermissionError):
		as_(user, frappe.get_doc(decisions.DECISION, name).update({"due_date": add_days(nowdate(), 99)}).save)
	closed(small, meeting)
	as_(user, frappe.get_doc(decisions.DECISION, name).update({"result": "进行中"}).save)
	with pytest.raises(frappe.PermissionError):
		as_(user, decisions.give_up, name, "放弃")
	with pytest.raises(decisions.ResultMissingError):
		as_(user, decisions.carry_out, name, " ")
	as_(user, decisions.carry_out, name, "完成")
	doc = frappe.get_doc(decisions.DECISION, name)
	assert (doc.status, str(doc.done_on), doc.result) == (decisions.Status.DONE, nowdate(), "完成")
	assert not open_tasks(decisions.DECISION, name)
	with pytest.raises(decisions.DecisionClosedError):
		as_(user, frappe.get_doc(decisions.DECISION, name).update({"result": "改"}).save)


@pytest.mark.parametrize("who", ["teacher", "other"])
def test_others_keep_no_decision(small, meeting, who):
	name = decision(small, meeting)
	closed(small, meeting)
	user = {"teacher": small.teacher_user[small.urban], "other": small.principal_user[small.other_urban]}[who]
	for door in (
		lambda: decisions.carry_out(name, "完成"),
		lambda: decisions.give_up(name, "放弃"),
		frappe.get_doc(decisions.DECISION, name).update({"result": "改"}).save,
		lambda: frappe.delete_doc(decisions.DECISION, name),
	):
		with pytest.raises(frappe.PermissionError):
			as_(user, door)


def test_nobody_makes_oneself_responsible_to_keep_a_decision(small, meeting):
	name, user = decision(small, meeting), small.teacher_user[small.urban]
	doc = frappe.get_doc(decisions.DECISION, name).update({"owner_staff": small.teacher[small.urban]})
	with pytest.raises(frappe.PermissionError):
		as_(user, doc.save)


def test_a_keeper_gives_a_decision_up(small, meeting):
	name = decision(small, meeting)
	closed(small, meeting)
	as_(small.leader_user[small.rural], decisions.give_up, name, "条件不具备")
	assert frappe.db.get_value(decisions.DECISION, name, "status") == decisions.Status.GIVEN_UP


def test_whoever_is_responsible_is_of_the_community_and_the_day_comes_after(small, meeting):
	with pytest.raises(decision_rules.OwnerError):
		decision(small, meeting, owner_staff=small.teacher[small.other_urban])
	with pytest.raises(decision_rules.DueDateError):
		decision(small, meeting, due_date=add_days(nowdate(), -2))


def test_the_task_of_a_person_without_an_account_is_the_leaders(small, meeting):
	name = decision(small, meeting, owner_staff=small.teacher2[small.rural])
	closed(small, meeting)
	leaders = {small.principal_user[small.rural], small.leader_user[small.rural]}
	assert open_tasks(decisions.DECISION, name) == leaders
	person = frappe.get_doc("School Staff", small.teacher2[small.rural])
	person.user = builders.user("late.account")
	person.save()
	tasks.follow()
	assert open_tasks(decisions.DECISION, name) == {person.user}


def notices(name, user=None):
	return frappe.get_all(
		"Notification Log",
		{"document_name": name, "type": "Alert", **({"for_user": user} if user else {})},
		pluck="for_user",
	)


def test_those_responsible_are_reminded_once_before_the_day(small, meeting):
	soon = settings.get("decision_notice_days")
	due = decision(small, meeting, due_date=add_days(nowdate(), soon))
	later = decision(small, meeting, due_date=add_days(nowdate(), soon + 1))
	decisions.daily()  # not in force yet
	assert not notices(due)
	closed(small, meeting)
	for _run in range(2):
		decisions.daily()
	assert notices(due) == [small.teacher_user[small.rural]] and not notices(later)


def test_what_is_overdue_goes_to_the_bureau_leader_and_the_principals_once(small, meeting):
	late, today = (decision(small, meeting, due_date=add_days(nowdate(), 1 + i)) for i in range(2))
	closed(small, meeting)
	for _run in range(2):
		decisions.daily(add_days(nowdate(), 2))
	told = {
		small.users[roles.BUREAU_LEADER],
		small.principal_user[small.urban],
		small.principal_user[small.rural],
	}
	assert sorted(notices(late)) == sorted(told)
	assert notices(today) == [small.teacher_user[small.rural]]  # its day is not over yet: only reminded


def test_what_is_closed_is_neither_reminded_of_nor_escalated(small, meeting):
	name = decision(small, meeting, due_date=nowdate())
	closed(small, meeting)
	as_(small.teacher_user[small.rural], decisions.carry_out, name, "完成")
	before = len(notices(name))
	decisions.daily(add_days(nowdate(), 9))
	assert len(notices(name)) == before


# -- rows, counts, paper -------------------------------------------------------------------------------------------------


def test_partners_read_meetings_and_decisions_and_others_do_not(small, meeting):
	name = decision(small, meeting)
	for doctype, document in ((MEETING, meeting), (decisions.DECISION, name)):
		doc = frappe.get_doc(doctype, document)
		for user, sees in (
			(small.teacher_user[small.rural], True),
			(small.users[roles.SUPERVISION], True),
			(small.principal_user[small.other_urban], False),
			(small.outsider, False),
		):
			assert doc.has_permission("read", user=user) is sees, (doctype, user)


def test_a_closed_meeting_is_counted_with_the_schools_that_came(small, meeting):
	day = getdate(add_days(nowdate(), -1))
	assert not occurrences.of_meetings(day, day, [small.community])
	closed(small, meeting)
	(found,) = occurrences.of_meetings(day, day, [small.community])
	first = frappe.get_doc(MEETING, meeting).attendees[0].school
	assert (found.name, found.day, found.schools, found.kind) == (meeting, day, (first,), None)
	assert not occurrences.of_meetings(day, day, [small.other_community])


def test_the_record_shows_missed_months_attendance_and_open_decisions(small, meeting):
	from gongtongti.gongtongti.report.joint_meeting_record import joint_meeting_record as record

	name = decision(small, meeting, due_date=nowdate())
	closed(small, meeting)
	a_meeting(small, -40)
	a_meeting(small, -1, community=small.other_community)
	meetings.mark_missed()
	frappe.db.set_value(decisions.DECISION, name, "due_date", add_days(nowdate(), -1))
	year = acts.year_of(add_days(nowdate(), -1))

	def rows(**filters):
		_columns, found, _message, chart, summary = record.execute({"school_year": year, **filters})
		return {(row.community, row.month_of): row for row in found}, chart, summary

	found, chart, _summary = as_(small.users[roles.SUPERVISION], rows)
	month = f"{getdate(add_days(nowdate(), -1)):%Y-%m}"
	row = found[small.community, month]
	assert (row.invited, row.came, row.share, row.decisions, row.open, row.overdue) == (4, 1, 25.0, 1, 1, 1)
	assert (small.other_community, month) in found and chart
	own, _chart, _summary = as_(small.principal_user[small.rural], rows)
	assert {community for community, _month in own} == {small.community}
	only, _chart, _summary = as_(small.users[roles.SUPERVISION], rows, open_only=1)
	assert set(only) == {(small.community, month)}


def test_the_paper_says_who_came_what_was_decided_and_escapes_it(small, meeting):
	decision(small, meeting, decision="<b>粗</b>决议")
	filled(small, meeting)
	html = as_(
		small.principal_user[small.urban], frappe.get_print, MEETING, meeting, print_format="联席会议纪要"
	)
	assert "测试记录" in html and "&lt;b&gt;粗&lt;/b&gt;决议" in html and "<b>粗</b>" not in html
	assert frappe.get_doc(MEETING, meeting).attendees[0].staff_name in html


def test_a_site_starts_with_the_first_saturday(small):
	frappe.db.delete(RULE)
	meetings.seed()
	meetings.seed()
	(row,) = frappe.get_all(RULE, fields=["week_of_month", "weekday", "since", "community"])
	assert (row.week_of_month, row.weekday, str(row.since)) == (meetings.WEEKS[0], "Saturday", nowdate())
	assert not row.community
