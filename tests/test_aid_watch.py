"""The dropout watch: risks, visits, what the system watches by itself, and the report over it (AID3, AID4)."""

import itertools
import json
import re
from datetime import timedelta
from functools import partial
from pathlib import Path

import engines
import frappe
import pytest
from aid_builders import pupil
from approvals import as_, everybody, remove, sweep_traces
from builders import insert
from frappe.desk.query_report import run
from frappe.utils import add_days, getdate, nowdate
from test_reports import count_queries

from gongtongti.aid import watch
from gongtongti.core import relations, report, settings
from gongtongti.features import DECLARED
from gongtongti.gongtongti.doctype.aid_follow_up import aid_follow_up as visits
from gongtongti.gongtongti.doctype.dropout_risk import dropout_risk as risks
from gongtongti.gongtongti.report.dropout_watch import dropout_watch
from gongtongti.organisation import roles, terms

RISK, VISIT, PUPIL, APPLICATION = watch.RISK, watch.VISIT, watch.PUPIL, watch.APPLICATION
SCHOOL = "Community School"
_numbers = itertools.count(1)


# -- makers ------------------------------------------------------------------------------------------------------------


def risk(small, of=None, cause="Family Event", school=None, by=None, **values):
	"""A risk entered by the leader in charge of the school; the number."""
	school = school or (frappe.db.get_value(PUPIL, of, "school") if of else small.rural)
	of = of or pupil(small, school)
	return as_(by or small.leader_user[school], insert, RISK, pupil=of, cause=cause, **values).name


def visit(small, of=None, because_of=None, by=None, **values):
	"""A visit by a teacher of the school, entered by the leader in charge; the number."""
	of = of or frappe.db.get_value(RISK, because_of, "pupil")
	school = frappe.db.get_value(PUPIL, of, "school")
	fields = {
		"pupil": of,
		"risk": because_of,
		"visitor": small.teacher[school],
		"visited_on": nowdate(),
		"findings": "测试回访情况",
		**values,
	}
	return as_(by or small.leader_user[school], insert, VISIT, **fields).name


def change(doctype, name, by, **values):
	def save():
		doc = frappe.get_doc(doctype, name)
		doc.update(values)
		return doc.save()

	return as_(by, save)


def close(small, name, status="Risk Resolved", by=None, **values):
	school = frappe.db.get_value(RISK, name, "school")
	return change(
		RISK, name, by or small.leader_user[school], status=status, **{"outcome": "测试结果", **values}
	)


def stored(name, *fields, doctype=RISK):
	found = frappe.db.get_value(doctype, name, fields)
	return found


def write(doctype, rows):
	"""Rows straight into a table, as other parts of the app would have left them; their names."""
	fields = sorted({field for row in rows for field in row})
	names = [f"TEST-{next(_numbers):06}" for _row in rows]
	frappe.db.bulk_insert(
		doctype,
		["name", "creation", "modified", *fields],
		[
			(name, frappe.utils.now(), frappe.utils.now(), *[row.get(field) for field in fields])
			for name, row in zip(names, rows, strict=True)
		],
	)
	return names


def aid(of, year, term, status="Paid Out", **values):
	"""An application as it stands after its approval and payment; the number."""
	row = {
		"pupil": of,
		"school": frappe.db.get_value(PUPIL, of, "school"),
		"school_year": year,
		"term": term,
		"status": status,
		"docstatus": int(status in ("Finally Approved", "Paid Out", "Stopped")),
		"purpose": "Living Allowance",
		"amount": 300,
		"recurring": 0,
		"terms": 0,
		"term_no": 1,
		**values,
	}
	return write(APPLICATION, [row])[0]


def tasks(name):
	"""{account: (status, text, day)} of the tasks about a risk."""
	rows = frappe.get_all(
		"ToDo",
		{"reference_type": RISK, "reference_name": name},
		["allocated_to", "status", "description", "date"],
	)
	return {row.allocated_to: (row.status, row.description, row.date) for row in rows if row.status == "Open"}


def notices(name):
	"""[(account, subject)] of the notices about a document that ask for something."""
	rows = frappe.get_all(
		"Notification Log",
		{"document_name": name, "type": "Alert"},
		["for_user", "subject"],
		order_by="for_user",
	)
	return [(row.for_user, row.subject) for row in rows]


def day(days=0):
	return getdate(add_days(nowdate(), days))


# -- settings ----------------------------------------------------------------------------------------------------------


def test_settings_fall_back_where_they_were_never_saved(small):
	frappe.db.delete("Singles", {"doctype": "Community Settings", "field": "visit_days"})
	frappe.db.set_single_value("Community Settings", "aid_gap_days", 45)
	frappe.clear_document_cache("Community Settings", "Community Settings")
	try:
		names = ("smallest_group", "absence_days", "visit_days", "aid_gap_days")
		assert {name: settings.get(name) for name in names} == {
			"smallest_group": 5,
			"absence_days": 10,
			"visit_days": 14,
			"aid_gap_days": 45,
		}
		doc = frappe.get_doc("Community Settings")
		doc.bureau_name = "测试教育局"
		doc.save()  # the others are not refused for being empty
		assert doc.visit_days == 14
	finally:
		frappe.clear_document_cache("Community Settings", "Community Settings")


# -- entering a risk ---------------------------------------------------------------------------------------------------


