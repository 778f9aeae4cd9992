"""Pairings between schools, and the pupils who stand behind them as numbers and counts (ACT3, SUM2, AID4)."""

import frappe
import pytest
from activity_builders import sign
from approvals import as_, everybody, fresh_reach, no_mails  # noqa: F401
from frappe.utils import add_days, nowdate
from pairing_builders import PAIRING, PUPIL, bring, pairing, pupil, running, span

from gongtongti.activities import pairings, pupils
from gongtongti.activities.pairings import CLASS, FAMILY, GRADE, TEACHER, Status
from gongtongti.core.approval import UnderReviewError
from gongtongti.core.signers import SEND, NotYourStepError
from gongtongti.gongtongti.doctype.exchange_pupil.exchange_pupil import NotOfPairingError, PupilTwiceError
from gongtongti.gongtongti.doctype.school_pairing.school_pairing import (
	EndReasonMissingError,
	NoteDateError,
	NotOfCommunityError,
	PairedAlreadyError,
	PairingTimeError,
	SameSchoolError,
	SideMissingError,
)
from gongtongti.organisation import roles


def state(name):
	return frappe.db.get_value(PAIRING, name, ["workflow_state", "status", "docstatus"])


# -- approval ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("kind", "waits_at", "section", "other"),
	[
		(GRADE, "Pairing Awaiting Basic Education", roles.BASIC_EDUCATION, roles.TEACHING_RESEARCH),
		(CLASS, "Pairing Awaiting Basic Education", roles.BASIC_EDUCATION, roles.TEACHING_RESEARCH),
		(TEACHER, "Pairing Awaiting Teaching Research", roles.TEACHING_RESEARCH, roles.BASIC_EDUCATION),
	],
)
def test_a_pairing_goes_to_the_section_of_its_kind(small, kind, waits_at, section, other):
	name = pairing(small, kind)
	sign(small.leader_user[small.urban], name, SEND, doctype=PAIRING)
	assert state(name) == (waits_at, Status.IN_APPROVAL, 0)
	with pytest.raises(NotYourStepError):
		sign(small.users[other], name, doctype=PAIRING)
	sign(small.users[section], name, doctype=PAIRING)
	assert state(name) == ("Pairing Approved", Status.RUNNING, 1)


def test_leaders_of_either_school_write_it_and_nobody_else(small):
	name = pairing(small, by=small.principal_user[small.rural])
	doc = frappe.get_doc(PAIRING, name).update({"goal": "另一目标"})
	as_(small.leader_user[small.urban], doc.save)
	for by in (
		small.principal_user[small.other_urban],
		small.teacher_user[small.urban],
		small.users[roles.BASIC_EDUCATION],
	):
		with pytest.raises(frappe.PermissionError):
			pairing(small, by=by, class_a="9班")


def test_each_side_names_its_own_before_it_is_sent(small):
	name = pairing(small, TEACHER, teacher_b=None)
	with pytest.raises(SideMissingError, match=small.rural):
		sign(small.leader_user[small.urban], name, SEND, doctype=PAIRING)
	doc = frappe.get_doc(PAIRING, name).update({"teacher_b": small.teacher[small.rural]})
	as_(small.leader_user[small.rural], doc.save)
	bring(small, name)
	assert frappe.db.get_value(PAIRING, name, "teacher_b_name") == "乡村小学教师一"


def test_families_are_paired_when_both_schools_have_entered_pupils(small):
	name = pairing(small, FAMILY)
	pupil(small, small.urban, pairings=[{"pairing": name}])
	with pytest.raises(SideMissingError, match=small.rural):
		sign(small.leader_user[small.urban], name, SEND, doctype=PAIRING)
	for _number in range(2):
		pupil(small, small.rural, pairings=[{"pairing": name}])
	bring(small, name)
	doc = frappe.get_doc(PAIRING, name)
	assert (doc.pupils_a, doc.pupils_b) == (1, 2)


# -- what cannot be ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("wrong", "error"),
	[
		({"school_b": "urban"}, SameSchoolError),
		({"school_b": "other_rural"}, NotOfCommunityError),
		({"to_date": "1990-01-01"}, PairingTimeError),
		({"to_date": "2999-01-01"}, PairingTimeError),
		({"from_date": "1990-01-01"}, PairingTimeError),
	],
)
def test_a_pairing_that_cannot_be_is_refused(small, wrong, error):
	wrong = {key: getattr(small, value, value) for key, value in wrong.items()}
	with pytest.raises(error):
		pairing(small, **wrong)


