"""Activities of communities: who plans, who approves by the kind, what is recorded, what is refused (ACT1, ACT12, ORG4)."""

import frappe
import pytest
from activity_builders import (
	ACTIVITY,
	PRINCIPAL_KIND,
	PUPIL_KIND,
	RESEARCH_KIND,
	activity,
	held,
	kind,
	planned,
	sign,
	statements,
)
from approvals import as_, everybody, fresh_reach, no_mails  # noqa: F401
from frappe.utils import add_days, nowdate

from gongtongti.activities import holding, participants
from gongtongti.activities.participants import ParticipantTwiceError
from gongtongti.activities.statuses import Status
from gongtongti.core import approval, relations
from gongtongti.core.approval import RemarksMissingError, UnderReviewError
from gongtongti.core.signers import SEND, NotYourStepError, SecondSignatureError
from gongtongti.gongtongti.doctype.activity_kind.activity_kind import KindError
from gongtongti.gongtongti.doctype.community_activity.community_activity import (
	ActivityTimeError,
	KindOutOfUseError,
	NotOfCommunityError,
	ReasonMissingError,
)
from gongtongti.organisation import roles


def state(name):
	return frappe.db.get_value(ACTIVITY, name, ["workflow_state", "status", "docstatus"])


# -- planning ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("kind_name", "waits_at", "signer"),
	[
		(RESEARCH_KIND, "Activity Awaiting Teaching Research", lambda s: s.users[roles.TEACHING_RESEARCH]),
		(PUPIL_KIND, "Activity Awaiting Basic Education", lambda s: s.users[roles.BASIC_EDUCATION]),
		(PRINCIPAL_KIND, "Activity Awaiting Lead Principal", lambda s: s.principal_user[s.urban]),
	],
)
def test_a_plan_goes_to_whom_its_kind_names(small, kind_name, waits_at, signer):
	name = activity(small, kind_name, host_school=small.rural, schools=[{"school": small.urban}])
	sign(small.leader_user[small.rural], name, SEND)
	assert state(name) == (waits_at, Status.IN_APPROVAL, 0)
	sign(signer(small), name)
	assert state(name) == ("Activity Plan Approved", Status.PLANNED, 1)


def test_a_kind_that_nobody_approves_is_planned_when_it_is_sent(small):
	assert state(planned(small)) == ("Activity Plan Approved", Status.PLANNED, 1)


def test_the_lead_principal_who_sends_does_not_approve(small):
	name = activity(small, PRINCIPAL_KIND)
	sign(small.principal_user[small.urban], name, SEND)
	with pytest.raises(SecondSignatureError):
		sign(small.principal_user[small.urban], name)
	sign(small.leader_user[small.urban], name)  # the leader in charge stands in
	assert state(name)[0] == "Activity Plan Approved"


def test_the_organiser_writes_an_own_activity_and_others_do_not(small):
	name = activity(small, by=small.teacher_user[small.urban])
	sign(small.teacher_user[small.urban], name, SEND)
	with pytest.raises(NotYourStepError):
		activity(small, by=small.cadre_user[small.urban])
	with pytest.raises(frappe.PermissionError):
		activity(small, by=small.leader_user[small.other_urban])


@pytest.mark.parametrize(
	("wrong", "error"),
	[
		({"ends_on": "2026-01-01 09:00:00"}, ActivityTimeError),
		({"starts_on": "1990-01-01 09:00:00", "ends_on": "1990-01-01 10:00:00"}, NotOfCommunityError),
		({"schools": "other"}, NotOfCommunityError),
		({"schools": "twice"}, ParticipantTwiceError),
		({"organiser": "other"}, NotOfCommunityError),
	],
)
def test_a_plan_that_cannot_be_is_refused(small, wrong, error):
	wrong = dict(wrong)
	rows = {"other": [{"school": small.other_rural}], "twice": [{"school": small.rural}] * 2}
	if wrong.get("schools") in rows:
		wrong["schools"] = rows[wrong["schools"]]
	if wrong.get("organiser"):
		wrong["organiser"] = small.teacher[small.other_urban]
	with pytest.raises((error, ActivityTimeError) if "starts_on" in wrong else error):
		activity(small, **wrong)