def test_risk_belongs_to_the_school_of_its_pupil(small):
	name = risk(small, school=small.rural, **{})
	assert stored(name, "school", "status", "level") == (small.rural, "Still Open", "Watch")
	other = pupil(small, small.other_rural)
	with pytest.raises(frappe.PermissionError):
		risk(small, other, by=small.leader_user[small.rural])
	with pytest.raises(frappe.PermissionError):
		as_(
			small.leader_user[small.rural],
			insert,
			RISK,
			pupil=other,
			school=small.rural,
			cause="Absence",
			absent_days=1,
		)
	by_section = risk(small, other, by=small.users[roles.BASIC_EDUCATION])
	assert stored(by_section, "school") == small.other_rural


def test_pupil_that_does_not_exist_is_answered_like_one_out_of_reach(small):
	for unknown in ("AP-99999", {"pupil_name": ("like", "测试%")}, None):
		with pytest.raises(frappe.PermissionError):
			as_(small.leader_user[small.rural], insert, RISK, pupil=unknown, cause="Other Cause")


def test_visit_is_due_after_the_days_of_the_settings_and_never_in_the_past(small):
	frappe.db.set_single_value("Community Settings", "visit_days", 9)
	frappe.clear_document_cache("Community Settings", "Community Settings")
	try:
		assert stored(risk(small), "visit_by") == day(9)
	finally:
		frappe.db.set_single_value("Community Settings", "visit_days", 14)
		frappe.clear_document_cache("Community Settings", "Community Settings")
	assert stored(risk(small, visit_by=day()), "visit_by") == day()
	with pytest.raises(risks.VisitDateError):
		risk(small, visit_by=day(-1))
	with pytest.raises(risks.VisitDateError):
		change(RISK, risk(small), small.leader_user[small.rural], visit_by=day(-1))


@pytest.mark.parametrize(
	"values,level",
	[
		({"cause": "Absence", "absent_days": 9}, "Watch"),
		({"cause": "Absence", "absent_days": 10}, "High"),
		({"cause": "Family Cannot Pay"}, "High"),
		({"cause": "Family Event", "level": "High"}, "Watch"),
		({"cause": "Other Cause"}, "Watch"),
	],
)
def test_level_follows_from_what_is_known(small, values, level):
	assert stored(risk(small, **values), "level") == level


def test_one_open_risk_for_each_pupil_and_cause(small):
	of = pupil(small)
	first = risk(small, of)
	with pytest.raises(watch.AlreadyWatchedError, match=first):
		risk(small, of)
	other = risk(small, of, cause="Other Cause")
	with pytest.raises(watch.AlreadyWatchedError):
		change(RISK, other, small.leader_user[small.rural], cause="Family Event")
	visit(small, because_of=first)
	close(small, first)
	assert risk(small, of) != first


@pytest.mark.parametrize("whose", ["another school", "left"])
def test_visitor_is_in_service_at_the_school(small, whose):
	visitor = small.teacher[small.urban if whose == "another school" else small.rural]
	if whose == "left":
		frappe.db.set_value("School Staff", visitor, "status", "Retired")
	with pytest.raises(watch.VisitorError):
		risk(small, visitor=visitor)
	with pytest.raises(watch.VisitorError):
		visit(small, of=pupil(small), visitor=visitor)


def test_visitor_who_retires_later_does_not_hold_up_the_risk(small):
	name = risk(small, visitor=small.teacher[small.rural])
	visit(small, because_of=name)
	frappe.db.set_value("School Staff", small.teacher[small.rural], "status", "Retired")
	assert close(small, name).status == "Risk Resolved"


FORGED = {
	"school": "测试城区小学",
	"level": "High",
	"last_visit": "2026-01-01",
	"closed_on": "2026-01-01",
	"told_on": "2026-01-01",
	"open_key": "free",
}


def test_what_the_server_computes_is_not_typed_in(small):
	of = pupil(small)
	fields = {**FORGED, "pupil": of, "cause": "Family Event", "status": "Family Visited"}
	name = as_(small.users[roles.BASIC_EDUCATION], insert, RISK, **fields).name
	computed = ("school", "level", "status", "last_visit", "closed_on", "told_on", "open_key")
	right = (small.rural, "Watch", "Still Open", None, None, None, f"{of}|Family Event")
	assert stored(name, *computed) == right
	forged = {field: value for field, value in FORGED.items() if field != "school"}
	change(RISK, name, small.leader_user[small.rural], **forged, status="Family Visited")
	assert stored(name, *computed) == right


def test_risk_stays_with_its_pupil(small):
	name = risk(small)
	with pytest.raises(watch.FixedFieldError):
		change(RISK, name, small.leader_user[small.rural], pupil=pupil(small))


@pytest.mark.parametrize("user", ["Administrator", "leader"])
@pytest.mark.parametrize("doctype", [RISK, VISIT])
def test_nothing_is_deleted_renamed_discarded_submitted_or_imported(small, doctype, user):
	of, name = pupil(small), risk(small)
	if doctype == VISIT:
		name = visit(small, because_of=name)
	user = small.leader_user[small.rural] if user == "leader" else user
	refused = (
		watch.WatchKeptError if user == "Administrator" else (watch.WatchKeptError, frappe.PermissionError)
	)
	doors = [
		lambda: frappe.delete_doc(doctype, name),
		lambda: frappe.get_doc(doctype, name).delete(),
		lambda: frappe.rename_doc(doctype, name, "X-1", force=True),
		lambda: frappe.get_doc(doctype, name).submit(),
	]
	if hasattr(frappe.model.document.Document, "discard"):
		doors.append(lambda: frappe.get_doc(doctype, name).discard())
	for door in doors:
		with pytest.raises(refused):
			as_(user, door)
		assert stored(name, "name", "docstatus", doctype=doctype) == (name, 0)
	frappe.flags.in_import = True
	try:
		with pytest.raises(watch.WatchImportError):
			as_(user, insert, RISK, pupil=of, cause="Other Cause")
	finally:
		frappe.flags.in_import = False


