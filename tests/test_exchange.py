"""Exchange placements, plans, teams and changes: EX1 to EX3, EX6, EX7, EX13."""

from contextlib import contextmanager

import approvals
import builders
import engines
import frappe
import pytest
from frappe.utils import add_days, getdate

from gongtongti.core import approval
from gongtongti.exchange import balance, clashes, endings, kinds, lifecycle, people, quota, rotation
from gongtongti.exchange.statuses import COUNTED, Status
from gongtongti.gongtongti.doctype.exchange_placement import exchange_placement as placements
from gongtongti.gongtongti.doctype.exchange_plan import exchange_plan as plans
from gongtongti.gongtongti.doctype.placement_change import placement_change as changes
from gongtongti.gongtongti.doctype.rural_support_team import rural_support_team as teams

PLACEMENT, CHANGE = "Exchange Placement", "Placement Change"
SEND, AGREE = "Send for Approval", "Agree"
APPROVED = {PLACEMENT: approvals.APPROVED, CHANGE: "Change Approved"}
START, END = "2026-09-01", "2027-06-30"


@contextmanager
def acting(user):
	before = frappe.session.user
	frappe.set_user(user)
	try:
		yield
	finally:
		frappe.set_user(before)


def values_of(small, **values):
	"""A long-term placement of the urban school's first teacher at the rural school, unless told otherwise."""
	return {
		"doctype": PLACEMENT,
		"plan": small.plan,
		"community": small.community,
		"kind": "Teacher Exchange",
		"mode": "Long-Term Fixed",
		"staff": small.teacher[small.urban],
		"subject": small.subjects[0],
		"home_school": small.urban,
		"host_school": small.rural,
		"start_date": START,
		"end_date": END,
		**values,
	}


def draft(small, **values):
	return frappe.get_doc(values_of(small, **values)).insert()


def again(doc):
	"""The document as it stands in the database."""
	doc.reload()
	return doc


def sign(doc, user, action=AGREE, remarks=None):
	with acting(user):
		approval.sign(doc.doctype, doc.name, action, remarks)
	return again(doc)


def send(small, doc):
	school = doc.home_school
	return sign(doc, small.leader_user[school], SEND)


def approve(small, doc):
	"""Approved by the last signature; the steps before it stand on record."""
	approvals.bring(small, doc.name, APPROVED[doc.doctype], doc.doctype)
	assert again(doc).docstatus == 1
	return doc


def sent(small, **values):
	return send(small, draft(small, **values))


def approved(small, **values):
	return approve(small, draft(small, **values))


def another_teacher(small, school=None, name="测试教师甲", **values):
	return builders.staff(name, school or small.urban, subject=small.subjects[0], **values)


def settings(**values):
	doc = frappe.get_doc("Community Settings")
	doc.update(values)
	doc.flags.ignore_permissions = True
	doc.save()


def set_places(small, number, **row):
	"""Leaves the plan one row for teachers of the community."""
	plan = frappe.get_doc("Exchange Plan", small.plan)
	plan.quotas = [other for other in plan.quotas if other.kind != "Teacher Exchange"]
	plan.append("quotas", {"community": small.community, "kind": "Teacher Exchange", "quota": number, **row})
	plan.save()
	return plan


# -- EX1, EX2: kinds and modes are one table ------------------------------------------------------------------------------


def options(doctype, fieldname):
	return frappe.get_meta(doctype).get_field(fieldname).options.split("\n")


def test_options_of_the_fields_are_the_tables_of_kinds_modes_and_directions():
	assert options(PLACEMENT, "kind") == list(kinds.KINDS)
	assert options("Exchange Quota", "kind") == ["", *kinds.KINDS]
	assert options(PLACEMENT, "mode") == list(kinds.MODES)
	assert set(options(PLACEMENT, "direction")) - {""} == {
		kinds.direction(home, host) for home in ("Urban", "Rural") for host in ("Urban", "Rural")
	}
	assert set(options(PLACEMENT, "status")) == {
		text for name, text in vars(Status).items() if not name.startswith("_")
	}


def test_every_kind_and_mode_names_the_words_of_its_source():
	assert all("document" in rule.source for rule in [*kinds.KINDS.values(), *kinds.MODES.values()])


CADRE_CASES = (
	("Cadre Appointment", "cadre", "urban", "rural"),
	("Cadre Attachment", "reserve", "urban", "rural"),
	("Acting Post", "reserve", "rural", "urban"),
)


def cadre_values(small, kind, who, home, host):
	home, host = getattr(small, home), getattr(small, host)
	return {
		"kind": kind,
		"staff": getattr(small, who)[home],
		"home_school": home,
		"host_school": host,
		"subject": None,
	}


@pytest.mark.parametrize("case", CADRE_CASES, ids=lambda case: case[0])
def test_cadre_exchange_in_its_direction_is_accepted(small, case):
	doc = draft(small, **cadre_values(small, *case))
	assert doc.direction == kinds.KINDS[case[0]].direction
	assert doc.is_cadre_exchange == 1
	assert not doc.priority_rank


@pytest.mark.parametrize("case", CADRE_CASES, ids=lambda case: case[0])
def test_cadre_exchange_the_other_way_is_refused(small, case):
	kind, who, home, host = case
	with pytest.raises(placements.DirectionError):
		draft(small, **cadre_values(small, kind, who, host, home))


@pytest.mark.parametrize("case", CADRE_CASES, ids=lambda case: case[0])
def test_cadre_exchange_of_someone_without_the_status_is_refused(small, case):
	kind, who, home, host = case
	other = "reserve" if who == "cadre" else "cadre"
	with pytest.raises(placements.CadreStatusError):
		draft(small, **cadre_values(small, kind, other, home, host))
	with pytest.raises(placements.CadreStatusError):
		draft(small, **cadre_values(small, kind, "teacher", home, host))


@pytest.mark.parametrize("who", ["principal", "leader", "cadre"])
def test_whoever_leads_a_school_or_is_a_cadre_does_not_go_as_a_teacher(small, who):
	person = getattr(small, who)[small.urban]
	for values in ({}, {"cadre_status": "None"}, {"position": "Teacher", "cadre_status": "Cadre"}):
		frappe.db.set_value("School Staff", person, {"cadre_status": "Cadre", **values})
		with pytest.raises(placements.CadreStatusError, match="Cadre Appointment"):
			draft(small, staff=person)
	frappe.db.set_value("School Staff", person, {"position": "Teacher", "cadre_status": "None"})
	frappe.db.set_value("Staff Service", {"parent": person}, "position", "Teacher")
	assert draft(small, staff=person)


def test_a_reserve_cadre_who_teaches_goes_as_a_teacher_too(small):
	assert draft(small, staff=small.reserve[small.urban])


@pytest.mark.parametrize("mode", ["Rotation", "Fixed Weekdays", "Short Swap"])
def test_cadres_are_placed_long_term_only(small, mode):
	with pytest.raises(placements.ModeError):
		draft(small, **cadre_values(small, *CADRE_CASES[0]), mode=mode, rotation_post="岗位", monday=1)


