"""The council of a community (ORG10): what is refused, which roles its seats give, and what a seat allows in its area alone."""

import activity_builders as acts
import builders
import frappe
import pytest
from activity_builders import ACTIVITY, FREE_KIND, sign
from approvals import as_
from frappe.utils import add_days, nowdate

from gongtongti.activities import holding, kinds
from gongtongti.activities.statuses import Status
from gongtongti.core import approval
from gongtongti.core.signers import NotYourStepError
from gongtongti.gongtongti.doctype.community_council import community_council as rules
from gongtongti.organisation import council, posts, roles

MORAL_KIND = "测试德育"


def day(number):
	return str(add_days(nowdate(), number))


def seat(staff, office="Council Director", work_field=None, **values):
	return {"staff": staff, "office": office, "work_field": work_field, **values}


def community_council(small, *seats, community=None, **values):
	return builders.insert(
		council.COUNCIL,
		community=community or small.community,
		term_start=values.pop("term_start", day(-100)),
		term_end=values.pop("term_end", day(100)),
		seats=list(seats),
		**values,
	).name


def is_member(user):
	return bool(
		frappe.db.exists("Has Role", {"parenttype": "User", "parent": user, "role": roles.COUNCIL_MEMBER})
	)


@pytest.fixture
def leader(small):
	"""The account of a teacher of the rural school who leads teaching research in the council of the community."""
	community_council(small, seat(small.teacher[small.rural], work_field=council.RESEARCH))
	return small.teacher_user[small.rural]


# -- what is refused -----------------------------------------------------------------------------------------------------


def test_a_community_has_one_council_at_a_time(small):
	community_council(small, seat(small.principal[small.urban], "Council Chair"))
	with pytest.raises(rules.TermTakenError):
		community_council(
			small, seat(small.principal[small.rural], "Council Chair"), term_start=day(100), term_end=day(200)
		)
	assert community_council(
		small, seat(small.principal[small.rural], "Council Chair"), term_start=day(101), term_end=day(200)
	)


@pytest.mark.parametrize(
	("seat_days", "term"),
	[
		({}, {"term_start": day(1), "term_end": day(0)}),
		({"from_date": day(-101)}, {}),
		({"to_date": day(101)}, {}),
		({"from_date": day(2), "to_date": day(1)}, {}),
	],
)
def test_seats_lie_within_the_term(small, seat_days, term):
	with pytest.raises(rules.TermDatesError):
		community_council(small, seat(small.principal[small.urban], **seat_days), **term)


@pytest.mark.parametrize("office", roles.LEADS_WHOLE_COUNCIL)
def test_chair_and_secretary_general_follow_one_another(small, office):
	one, two = small.principal[small.urban], small.principal[small.rural]
	with pytest.raises(rules.SeatTakenError):
		community_council(small, seat(one, office, to_date=day(5)), seat(two, office, from_date=day(5)))
	assert community_council(small, seat(one, office, to_date=day(5)), seat(two, office, from_date=day(6)))


def test_an_area_has_one_leader_and_nobody_sits_twice_in_one_office(small):
	one, two = small.principal[small.urban], small.principal[small.rural]
	with pytest.raises(rules.SeatTakenError):
		community_council(
			small, seat(one, work_field=council.MORAL), seat(two, "Council Vice Chair", council.MORAL)
		)
	with pytest.raises(rules.SeatTakenError):
		community_council(small, seat(one), seat(one))
	assert community_council(small, seat(one, "Council Chair"), seat(one, work_field=council.MORAL))


def test_a_seat_is_held_by_somebody_in_service_at_a_school_of_the_community(small):
	with pytest.raises(rules.SeatHolderError):
		community_council(small, seat(small.principal[small.other_urban]))
	gone = builders.staff("测试离任", small.urban, status="Retired")
	with pytest.raises(rules.SeatHolderError):
		community_council(small, seat(gone))


def test_name_and_account_are_those_of_the_staff_record(small):
	name = community_council(
		small, seat(small.teacher[small.rural], staff_name="假名", user=small.users[roles.PERSONNEL])
	)
	row = frappe.get_doc(council.COUNCIL, name).seats[0]
	assert (row.staff_name[-3:], row.user) == ("教师一", small.teacher_user[small.rural])


def test_a_disabled_account_is_not_put_on_a_seat(small):
	frappe.db.set_value("User", small.teacher_user[small.rural], "enabled", 0)
	with pytest.raises(posts.DisabledAccountError):
		community_council(small, seat(small.teacher[small.rural]))


