"""The record of an activity: who may stand on it, and until when it is changed (ACT12, ACT13)."""

import frappe
import pytest
from activity_builders import ACTIVITY, activity, held, kind, planned
from approvals import as_, fresh_reach, no_mails  # noqa: F401
from frappe.utils import add_days, now_datetime, nowdate

from gongtongti.activities import holding, participants, record
from gongtongti.core import settings
from gongtongti.core.signers import NotYourStepError


def put(small, name, **values):
	"""Saves an activity with other values as the leader of its host school."""
	doc = frappe.get_doc(ACTIVITY, name)
	for field, value in values.items():
		doc.set(field, value)
	return as_(small.leader_user[doc.host_school], doc.save)


def people(*staff, **values):
	return [{"staff": person, **values} for person in staff]


def close(name):
	"""Lets the days be over in which the record is put right."""
	recorded = frappe.utils.add_to_date(now_datetime(), days=-settings.get("record_days") - 1)
	frappe.db.set_value(ACTIVITY, name, "recorded_on", recorded)


# -- who may stand on it ---------------------------------------------------------------------------------------------------


def test_people_of_the_communitys_schools_take_part_each_for_the_own_school(small):
	name = planned(small)
	put(small, name, participants=people(small.teacher[small.urban], small.teacher2[small.rural]))
	rows = frappe.get_doc(ACTIVITY, name).participants
	assert [(row.staff, row.school) for row in rows] == [
		(small.teacher[small.urban], small.urban),
		(small.teacher2[small.rural], small.rural),
	]
	with pytest.raises(participants.StrangerError):
		put(small, name, participants=people(small.teacher[small.other_urban]))


def test_drafts_name_nobody_from_elsewhere_either(small):
	with pytest.raises(participants.StrangerError):
		activity(small, participants=people(small.teacher[small.other_rural]))


def test_whoever_is_placed_at_a_school_of_the_community_that_day_takes_part(small):
	name, guest = planned(small), small.teacher[small.other_urban]
	placement = frappe.get_doc(
		{
			"doctype": "Exchange Placement",
			"name": "测试在岗派遣",
			"staff": guest,
			"host_school": small.rural,
			"status": "Serving",
			"start_date": add_days(nowdate(), -20),
			"end_date": add_days(nowdate(), 20),
		}
	)
	placement.db_insert()
	put(small, name, participants=people(guest))
	assert frappe.get_doc(ACTIVITY, name).participants[0].school == small.rural
	frappe.db.set_value("Exchange Placement", placement.name, "end_date", add_days(nowdate(), -10))
	other = planned(small)
	with pytest.raises(participants.StrangerError):
		put(small, other, participants=people(guest))


def test_a_move_to_another_school_afterwards_does_not_change_the_record(small):
	name, person = planned(small), small.teacher2[small.rural]
	put(small, name, participants=people(person))
	frappe.db.set_value("School Staff", person, "school", small.other_urban)
	frappe.db.set_value(
		"Staff Service", {"parent": person}, {"school": small.other_urban, "from_date": "2015-09-01"}
	)
	put(small, name, wrap_up="测试小结")
	assert frappe.get_doc(ACTIVITY, name).participants[0].school == small.rural


@pytest.mark.parametrize("hours", [-0.5, 24.5])
def test_hours_lie_between_none_and_a_day(small, hours):
	name, person = planned(small), small.teacher[small.urban]
	with pytest.raises(participants.CountError):
		put(small, name, participants=people(person, hours=hours))
	put(small, name, participants=people(person, hours=24))


@pytest.mark.parametrize("wrong", [{"pupil_count": -1}, {"visitors": [{"visitor": "甲某", "number": -2}]}])
def test_nobody_counts_fewer_than_none(small, wrong):
	with pytest.raises(participants.CountError):
		put(small, planned(small), **wrong)


def test_nobody_has_attended_what_has_not_begun(small):
	listed = people(small.teacher[small.urban])
	name = planned(small, day=add_days(nowdate(), 3), participants=listed)
	assert frappe.get_doc(ACTIVITY, name).participants[0].attended == 0
	with pytest.raises(participants.ParticipantTwiceError):
		put(small, name, participants=listed * 2)


