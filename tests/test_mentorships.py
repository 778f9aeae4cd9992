"""Mentors and trainees: who writes them down and sees them, what must be there before both confirm, what stays on record (ACT9)."""

import frappe
import pytest
from activity_builders import year_of
from approvals import as_, everybody, fresh_reach, no_mails  # noqa: F401
from frappe import client
from frappe.utils import add_days, nowdate

from gongtongti.activities import mentoring
from gongtongti.core import settings
from gongtongti.gongtongti.doctype.mentorship.mentorship import (
	MentorshipConcludedError,
	MentorshipDayError,
	NotOfCommunityError,
	SamePersonError,
)
from gongtongti.organisation import roles, school_years

MENTORSHIP = mentoring.MENTORSHIP
TODAY = nowdate()
GUIDANCE = {"guided_on": TODAY, "form": "听课", "content": "测试指导"}


def mentorship(small, by=None, guidances=0, **values):
	"""The urban teacher brings on the rural one; written by the leader of the trainee's school (or `by`); its name."""
	year_of()
	fields = {
		"doctype": MENTORSHIP,
		"community": small.community,
		"mentor": small.teacher[small.urban],
		"trainee": small.teacher[small.rural],
		"subject": small.subjects[0],
		"from_date": TODAY,
		"to_date": TODAY,
		"goals": "测试目标",
		"guidances": [dict(GUIDANCE) for _ in range(guidances)],
		**values,
	}
	return as_(by or small.leader_user[small.rural], frappe.get_doc(fields).insert).name


def ready(small):
	return mentorship(small, guidances=settings.get("mentor_guidances"), result="测试成果")


def sides(small):
	return small.teacher_user[small.urban], small.teacher_user[small.rural]


def concluded(small):
	name = ready(small)
	for account in sides(small):
		as_(account, mentoring.confirm, name)
	return name


def test_its_people_and_their_leaders_write_it(small):
	for by in (
		*sides(small),
		small.leader_user[small.urban],
		small.principal_user[small.rural],
	):
		name = mentorship(small, by=by)
		as_(by, client.set_value, MENTORSHIP, name, "goals", "测试目标二")
		assert frappe.db.get_value(MENTORSHIP, name, "goals") == "测试目标二"
	doc = frappe.get_doc(MENTORSHIP, name)
	assert (doc.mentor_school, doc.trainee_school) == (small.urban, small.rural)
	assert doc.mentor_name and doc.trainee_name and doc.mentor_name != doc.trainee_name
	assert doc.school_year == school_years.on(TODAY)
	as_(small.leader_user[small.urban], client.delete, MENTORSHIP, name)
	assert not frappe.db.exists(MENTORSHIP, name)


def test_others_do_not_write_it(small):
	name = mentorship(small)
	colleague = small.cadre_user[small.urban]
	for door in (
		lambda: client.set_value(MENTORSHIP, name, "goals", "测试改写"),
		lambda: client.delete(MENTORSHIP, name),
		# nor does somebody write oneself into it
		lambda: client.set_value(MENTORSHIP, name, "mentor", small.cadre[small.urban]),
	):
		with pytest.raises(frappe.PermissionError):
			as_(colleague, door)
	with pytest.raises(mentoring.ForeignMentorshipError):
		as_(colleague, client.set_value, MENTORSHIP, name, "mentor", small.cadre[small.urban])
	with pytest.raises(mentoring.ForeignMentorshipError):
		mentorship(small, by=colleague)
	for user in (
		small.users[roles.TEACHING_RESEARCH],
		small.leader_user[small.other_urban],
		small.outsider,
	):
		with pytest.raises(frappe.PermissionError):
			mentorship(small, by=user)
	assert frappe.db.get_value(MENTORSHIP, name, "goals") == "测试目标"


def test_who_sees_it(small):
	name, found = mentorship(small), set()
	for user in set(everybody(small)) - {"Administrator"}:
		try:
			listed = name in as_(user, frappe.get_list, MENTORSHIP, pluck="name", limit=0)
		except frappe.PermissionError:
			listed = False
		assert listed == as_(user, frappe.get_doc(MENTORSHIP, name).has_permission, "read"), user
		found |= {user} if listed else set()
	ours = {
		of[school]
		for of in (small.principal_user, small.leader_user, small.teacher_user, small.cadre_user)
		for school in (small.urban, small.rural)
	}
	theirs = {
		of[school]
		for of in (small.principal_user, small.leader_user, small.teacher_user, small.cadre_user)
		for school in (small.other_urban, small.other_rural)
	}
	assert ours <= found and not theirs & found
	assert {small.east_user, small.users[roles.TEACHING_RESEARCH], small.users[roles.BUREAU_LEADER]} <= found
	assert not {small.west_user, small.outsider, "Guest"} & found