def test_leaders_of_the_school_are_asked_by_number_and_nobody_else(small):
	of = pupil(small)
	name = risk(small, of, visitor=small.teacher[small.rural])  # a teacher may not read it, and is not asked
	asked = tasks(name)
	assert set(asked) == {small.principal_user[small.rural], small.leader_user[small.rural]}
	who = frappe.db.get_value(PUPIL, of, ["pupil_name", "guardian_name", "student_number"])
	for _status, text, by in asked.values():
		assert name in text and by == day(14)
		assert not [word for word in who if word in text]
	assert not frappe.db.exists("DocShare", {"share_doctype": RISK, "share_name": name})


def test_tasks_get_the_new_day_and_are_closed_with_the_risk(small):
	name = risk(small)
	change(RISK, name, small.leader_user[small.rural], visit_by=day(3))
	assert {by for _status, _text, by in tasks(name).values()} == {day(3)}
	assert len(tasks(name)) == 2
	change(RISK, name, small.leader_user[small.rural], details="测试")
	visit(small, because_of=name)
	assert len(tasks(name)) == 2
	close(small, name)
	assert tasks(name) == {}


# -- closing -----------------------------------------------------------------------------------------------------------


def test_closing_needs_an_outcome_and_a_visit(small):
	name = risk(small)
	with pytest.raises(risks.NotVisitedError):
		close(small, name)
	visit(small, of=stored(name, "pupil"))  # of the same pupil, for another reason
	with pytest.raises(risks.NotVisitedError):
		close(small, name)
	visit(small, because_of=name)
	with pytest.raises(risks.OutcomeMissingError):
		close(small, name, outcome="  ")
	close(small, name)
	assert stored(name, "status", "closed_on", "open_key") == ("Risk Resolved", day(), None)


def test_new_risk_is_not_closed_at_once(small):
	with pytest.raises(risks.NotVisitedError):
		risk(small, status="Risk Resolved", outcome="测试结果")


def test_left_school_is_said_by_the_pupils_record_first(small):
	name = risk(small)
	visit(small, because_of=name)
	with pytest.raises(risks.NotLeftError, match=stored(name, "pupil")):
		close(small, name, "Left School")
	frappe.db.set_value(PUPIL, stored(name, "pupil"), "status", "Graduated")
	with pytest.raises(risks.NotLeftError):
		close(small, name, "Left School")
	frappe.db.set_value(PUPIL, stored(name, "pupil"), "status", "Left School")
	assert close(small, name, "Left School").closed_on


@pytest.mark.parametrize("values", [{"status": "Still Open"}, {"outcome": "另一个结果"}, {}])
def test_closed_risk_is_not_edited(small, values):
	name = risk(small)
	visit(small, because_of=name)
	close(small, name)
	for user in (small.leader_user[small.rural], small.users[roles.BASIC_EDUCATION], "Administrator"):
		with pytest.raises(risks.RiskClosedError):
			change(RISK, name, user, **values)
	assert stored(name, "status", "outcome") == ("Risk Resolved", "测试结果")


# -- visits ------------------------------------------------------------------------------------------------------------


def test_visit_goes_into_its_risk(small):
	name = risk(small)
	made = visit(small, because_of=name, visited_on=day(-2))
	assert stored(made, "school", doctype=VISIT) == small.rural
	assert stored(name, "status", "last_visit", "level") == ("Family Visited", day(-2), "Watch")
	visit(small, because_of=name, visited_on=day(-5))
	assert stored(name, "last_visit") == day(-2)
	visit(small, because_of=name)
	assert stored(name, "last_visit") == day()


def test_visit_without_a_risk_changes_none(small):
	name = risk(small)
	visit(small, of=stored(name, "pupil"))
	assert stored(name, "status", "last_visit") == ("Still Open", None)


def test_next_visit_moves_the_day_and_the_task(small):
	name = risk(small, visit_by=day(2))
	visit(small, because_of=name, next_visit_by=day(20))
	assert stored(name, "visit_by", "status") == (day(20), "Family Visited")
	assert {by for _status, _text, by in tasks(name).values()} == {day(20)}
	visit(small, because_of=name, visited_on=day(-1))  # entered late: the plan stands
	assert stored(name, "visit_by") == day(20)
	for wrong in (day(-1), day()):
		with pytest.raises(visits.VisitDateError):
			visit(small, because_of=name, next_visit_by=wrong)


def test_pupil_not_at_school_makes_the_risk_high_and_the_section_is_told_by_number(small):
	of = pupil(small)
	name = risk(small, of)
	made = visit(small, because_of=name, still_at_school=0)
	assert stored(name, "level") == "High"
	told = notices(made)
	assert [user for user, _subject in told] == [small.users[roles.BASIC_EDUCATION]]
	who = frappe.db.get_value(PUPIL, of, ["pupil_name", "guardian_name", "student_number"])
	assert not [word for word in who if word in told[0][1]]
	visit(small, because_of=name)
	change(RISK, name, small.leader_user[small.rural], details="测试")
	assert stored(name, "level") == "High"