def test_nobody_puts_oneself_on_a_seat(small):
	frappe.get_doc("User", small.teacher_user[small.rural]).add_roles(roles.ADMINISTRATOR)
	me = small.teacher_user[small.rural]
	name = community_council(small, seat(small.principal[small.urban], "Council Chair"))

	def take(**values):
		doc = frappe.get_doc(council.COUNCIL, name)
		doc.append("seats", seat(small.teacher[small.rural], **values))
		return doc.save()

	for values in ({}, {"from_date": day(5)}):
		with pytest.raises(posts.OwnPostError):
			as_(me, take, **values)
	take(to_date=day(5))  # Administrator

	def stay_longer():
		doc = frappe.get_doc(council.COUNCIL, name)
		doc.seats[-1].to_date = None
		doc.save()

	with pytest.raises(posts.OwnPostError):
		as_(me, stay_longer)


def test_only_the_community_administrator_keeps_councils(small):
	name = community_council(small, seat(small.principal[small.urban], "Council Chair"))
	doc = frappe.get_doc(council.COUNCIL, name)
	may = {user for user in small.users.values() if doc.has_permission("write", user=user)}
	assert may == {small.admin}
	assert doc.has_permission("read", user=small.teacher_user[small.rural])
	assert not doc.has_permission("read", user=small.principal_user[small.other_urban])


# -- seats come and go ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("first", "last", "held"),
	[(None, None, True), (-1, 0, True), (0, 1, True), (1, None, False), (None, -1, False)],
)
def test_a_seat_gives_its_role_from_its_first_to_its_last_day(small, first, last, held):
	days = {"from_date": first, "to_date": last}
	community_council(
		small,
		seat(
			small.teacher[small.rural],
			work_field=council.RESEARCH,
			**{key: value if value is None else day(value) for key, value in days.items()},
		),
	)
	user = small.teacher_user[small.rural]
	assert is_member(user) is held
	assert council.areas_of(user) == ({(small.community, council.RESEARCH)} if held else set())


def test_the_daily_job_begins_and_ends_seats(small):
	name = community_council(
		small,
		seat(small.teacher[small.rural], from_date=day(1)),
		seat(small.teacher[small.urban], work_field=council.MORAL),
	)
	coming, going = small.teacher_user[small.rural], small.teacher_user[small.urban]
	assert not is_member(coming) and is_member(going)
	frappe.db.set_value(council.SEAT, {"parent": name, "user": coming}, "from_date", day(0))
	frappe.db.set_value(council.SEAT, {"parent": name, "user": going}, "to_date", day(-1))
	posts.sync_all()
	assert is_member(coming) and not is_member(going)


def test_a_term_that_is_over_gives_nothing(small):
	community_council(
		small, seat(small.teacher[small.rural], "Council Chair"), term_start=day(-200), term_end=day(-1)
	)
	assert not is_member(small.teacher_user[small.rural])


def test_a_seat_follows_its_holder_out_of_service_and_to_another_account(small, leader):
	doc = frappe.get_doc("School Staff", small.teacher[small.rural])
	doc.user = other = builders.user("other.account")
	doc.save()
	assert is_member(other) and not is_member(leader)
	assert council.areas_of(other) and not council.areas_of(leader)
	doc.status = "Retired"
	doc.save()
	assert not is_member(other) and not council.areas_of(other)


def test_a_disabled_account_leads_nothing(small, leader):
	frappe.db.set_value("User", leader, "enabled", 0)
	posts.sync_user(leader)
	assert not is_member(leader) and not council.areas_of(leader)


def test_the_council_of_a_dissolved_community_gives_nothing(small, leader):
	doc = frappe.get_doc("Education Community", small.community)
	doc.update({"status": "Dissolved", "dissolved_on": nowdate()})
	doc.save()
	assert not is_member(leader) and not council.areas_of(leader)


def test_whoever_would_get_a_seat_back_does_not_revive_the_community(small, leader):
	doc = frappe.get_doc("Education Community", small.community)
	doc.update({"status": "Dissolved", "dissolved_on": nowdate()})
	doc.save()
	frappe.get_doc("User", leader).add_roles(roles.ADMINISTRATOR)
	doc = frappe.get_doc("Education Community", small.community)
	doc.status = "In Operation"
	with pytest.raises(posts.OwnPostError):
		as_(leader, doc.save)


def test_a_deleted_council_takes_its_roles_along(small, leader):
	frappe.delete_doc(council.COUNCIL, frappe.db.get_value(council.COUNCIL, {"community": small.community}))
	assert not is_member(leader)


def test_chair_and_secretary_general_lead_all_areas_others_their_own(small):
	community_council(
		small,
		seat(small.principal[small.urban], "Council Chair"),
		seat(small.leader[small.urban], "Secretary General", council.PARTY),
		seat(small.principal[small.rural], "Council Vice Chair"),
		seat(small.leader[small.rural], "Deputy Secretary General", council.MORAL),
	)
	whole = {(small.community, field) for field in council.WORK_FIELDS}
	assert council.areas_of(small.principal_user[small.urban]) == whole
	assert council.areas_of(small.leader_user[small.urban]) == whole
	assert council.areas_of(small.principal_user[small.rural]) == set()
	assert council.areas_of(small.leader_user[small.rural]) == {(small.community, council.MORAL)}