def test_a_kind_out_of_use_is_not_chosen_for_new_ones(small):
	kept = activity(small, kind("测试停用类型"))
	frappe.get_doc("Activity Kind", "测试停用类型").update({"out_of_use": 1}).save()
	with pytest.raises(KindOutOfUseError):
		activity(small, "测试停用类型")
	frappe.get_doc(ACTIVITY, kept).save()  # what has it keeps it


def test_a_kind_cannot_ask_for_fewer_than_nothing(small):
	with pytest.raises(KindError):
		kind("测试负数类型", least_pictures=-1)


# -- under review --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", [{"title": "另一主题"}, {"schools": []}])
def test_nothing_of_a_plan_changes_under_review_its_rows_included(small, change):
	name = activity(small, RESEARCH_KIND)
	sign(small.leader_user[small.urban], name, SEND)
	doc = frappe.get_doc(ACTIVITY, name).update(change)
	with pytest.raises(UnderReviewError):
		as_(small.leader_user[small.urban], doc.save)


def test_sending_back_needs_a_reason(small):
	name = activity(small, RESEARCH_KIND)
	sign(small.leader_user[small.urban], name, SEND)
	with pytest.raises(RemarksMissingError):
		sign(small.users[roles.TEACHING_RESEARCH], name, "Send Back")


# -- many at once --------------------------------------------------------------------------------------------------------


def test_forty_plans_are_approved_at_once_and_none_costs_more_than_the_first(small, monkeypatch):
	"""An office that clears its list before noon: in the background, each signature for itself."""
	user, by = small.users[roles.TEACHING_RESEARCH], small.leader_user[small.urban]
	names = [activity(small, RESEARCH_KIND) for _number in range(40)]
	for name in names:
		sign(by, name, SEND)
	monkeypatch.setattr(
		frappe.db, "commit", lambda: None
	)  # each signature stands by itself; the test rolls back
	queued = []
	monkeypatch.setattr(frappe, "enqueue", lambda method, **kwargs: queued.append((method, kwargs)))
	assert as_(user, approval.sign_many, ACTIVITY, names, "Agree") == {"queued": 40}
	method, kwargs = queued[0]
	job = {key: kwargs[key] for key in ("doctype", "action", "remarks")}
	cost = {}
	for some in (names[:1], names[1:6], names[6:]):
		relations.forget()
		result = {}
		cost[len(some)] = statements(
			lambda some=some, result=result: result.update(
				as_(user, frappe.get_attr(method), names=some, **job)
			)
		)
		assert result == {"done": some, "refused": []}
	assert {state(name) for name in names} == {("Activity Plan Approved", Status.PLANNED, 1)}
	assert cost[34] / 34 <= cost[5] / 5 <= cost[1]


# -- what becomes of it --------------------------------------------------------------------------------------------------


def test_what_is_lacking_is_named_before_it_counts_as_held(small):
	name = planned(small, kind("测试要求多", needs_attendance=1, needs_discussion=1, least_pictures=2))
	with pytest.raises(holding.NotHeldYetError) as refused:
		as_(small.leader_user[small.urban], holding.record_held, name)
	for what in ("attendance", "wrap-up", "discussion", "pictures (2"):
		assert what in str(refused.value)


def test_a_record_makes_it_held_and_says_who_recorded_it(small):
	name = held(small)
	row = frappe.db.get_value(ACTIVITY, name, ["status", "recorded_by"], as_dict=True)
	assert (row.status, row.recorded_by) == (Status.HELD, small.leader_user[small.urban])
	with pytest.raises(holding.NotOpenError):
		as_(small.leader_user[small.urban], holding.call_off, name, "测试")