def test_mentor_and_trainee_are_two_of_the_community(small):
	with pytest.raises(SamePersonError):
		mentorship(small, trainee=small.teacher[small.urban])
	with pytest.raises(NotOfCommunityError):
		mentorship(small, mentor=small.teacher[small.other_urban])
	frappe.db.set_value("School Staff", small.teacher2[small.urban], "status", "Retired")
	with pytest.raises(NotOfCommunityError):
		mentorship(small, mentor=small.teacher2[small.urban])


def test_days_that_cannot_be(small):
	year_of()
	last = school_years.of(school_years.on(TODAY)).end_date
	for values in (
		{"to_date": add_days(TODAY, -1)},
		{"to_date": add_days(last, 1)},
	):
		with pytest.raises(MentorshipDayError):
			mentorship(small, **values)
	name = mentorship(small, guidances=1, to_date=last)
	for day in (add_days(TODAY, -1), add_days(TODAY, 1)):
		doc = frappe.get_doc(MENTORSHIP, name)
		doc.guidances[0].guided_on = day
		with pytest.raises(MentorshipDayError):
			as_(small.leader_user[small.rural], doc.save)


def test_both_confirm_each_for_oneself(small):
	name = ready(small)
	mentor, trainee = sides(small)
	for user in (small.leader_user[small.rural], small.users[roles.TEACHING_RESEARCH]):
		with pytest.raises(mentoring.ForeignMentorshipError):
			as_(user, mentoring.confirm, name)
	with pytest.raises(frappe.PermissionError):
		as_(small.teacher_user[small.other_urban], mentoring.confirm, name)
	as_(mentor, mentoring.confirm, name)
	doc = frappe.get_doc(MENTORSHIP, name)
	assert (doc.status, doc.mentor_account, doc.trainee_confirmed_on) == (mentoring.RUNNING, mentor, None)
	with pytest.raises(mentoring.NotReadyError):
		as_(mentor, mentoring.confirm, name)
	as_(trainee, mentoring.confirm, name)
	doc = frappe.get_doc(MENTORSHIP, name)
	assert (doc.status, doc.trainee_account, str(doc.trainee_confirmed_on)) == (
		mentoring.CONCLUDED,
		trainee,
		TODAY,
	)


def test_guidances_and_a_result_come_first(small):
	least = settings.get("mentor_guidances")
	assert least == 5
	mentor = sides(small)[0]
	for given, result in ((least - 1, "测试成果"), (least, None), (least, " ")):
		with pytest.raises(mentoring.NotReadyError):
			as_(mentor, mentoring.confirm, mentorship(small, guidances=given, result=result))
	frappe.db.set_single_value("Community Settings", "mentor_guidances", 1)
	frappe.clear_document_cache("Community Settings", "Community Settings")
	try:
		as_(mentor, mentoring.confirm, mentorship(small, guidances=1, result="测试成果"))
	finally:
		frappe.db.set_single_value("Community Settings", "mentor_guidances", least)
		frappe.clear_document_cache("Community Settings", "Community Settings")


def test_what_was_confirmed_is_not_another_text(small):
	name = ready(small)
	mentor, trainee = sides(small)
	as_(mentor, mentoring.confirm, name)
	as_(trainee, frappe.get_doc(MENTORSHIP, name).save)
	assert frappe.db.get_value(MENTORSHIP, name, "mentor_confirmed_on")
	as_(trainee, client.set_value, MENTORSHIP, name, "result", "测试另一成果")
	doc = frappe.get_doc(MENTORSHIP, name)
	assert not doc.mentor_confirmed_on and not doc.mentor_account
	as_(trainee, mentoring.confirm, name)
	assert frappe.db.get_value(MENTORSHIP, name, "status") == mentoring.RUNNING


def test_a_confirmation_is_not_typed_in(small):
	name = ready(small)
	doc = frappe.get_doc(MENTORSHIP, name)
	doc.update(
		{
			"mentor_confirmed_on": TODAY,
			"trainee_confirmed_on": TODAY,
			"mentor_account": small.leader_user[small.rural],
			"status": mentoring.CONCLUDED,
		}
	)
	as_(small.leader_user[small.rural], doc.save)
	doc = frappe.get_doc(MENTORSHIP, name)
	assert not (doc.mentor_confirmed_on or doc.trainee_confirmed_on or doc.mentor_account)
	assert doc.status == mentoring.RUNNING


def test_a_concluded_one_stays_as_it_is(small):
	name = concluded(small)
	for user in (*sides(small), small.leader_user[small.urban], "Administrator"):
		with pytest.raises(MentorshipConcludedError):
			as_(user, client.set_value, MENTORSHIP, name, "goals", "测试改写")
		with pytest.raises(MentorshipConcludedError):
			as_(user, client.delete, MENTORSHIP, name)
	assert frappe.db.get_value(MENTORSHIP, name, "goals") == "测试目标"