def test_a_teacher_is_of_the_school_of_their_side(small):
	with pytest.raises(NotOfCommunityError):
		pairing(small, TEACHER, teacher_a=small.teacher[small.rural])


def test_the_same_two_are_paired_once_whichever_is_called_first(small):
	first = pairing(small)
	turned = {"school_a": small.rural, "school_b": small.urban, "class_a": "2班", "class_b": "1班"}
	with pytest.raises(PairedAlreadyError, match=first):
		pairing(small, **turned)
	pairing(small, **{**turned, "class_b": "3班"})
	as_(small.leader_user[small.urban], pairings.end, bring(small, first), "测试结束")
	pairing(small, **turned)  # what has ended may begin anew


def test_what_the_kind_does_not_say_is_left_out(small):
	doc = frappe.get_doc(PAIRING, pairing(small, GRADE, class_a="1班", teacher_b=small.teacher[small.rural]))
	assert (doc.class_a, doc.teacher_b, doc.grade_a) == (None, None, "Grade 4")
	assert doc.title == f"{small.urban} Grade 4 — {small.rural} Grade 4"


# -- what becomes of it --------------------------------------------------------------------------------------------------


def test_both_schools_note_what_they_did_on_days_that_it_ran(small):
	name = running(small)
	for school in (small.urban, small.rural):
		doc = frappe.get_doc(PAIRING, name)
		doc.append("notes", {"noted_on": nowdate(), "what": "测试互寄书信"})
		as_(small.leader_user[school], doc.save)
	assert len(frappe.get_doc(PAIRING, name).notes) == 2
	for day in (add_days(nowdate(), 1), add_days(span()[0], -1)):
		doc = frappe.get_doc(PAIRING, name)
		doc.append("notes", {"noted_on": day, "what": "测试"})
		with pytest.raises(NoteDateError):
			as_(small.leader_user[small.urban], doc.save)
	doc = frappe.get_doc(PAIRING, name)
	doc.append("notes", {"noted_on": nowdate(), "what": "测试"})
	with pytest.raises(NotYourStepError):
		as_(small.users[roles.BASIC_EDUCATION], doc.save)


def test_an_approved_pairing_is_not_changed(small):
	doc = frappe.get_doc(PAIRING, running(small)).update({"goal": "另一目标"})
	with pytest.raises((UnderReviewError, frappe.UpdateAfterSubmitError)):
		as_(small.leader_user[small.urban], doc.save)


def test_it_ends_with_a_reason_and_is_never_deleted(small):
	name, by = running(small), small.principal_user[small.rural]
	with pytest.raises(EndReasonMissingError):
		as_(by, pairings.end, name, " ")
	for user in (small.users[roles.BASIC_EDUCATION], small.leader_user[small.other_urban]):
		with pytest.raises(frappe.PermissionError):
			as_(user, pairings.end, name, "测试")
	as_(by, pairings.end, name, "班级合并")
	row = frappe.db.get_value(PAIRING, name, ["status", "ended_on", "end_reason"], as_dict=True)
	assert (row.status, str(row.ended_on), row.end_reason) == (Status.ENDED, nowdate(), "班级合并")
	with pytest.raises(pairings.NotRunningError):
		as_(by, pairings.end, name, "再次")
	for user in (by, "Administrator"):
		with pytest.raises((frappe.ValidationError, frappe.PermissionError)):
			as_(user, frappe.delete_doc, PAIRING, name)
	with pytest.raises(pairings.NotRunningError):
		as_(small.leader_user[small.urban], pairings.end, pairing(small), "草稿")


def test_it_ends_by_itself_after_its_last_day(small):
	over, today = running(small), running(small, class_a="5班")
	yesterday = add_days(nowdate(), -1)
	frappe.db.set_value(PAIRING, over, {"from_date": yesterday, "to_date": yesterday})
	frappe.db.set_value(PAIRING, today, "to_date", nowdate())
	draft = pairing(small, class_a="6班")
	frappe.db.set_value(PAIRING, draft, "to_date", yesterday)
	pairings.end_over()
	row = frappe.db.get_value(PAIRING, over, ["status", "ended_on", "end_reason"], as_dict=True)
	assert (row.status, str(row.ended_on)) == (Status.ENDED, yesterday) and row.end_reason
	assert state(today)[1] == Status.RUNNING and state(draft)[1] == Status.DRAFT