def test_whoever_enters_the_visit_is_not_told_of_it(small):
	of, section = pupil(small), small.users[roles.BASIC_EDUCATION]
	assert notices(visit(small, of, by=section, still_at_school=0)) == []
	assert len(notices(visit(small, of, still_at_school=0))) == 1  # without a risk it is told all the same


def test_visit_found_to_be_wrong_is_put_right_in_the_risk_too(small):
	name = risk(small)
	made = visit(small, because_of=name)
	assert notices(made) == []
	change(VISIT, made, small.leader_user[small.rural], still_at_school=0, visited_on=day(-3))
	assert stored(name, "level", "last_visit") == ("High", day(-3))
	assert len(notices(made)) == 1
	change(VISIT, made, small.leader_user[small.rural], still_at_school=1)
	assert stored(name, "level") == "Watch"
	assert len(notices(made)) == 1


def test_visit_lies_not_in_the_future(small):
	with pytest.raises(visits.VisitDateError):
		visit(small, of=pupil(small), visited_on=day(1))


def test_risk_and_application_of_a_visit_are_the_same_pupils(small):
	of, other = pupil(small), pupil(small)
	year, term = small.year, terms.SECOND
	with pytest.raises(visits.RiskOfOtherError):
		visit(small, of=of, because_of=risk(small, other))
	with pytest.raises(visits.ApplicationOfOtherError):
		visit(small, of=of, application=aid(other, year, term))
	assert visit(small, of=of, application=aid(of, year, term))


def test_no_visit_for_a_closed_risk(small):
	name = risk(small)
	made = visit(small, because_of=name)
	close(small, name)
	with pytest.raises(visits.RiskOfOtherError):
		visit(small, because_of=name)
	before = stored(name, "*")
	change(VISIT, made, small.leader_user[small.rural], still_at_school=0)
	assert stored(name, "*") == before


def test_visit_of_another_schools_pupil_is_refused(small):
	of = pupil(small, small.other_rural)
	with pytest.raises(frappe.PermissionError):
		visit(small, of=of, by=small.leader_user[small.rural])


@pytest.mark.parametrize("status,told", [("Paid Out", True), ("Finally Approved", False)])
def test_money_that_has_not_arrived_is_told_to_the_finance_section_by_number(small, status, told):
	of = pupil(small)
	application = aid(of, small.year, terms.SECOND, status)
	visit(small, of=of, application=application, money_arrived="Yes")
	assert notices(application) == []
	made = visit(small, of=of, application=application, money_arrived="No")
	found = notices(application)
	section = {small.users[roles.FINANCE], small.cashier}
	assert {user for user, _subject in found} == (section if told else set())
	who = frappe.db.get_value(PUPIL, of, ["pupil_name", "guardian_name", "student_number"])
	assert not [word for word in (*who, of) for _user, subject in found if word in subject]
	change(VISIT, made, small.leader_user[small.rural], findings="测试补充")
	assert len(notices(application)) == len(found)


def test_money_that_has_not_arrived_names_its_application(small):
	with pytest.raises(visits.ApplicationOfOtherError):
		visit(small, of=pupil(small), money_arrived="No")


def test_visit_is_edited_by_whoever_entered_it_for_seven_days_or_by_the_section(small):
	made = visit(small, of=pupil(small))
	leader, principal = small.leader_user[small.rural], small.principal_user[small.rural]
	section = small.users[roles.BASIC_EDUCATION]
	assert change(VISIT, made, leader, findings="甲")
	for forged in ({}, {"owner": principal, "creation": nowdate()}):
		with pytest.raises(visits.VisitFixedError):
			change(VISIT, made, principal, findings="乙", **forged)
	assert change(VISIT, made, section, findings="丙", owner=section).owner == leader
	frappe.db.set_value(VISIT, made, "creation", day(-8), update_modified=False)
	with pytest.raises(visits.VisitFixedError):
		change(VISIT, made, leader, findings="丁", creation=nowdate())
	assert change(VISIT, made, section, findings="戊")
	for fixed in ({"pupil": pupil(small)}, {"risk": risk(small, stored(made, "pupil", doctype=VISIT))}):
		with pytest.raises(watch.FixedFieldError):
			change(VISIT, made, section, **fixed)


# -- the system watches ------------------------------------------------------------------------------------------------


def test_system_opens_a_risk_once_for_each_pupil_and_cause(small):
	of = pupil(small)
	name = watch.open_risk(of, "Absence", "测试", absent_days=12, visit_by=day(3))
	assert stored(name, "school", "level", "visit_by", "absent_days") == (small.rural, "High", day(3), 12)
	assert watch.open_risk(of, "Absence") is None
	assert watch.open_risk(of, "Aid Ending")
	assert set(tasks(name)) == {small.principal_user[small.rural], small.leader_user[small.rural]}


def test_who_comes_second_at_the_same_instant_opens_no_second_risk(small, monkeypatch):
	of = pupil(small)
	watch.open_risk(of, "Absence")
	monkeypatch.setattr(risks.DropoutRisk, "check_only_one", lambda self: None)
	real = frappe.db.exists
	monkeypatch.setattr(
		frappe.db, "exists", lambda dt, *args, **kwargs: None if dt == RISK else real(dt, *args, **kwargs)
	)
	assert watch.open_risk(of, "Absence") is None
	assert frappe.db.count(RISK, {"pupil": of}) == 1