def test_cadre_exchange_between_schools_of_one_location_is_refused(small):
	second = builders.school("测试城区三小", "Urban")
	community = frappe.get_doc("Education Community", small.community)
	community.append("members", {"school": second, "member_role": "Member School", "joined_on": "2021-09-01"})
	community.save()
	with pytest.raises(placements.DirectionError):
		draft(small, **{**cadre_values(small, *CADRE_CASES[0]), "host_school": second})
	assert draft(small, host_school=second).direction == "Between Equals"


def test_teachers_go_in_either_direction(small):
	doc = draft(small, staff=small.teacher[small.rural], home_school=small.rural, host_school=small.urban)
	assert (doc.direction, doc.is_cadre_exchange) == ("Rural to Urban", 0)


def test_teacher_without_subject_is_refused(small):
	with pytest.raises(placements.SubjectMissingError):
		draft(small, subject=None)


def test_unknown_kind_is_refused(small):
	with pytest.raises(frappe.ValidationError):
		draft(small, kind="Holiday")


def test_weekly_placement_names_its_days(small):
	with pytest.raises(placements.WeekdayMissingError):
		draft(small, mode="Fixed Weekdays")
	assert draft(small, mode="Fixed Weekdays", friday=1).friday == 1


def test_rotation_needs_its_post(small):
	with pytest.raises(placements.ModeError):
		draft(small, mode="Rotation", rotation_post="  ")


def test_what_does_not_belong_to_the_mode_is_cleared(small):
	doc = draft(small, monday=1, rotation_post="岗位")
	assert (doc.monday, doc.rotation_post) == (0, None)


# -- person, schools, plan, dates -------------------------------------------------------------------------------------------


def test_home_and_host_school_differ(small):
	with pytest.raises(placements.SameSchoolError):
		draft(small, host_school=small.urban)


def test_home_school_is_the_persons_own(small):
	with pytest.raises(placements.NotHomeSchoolError):
		draft(small, home_school=small.rural, host_school=small.urban)


def test_refusal_tells_nothing_of_a_person_of_another_school(small):
	other = another_teacher(small, small.other_rural, name="测试外校教师")
	with acting(small.leader_user[small.urban]), pytest.raises(placements.NotHomeSchoolError) as refusal:
		draft(small, staff=other)
	assert "测试外校教师" not in str(refusal.value) and small.other_rural not in str(refusal.value)


def test_home_school_is_filled_in_from_the_person(small):
	assert draft(small, home_school=None).home_school == small.urban


def test_person_must_be_in_service(small):
	frappe.db.set_value("School Staff", small.teacher[small.urban], "status", "Retired")
	with pytest.raises(placements.NotHomeSchoolError):
		draft(small)


@pytest.mark.parametrize(
	"dates",
	[("2026-09-10", "2026-09-09"), ("2026-08-31", "2026-10-01"), ("2027-08-01", "2027-09-01")],
	ids=["backwards", "before the year", "after the year"],
)
def test_dates_lie_inside_the_school_year_of_the_plan(small, dates):
	with pytest.raises(placements.TermError):
		draft(small, start_date=dates[0], end_date=dates[1])


def test_whole_school_year_and_a_single_day_are_accepted(small):
	assert draft(small, start_date="2026-09-01", end_date="2027-08-31").school_year == small.next_year
	assert draft(small, start_date="2026-09-01", end_date="2026-09-01").name


@pytest.mark.parametrize("status", ["Draft", "Closed"])
def test_plan_must_be_published(small, status):
	frappe.db.set_value("Exchange Plan", small.plan, "status", status)
	with pytest.raises(placements.PlanNotOpenError):
		draft(small)


def test_closing_a_plan_leaves_what_was_sent_alone(small):
	doc = sent(small)
	plan = frappe.get_doc("Exchange Plan", small.plan)
	plan.status = "Closed"
	plan.save()
	assert sign(doc, small.principal_user[small.urban]).workflow_state == "Awaiting Host Principal"


def test_both_schools_belong_to_the_community(small):
	with pytest.raises(placements.NotInCommunityError):
		draft(small, host_school=small.other_rural)
	with pytest.raises(placements.NotInCommunityError):
		draft(small, community=small.other_community)


def test_membership_lasts_from_the_first_to_the_last_day(small):
	row = frappe.db.get_value("Community Member School", {"parent": small.community, "school": small.rural})
	frappe.db.set_value("Community Member School", row, "left_on", "2026-09-30")
	assert draft(small, end_date="2026-09-30").name
	for term in ({"end_date": "2026-10-01"}, {"start_date": "2026-10-01"}):
		with pytest.raises(placements.NotInCommunityError):
			draft(small, **term)


def test_community_must_be_active(small):
	frappe.db.set_value("Education Community", small.community, "status", "Dissolved")
	with pytest.raises(placements.NotInCommunityError):
		draft(small)


def test_missing_fields_are_named(small):
	with pytest.raises(frappe.MandatoryError) as refusal:
		draft(small, host_school=None)
	assert "Host School" in str(refusal.value)


def test_what_the_server_computes_cannot_be_typed_in(small):
	forged = {
		"direction": "Rural to Urban",
		"is_cadre_exchange": 1,
		"years_at_school": 40,
		"is_eligible": 0,
		"is_backbone": 1,
		"priority_rank": 77,
		"priority_reason": "I say so",
		"planned_end_date": "2030-01-01",
		"status": "Serving",
		"staff_name": "另一人",
		"school_year": small.year,
		"warnings": "none",
		"ended_on": "2026-12-31",
	}
	doc = draft(small, **forged)
	for number in range(2):
		kept = [fieldname for fieldname, value in forged.items() if doc.get(fieldname) == value]
		assert not kept, f"save {number}: {kept}"
		doc.update(forged)
		doc.save()
		doc.reload()


def test_years_and_eligibility_are_those_at_the_start_of_the_school_year(small):
	staff = another_teacher(small, at_school_since="2020-09-02")
	doc = draft(small, staff=staff)
	assert (doc.years_at_school, doc.is_eligible) == (5.9, 0)
	assert "6 are asked for" in doc.warnings
	frappe.get_doc("School Staff", staff).update({"at_school_since": "2020-09-01"}).save()
	doc.save()
	assert (doc.years_at_school, doc.is_eligible) == (6.0, 1)
	settings(eligibility_years=7)
	doc.save()
	assert doc.is_eligible == 0


def test_subject_that_the_person_does_not_teach_is_noted_only(small):
	assert "is not among this person's subjects" in draft(small, subject=small.subjects[2]).warnings


def test_status_follows_the_approval(small):
	doc = draft(small)
	seen = [doc.status]
	send(small, doc)
	seen.append(doc.status)
	sign(doc, small.principal_user[small.urban], "Send Back", "再议")
	seen.append(doc.status)
	send(small, doc)
	for signer in (small.principal_user[small.urban], small.principal_user[small.rural], small.clerk):
		seen.append(doc.status)
		sign(doc, signer)
	seen.append(doc.status)
	assert seen == ["Draft", "In Approval", "Draft", *["In Approval"] * 3, "Finally Approved"]