# -- who sees it ---------------------------------------------------------------------------------------------------------


def test_the_community_and_the_sections_see_a_pairing_and_others_do_not(small):
	name = running(small)
	seers = {
		small.teacher_user[small.rural]: True,
		small.principal_user[small.rural]: True,
		small.east_user: True,
		small.users[roles.BASIC_EDUCATION]: True,
		small.users[roles.FINANCE]: True,
		small.users[roles.BUREAU_LEADER]: True,
		small.principal_user[small.other_urban]: False,
		small.teacher_user[small.other_rural]: False,
		small.west_user: False,
	}
	doc = frappe.get_doc(PAIRING, name)
	for user, sees in seers.items():
		assert doc.has_permission("read", user=user) is sees, user
		assert bool(as_(user, frappe.get_list, PAIRING, {"name": name})) is sees, user
	assert not doc.has_permission("read", user=small.outsider)


# -- pupils --------------------------------------------------------------------------------------------------------------


def circle(small, school):
	return {small.principal_user[school], small.leader_user[school], small.users[roles.BASIC_EDUCATION]}


def test_a_pupil_is_seen_by_the_own_school_and_the_basic_education_section_alone(small):
	name = pupil(small, small.rural)
	doc, mine = frappe.get_doc(PUPIL, name), circle(small, small.rural)
	for user in everybody(small):
		if user == "Administrator":
			continue
		assert doc.has_permission("read", user=user) is (user in mine), user
		try:
			listed = as_(user, frappe.get_list, PUPIL, {"name": name})
		except frappe.PermissionError:
			listed = []
		assert bool(listed) is (user in mine), user


def test_a_school_enters_its_own_pupils_and_the_section_none(small):
	for by in (
		small.leader_user[small.urban],
		small.users[roles.BASIC_EDUCATION],
		small.teacher_user[small.rural],
	):
		with pytest.raises(frappe.PermissionError):
			pupil(small, small.rural, by=by)
	doc = frappe.get_doc(PUPIL, pupil(small)).update({"school": small.urban})
	with pytest.raises((frappe.ValidationError, frappe.PermissionError)):
		as_(small.leader_user[small.rural], doc.save)


def test_a_number_is_entered_once_in_a_school_and_another_school_learns_nothing_of_it(small):
	pupil(small, student_number="gtest000001")
	with pytest.raises(PupilTwiceError):
		pupil(small, student_number="ＧTEST000001")
	assert pupil(small, small.urban, student_number="GTEST000001")


def test_only_pairings_of_families_of_the_own_school_stand_with_a_pupil(small):
	family = pairing(small, FAMILY)
	for wrong, school in ((pairing(small), small.rural), (family, small.other_rural)):
		with pytest.raises(NotOfPairingError):
			pupil(small, school, pairings=[{"pairing": wrong}])
	with pytest.raises(PupilTwiceError):
		pupil(small, pairings=[{"pairing": family}] * 2)
	kept = pupil(small, pairings=[{"pairing": family}])
	frappe.db.set_value(PAIRING, family, "status", Status.ENDED)
	frappe.get_doc(PUPIL, kept).save()  # what stands there stays
	with pytest.raises(NotOfPairingError):
		pupil(small, pairings=[{"pairing": family}])


def test_counts_are_the_same_for_all_and_names_are_told_to_who_may_open_the_record(small):
	name = running(small, FAMILY)
	sides = {(name, small.urban), (name, small.rural)}
	readers = {
		small.leader_user[small.urban]: {(name, small.urban)},
		small.principal_user[small.rural]: {(name, small.rural)},
		small.users[roles.BASIC_EDUCATION]: sides,
		small.teacher_user[small.urban]: set(),
		small.users[roles.TEACHING_RESEARCH]: set(),
		small.leader_user[small.other_rural]: set(),
	}
	for user, told in readers.items():
		assert set(as_(user, pupils.named, [name])) == told, user
		assert dict(as_(user, pupils.counted, [name])) == dict.fromkeys(sides, 1), user


def test_a_pupil_is_deleted_where_nothing_names_it_and_leaves_a_number(small):
	name = pupil(small, pupil_name="测试云雀")
	as_(small.leader_user[small.rural], frappe.delete_doc, PUPIL, name)
	assert not frappe.db.exists(PUPIL, name)
	for data in frappe.get_all("Deleted Document", {"deleted_name": name}, pluck="data"):
		assert "云雀" not in data and "\\u4e91\\u96c0" not in data