def open_risk_of(of):
	return watch.open_risk(of, "Absence")


def visit_on(values):
	frappe.set_user(values["user"])
	return frappe.get_doc({"doctype": VISIT, **values["fields"]}).insert().name


@pytest.fixture
def committed(small):
	"""A pupil on watch that other processes see; taken away afterwards. Out: (pupil, risk)."""
	began = frappe.utils.now()
	of = pupil(small)
	name = risk(small, of)
	visit(
		small, of
	)  # the very first numbers of a kind of document can deadlock in the framework's table of series
	frappe.db.commit()
	yield of, name
	frappe.set_user("Administrator")
	frappe.db.rollback()
	found = [(RISK, row) for row in frappe.get_all(RISK, {"pupil": of}, pluck="name")]
	found += [(VISIT, row) for row in frappe.get_all(VISIT, {"pupil": of}, pluck="name")]
	remove([*found, (PUPIL, of)])
	sweep_traces(began)
	frappe.db.commit()


@pytest.mark.mariadb
def test_four_who_open_a_risk_at_the_same_instant_open_one(small, committed):
	of, _risk = committed
	outcomes = engines.run_in_processes("test_aid_watch:open_risk_of", 4, [of])
	frappe.db.rollback()
	assert [outcome for outcome in outcomes if outcome.error] == []
	assert frappe.db.count(RISK, {"pupil": of, "cause": "Absence"}) == 1


@pytest.mark.mariadb
def test_visits_entered_at_the_same_instant_both_count(small, committed):
	of, name = committed
	fields = {"pupil": of, "risk": name, "visitor": small.teacher[small.rural], "findings": "测试回访情况"}
	days = [{"visited_on": str(day(-ago)), "still_at_school": int(ago != 2)} for ago in (0, 1, 2, 3)]
	each = [{"user": small.leader_user[small.rural], "fields": {**fields, **values}} for values in days]
	outcomes = engines.run_in_processes("test_aid_watch:visit_on", 4, [], each=each)
	frappe.db.rollback()
	assert [outcome for outcome in outcomes if outcome.error] == []
	assert stored(name, "last_visit", "level") == (day(), "High")


# 2026-2027 runs from 1 September; aid of 2025-2026 is over, thirty days without new aid are over on 1 October
GAP, BEFORE_GAP = "2026-10-01", "2026-09-30"


def ending(of):
	return frappe.get_all(RISK, {"pupil": of, "cause": "Aid Ending"}, pluck="name", order_by="creation")


def test_aid_that_ended_with_nothing_to_follow_is_watched(small):
	of = pupil(small)
	aid(of, small.year, terms.SECOND)
	assert watch.daily(BEFORE_GAP)["opened"] == 0
	assert watch.daily(GAP)["opened"] == 1
	assert stored(ending(of)[0], "school", "details") == (
		small.rural,
		f"Last aid: {small.year}, Second Term.",
	)
	assert watch.daily(GAP)["opened"] == 0
	assert len(ending(of)) == 1


@pytest.mark.parametrize("status", ["In Approval", "Finally Approved", "Paid Out"])
def test_aid_of_this_term_that_is_given_or_asked_for_is_no_gap(small, status):
	of = pupil(small)
	aid(of, small.year, terms.SECOND)
	aid(of, small.next_year, terms.FIRST, status)
	assert watch.daily(GAP)["opened"] == 0


@pytest.mark.parametrize("status", ["Draft", "Not Approved", "Stopped"])
def test_aid_of_this_term_that_was_not_sent_or_was_refused_or_stopped_leaves_a_gap(small, status):
	of = pupil(small)
	aid(of, small.year, terms.FIRST, "Finally Approved")
	aid(of, small.next_year, terms.FIRST, status)
	assert watch.daily(GAP)["opened"] == 1


@pytest.mark.parametrize("status", ["Changed School", "Graduated", "Left School"])
def test_pupils_who_are_gone_are_not_put_on_watch_and_stay_on_it(small, status):
	of, watched = pupil(small), pupil(small)
	name = risk(small, watched)
	for one in (of, watched):
		aid(one, small.year, terms.SECOND)
		frappe.db.set_value(PUPIL, one, "status", status)
	assert watch.daily(GAP) == {"moved": 0, "opened": 0, "overdue": 0}
	assert stored(name, "status") == "Still Open"


def test_aid_asked_for_in_vain_before_is_no_aid_that_ended(small):
	for status in ("Draft", "In Approval", "Not Approved", "Stopped"):
		aid(pupil(small), small.year, terms.SECOND, status)
	assert watch.daily(GAP)["opened"] == 0


def test_gap_counts_from_the_second_term_too(small):
	of = pupil(small)
	aid(of, small.next_year, terms.FIRST)
	aid(of, small.year, terms.SECOND)
	assert watch.daily("2027-03-30")["opened"] == 0
	assert watch.daily("2027-03-31")["opened"] == 1
	assert stored(ending(of)[0], "details") == f"Last aid: {small.next_year}, First Term."


def test_watch_once_for_each_ending(small):
	of = pupil(small)
	aid(of, small.year, terms.SECOND)
	watch.daily(GAP)
	(first,) = ending(of)
	frappe.db.set_value(RISK, first, "creation", GAP, update_modified=False)
	visit(small, because_of=first)
	close(small, first)
	assert watch.daily("2026-10-02")["opened"] == 0
	assert watch.daily("2027-04-15")["opened"] == 0
	aid(of, small.next_year, terms.FIRST)  # helped again, and without aid again
	assert watch.daily("2027-04-15")["opened"] == 1