# -- a seat gives its area and nothing else ------------------------------------------------------------------------------


def test_the_leader_of_an_area_drafts_sends_records_moves_and_calls_off(small, leader):
	name = acts.activity(small, by=leader)
	sign(leader, name, approval.SEND)
	later = day(2)
	as_(leader, holding.move, name, f"{later} 09:00:00", f"{later} 10:00:00", "场地冲突")
	as_(leader, holding.call_off, name, "停办")
	assert frappe.db.get_value(ACTIVITY, name, "status") == Status.CALLED_OFF
	name = acts.planned(small)  # written by the host school
	doc = frappe.get_doc(ACTIVITY, name).update({"wrap_up": "测试小结"})
	as_(leader, doc.save)
	as_(leader, holding.record_held, name)
	assert frappe.db.get_value(ACTIVITY, name, "status") == Status.HELD


def _everything(small, name, user):
	"""Each of the leader's rights, tried on one activity by `user`; answers what was not refused."""
	later, done = day(3), []

	def save():
		doc = frappe.get_doc(ACTIVITY, name)
		doc.update({"wrap_up": "改"} if doc.docstatus else {"place": "改"})
		doc.save()

	doors = {
		"save": save,
		"send": lambda: approval.sign(ACTIVITY, name, approval.SEND),
		"record": lambda: holding.record_held(name),
		"move": lambda: holding.move(name, f"{later} 09:00:00", f"{later} 10:00:00", "改期"),
		"call off": lambda: holding.call_off(name, "取消"),
		"delete": lambda: frappe.delete_doc(ACTIVITY, name),
	}
	for what, door in doors.items():
		frappe.db.savepoint("door")
		try:
			as_(user, door)
			done.append(what)
		except (frappe.PermissionError, frappe.ValidationError):
			pass
		frappe.db.rollback(save_point="door")
	return done


@pytest.mark.parametrize("stage", [acts.activity, acts.planned])
def test_every_right_outside_the_own_area_is_refused(small, leader, stage):
	acts.kind(MORAL_KIND, work_field=kinds.MORAL)
	other = stage(small, MORAL_KIND)
	assert _everything(small, other, leader) == []
	assert _everything(small, stage(small), leader)


@pytest.mark.parametrize("stage", [acts.activity, acts.planned])
def test_every_right_outside_the_own_community_is_refused(small, leader, stage):
	other = stage(
		small,
		community=small.other_community,
		host_school=small.other_urban,
		organiser=small.teacher[small.other_urban],
		schools=[],
	)
	assert _everything(small, other, leader) == []
	assert not frappe.get_doc(ACTIVITY, other).has_permission("read", user=leader)


def test_a_draft_of_another_area_is_neither_written_nor_taken_over_nor_made_one(small, leader):
	acts.kind(MORAL_KIND, work_field=kinds.MORAL)
	with pytest.raises(NotYourStepError):
		acts.activity(small, MORAL_KIND, by=leader)
	with pytest.raises(NotYourStepError):  # with an area that the client says
		acts.activity(small, MORAL_KIND, by=leader, council_area=f"{small.community}/{council.RESEARCH}")
	of_others, own = acts.activity(small, MORAL_KIND), acts.activity(small, by=leader)
	for name, kind in ((of_others, FREE_KIND), (own, MORAL_KIND)):
		doc = frappe.get_doc(ACTIVITY, name).update({"kind": kind})
		with pytest.raises(NotYourStepError):
			as_(leader, doc.save)
	doc = frappe.get_doc(ACTIVITY, own).update(
		{"kind": MORAL_KIND, "workflow_state": "Activity Plan Approved", "docstatus": 1}
	)
	with pytest.raises((frappe.PermissionError, frappe.ValidationError)):
		as_(leader, doc.save)


def test_a_draft_of_another_school_is_not_taken_over_by_naming_ones_own(small):
	doc = frappe.get_doc(ACTIVITY, acts.activity(small))
	doc.update({"host_school": small.rural, "schools": [{"school": small.urban}]})
	with pytest.raises(NotYourStepError):
		as_(small.leader_user[small.rural], doc.save)


def test_a_seat_that_is_over_gives_no_right_any_more(small, leader):
	name = acts.planned(small)
	frappe.db.set_value(council.SEAT, {"user": leader}, "to_date", day(-1))
	posts.sync_all()
	assert _everything(small, name, leader) == []


def test_areas_keep_their_leader_when_the_community_gets_another_name(small, leader):
	name = acts.planned(small)
	frappe.rename_doc("Education Community", small.community, "测试改名共同体")
	assert frappe.db.get_value(ACTIVITY, name, "council_area") == f"测试改名共同体/{council.RESEARCH}"
	as_(leader, holding.call_off, name, "停办")