def test_refused_placement_is_not_approved_and_counts_no_longer(small):
	doc = sent(small)
	sign(doc, small.principal_user[small.urban], "Disagree", "课时不够")
	assert (doc.status, doc.docstatus) == ("Not Approved", 0)
	assert doc.status not in COUNTED


# -- EX6: one place at a time -----------------------------------------------------------------------------------------------


def test_second_full_time_placement_at_the_same_time_is_refused(small):
	sent(small, end_date="2027-01-31")
	doc = draft(small, start_date="2027-01-31")
	with pytest.raises(clashes.ClashError) as refusal:
		send(small, doc)
	assert type(refusal.value) is clashes.ClashError
	assert sent(small, start_date="2027-02-01").status == "In Approval"


def test_a_draft_does_not_keep_others_away(small):
	draft(small)
	assert sent(small).status == "In Approval"


def test_refused_placement_does_not_keep_others_away(small):
	first = sent(small)
	sign(first, small.principal_user[small.urban], "Disagree", "课时不够")
	assert sent(small).status == "In Approval"


def test_weekly_placements_may_not_share_a_weekday(small):
	sent(small, mode="Fixed Weekdays", monday=1, tuesday=1)
	with pytest.raises(clashes.WeekdayClashError) as refusal:
		sent(small, mode="Fixed Weekdays", tuesday=1, friday=1)
	assert "Tuesday" in str(refusal.value) and "Friday" not in str(refusal.value)
	assert sent(small, mode="Fixed Weekdays", wednesday=1).status == "In Approval"


def test_weekly_placements_clash_on_days_that_both_last_only(small):
	"""6 October 2026 is a Tuesday: from then to Thursday there is no Monday that both could want."""
	monday, wednesday = {"mode": "Fixed Weekdays", "monday": 1}, {"mode": "Fixed Weekdays", "wednesday": 1}
	first = {"end_date": "2026-10-08"}
	sent(small, **monday, **first)
	assert sent(small, **monday, start_date="2026-10-06").status == "In Approval"
	sent(small, **wednesday, **first)
	with pytest.raises(clashes.WeekdayClashError):
		sent(small, **wednesday, start_date="2026-10-06")
	with pytest.raises(clashes.WeekdayClashError):
		sent(small, **monday, start_date="2026-10-05", end_date="2026-10-05")


@pytest.mark.parametrize("first", ["full time first", "weekly first"])
def test_weekly_and_full_time_placements_may_not_overlap(small, first):
	weekly = {"mode": "Fixed Weekdays", "monday": 1}
	ways = ({}, weekly) if first == "full time first" else (weekly, {})
	sent(small, **ways[0])
	with pytest.raises(clashes.ClashError):
		sent(small, **ways[1])


def test_clash_names_no_placement_that_the_reader_may_not_see(small):
	other = sent(small)
	with acting(small.principal_user[small.other_rural]):
		assert other.name not in clashes.mention(other.name)
	with acting(small.principal_user[small.rural]):
		assert other.name in clashes.mention(other.name)


def test_rotation_takes_turns(small):
	post = {"mode": "Rotation", "rotation_post": "四年级语文"}
	sent(small, **post, end_date="2026-12-31")
	second = {"staff": another_teacher(small), **post}
	with pytest.raises(clashes.TurnClashError):
		sent(small, **second, start_date="2026-12-31")
	assert sent(small, **second, start_date="2027-01-01").status == "In Approval"
	assert sent(
		small, staff=another_teacher(small, name="测试教师乙"), mode="Rotation", rotation_post="五年级语文"
	)


def test_clash_that_arose_after_sending_is_found_at_the_next_signature(small):
	doc = sent(small, end_date="2027-01-31")
	later = sent(small, start_date="2027-02-01")
	# as if a change had moved it in the meantime
	frappe.db.set_value(PLACEMENT, later.name, "start_date", "2027-01-15")
	with pytest.raises(clashes.ClashError):
		sign(doc, small.principal_user[small.urban])


# -- short swaps --------------------------------------------------------------------------------------------------------------


def swap(small, **values):
	return {"mode": "Short Swap", "start_date": "2026-10-01", "end_date": "2026-10-31", **values}


def back(small, **values):
	return swap(
		small,
		staff=small.teacher[small.rural],
		home_school=small.rural,
		host_school=small.urban,
		**values,
	)


def test_short_swap_is_short(small):
	assert draft(small, **swap(small)).name
	with pytest.raises(placements.SwapError):
		draft(small, **swap(small, end_date="2026-11-01"))
	settings(short_swap_days=32)
	assert draft(small, **swap(small, end_date="2026-11-01")).name


def test_counterpart_goes_the_opposite_way_at_the_same_time(small):
	there = draft(small, **swap(small))
	assert draft(small, **back(small, counterpart=there.name)).counterpart == there.name
	with pytest.raises(placements.SwapError):
		draft(small, **swap(small, staff=another_teacher(small), counterpart=there.name))
	with pytest.raises(placements.SwapError):
		draft(
			small,
			**back(small, counterpart=there.name) | {"start_date": "2026-11-01", "end_date": "2026-11-10"},
		)
	long_term = draft(small)
	with pytest.raises(placements.SwapError):
		draft(small, **back(small, counterpart=long_term.name))


def test_swap_shows_how_many_go_each_way(small):
	sent(small, **swap(small))
	second = draft(small, **swap(small, staff=another_teacher(small)))
	assert second.swap_balance() == {"there": 2, "back": 0}
	assert "2 from" in second.warnings
	sent(small, **back(small))
	assert second.swap_balance() == {"there": 2, "back": 1}
	second.run_method("onload")
	assert second.get_onload("swap_balance") == {"there": 2, "back": 1}


# -- EX7: quotas ---------------------------------------------------------------------------------------------------------------


def test_places_run_out(small):
	set_places(small, 1)
	sent(small)
	doc = draft(small, staff=another_teacher(small))
	assert "All 1 places" in doc.warnings
	with pytest.raises(quota.QuotaExceededError) as refusal:
		send(small, doc)
	assert type(refusal.value) is quota.QuotaExceededError


def test_sent_placement_does_not_count_itself_at_its_own_signatures(small):
	set_places(small, 1)
	assert approved(small).status == "Finally Approved"


def test_place_comes_back_when_a_placement_is_refused(small):
	set_places(small, 1)
	first = sent(small)
	sign(first, small.principal_user[small.urban], "Send Back", "再议")
	assert sent(small, staff=another_teacher(small)).status == "In Approval"
	with pytest.raises(quota.QuotaExceededError):
		send(small, first)


def test_no_row_no_place(small):
	set_places(small, 5, subject=small.subjects[1])
	with pytest.raises(quota.NoQuotaError):
		sent(small)


def test_row_with_subject_counts_that_subject_only(small):
	plan = set_places(small, 1, subject=small.subjects[0])
	plan.append(
		"quotas",
		{"community": small.community, "kind": "Teacher Exchange", "subject": small.subjects[1], "quota": 1},
	)
	plan.save()
	sent(small)
	assert sent(small, staff=another_teacher(small), subject=small.subjects[1]).status == "In Approval"
	with pytest.raises(quota.QuotaExceededError):
		sent(small, staff=another_teacher(small, name="测试教师乙"))