def test_last_term_of_aid_over_several_terms_is_noticed_a_month_before_its_end(small):
	of, going_on, asked_again, drafted, single = (pupil(small) for _ in range(5))
	for one in (of, going_on, asked_again, drafted):
		total = 3 if one == going_on else 2
		first = aid(one, small.year, terms.SECOND, recurring=1, terms=total)
		aid(one, small.next_year, terms.FIRST, recurring=1, terms=total, first_application=first, term_no=2)
	aid(asked_again, small.next_year, terms.SECOND, "In Approval")
	aid(drafted, small.next_year, terms.SECOND, "Draft")
	aid(single, small.next_year, terms.FIRST)
	assert watch.daily("2027-01-28")["opened"] == 0
	assert watch.daily("2027-01-29")["opened"] == 2
	assert len(ending(drafted)) == 1
	(name,) = ending(of)
	assert watch.daily("2027-02-10")["opened"] == 0
	# closed with a promise that is not kept: the gap is watched all the same
	frappe.db.set_value(RISK, name, "creation", "2027-01-29", update_modified=False)
	visit(small, because_of=name)
	close(small, name)
	assert watch.daily("2027-02-11")["opened"] == 0
	watch.daily("2027-03-31")
	assert len(ending(of)) == 2


def test_day_in_no_school_year_opens_nothing(small):
	aid(pupil(small), small.year, terms.SECOND)
	assert watch.daily("2031-10-15")["opened"] == 0


def test_overdue_visit_is_high_and_told_once_by_number(small):
	of = pupil(small)
	name = risk(small, of, visit_by=day(3))
	assert watch.daily(day(3))["overdue"] == 0
	assert watch.daily(day(4))["overdue"] == 1
	assert stored(name, "level", "told_on", "status") == ("High", day(4), "Still Open")
	told = notices(name)
	assert [user for user, _subject in told] == sorted(
		[small.users[roles.BASIC_EDUCATION], small.principal_user[small.rural]]
	)
	who = frappe.db.get_value(PUPIL, of, ["pupil_name", "guardian_name", "student_number"])
	assert not [word for word in who for _user, subject in told if word in subject]
	assert watch.daily(day(5))["overdue"] == 0
	assert notices(name) == told


def test_visit_in_time_is_not_overdue_later_unless_a_next_one_was_planned(small):
	done, planned = risk(small, visit_by=day(3)), risk(small, visit_by=day(3))
	visit(small, because_of=done)
	visit(small, because_of=planned, next_visit_by=day(10))
	assert watch.daily(day(9))["overdue"] == 0
	assert watch.daily(day(11))["overdue"] == 1
	assert stored(planned, "level") == "High" and stored(done, "level") == "Watch"
	visit(small, because_of=planned)
	assert stored(planned, "level", "told_on") == ("Watch", None)


def test_edit_of_an_overdue_risk_leaves_it_high(small):
	name = risk(small)
	frappe.db.set_value(RISK, name, "visit_by", day(-1))
	change(RISK, name, small.leader_user[small.rural], details="测试")
	assert stored(name, "level") == "High"


def test_risk_goes_with_its_pupil_to_another_school(small):
	of = pupil(small)
	name = risk(small, of, visitor=small.teacher[small.rural])
	frappe.db.set_value(PUPIL, of, "school", small.other_rural)
	assert watch.daily()["moved"] == 1
	assert stored(name, "school", "visitor") == (small.other_rural, None)
	assert set(tasks(name)) == {small.principal_user[small.other_rural], small.leader_user[small.other_rural]}
	assert watch.daily()["moved"] == 0


def test_one_failure_does_not_stop_the_rest(small, monkeypatch):
	first, second = pupil(small), pupil(small)
	for of in (first, second):
		aid(of, small.year, terms.SECOND)
	late = risk(small, visit_by=day())
	real = watch.open_risk

	def failing(of, *args, **kwargs):
		if of == first:
			frappe.db.set_value(PUPIL, of, "class_name", "half done")
			raise ZeroDivisionError
		return real(of, *args, **kwargs)

	monkeypatch.setattr(watch, "open_risk", failing)
	logged = frappe.db.count("Error Log")
	assert watch.daily(GAP)["opened"] == 1
	assert ending(second) and not ending(first)
	assert stored(first, "class_name", doctype=PUPIL) == "1"
	assert frappe.db.count("Error Log") == logged + 1
	monkeypatch.setattr(watch, "watch_endings", lambda today: 1 / 0)
	assert watch.daily(day(1)) == {"moved": 0, "opened": 0, "overdue": 1}
	assert stored(late, "told_on") == day(1)


def well_off(small, number):
	"""Pupils for whom the daily job has nothing to do: aid in this term, or on watch with a visit that is not due yet."""
	pupils = write(PUPIL, [{"pupil_name": "测试", "student_number": f"N{next(_numbers)}", "school": small.rural,
		"status": "At School"} for _ in range(number)])  # fmt: skip
	for of in pupils:
		aid(of, small.year, terms.SECOND)
		aid(of, small.next_year, terms.FIRST)
	write(
		RISK,
		[
			{
				"pupil": of,
				"school": small.rural,
				"cause": "Other Cause",
				"level": "Watch",
				"status": "Still Open",
				"visit_by": day(5),
			}
			for of in pupils
		],
	)


