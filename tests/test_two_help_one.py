"""Two-help-one: one teacher and one excellent pupil help one struggling pupil, who is known to few (ACT4, AID4)."""

import frappe
import pytest
from approvals import as_, everybody, fresh_reach, no_mails  # noqa: F401
from frappe.utils import add_days, nowdate
from pairing_builders import GROUP, PUPIL, group, pupil, session, span

from gongtongti.activities import helping
from gongtongti.gongtongti.doctype.two_help_one_group.two_help_one_group import (
	ConcludedError,
	HelpDateError,
	HelpedAlreadyError,
	PupilGoneError,
	PupilOfOtherSchoolError,
	SamePupilError,
	TeacherOfOtherSchoolError,
)
from gongtongti.organisation import roles


def saved(user, name, **values):
	doc = frappe.get_doc(GROUP, name)
	for row in values.pop("sessions", ()):
		doc.append("sessions", row)
	return as_(user, doc.update(values).save)


def test_a_group_is_seen_by_the_pupils_school_its_teacher_and_the_basic_education_section(small):
	name = group(small, teacher=small.teacher[small.urban], excellent_pupil=pupil(small, small.urban))
	doc = frappe.get_doc(GROUP, name)
	mine = {
		small.principal_user[small.rural],
		small.leader_user[small.rural],
		small.teacher_user[small.urban],
		small.users[roles.BASIC_EDUCATION],
	}
	for user in everybody(small):
		if user == "Administrator":
			continue
		assert doc.has_permission("read", user=user) is (user in mine), user
		try:
			listed = as_(user, frappe.get_list, GROUP, {"name": name})
		except frappe.PermissionError:
			listed = []
		assert bool(listed) is (user in mine), user


def test_leaders_of_the_pupils_school_make_groups_and_the_teacher_goes_on_in_them(small):
	for by in (
		small.teacher_user[small.rural],
		small.leader_user[small.urban],
		small.users[roles.BASIC_EDUCATION],
	):
		with pytest.raises(frappe.PermissionError):
			group(small, by=by)
	name, teacher = group(small), small.teacher_user[small.rural]
	saved(teacher, name, sessions=[session()], parents_feedback="测试家长反馈")
	assert len(frappe.get_doc(GROUP, name).sessions) == 1
	with pytest.raises(frappe.PermissionError):  # nobody hands a group to somebody out of reach
		saved(teacher, name, teacher=small.teacher2[small.rural])
	for other in (small.users[roles.BASIC_EDUCATION], small.teacher_user[small.urban]):
		with pytest.raises(frappe.PermissionError):
			saved(other, name, goals="另一目标")


def test_no_pupil_of_another_school_is_taken_into_a_group_by_a_school(small):
	stranger = pupil(small, small.urban)
	with pytest.raises(PupilOfOtherSchoolError):
		group(small, struggling_pupil=stranger)
	with pytest.raises(PupilOfOtherSchoolError):
		group(small, excellent_pupil=pupil(small, small.other_urban))
	doc = frappe.get_doc(GROUP, group(small)).update({"struggling_pupil": stranger})
	with pytest.raises((frappe.ValidationError, frappe.PermissionError)):
		as_(small.leader_user[small.rural], doc.save)


def test_what_cannot_be_is_refused(small):
	one = pupil(small)
	with pytest.raises(SamePupilError):
		group(small, struggling_pupil=one, excellent_pupil=one)
	with pytest.raises(TeacherOfOtherSchoolError):
		group(small, teacher=small.teacher[small.other_rural])
	with pytest.raises(PupilGoneError):
		group(small, struggling_pupil=pupil(small, status="Left School"))
	with pytest.raises(HelpDateError):
		group(small, sessions=[session(held_on=add_days(nowdate(), 1))])
	with pytest.raises(HelpDateError):
		group(small, sessions=[session(held_on=add_days(span()[0], -1))])
	with pytest.raises(HelpDateError):
		group(
			small,
			stages=[{"assessed_on": add_days(nowdate(), 1), "progress": "Some Progress", "findings": "测试"}],
		)
	with pytest.raises((HelpDateError, PupilOfOtherSchoolError)):
		group(small, started_on="1990-01-01")


def test_a_pupil_is_helped_by_one_group_in_a_subject_at_a_time(small):
	one, leader = pupil(small), small.leader_user[small.rural]
	first = group(small, struggling_pupil=one)
	group(small, struggling_pupil=one, subject=small.subjects[1])
	group(small)  # another pupil
	with pytest.raises(HelpedAlreadyError, match=first):
		group(small, struggling_pupil=one)
	saved(leader, first, sessions=[session()])
	saved(leader, first, conclusion="测试总结", status=helping.CONCLUDED)
	assert group(small, struggling_pupil=one)


def test_help_is_concluded_with_a_session_and_a_conclusion_and_then_stands(small):
	name, leader = group(small), small.leader_user[small.rural]
	with pytest.raises(ConcludedError):
		saved(leader, name, conclusion="测试总结", status=helping.CONCLUDED)
	saved(small.teacher_user[small.rural], name, sessions=[session()])
	with pytest.raises(ConcludedError):
		saved(leader, name, status=helping.CONCLUDED)
	saved(leader, name, conclusion="测试总结", status=helping.CONCLUDED)
	row = frappe.db.get_value(GROUP, name, ["status", "concluded_on"])
	assert (row[0], str(row[1])) == (helping.CONCLUDED, nowdate())
	for user, change in (
		(leader, {"conclusion": "另一总结"}),
		(leader, {"status": helping.RUNNING}),
		(small.teacher_user[small.rural], {"sessions": [session()]}),
	):
		with pytest.raises(ConcludedError):
			saved(user, name, **change)
	for user in (leader, small.users[roles.BASIC_EDUCATION]):
		with pytest.raises(frappe.PermissionError):
			as_(user, frappe.delete_doc, GROUP, name)


def test_a_pupil_in_a_group_is_not_deleted(small):
	one = pupil(small)
	group(small, struggling_pupil=one)
	with pytest.raises(frappe.LinkExistsError):
		as_(small.leader_user[small.rural], frappe.delete_doc, PUPIL, one)


def test_others_learn_how_many_groups_there_are(small):
	before = helping.counted([small.community]).get(helping.RUNNING, 0)
	group(small)
	for user in (small.users[roles.FINANCE], small.leader_user[small.urban]):
		assert as_(user, helping.counted, [small.community])[helping.RUNNING] == before + 1
	assert helping.counted([small.community], "1990-1991") == {}
	assert not helping.counted([])