def test_row_without_subject_counts_all_subjects_beside_rows_with_one(small):
	plan = set_places(small, 1)
	plan.append(
		"quotas",
		{"community": small.community, "kind": "Teacher Exchange", "subject": small.subjects[0], "quota": 5},
	)
	plan.save()
	sent(small)
	with pytest.raises(quota.QuotaExceededError):
		sent(small, staff=another_teacher(small))


def test_other_kinds_and_communities_do_not_use_the_places(small):
	set_places(small, 1)
	sent(small, **cadre_values(small, *CADRE_CASES[0]))
	assert sent(small).status == "In Approval"


def test_exceeded_quota_is_only_noted_when_the_settings_say_so(small):
	settings(quota_policy="Warn Only")
	set_places(small, 0)
	frappe.clear_messages()
	doc = draft(small)
	assert send(small, doc).status == "In Approval"
	assert any("All 0 places" in str(message) for message in frappe.local.message_log)
	assert "All 0 places" in doc.warnings


def test_quota_cut_after_sending_is_found_at_the_next_signature(small):
	doc = sent(small)
	sent(small, staff=another_teacher(small))
	frappe.db.set_value("Exchange Quota", {"parent": small.plan, "community": small.community}, "quota", 1)
	for row in frappe.get_all(
		"Exchange Quota", {"parent": small.plan, "kind": "Teacher Exchange"}, pluck="name"
	):
		frappe.db.set_value("Exchange Quota", row, "quota", 1)
	with pytest.raises(quota.QuotaExceededError):
		sign(doc, small.principal_user[small.urban])


# -- Exchange Plan --------------------------------------------------------------------------------------------------------------


def test_rows_of_a_plan_are_distinct(small):
	plan = set_places(small, 1)
	plan.append("quotas", {"community": small.community, "kind": "Teacher Exchange", "quota": 2})
	with pytest.raises(plans.DuplicateQuotaError):
		plan.save()


def test_quota_is_not_negative(small):
	with pytest.raises(plans.NegativeQuotaError):
		set_places(small, -1)


def test_used_places_are_not_cut_away(small):
	set_places(small, 3)
	sent(small)
	sent(small, staff=another_teacher(small))
	with pytest.raises(plans.QuotaInUseError):
		set_places(small, 1)
	assert set_places(small, 2).name
	with pytest.raises(plans.QuotaInUseError):
		set_places(small, 2, subject=small.subjects[1])


def test_plan_that_is_over_its_quota_already_can_still_be_saved(small):
	settings(quota_policy="Warn Only")
	plan = set_places(small, 1)
	sent(small)
	sent(small, staff=another_teacher(small))
	plan.reload()
	plan.title = "测试新标题"
	plan.save()
	with pytest.raises(plans.QuotaInUseError):
		set_places(small, 0)


def test_plan_with_placements_is_not_deleted_withdrawn_or_moved(small):
	sent(small)
	plan = frappe.get_doc("Exchange Plan", small.plan)
	with pytest.raises(plans.PlanInUseError):
		plan.delete()
	plan.status = "Draft"
	with pytest.raises(plans.PlanInUseError):
		plan.save()
	plan.reload()
	plan.school_year = small.year
	with pytest.raises(plans.PlanInUseError):
		plan.save()


def test_one_plan_for_a_school_year(small):
	with pytest.raises((frappe.DuplicateEntryError, frappe.UniqueValidationError)):
		frappe.get_doc(
			{
				"doctype": "Exchange Plan",
				"title": "测试第二计划",
				"school_year": small.next_year,
				"status": "Draft",
			}
		).insert()


def test_used_places_are_shown_to_those_who_see_all_placements_only(small):
	sent(small)
	for user, sees in ((small.clerk, True), (small.principal_user[small.other_rural], False)):
		with acting(user):
			plan = frappe.get_doc("Exchange Plan", small.plan)
			plan.run_method("onload")
			used = (plan.get("__onload") or {}).get("used")
		assert bool(used) is sees
		if sees:
			assert {row.kind: used[row.name] for row in plan.quotas if row.community == small.community} == {
				"Cadre Appointment": 0,
				"Cadre Attachment": 0,
				"Acting Post": 0,
				"Teacher Exchange": 1,
			}


# -- EX3: balance and rotation ---------------------------------------------------------------------------------------------------


def test_balance_beyond_the_tolerance_is_refused_or_noted(small):
	settings(balance_policy="Refuse", balance_tolerance=1)
	sent(small)
	second = draft(small, staff=another_teacher(small))
	assert small.urban in second.warnings and small.rural in second.warnings
	with acting(small.leader_user[small.urban]), pytest.raises(balance.BalanceError) as refusal:
		approval.sign(PLACEMENT, second.name, SEND)
	assert all(
		text in str(refusal.value) for text in (small.urban, small.subjects[0], "2 sent", "0 received")
	)
	settings(balance_policy="Warn Only")
	assert send(small, second).status == "In Approval"


def test_balance_is_by_subject(small):
	settings(balance_policy="Refuse", balance_tolerance=1)
	sent(small)
	assert sent(small, staff=another_teacher(small), subject=small.subjects[1]).status == "In Approval"


def test_balance_is_kept_by_someone_who_goes_the_opposite_way(small):
	settings(balance_policy="Refuse", balance_tolerance=1)
	sent(small)
	sent(small, staff=small.teacher[small.rural], home_school=small.rural, host_school=small.urban)
	assert sent(small, staff=another_teacher(small)).status == "In Approval"


def test_placement_that_brings_a_school_nearer_to_balance_is_never_refused(small):
	settings(balance_policy="Warn Only", balance_tolerance=0)
	for name in ("测试教师甲", "测试教师乙", "测试教师丙"):
		sent(small, staff=another_teacher(small, name=name))
	settings(balance_policy="Refuse")
	nearer = sent(small, staff=small.teacher[small.rural], home_school=small.rural, host_school=small.urban)
	assert nearer.status == "In Approval"
	with pytest.raises(balance.BalanceError):
		sent(small)


def test_cadres_do_not_count_for_the_balance(small):
	settings(balance_policy="Refuse", balance_tolerance=0)
	assert sent(small, **cadre_values(small, *CADRE_CASES[0]) | {"subject": small.subjects[0]})


def test_figures_of_a_school_are_told_only_to_those_who_see_its_placements(small):
	found = balance.Imbalance(small.urban, small.subjects[0], 7, 1, 2)
	with acting(small.principal_user[small.rural]):
		assert not balance.may_see_figures(small.urban)
	with acting(small.principal_user[small.urban]):
		assert balance.may_see_figures(small.urban)
	with acting(small.clerk):
		assert balance.may_see_figures(small.urban)
	assert "7" in found.message(True) and "7" not in found.message(False)