def test_queries_of_the_daily_job_do_not_grow_with_pupils_who_need_nothing(small, monkeypatch):
	def counted():
		return [count_queries(partial(watch.daily, today), monkeypatch) for today in (GAP, "2027-01-29")]

	well_off(small, 2)
	few = counted()
	well_off(small, 40)
	assert counted() == few


def test_daily_job_is_one_of_the_schedulers(small):
	assert "gongtongti.gongtongti_daily.watch_dropout_risks" in frappe.get_hooks("scheduler_events")["daily"]


# -- who sees which rows -----------------------------------------------------------------------------------------------


@pytest.fixture
def two_schools(small):
	"""A risk with a visit at each of two rural schools; {school: (risk, visit, pupil, pupil's name)}."""
	found = {}
	for school in (small.rural, small.other_rural):
		of = pupil(small, school)
		name = risk(small, of, visit_by=day(2))
		found[school] = (
			name,
			visit(small, because_of=name),
			of,
			frappe.db.get_value(PUPIL, of, "pupil_name"),
		)
	return found


def readers(small):
	"""{account: schools whose risks it sees}, in plain words."""
	seen = {user: set() for user in everybody(small)}
	for school in small.schools:
		seen[small.principal_user[school]] = seen[small.leader_user[school]] = {school}
	seen[small.users[roles.BASIC_EDUCATION]] = seen["Administrator"] = set(small.schools)
	return seen


def test_school_and_section_see_the_risks_and_visits_and_nobody_else(small, two_schools):
	for user, schools in readers(small).items():
		for index, doctype in enumerate((RISK, VISIT)):
			relations.forget()
			try:
				listed = set(as_(user, frappe.get_list, doctype, pluck="name", limit=0))
			except frappe.PermissionError:
				listed = set()
			expected = {found[index] for school, found in two_schools.items() if school in schools}
			assert listed == expected, (user, doctype)
			for found in two_schools.values():
				doc = frappe.get_doc(doctype, found[index])
				assert as_(user, frappe.has_permission, doctype, "read", doc) is (found[index] in expected), (
					user
				)


def rows_of(user, **filters):
	relations.forget()
	return as_(user, run, "Dropout Watch", filters=json.dumps(filters))


def test_report_shows_each_reader_the_own_rows_and_names(small, two_schools):
	for user, schools in readers(small).items():
		try:
			answer = rows_of(user)
		except frappe.PermissionError:
			assert not schools, user
			continue
		shown = {row["name"]: row for row in answer["result"]}
		expected = {found[0]: found for school, found in two_schools.items() if school in schools}
		assert set(shown) == set(expected), user
		assert {row["pupil_name"] for row in shown.values()} == {found[3] for found in expected.values()}
		hidden = [found for school, found in two_schools.items() if school not in schools]
		text = json.dumps(
			[answer[part] for part in ("result", "chart", "message")], ensure_ascii=False, default=str
		)
		assert not [word for found in hidden for word in found if word in text], user


def test_report_is_for_nobody_but_schools_and_section(small):
	for role in (
		roles.FINANCE, roles.SUPERVISION, roles.DISCIPLINE, roles.SUBDISTRICT_OFFICE, roles.GROUP_HEAD,
		roles.BUREAU_LEADER, roles.EXCHANGE_TEACHER,
	):  # fmt: skip
		with pytest.raises(frappe.PermissionError):
			rows_of(small.users[role])


def test_report_follows_a_pupil_to_another_school(small, two_schools):
	name, _visit, of, pupil_name = two_schools[small.rural]
	frappe.db.set_value(
		PUPIL, of, "school", small.other_rural
	)  # the risk's school follows with the next daily run
	relations.forget()
	assert rows_of(small.leader_user[small.rural])["result"] == []
	rows = {row["name"]: row["pupil_name"] for row in rows_of(small.leader_user[small.other_rural])["result"]}
	assert len(rows) == 2 and rows[name] == pupil_name


def test_report_has_no_column_of_names_for_a_reader_without_rights_on_pupils(small, two_schools, monkeypatch):
	may = frappe.has_permission
	monkeypatch.setattr(
		frappe, "has_permission", lambda doctype, *a, **k: doctype != PUPIL and may(doctype, *a, **k)
	)
	columns, rows, *_ = dropout_watch.execute({})
	assert "pupil_name" not in {column["fieldname"] for column in columns}
	assert len(rows) == 2 and {row["pupil_name"] for row in rows} == {None}
	assert next(c for c in columns if c["fieldname"] == "pupil")["fieldtype"] == "Data"


# -- the report's contents ---------------------------------------------------------------------------------------------


def result(**filters):
	relations.forget()
	_columns, rows, message, chart, summary, *_ = dropout_watch.execute(filters)
	return (
		{row["name"]: row for row in rows},
		message,
		chart,
		{card["label"]: card["value"] for card in summary},
	)