def test_attendance_is_ticked_and_an_absence_has_its_reason(small):
	name = planned(small, participants=people(small.teacher[small.urban], small.teacher2[small.urban]))
	doc = frappe.get_doc(ACTIVITY, name)
	doc.participants[1].update({"attended": 0, "absence_reason": "病假"})
	as_(small.leader_user[small.urban], doc.save)
	rows = frappe.get_doc(ACTIVITY, name).participants
	assert [(row.attended, row.absence_reason) for row in rows] == [(1, None), (0, "病假")]


def test_whoever_writes_it_is_offered_the_people_of_all_its_schools_and_nobody_else_is(small):
	name = planned(small)
	offered = as_(small.leader_user[small.urban], participants.offered, name)
	assert {row.school for row in offered} == {small.urban, small.rural}
	assert small.teacher2[small.rural] in {row.staff for row in offered}
	for other in (small.leader_user[small.rural], small.users["Teaching Research Office"]):
		with pytest.raises(NotYourStepError):
			as_(other, participants.offered, name)
	with pytest.raises(frappe.PermissionError):
		as_(small.leader_user[small.other_urban], participants.offered, name)


# -- until when it is changed ----------------------------------------------------------------------------------------------


@pytest.fixture
def kept(small):
	"""A held activity with something in every part of its record."""
	name = held(small, participants=people(small.teacher[small.urban]))
	put(
		small,
		name,
		coverage=[{"medium": "测试日报", "title": "测试报道"}],
		visitors=[{"visitor": "测试考察组", "number": 3}],
		materials=[{"title": "测试教案", "file": "/private/files/test-plan.pdf"}],
	)
	return name


CHANGES = {
	"participants": [],
	"pupil_count": 7,
	"wrap_up": "另一小结",
	"discussion": "另一讨论",
	"coverage": [],
	"visitors": [{"visitor": "测试考察组", "number": 4}],
	"materials": [],
}


@pytest.mark.parametrize("field", CHANGES)
def test_the_record_is_put_right_for_some_days_and_then_it_stands(small, kept, field):
	change = {field: CHANGES[field]}
	close(kept)
	with pytest.raises(record.RecordClosedError) as refused:
		put(small, kept, **change)
	assert frappe.get_meta(ACTIVITY).get_label(field) in str(refused.value)
	frappe.db.set_value(ACTIVITY, kept, "recorded_on", now_datetime())
	put(small, kept, **change)


def test_what_comes_in_later_is_added(small, kept):
	close(kept)
	doc = frappe.get_doc(ACTIVITY, kept)
	doc.append("coverage", {"medium": "测试电视台", "title": "后续报道"})
	doc.append("visitors", {"visitor": "测试代表团"})
	doc.append("materials", {"title": "测试课件", "file": "/private/files/test-slides.pdf"})
	as_(small.leader_user[small.urban], doc.save)
	doc = frappe.get_doc(ACTIVITY, kept)
	assert [len(doc.get(field)) for field in ("coverage", "visitors", "materials")] == [2, 2, 2]


def test_what_made_it_count_as_held_is_not_taken_away(small):
	name = held(small)
	with pytest.raises(holding.NotHeldYetError):
		put(small, name, wrap_up=" ")
	# what the kind asks for only now does not hold up what was held before
	frappe.get_doc("Activity Kind", frappe.db.get_value(ACTIVITY, name, "kind")).update(
		{"needs_discussion": 1}
	).save()
	put(small, name, wrap_up="改过的小结")


def test_what_was_not_held_yet_has_no_last_day(small):
	name = planned(small, kind("测试无需记录", needs_wrap_up=0), day=add_days(nowdate(), -60))
	put(small, name, wrap_up="测试小结")
	put(small, name, wrap_up="另一小结")


def test_the_form_says_what_an_activity_that_has_begun_still_lacks(small):
	asked = kind("测试要求出席", needs_attendance=1)
	begun, ahead, done = planned(small, asked), planned(small, asked, day=add_days(nowdate(), 2)), held(small)
	said = {}
	for name in (begun, ahead, done):
		doc = frappe.get_doc(ACTIVITY, name)
		doc.run_method("onload")
		said[name] = (doc.get("__onload") or {}).get("lacking")
	assert said == {begun: ["attendance", "the wrap-up"], ahead: None, done: None}