def test_balance_of_a_year(small):
	sent(small)
	sent(small, staff=another_teacher(small), subject=small.subjects[1])
	sent(small, staff=small.teacher[small.rural], home_school=small.rural, host_school=small.urban)
	draft(small, staff=another_teacher(small, name="测试教师乙"))
	rows = balance.balance(school_year=small.next_year, community=small.community)
	found = {(row.school, row.subject): (row.sent, row.received, row.net) for row in rows}
	chinese, maths = small.subjects[:2]
	assert found == {
		(small.urban, chinese): (1, 1, 0),
		(small.rural, chinese): (1, 1, 0),
		(small.urban, maths): (1, 0, 1),
		(small.rural, maths): (0, 1, -1),
	}
	assert not any(row.out_of_balance for row in rows)
	settings(balance_tolerance=0)
	rows = balance.balance(school_year=small.next_year)
	assert {(row.school, row.subject) for row in rows if row.out_of_balance} == {
		(small.urban, maths),
		(small.rural, maths),
	}
	assert not balance.balance(school_year=small.year)


def team(small, **values):
	values = {
		"doctype": "Rural Support Team",
		"team_name": "测试支教团队",
		"community": small.community,
		"school_year": small.next_year,
		"host_school": small.rural,
		"status": "In Operation",
		"subjects": [{"subject": small.subjects[0], "headcount": 1}],
		**values,
	}
	return frappe.get_doc(values).insert()


def rows(*subjects):
	return [{"subject": subject, "headcount": 1} for subject in subjects]


def test_team_that_repeats_subjects_of_last_year_is_noted_or_refused(small):
	chinese, maths, english = small.subjects
	last = team(small, school_year=small.year, subjects=rows(chinese, maths))
	assert not last.rotation_note
	now = team(small, subjects=rows(maths, english))
	assert maths in now.rotation_note and last.name in now.rotation_note
	assert english not in now.rotation_note
	settings(rotation_policy="Refuse")
	with pytest.raises(rotation.RotationError):
		team(small, subjects=rows(chinese))
	assert team(small, subjects=rows(english)).rotation_note is None


def test_rotation_looks_at_the_same_host_school_only(small):
	settings(rotation_policy="Refuse")
	team(small, school_year=small.year)
	assert team(small, host_school=None).rotation_note is None
	assert team(small, community=small.other_community, host_school=small.other_rural).rotation_note is None


def test_rotation_ignores_teams_that_were_dissolved(small):
	settings(rotation_policy="Refuse")
	team(small, school_year=small.year, status="Dissolved")
	assert team(small).name


def test_placement_in_a_team_that_does_not_rotate_is_refused(small):
	team(small, school_year=small.year)
	now = team(small)
	doc = draft(small, support_team=now.name)
	assert "Not rotated" in doc.warnings
	settings(rotation_policy="Refuse")
	with pytest.raises(rotation.RotationError):
		send(small, doc)
	settings(rotation_policy="Warn Only")
	assert send(small, doc).status == "In Approval"


def test_team_fits_the_placement(small):
	fits = team(small)
	assert draft(small, support_team=fits.name).support_team == fits.name
	with pytest.raises(placements.TeamError):  # another direction
		draft(
			small,
			support_team=fits.name,
			staff=small.teacher[small.rural],
			home_school=small.rural,
			host_school=small.urban,
		)
	with pytest.raises(placements.TeamError):  # another kind
		draft(small, support_team=fits.name, **cadre_values(small, *CADRE_CASES[0]))
	with pytest.raises(placements.TeamError):  # another subject
		draft(small, support_team=fits.name, subject=small.subjects[1])
	with pytest.raises(placements.TeamError):  # another year
		draft(small, support_team=team(small, school_year=small.year).name)
	other = team(small, community=small.other_community, host_school=small.other_rural)
	with pytest.raises(placements.TeamError):  # another community
		draft(small, support_team=other.name)
	fits.db_set("status", "Dissolved")
	with pytest.raises(placements.TeamError):
		draft(small, support_team=fits.name)


def test_team_that_has_all_its_teachers_is_noted(small):
	fits = team(small)
	sent(small, support_team=fits.name)
	assert (
		"asks for 1 teachers" in draft(small, support_team=fits.name, staff=another_teacher(small)).warnings
	)


def test_team_serves_the_placements_host_school(small):
	second = builders.school("测试乡村二小", "Rural", subdistrict=small.east)
	community = frappe.get_doc("Education Community", small.community)
	community.append("members", {"school": second, "member_role": "Member School", "joined_on": "2021-09-01"})
	community.save()
	with pytest.raises(placements.TeamError):
		draft(small, support_team=team(small, host_school=second).name)


def test_subjects_of_a_team_are_distinct_and_have_teachers(small):
	with pytest.raises(teams.DuplicateSubjectError):
		team(small, subjects=rows(small.subjects[0], small.subjects[0]))
	with pytest.raises(teams.HeadcountError):
		team(small, subjects=[{"subject": small.subjects[0], "headcount": 0}])


def test_team_serves_a_rural_member_and_is_led_from_an_urban_one(small):
	for values in (
		{"host_school": small.urban},
		{"host_school": small.other_rural},
		{"leader": small.teacher[small.rural]},
		{"leader": small.teacher[small.other_urban]},
	):
		with pytest.raises(teams.TeamSchoolError):
			team(small, **values)
	assert team(small, leader=small.teacher[small.urban]).leader


def test_what_placements_of_a_team_refer_to_stays(small):
	doc = team(small, subjects=rows(*small.subjects[:2]))
	draft(small, support_team=doc.name)
	doc.subjects = [row for row in doc.subjects if row.subject != small.subjects[0]]
	with pytest.raises(teams.TeamInUseError):
		doc.save()
	doc.reload()
	doc.school_year = small.year
	with pytest.raises(teams.TeamInUseError):
		doc.save()


# -- EX13: changes ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def today(monkeypatch):
	"""`today("2026-10-01")`: the day on which changes are drafted and signed."""

	def on(day):
		monkeypatch.setattr(changes, "getdate", lambda value=None: getdate(value or day))

	on("2026-08-20")
	return on


def change(placement, change_type, new_end_date=None, reason="工作需要", **values):
	return frappe.get_doc(
		{
			"doctype": CHANGE,
			"placement": placement.name,
			"change_type": change_type,
			"new_end_date": new_end_date,
			"reason": reason,
			**values,
		}
	).insert()


def comments_on(doc):
	return frappe.get_all("Comment", {"reference_name": doc.name, "comment_type": "Info"}, pluck="content")


def test_extension_moves_the_end_and_keeps_the_plan_in_mind(small, today):
	doc = approved(small)
	applied = approve(small, change(doc, "Term Extension", "2027-08-31"))
	doc.reload()
	assert (doc.end_date, doc.planned_end_date) == (getdate("2027-08-31"), getdate(END))
	assert (doc.status, doc.docstatus, applied.old_end_date) == ("Finally Approved", 1, getdate(END))
	assert any(applied.name in text and "工作需要" in text for text in comments_on(doc))


@pytest.mark.parametrize("new_end", [END, "2027-01-01", "2027-09-01", None])
def test_extension_ends_later_and_inside_the_school_year(small, today, new_end):
	doc = approved(small)
	with pytest.raises(changes.NewEndDateError):
		change(doc, "Term Extension", new_end)