def test_report_says_what_is_known_of_each_risk(small):
	year, term = terms.of_day()
	of, without = pupil(small), pupil(small, grade="Grade 5")
	aid(of, year, term, amount=300.1)
	aid(of, year, term, "Finally Approved", amount=200.2, purpose="Meals")
	aid(of, year, term, "Draft", amount=900, purpose="Transport")
	aid(without, year, term, "In Approval")
	first = risk(small, of, cause="Family Cannot Pay", visitor=small.teacher[small.rural])
	second = risk(small, without)
	visit(small, because_of=second)
	visit(small, because_of=second)
	frappe.db.set_value(RISK, first, "visit_by", day(-3))
	rows, message, chart, summary = result()
	assert list(rows) == [first, second]
	late, quiet = rows[first], rows[second]
	assert (late["school"], late["grade"], late["cause"], late["level"], late["status"]) == (
		small.rural, "Grade 3", "Family Cannot Pay", "High", "Still Open",
	)  # fmt: skip
	assert (late["visitor"], late["visit_by"], late["overdue_days"], late["visits"]) == (
		"乡村小学教师一", day(-3), 3, 0,
	)  # fmt: skip
	assert (late["aid"], late["aid_amount"], late["without_aid"]) == ("Paid Out", 500.3, 0)
	assert (quiet["grade"], quiet["last_visit"], quiet["visits"], quiet["overdue_days"]) == (
		"Grade 5",
		day(),
		2,
		0,
	)
	assert (quiet["aid"], quiet["aid_amount"], quiet["without_aid"]) == ("In Approval", None, 1)
	assert list(summary.values()) == [2, 2, 1, 1, 1]
	assert term in message and year in message
	assert (
		sum(chart["data"]["datasets"][0]["values"]) == 1 and sum(chart["data"]["datasets"][1]["values"]) == 1
	)


def test_report_counts_a_pupil_without_aid_once(small):
	of = pupil(small)
	risk(small, of)
	risk(small, of, cause="Other Cause")
	rows, *_rest, summary = result()
	assert {row["aid"] for row in rows.values()} == {"No aid"}
	assert (summary["Open Risks"], summary["Pupils without Aid This Term"]) == (2, 1)


def test_report_filters(small, two_schools):
	own, other = two_schools[small.rural][0], two_schools[small.other_rural][0]
	closed = risk(small, cause="Absence", absent_days=20)
	visit(small, because_of=closed)
	close(small, closed)
	late = risk(small, cause="Absence", absent_days=20)
	frappe.db.set_value(RISK, late, "visit_by", day(-1))
	assert set(result()[0]) == {own, other, late}
	assert set(result(school=small.rural)[0]) == {own, late}
	assert set(result(cause="Absence")[0]) == {late}
	assert set(result(level="High")[0]) == {late}
	assert set(result(status="Family Visited")[0]) == {own, other}
	assert set(result(overdue_only=1)[0]) == {late}
	rows, *_rest, summary = result(status="Risk Resolved")
	assert set(rows) == {closed} and summary["Open Risks"] == 0


@pytest.mark.parametrize(
	"filters",
	[{"school": "没有的学校"}, {"cause": "x' OR '1'='1"}, {"level": ["High"]}, {"status": "Closed"}],
)
def test_bad_filter_gets_a_clear_answer(small, filters):
	with pytest.raises(report.ReportFilterError, match="Choose one from the list"):
		dropout_watch.execute(filters)


def test_chart_is_by_school_for_many_and_by_cause_for_one(small, two_schools):
	assert set(result()[2]["data"]["labels"]) == {small.rural, small.other_rural}
	assert result(school=small.rural)[2]["data"]["labels"] == ["Family Event"]
	assert result(cause="Absence")[2] is None


def test_report_speaks_chinese(small, two_schools):
	was, frappe.local.lang = frappe.local.lang, "zh"
	try:
		columns, rows, message, chart, summary, *_ = dropout_watch.execute({})
	finally:
		frappe.local.lang = was
	shown = [column["label"] for column in columns] + [card["label"] for card in summary] + [message]
	shown += [dataset["name"] for dataset in chart["data"]["datasets"]]
	shown += [row[field] for row in rows for field in ("cause", "level", "status", "aid", "grade")]
	assert [
		text for text in shown if not re.search("[\u4e00-\u9fff]", text) or re.search("[A-Za-z]{3}", text)
	] == []


def test_report_file_and_script_say_what_the_server_says(small):
	folder = Path(dropout_watch.__file__).parent
	doc = json.loads((folder / "dropout_watch.json").read_text("utf-8"))
	assert {row["role"] for row in doc["roles"]} == set(DECLARED.runners["Dropout Watch"])
	assert (doc["ref_doctype"], doc["report_type"], doc["prepared_report"]) == (RISK, "Script Report", 0)
	script = (folder / "dropout_watch.js").read_text("utf-8")
	assert set(re.findall(r'fieldname: "(\w+)"', script)) == set(dropout_watch.FILTERS)


@pytest.mark.parametrize("who", ["Administrator", "section", "leader"])
def test_queries_of_the_report_do_not_grow_with_the_rows(small, who, monkeypatch):
	user = {
		"section": small.users[roles.BASIC_EDUCATION],
		"leader": small.leader_user[small.rural],
	}.get(who, who)

	def report():
		relations.forget()
		return as_(user, dropout_watch.execute, {})

	well_off(small, 2)
	few, few_rows = count_queries(report, monkeypatch), len(report()[1])
	well_off(small, 60)
	assert count_queries(report, monkeypatch) == few
	assert len(report()[1]) == few_rows + 60


def test_reading_the_report_by_months_ago_and_ahead(small):
	"""A visit overdue since long stands before one since yesterday."""
	names = [risk(small) for _ in range(3)]
	for name, ago in zip(names, (1, 90, 0), strict=True):
		frappe.db.set_value(RISK, name, "visit_by", getdate() - timedelta(days=ago))
	assert list(result()[0]) == [names[1], names[0], names[2]]