def test_what_has_not_begun_is_not_held(small):
	name = planned(small, day=add_days(nowdate(), 1))
	doc = frappe.get_doc(ACTIVITY, name).update({"wrap_up": "测试小结"})
	as_(small.leader_user[small.urban], doc.save)
	with pytest.raises(holding.NotHeldYetError):
		as_(small.leader_user[small.urban], holding.record_held, name)


def test_only_whoever_writes_the_plan_puts_anything_on_its_record(small):
	doc = frappe.get_doc(ACTIVITY, planned(small)).update({"wrap_up": "测试小结"})
	with pytest.raises(NotYourStepError):
		as_(small.leader_user[small.rural], doc.save)


IN_TWO_DAYS = [f"{add_days(nowdate(), 2)} {hour}:00:00" for hour in ("09", "10")]


@pytest.mark.parametrize(
	("function", "args"),
	[
		(holding.record_held, ()),
		(holding.move, (*IN_TWO_DAYS, "测试")),
		(holding.call_off, ("测试",)),
		(participants.offered, ()),
	],
)
def test_whoever_does_not_write_it_is_refused(small, function, args):
	name, at = planned(small), small.urban
	may = {small.leader_user[at], small.principal_user[at], small.teacher_user[at], "Administrator"}
	for user in set(everybody(small)) - may:
		with pytest.raises(frappe.PermissionError):
			as_(user, function, name, *args)
	assert frappe.db.get_value(ACTIVITY, name, "status") == Status.PLANNED


def test_the_approved_plan_itself_is_moved_only_with_a_reason(small):
	name, by = planned(small), small.leader_user[small.urban]
	day = add_days(nowdate(), 3)
	doc = frappe.get_doc(ACTIVITY, name).update({"starts_on": f"{day} 08:00:00"})
	with pytest.raises((UnderReviewError, frappe.UpdateAfterSubmitError)):
		as_(by, doc.save)
	with pytest.raises(ReasonMissingError):
		as_(by, holding.move, name, f"{day} 09:00:00", f"{day} 10:00:00", " ")
	as_(by, holding.move, name, f"{day} 09:00:00", f"{day} 10:00:00", "场地冲突")
	doc = frappe.get_doc(ACTIVITY, name)
	assert str(doc.starts_on) == f"{day} 09:00:00" and doc.status == Status.PLANNED
	assert [(row.change, row.reason) for row in doc.changes] == [("Moved", "场地冲突")]


def test_a_status_that_a_client_sends_is_not_taken(small):
	name = planned(small)
	doc = frappe.get_doc(ACTIVITY, name).update({"status": Status.HELD, "wrap_up": "测试小结"})
	as_(small.leader_user[small.urban], doc.save)
	assert frappe.db.get_value(ACTIVITY, name, "status") == Status.PLANNED


def test_what_has_no_record_in_time_was_not_held_and_can_still_be_recorded(small):
	late, fresh = planned(small, day=add_days(nowdate(), -30)), planned(small)
	holding.mark_missed()
	assert state(late)[1] == Status.MISSED and state(fresh)[1] == Status.PLANNED
	doc = frappe.get_doc(ACTIVITY, late).update({"wrap_up": "测试小结"})
	as_(small.leader_user[small.urban], doc.save)
	as_(small.leader_user[small.urban], holding.record_held, late)
	assert state(late)[1] == Status.HELD


def test_partners_see_it_and_other_communities_do_not(small):
	name = planned(small)
	doc = frappe.get_doc(ACTIVITY, name)
	for user, sees in (
		(small.teacher_user[small.rural], True),
		(small.principal_user[small.rural], True),
		(small.users[roles.TEACHING_RESEARCH], True),
		(small.principal_user[small.other_urban], False),
		(small.teacher_user[small.other_rural], False),
		(small.outsider, False),
	):
		assert doc.has_permission("read", user=user) is sees, user
		if user != small.outsider:
			assert bool(as_(user, frappe.get_list, ACTIVITY, {"name": name})) is sees, user