def test_extension_may_not_run_into_another_placement(small, today):
	doc = approved(small, end_date="2027-01-31")
	approved(small, start_date="2027-02-15")
	fits = change(doc, "Term Extension", "2027-02-14")
	clashing = change(doc, "Term Extension", "2027-02-15")
	with pytest.raises(clashes.ClashError):
		send(small, clashing)
	assert approve(small, fits).docstatus == 1


def test_extension_may_not_run_into_the_next_turn(small, today):
	post = {"mode": "Rotation", "rotation_post": "四年级语文"}
	doc = approved(small, **post, end_date="2026-12-31")
	approved(small, **post, staff=another_teacher(small), start_date="2027-01-01")
	with pytest.raises(clashes.TurnClashError):
		send(small, change(doc, "Term Extension", "2027-01-31"))


def test_extension_of_a_short_swap_stays_short(small, today):
	doc = approved(small, **swap(small, end_date="2026-10-20"))
	with pytest.raises(changes.NewEndDateError):
		change(doc, "Term Extension", "2026-11-01")
	assert change(doc, "Term Extension", "2026-10-31").name


def test_early_end_in_the_future_shortens_the_placement(small, today):
	doc = approved(small)
	approve(small, change(doc, "Early End", "2027-01-31"))
	doc.reload()
	assert (doc.status, doc.end_date, doc.ended_on) == ("Finally Approved", getdate("2027-01-31"), None)
	assert doc.planned_end_date == getdate(END)
	lifecycle.daily("2027-02-01")
	doc.reload()
	assert (doc.status, doc.ended_on) == ("Ended Early", getdate("2027-01-31"))


def test_early_end_in_the_past_ends_at_once(small, today):
	doc = approved(small)
	lifecycle.daily("2026-09-01")
	today("2026-12-01")
	approve(small, change(doc, "Early End", "2026-11-30"))
	doc.reload()
	assert (doc.status, doc.ended_on, doc.end_date) == (
		"Ended Early",
		getdate("2026-11-30"),
		getdate("2026-11-30"),
	)


@pytest.mark.parametrize("new_end", [END, "2027-08-01", "2026-08-31", None])
def test_early_end_is_before_the_end_and_not_before_the_start(small, today, new_end):
	doc = approved(small)
	with pytest.raises(changes.NewEndDateError):
		change(doc, "Early End", new_end)


def test_person_is_free_again_after_an_early_end(small, today):
	doc = approved(small)
	approve(small, change(doc, "Early End", "2027-01-31"))
	assert sent(small, start_date="2027-02-01").status == "In Approval"


def test_cancellation_before_the_start_gives_the_place_back(small, today):
	set_places(small, 1)
	doc = approved(small)
	applied = approve(small, change(doc, "Cancellation", "2027-01-01"))
	doc.reload()
	assert (doc.docstatus, doc.status, doc.workflow_state) == (2, "Cancelled", "Placement Cancelled")
	assert applied.new_end_date is None
	assert sent(small).status == "In Approval"


def test_what_has_begun_is_ended_early_not_cancelled(small, today):
	doc = approved(small)
	pending = send(small, change(doc, "Cancellation"))
	today(START)
	with pytest.raises(changes.AlreadyBegunError) as refusal:
		change(doc, "Cancellation")
	assert "Early End" in str(refusal.value)
	with pytest.raises(changes.AlreadyBegunError):
		sign(pending, small.clerk)


def test_cancelling_one_of_a_swap_leaves_the_other(small, today):
	there = approved(small, **swap(small))
	other = approved(small, **back(small, counterpart=there.name))
	approve(small, change(there, "Cancellation"))
	assert (again(there).docstatus, again(other).docstatus) == (2, 1)


@pytest.mark.parametrize("reason", ["", "   ", None])
def test_change_needs_a_reason(small, today, reason):
	with pytest.raises(changes.ReasonMissingError):
		change(approved(small), "Early End", "2027-01-31", reason=reason)


def test_only_approved_placements_that_are_not_over_are_changed(small, today):
	for doc in (draft(small), sent(small)):
		with pytest.raises(changes.NotChangeableError):
			change(doc, "Early End", "2027-01-31")
	over = approved(small, staff=another_teacher(small))
	lifecycle.daily("2027-07-01")
	with pytest.raises(changes.NotChangeableError):
		change(over, "Term Extension", "2027-08-31")


def test_one_change_of_a_placement_at_a_time(small, today):
	doc = approved(small)
	first, second = change(doc, "Early End", "2027-01-31"), change(doc, "Term Extension", "2027-08-31")
	send(small, first)
	with pytest.raises(changes.OtherChangeError):
		send(small, second)
	sign(first, small.clerk, "Disagree", "不同意")
	assert approve(small, second).docstatus == 1


def test_person_and_schools_of_a_change_are_those_of_the_placement(small, today):
	doc = approved(small)
	forged = {
		"home_school": small.other_urban,
		"host_school": small.other_rural,
		"staff": small.teacher[small.other_urban],
		"community": small.other_community,
		"old_end_date": "2027-08-01",
		"is_cadre_exchange": 1,
	}
	made = change(doc, "Early End", "2027-01-31", **forged)
	for _number in range(2):
		assert [made.get(field) for field in ("home_school", "host_school", "staff", "community")] == [
			small.urban,
			small.rural,
			small.teacher[small.urban],
			small.community,
		]
		assert (getdate(made.old_end_date), made.is_cadre_exchange) == (getdate(END), 0)
		made.update(forged)
		made.save()
		made.reload()


def test_school_may_not_change_a_placement_of_others_by_naming_its_own_schools(small, today):
	doc = approved(small)
	with acting(small.leader_user[small.other_urban]), pytest.raises(frappe.PermissionError):
		change(doc, "Early End", "2027-01-31", home_school=small.other_urban, host_school=small.other_rural)


def test_change_of_a_cadre_exchange_goes_to_the_leading_group(small, today):
	doc = approved(small, **cadre_values(small, *CADRE_CASES[0]))
	made = send(small, change(doc, "Early End", "2027-01-31"))
	assert sign(made, small.clerk).workflow_state == "Change Awaiting Leading Group"
	sign(made, builders.email("head"))
	assert again(doc).end_date == getdate("2027-01-31")


@pytest.mark.parametrize("way", ["cancel", "end_date", "amend"])
def test_approved_placement_changes_in_no_other_way(small, way):
	doc = approved(small)
	with pytest.raises(frappe.ValidationError, match="Create a Placement Change"):
		if way == "cancel":
			doc.cancel()
		elif way == "amend":
			copy = frappe.copy_doc(doc)
			copy.update({"amended_from": doc.name, "docstatus": 0, "workflow_state": None})
			copy.insert()
		else:
			doc.end_date = "2027-01-31"
			doc.save()
	doc = again(doc)
	assert (doc.docstatus, doc.status, doc.end_date) == (1, "Finally Approved", getdate(END))


def test_status_typed_into_an_approved_placement_is_not_kept(small):
	doc = approved(small)
	doc.update({"status": "Completed", "ended_on": "2027-01-31"})
	doc.save()
	doc = again(doc)
	assert (doc.status, doc.ended_on) == ("Finally Approved", None)


# -- EX13: the dates -----------------------------------------------------------------------------------------------------------------


def test_placement_runs_from_its_start_and_is_over_after_its_last_day(small):
	doc = approved(small)
	for day, status in (
		("2026-08-31", "Finally Approved"),
		(START, "Serving"),
		(END, "Serving"),
		(add_days(END, 1), "Completed"),
		(add_days(END, 2), "Completed"),
	):
		lifecycle.daily(day)
		assert again(doc).status == status, day
	assert doc.ended_on == getdate(END)


def test_days_that_were_missed_are_caught_up(small):
	doc = approved(small)
	assert lifecycle.daily("2027-08-01") == {"begun": 0, "ended": 1}
	assert (again(doc).status, doc.ended_on) == ("Completed", getdate(END))
	assert lifecycle.daily("2027-08-01") == {"begun": 0, "ended": 0}


def test_only_approved_placements_begin_and_end(small):
	waiting = sent(small)
	assert lifecycle.daily(START) == lifecycle.daily("2027-07-01") == {"begun": 0, "ended": 0}
	assert again(waiting).status == "In Approval"


def test_one_failing_placement_does_not_hold_up_the_rest(small, monkeypatch):
	first, second = approved(small), approved(small, staff=another_teacher(small))
	begin = lifecycle._begin

	def failing(doc, day):
		done = begin(doc, day)
		if doc.name == first.name:
			raise RuntimeError("half done")
		return done

	logged = []
	monkeypatch.setattr(lifecycle, "_begin", failing)
	monkeypatch.setattr(frappe, "log_error", lambda *args, **kwargs: logged.append(kwargs.get("title")))
	assert lifecycle.daily(START) == {"begun": 1, "ended": 0}
	assert (again(first).status, again(second).status) == ("Finally Approved", "Serving")
	assert len(logged) == 1 and first.name in logged[0]


def test_daily_run_asks_no_more_the_more_placements_there_are(small, monkeypatch):
	approved(small)
	lifecycle.daily(START)
	counted = []
	monkeypatch.setattr(lifecycle, "_one", lambda name, step: counted.append(name) or False)
	lifecycle.daily("2026-10-01")
	assert not counted, "running placements are not touched again"


# -- two at the same instant: MariaDB only --------------------------------------------------------------------------------------------


def send_now(name):
	"""Run in a process of its own, as the leader of the home school."""
	return approval.sign(PLACEMENT, name, SEND).workflow_state


def send_change_now(name):
	return approval.sign(CHANGE, name, SEND).workflow_state


def cut_or_send(task):
	if task == "cut":
		for plan in frappe.get_all("Exchange Plan", {"title": "测试并发计划"}, pluck="name"):
			doc = frappe.get_doc("Exchange Plan", plan)
			doc.quotas[0].quota = 0
			doc.save(ignore_permissions=True)
		return "cut"
	return send_now(task)


@pytest.fixture
def committed(small):
	"""A year, a plan and people that other processes see; everything is removed again."""
	made = builders.record()
	year = builders.school_year("2031-2032")
	people = [another_teacher(small, name=f"测试并发教师{i}") for i in range(4)]
	values = {"plan": None, "start_date": "2031-09-01", "end_date": "2032-06-30"}

	def plan(places):
		values["plan"] = builders.insert(
			"Exchange Plan",
			title="测试并发计划",
			school_year=year,
			status="Published",
			quotas=[{"community": small.community, "kind": "Teacher Exchange", "quota": places}],
		).name

	def place(person, **more):
		return builders.insert(**{**values_of(small), **values, "staff": people[person], **more}).name

	kit = frappe._dict(plan=plan, place=place, people=people)
	yield kit
	frappe.set_user("Administrator")
	frappe.db.rollback()
	names = [name for doctype, name in made if doctype in (PLACEMENT, CHANGE)]
	for doctype, field in (
		("Approval Signature", "parent"),
		("ToDo", "reference_name"),
		("Comment", "reference_name"),
		("Version", "docname"),
		("Notification Log", "document_name"),
		("Workflow Action", "reference_name"),
	):
		frappe.db.delete(doctype, {field: ("in", names or [""])})
	for doctype, name in reversed(made):
		for table in frappe.get_meta(doctype).get_table_fields():
			frappe.db.delete(table.options, {"parenttype": doctype, "parent": name})
		frappe.db.delete(doctype, {"name": name})
	frappe.db.commit()


def at_once(small, target, names):
	frappe.db.commit()
	outcomes = engines.run_in_processes(
		f"test_exchange:{target}", len(names), each=names, user=small.leader_user[small.urban]
	)
	frappe.db.rollback()
	return sorted(outcome.error for outcome in outcomes)


@pytest.mark.mariadb
def test_two_placements_of_one_person_sent_at_the_same_instant(small, committed):
	committed.plan(9)
	names = [committed.place(0), committed.place(0)]
	assert at_once(small, "send_now", names) == ["", "ClashError"]
	assert frappe.db.count(PLACEMENT, {"name": ("in", names), "status": "In Approval"}) == 1


@pytest.mark.mariadb
def test_last_place_asked_for_at_the_same_instant(small, committed):
	committed.plan(1)
	names = [committed.place(person) for person in range(4)]
	assert at_once(small, "send_now", names) == ["", *["QuotaExceededError"] * 3]


@pytest.mark.mariadb
def test_placements_with_enough_places_do_not_get_in_each_others_way(small, committed):
	committed.plan(9)
	names = [committed.place(person) for person in range(4)]
	assert at_once(small, "send_now", names) == [""] * 4


@pytest.mark.mariadb
def test_place_cut_away_while_it_is_being_taken(small, committed):
	committed.plan(1)
	name = committed.place(0)
	assert at_once(small, "cut_or_send", [name, "cut"]) in (
		["", "QuotaExceededError"],
		["", "QuotaInUseError"],
		["", "TimestampMismatchError"],
	)


@pytest.mark.mariadb
def test_two_changes_of_one_placement_sent_at_the_same_instant(small, committed):
	committed.plan(9)
	doc = frappe.get_doc(PLACEMENT, committed.place(0))
	approve(small, doc)
	names = []
	for _number in range(2):
		values = {
			"placement": doc.name,
			"change_type": "Early End",
			"new_end_date": "2032-01-31",
			"reason": "测试",
		}
		names.append(builders.insert(CHANGE, **values).name)
	assert at_once(small, "send_change_now", names) == ["", "OtherChangeError"]


# -- what the form offers and says before a placement is sent ----------------------------------------------------------


def offered(**filters):
	return [row[0] for row in people.search("School Staff", "", "name", 0, 50, filters)]


def test_form_offers_people_who_are_free_then_and_fit_the_kind(small, as_user):
	as_user(small.leader_user[small.urban])
	teacher = small.teacher[small.urban]
	wanted = {"home_school": small.urban, "kind": "Teacher Exchange", "mode": "Long-Term Fixed"}
	term = {"start_date": START, "end_date": END}
	assert teacher in offered(**wanted, **term)
	first = draft(small)
	first.db_set("status", "In Approval")
	assert teacher not in offered(**wanted, **term)
	assert teacher in offered(**wanted)
	assert teacher in offered(**wanted, **term, name=first.name)
	cadres = offered(home_school=small.urban, kind="Cadre Appointment")
	assert small.cadre[small.urban] in cadres and teacher not in cadres
	as_user(small.outsider)
	with pytest.raises(frappe.PermissionError):
		offered(**wanted)


def test_draft_says_at_once_what_would_be_refused_when_it_is_sent(small, as_user):
	as_user(small.leader_user[small.urban])
	doc = draft(small)
	assert doc.hindrances() == []
	draft(small).db_set("status", "In Approval")
	frappe.db.delete("Exchange Quota", {"parent": small.plan, "kind": doc.kind})
	frappe.clear_messages()
	doc.run_method("onload")
	clash, no_place = doc.get_onload("hindrances")
	assert "already in a placement" in clash and "no place" in no_place
	assert not frappe.local.message_log


def test_closed_approval_says_how_to_change_it(small):
	doc = draft(small)
	doc.db_set({"docstatus": 1, "workflow_state": "Placement Approved", "status": "Serving"})
	doc.reload()
	doc.purpose = "改"
	with pytest.raises(approval.UnderReviewError, match="approval is closed"):
		doc.save()


# -- what ends a placement besides its term ----------------------------------------------------------------------------


def day_of(number):
	return str(getdate(add_days(frappe.utils.nowdate(), number)))


def in_force(small, first, last, status, **values):
	"""An approved placement from one day to another around today, whatever the plan's year."""
	doc = approved(small, **values)
	frappe.db.set_value(
		PLACEMENT, doc.name, {"start_date": day_of(first), "end_date": day_of(last), "status": status}
	)
	return again(doc)


def change_staff(name, **values):
	return frappe.get_doc("School Staff", name).update(values).save()


def told(doctype_name):
	return set(frappe.get_all("Notification Log", {"document_name": doctype_name}, pluck="for_user"))


@pytest.mark.both
@pytest.mark.parametrize("status", ["Retired", "Left the Service", "Transferred Away"])
def test_a_running_placement_ends_with_the_service_of_its_person(small, status):
	doc = in_force(small, -30, 90, Status.RUNNING)
	change_staff(doc.staff, status=status, left_on=day_of(5))
	again(doc)
	assert (doc.status, str(doc.end_date), doc.docstatus) == (Status.RUNNING, day_of(5), 1)
	name = frappe.get_all(CHANGE, {"placement": doc.name}, pluck="name")[0]
	change = frappe.get_doc(CHANGE, name)
	assert (change.docstatus, change.workflow_state, change.change_type) == (
		1,
		"Change Approved",
		"Early End",
	)
	assert str(change.old_end_date) == day_of(90) and small.urban in change.reason and not change.signatures
	lifecycle.daily(day_of(6))
	assert again(doc).status == Status.ENDED_EARLY
	assert change_staff(doc.staff, phone="000")
	assert frappe.db.count(CHANGE, {"placement": doc.name}) == 1


def test_what_has_not_begun_when_the_person_leaves_is_cancelled(small):
	doc = in_force(small, 10, 90, Status.APPROVED)
	change_staff(doc.staff, status="Retired", left_on=day_of(-1))
	again(doc)
	assert (doc.status, doc.docstatus, doc.workflow_state) == (Status.CANCELLED, 2, "Placement Cancelled")
	lifecycle.daily(day_of(11))
	assert again(doc).status == Status.CANCELLED


def test_who_moves_to_another_school_ends_the_placement_from_the_former_one(small):
	doc = in_force(small, -30, 90, Status.RUNNING)
	change_staff(doc.staff, school=small.other_urban)
	assert (again(doc).status, str(doc.end_date)) == (Status.ENDED_EARLY, day_of(-1))


def test_the_section_and_both_schools_are_told_of_the_end(small):
	doc = in_force(small, -30, 90, Status.RUNNING)
	frappe.db.delete("Notification Log")
	frappe.set_user(small.admin)
	change_staff(doc.staff, status="Retired", left_on=day_of(5))
	frappe.set_user("Administrator")
	everybody = {small.clerk, *(small.principal_user[s] for s in (small.urban, small.rural))}
	assert everybody <= told(doc.name)


def test_placements_of_those_who_left_before_this_was_known_end_at_night(small):
	doc = in_force(small, -30, 90, Status.RUNNING)
	frappe.db.set_value("Staff Service", {"parent": doc.staff}, "to_date", day_of(-3))
	lifecycle.daily()
	assert (again(doc).status, str(doc.end_date)) == (Status.ENDED_EARLY, day_of(-3))
	beginning = in_force(small, 0, 90, Status.APPROVED, staff=small.teacher2[small.urban])
	frappe.db.set_value("Staff Service", {"parent": beginning.staff}, "to_date", day_of(-3))
	lifecycle.daily()
	assert again(beginning).status == Status.CANCELLED


def test_what_is_under_approval_cannot_be_agreed_to_when_the_person_has_left(small):
	doc = sent(small)
	change_staff(doc.staff, status="Retired", left_on=day_of(0))
	with pytest.raises(placements.NotHomeSchoolError):
		sign(doc, small.principal_user[small.urban])
	assert again(doc).status == Status.IN_APPROVAL


def test_schools_and_communities_end_after_their_placements(small):
	doc = in_force(small, -30, 90, Status.RUNNING)
	community = frappe.get_doc("Education Community", small.community)
	with pytest.raises(endings.PlacementsBeyondError) as refusal:
		community.update({"status": "Dissolved", "dissolved_on": day_of(30)}).save()
	assert doc.name in str(refusal.value)
	community.reload()
	community.append(
		"members",
		{"school": builders.school("测试三小"), "member_role": "Member School", "joined_on": day_of(-60)},
	)
	community.save()
	community.members[1].left_on = day_of(30)
	with pytest.raises(endings.PlacementsBeyondError):
		community.save()
	community.reload()
	community.update({"status": "Dissolved", "dissolved_on": day_of(90)}).save()
	frappe.db.set_value("Education Community", small.community, "dissolved_on", day_of(-1))
	with pytest.raises(endings.PlacementsBeyondError):
		frappe.get_doc("Community School", small.rural).update({"status": "Closed"}).save()
	frappe.db.set_value(PLACEMENT, doc.name, "status", Status.COMPLETED)
	assert frappe.get_doc("Community School", small.rural).update({"status": "Closed"}).save()


def test_both_schools_belong_to_the_community_all_the_time(small):
	frappe.db.set_value("Community Member School", {"school": small.rural}, "left_on", "2027-06-01")
	with pytest.raises(placements.NotInCommunityError):
		draft(small)
	doc = approved(small, end_date="2027-05-31")
	with pytest.raises(changes.NewEndDateError):
		frappe.get_doc(
			{"doctype": CHANGE, "placement": doc.name, "change_type": "Term Extension", "new_end_date": "2027-06-02",
			"reason": "测试"}
		).insert()  # fmt: skip
