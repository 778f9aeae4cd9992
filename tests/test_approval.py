"""The approval of placements and changes: who signs when, what is recorded, who is told (EX5, ORG6)."""

import builders
import engines
import frappe
import pytest
from approvals import (
	ACTING,
	APPROVED,
	ATTACHMENT,
	CADRE,
	CHANGE,
	CHANGE_PERSONNEL,
	DRAFT,
	GROUP,
	HOME,
	HOST,
	KINDS,
	PERSONNEL,
	PLACEMENT,
	REFUSED,
	TEACHER,
	as_,
	bring,
	change,
	draft,
	everybody,
	remove,
	sign,
	signer,
)
from frappe.model.workflow import get_transitions

from gongtongti.core import approval, relations, signers
from gongtongti.organisation import roles

SEND, AGREE, BACK, NO = "Send for Approval", "Agree", "Send Back", "Disagree"


def state(name, doctype=PLACEMENT):
	return frappe.db.get_value(doctype, name, "workflow_state")


def signatures(name):
	return frappe.get_all(
		"Approval Signature",
		{"parent": name},
		["step", "decision", "signer", "signer_name", "signed_on", "remarks", "capacity"],
		order_by="idx",
	)


def asked(name):
	"""Accounts with an open task for the document."""
	return {
		row.allocated_to
		for row in frappe.get_all("ToDo", {"reference_name": name, "status": "Open"}, ["allocated_to"])
	}


@pytest.mark.parametrize("kind", KINDS)
def test_the_chain_of_each_kind(small, kind):
	name = draft(small, kind)
	chain = [HOME, HOST, PERSONNEL, APPROVED] if kind == TEACHER else [HOME, HOST, PERSONNEL, GROUP, APPROVED]
	sign(signer(small, name), name, SEND)
	for position, expected in enumerate(chain):
		assert state(name) == expected
		assert frappe.db.get_value(PLACEMENT, name, "docstatus") == int(expected == APPROVED)
		if expected != APPROVED:
			assert bool(frappe.db.get_value(PLACEMENT, name, "pending_since"))
			sign(signer(small, name), name, AGREE, f"同意{position}")
	assert frappe.db.get_value(PLACEMENT, name, ["status", "pending_since"]) == ("Finally Approved", None)


def test_a_change_of_a_cadre_goes_to_the_leading_group_that_of_a_teacher_does_not(small):
	teacher = bring(small, draft(small), APPROVED)
	cadre = bring(small, draft(small, CADRE), APPROVED)
	name = change(small, teacher)
	bring(small, name, CHANGE_PERSONNEL, CHANGE)
	sign(small.clerk, name, doctype=CHANGE)
	assert state(name, CHANGE) == "Change Approved"
	name = change(small, cadre)
	bring(small, name, CHANGE_PERSONNEL, CHANGE)
	sign(small.clerk, name, doctype=CHANGE)
	assert state(name, CHANGE) == "Change Awaiting Leading Group"


def test_each_signature_is_on_record(small):
	name = bring(small, draft(small), PERSONNEL)
	sign(small.clerk, name, AGREE, "同意交流")
	rows = signatures(name)
	assert [(row.step, row.decision, row.signer) for row in rows] == [
		(DRAFT, SEND, small.leader_user[small.urban]),
		(HOME, AGREE, small.principal_user[small.urban]),
		(HOST, AGREE, small.principal_user[small.rural]),
		(PERSONNEL, AGREE, small.clerk),
	]
	assert rows[-1].remarks == "同意交流" and rows[-1].capacity == roles.PERSONNEL
	assert all(row.signed_on and row.signer_name for row in rows)


def test_nobody_signs_for_the_own_placement(small):
	"""The clerk of the personnel section is on the school's staff and is placed."""
	person = builders.staff("测试借调教师", small.urban, user=small.clerk, subject=small.subjects[0])
	name = bring(small, draft(small, staff=person), PERSONNEL)
	with pytest.raises(signers.OwnPlacementError):
		sign(small.clerk, name)
	with pytest.raises(signers.OwnPlacementError):
		sign(small.clerk, name, NO, "理由")
	assert small.clerk not in asked(name)
	sign(small.users[roles.PERSONNEL], name)
	assert state(name) == APPROVED


@pytest.mark.parametrize("kind, at", [(CADRE, "urban"), (ACTING, "rural")])
def test_for_a_principal_who_is_placed_the_leader_in_charge_signs(small, kind, at):
	name, school = of_principal(small, kind, at)
	sign(small.clerk, name, SEND)
	with pytest.raises(signers.OwnPlacementError):
		sign(small.principal_user[school], name)
	assert asked(name) == {small.leader_user[school]}
	sign(small.leader_user[school], name)
	assert state(name) == HOST


def of_principal(small, kind, at):
	"""A draft of the principal's own placement, written by the leader in charge; its name and the home school."""
	school = getattr(small, at)
	if kind == ACTING:
		frappe.db.set_value("School Staff", small.principal[school], "cadre_status", "Reserve Cadre")
	return draft(small, kind, staff=small.principal[school], by=small.leader_user[school]), school


def test_whoever_sends_never_signs_for_the_home_school(small):
	"""The leader sends for the principal who is placed: the subdistrict's office is left, or somebody else sends."""
	name, school = of_principal(small, ACTING, "rural")
	sign(small.leader_user[school], name, SEND)
	assert asked(name) == {small.east_user}
	for user in (small.leader_user[school], small.principal_user[school], small.west_user):
		with pytest.raises(frappe.PermissionError):
			sign(user, name)
	sign(small.east_user, name)
	assert state(name) == HOST
	assert signatures(name)[-1].capacity == roles.SUBDISTRICT_OFFICE

	name, school = of_principal(small, CADRE, "urban")  # lies in no subdistrict
	with pytest.raises(approval.OnlySignerError, match="somebody else"):
		sign(small.leader_user[school], name, SEND)
	sign(small.clerk, name, SEND)
	assert asked(name) == {small.leader_user[school]}


def test_for_a_principal_who_has_sent_the_leader_in_charge_signs(small):
	name, principal = draft(small), small.principal_user[small.urban]
	sign(principal, name, SEND)
	assert asked(name) == {small.leader_user[small.urban]}
	with pytest.raises(signers.SecondSignatureError):
		sign(principal, name)
	sign(small.leader_user[small.urban], name)
	assert state(name) == HOST


def test_without_a_leader_in_charge_the_office_signs_for_a_principal_who_has_sent(small):
	frappe.db.set_value("User", small.leader_user[small.rural], "enabled", 0)
	name = draft(small, home=small.rural, host=small.urban, by=small.principal_user[small.rural])
	sign(small.principal_user[small.rural], name, SEND)
	assert asked(name) == {small.east_user}
	sign(small.east_user, name)
	assert state(name) == HOST


# -- withdrawing ------------------------------------------------------------------------------------------------------


def told(name):
	"""Accounts that have been given a notice about the document."""
	return set(frappe.get_all("Notification Log", {"document_name": name, "type": "Alert"}, pluck="for_user"))


@pytest.mark.parametrize("step", [DRAFT, HOME, HOST, PERSONNEL, GROUP])
def test_whoever_sent_withdraws_with_a_reason_until_it_is_decided(small, step):
	name, leader = draft(small, CADRE), small.leader_user[small.urban]
	if step == DRAFT:
		with pytest.raises(signers.WrongDoorError, match="deleted"):
			sign(leader, name, signers.WITHDRAW, "不再需要")
		bring(small, name, HOME)
		sign(small.principal_user[small.urban], name, BACK, "请补充")
	else:
		bring(small, name, step)
	waiting, signed = asked(name), {row.signer for row in signatures(name)[1:]}
	for user in everybody(small):
		if user != leader:
			with pytest.raises((frappe.PermissionError, signers.WrongDoorError)):
				sign(user, name, signers.WITHDRAW, "不再需要")
	with pytest.raises(approval.RemarksMissingError):
		sign(leader, name, signers.WITHDRAW, " ")
	sign(leader, name, signers.WITHDRAW, "不再需要")
	doc = frappe.get_doc(PLACEMENT, name)
	assert (doc.workflow_state, doc.status, doc.docstatus, doc.pending_since) == (
		"Placement Withdrawn", "Placement Withdrawn", 0, None)  # fmt: skip
	last = signatures(name)[-1]
	assert (last.decision, last.signer, last.remarks) == (signers.WITHDRAW, leader, "不再需要")
	assert asked(name) == set()
	assert told(name) >= ((waiting | signed) - {leader} if step != DRAFT else set())
	for user in (leader, small.clerk, small.principal_user[small.urban]):
		for action in (SEND, AGREE, BACK, NO, signers.WITHDRAW):
			with pytest.raises((frappe.PermissionError, signers.WrongDoorError)):
				sign(user, name, action, "理由")
	with pytest.raises(approval.UnderReviewError):
		as_(leader, frappe.delete_doc, PLACEMENT, name)


def test_a_withdrawn_placement_gives_back_its_place_and_the_persons_time(small):
	name = bring(small, draft(small), PERSONNEL)
	again = draft(small)
	with pytest.raises(frappe.ValidationError):
		sign(small.leader_user[small.urban], again, SEND)
	frappe.db.set_value(PLACEMENT, again, "workflow_state", DRAFT)
	sign(small.leader_user[small.urban], name, signers.WITHDRAW, "改派")
	sign(small.leader_user[small.urban], again, SEND)
	assert state(again) == HOME


def test_nobody_edits_while_withdrawing_nor_withdraws_without_remarks_by_another_door(small):
	name = bring(small, draft(small), HOME)
	sign(small.principal_user[small.urban], name, BACK, "请补充")
	frappe.set_user(small.leader_user[small.urban])
	for remarks, purpose in ((None, None), ("理由", "改写")):
		doc = frappe.get_doc(PLACEMENT, name)
		doc.workflow_state, doc.flags.remarks = "Placement Withdrawn", remarks
		doc.purpose = purpose
		with pytest.raises((approval.RemarksMissingError, approval.UnderReviewError)):
			doc.save()


def test_where_the_sender_drafts_no_more_the_successor_withdraws(small):
	name = bring(small, draft(small), HOME)
	frappe.db.set_value("User", small.leader_user[small.urban], "enabled", 0)
	doc = frappe.get_doc(PLACEMENT, name)
	assert small.principal_user[small.urban] in signers.withdrawers(doc)
	sign(small.principal_user[small.urban], name, signers.WITHDRAW, "分管领导已离任")
	assert state(name) == "Placement Withdrawn"


def test_a_change_is_withdrawn_and_makes_room_for_another(small):
	placement = bring(small, draft(small), APPROVED)
	first = bring(small, change(small, placement), CHANGE_PERSONNEL, CHANGE)
	second = change(small, placement)
	sign(small.leader_user[small.urban], first, signers.WITHDRAW, "填错", CHANGE)
	assert state(first, CHANGE) == "Change Withdrawn"
	sign(small.leader_user[small.urban], second, SEND, doctype=CHANGE)
	assert state(second, CHANGE) == CHANGE_PERSONNEL


def test_one_person_does_not_sign_two_steps(small):
	"""Home and host school under one principal; a clerk of the section who also sits in the leading group."""
	frappe.get_doc("User", small.clerk).add_roles(roles.GROUP_HEAD)
	name = bring(small, draft(small, CADRE), PERSONNEL)
	sign(small.clerk, name)
	assert small.clerk not in asked(name)
	with pytest.raises(signers.SecondSignatureError):
		sign(small.clerk, name)
	assert len(signatures(name)) == 4
	sign(small.deputy, name)
	assert state(name) == APPROVED


def test_whoever_sends_for_the_section_does_not_sign_for_it(small):
	name = draft(small)
	sign(small.clerk, name, SEND)
	for user in (small.principal_user[small.urban], small.principal_user[small.rural]):
		sign(user, name)
	assert state(name) == PERSONNEL
	assert asked(name) == {small.users[roles.PERSONNEL]}
	with pytest.raises(signers.SecondSignatureError):
		sign(small.clerk, name)
	sign(small.users[roles.PERSONNEL], name)
	assert state(name) == APPROVED


def test_a_double_click_signs_once(small):
	name = bring(small, draft(small), HOME)
	sign(small.principal_user[small.urban], name)
	with pytest.raises(frappe.PermissionError):
		sign(small.principal_user[small.urban], name)
	assert [row.decision for row in signatures(name)] == [SEND, AGREE]


@pytest.mark.parametrize("step", [HOME, HOST, PERSONNEL, GROUP])
@pytest.mark.parametrize("remarks", [None, "", "  \n"])
def test_sending_back_and_refusing_need_remarks(small, step, remarks):
	name = bring(small, draft(small, CADRE), step)
	for action in (BACK, NO):
		with pytest.raises(approval.RemarksMissingError):
			sign(signer(small, name), name, action, remarks)
	assert state(name) == step


def test_what_was_sent_back_goes_through_all_steps_again(small):
	name = bring(small, draft(small), PERSONNEL)
	sign(small.clerk, name, BACK, "请补充理由")
	assert state(name) == DRAFT and asked(name) == {small.leader_user[small.urban]}
	doc = frappe.get_doc(PLACEMENT, name)
	assert not doc.pending_since
	doc.purpose = "补充"
	as_(small.leader_user[small.urban], doc.save)
	bring(small, name, APPROVED)
	rows = signatures(name)
	assert len(rows) == 8 and rows[3].decision == BACK and rows[3].remarks == "请补充理由"
	assert [row.step for row in rows[4:]] == [DRAFT, HOME, HOST, PERSONNEL]


def test_a_refusal_ends_it_and_can_be_given_although_the_checks_fail_by_now(small):
	name = bring(small, draft(small), PERSONNEL)
	frappe.db.set_value("School Staff", small.teacher[small.urban], "status", "Left the Service")
	with pytest.raises(frappe.ValidationError):
		sign(small.clerk, name)
	frappe.db.set_value(PLACEMENT, name, "workflow_state", PERSONNEL)
	sign(small.clerk, name, NO, "已调出")
	assert (state(name), frappe.db.get_value(PLACEMENT, name, "status")) == (REFUSED, "Not Approved")
	for user in (small.clerk, small.users[roles.GROUP_HEAD], small.leader_user[small.urban]):
		with pytest.raises(frappe.PermissionError):
			sign(user, name, SEND)


def test_whoever_is_next_is_asked_and_nobody_else(small):
	name = draft(small, CADRE)
	assert asked(name) == set()
	for step, people in (
		(HOME, {small.principal_user[small.urban]}),
		(HOST, {small.principal_user[small.rural]}),
		(PERSONNEL, {small.users[roles.PERSONNEL], small.clerk}),
		(GROUP, {small.users[roles.GROUP_HEAD], small.deputy}),
		(APPROVED, set()),
	):
		bring(small, name, step)
		assert asked(name) == people
		assert set(signers.waiting_on([frappe.get_doc(PLACEMENT, name)])[name]) == people


def test_the_outcome_is_told_to_whoever_asked_and_to_the_person(small):
	def told(name):
		rows = frappe.get_all(
			"Notification Log", {"document_name": name, "type": "Alert"}, ["for_user", "subject"]
		)
		return {row.for_user for row in rows}

	name = bring(small, draft(small), APPROVED)
	assert told(name) == {small.leader_user[small.urban], small.teacher_user[small.urban]}
	name = bring(small, draft(small, CADRE), REFUSED)
	assert told(name) == {small.leader_user[small.urban], small.cadre_user[small.urban]}
	name = bring(small, draft(small, ATTACHMENT), PERSONNEL)
	assert told(name) == set()
	sign(small.clerk, name, BACK, "请补充")
	assert told(name) == {small.leader_user[small.urban]}


def test_a_disabled_account_is_not_asked_and_does_not_sign(small):
	frappe.db.set_value("User", small.clerk, "enabled", 0)
	name = bring(small, draft(small), PERSONNEL)
	assert asked(name) == {small.users[roles.PERSONNEL]}
	with pytest.raises(signers.NotYourStepError):
		sign(small.clerk, name)


def test_the_buttons_show_for_those_and_only_those_who_may_sign(small):
	"""The virtual field may_sign, the Workflow's transitions and waiting_on say the same, for all users at all steps."""
	names = {step: bring(small, draft(small, CADRE, end_date="2026-12-20"), step) for step in (GROUP,)}
	dates = iter([("2027-01-01", "2027-01-20"), ("2027-02-01", "2027-02-20"), ("2027-03-01", "2027-03-20"),
		("2027-04-01", "2027-04-20"), ("2027-05-01", "2027-05-20")])  # fmt: skip
	for step in (DRAFT, HOME, HOST, PERSONNEL, APPROVED):
		start, end = next(dates)
		names[step] = bring(small, draft(small, start_date=start, end_date=end), step)
	for step, name in names.items():
		waiting = set(signers.waiting_on([frappe.get_doc(PLACEMENT, name)])[name])
		for user in everybody(small):
			frappe.set_user(user)
			doc = frappe.get_doc(PLACEMENT, name)
			if not doc.has_permission("read"):
				assert user not in waiting, (step, user)
				continue
			assert bool(doc.may_sign) == (user in waiting), (step, user)
			actions = {transition.action for transition in get_transitions(doc)}
			assert bool(actions - {signers.WITHDRAW}) == (user in waiting), (step, user)
			withdraws = user in signers.withdrawers(doc)
			assert bool(doc.may_withdraw) == (signers.WITHDRAW in actions) == withdraws, (step, user)
	frappe.set_user("Administrator")


def test_waiting_on_asks_as_often_for_many_as_for_few(small):
	months = [(f"2027-0{m}-01", f"2027-0{m}-20") for m in range(1, 7)]
	for start, end in months:
		bring(small, draft(small, start_date=start, end_date=end), PERSONNEL)
	rows = frappe.get_all(PLACEMENT, fields=["name", "workflow_state", "staff", "home_school", "host_school"])
	for row in rows:
		row.doctype = PLACEMENT
	assert len(rows) >= 6
	assert queries(lambda: signers.waiting_on(rows)) == queries(lambda: signers.waiting_on(rows[:1])) > 0


def queries(function):
	database = type(frappe.local.db)
	count, original = 0, database.sql

	def sql(self, *args, **kwargs):
		nonlocal count
		count += 1
		return original(self, *args, **kwargs)

	database.sql = sql
	relations.forget()
	try:
		function()
	finally:
		database.sql = original
	return count


# -- the subdistrict's office -----------------------------------------------------------------------------------------


def test_an_office_endorses_for_schools_of_its_subdistrict_once_a_round(small):
	name = bring(small, draft(small), HOST)
	for user in (
		small.west_user,
		small.principal_user[small.rural],
		small.admin,
		small.clerk,
		small.outsider,
	):
		with pytest.raises(frappe.PermissionError):
			as_(user, approval.endorse, PLACEMENT, name, "同意")
	with pytest.raises(approval.RemarksMissingError):
		as_(small.east_user, approval.endorse, PLACEMENT, name, " ")
	as_(small.east_user, approval.endorse, PLACEMENT, name, "情况属实")
	assert state(name) == HOST
	last = signatures(name)[-1]
	assert (last.decision, last.signer, last.remarks, last.step) == (
		"Endorse",
		small.east_user,
		"情况属实",
		HOST,
	)
	with pytest.raises(signers.SecondSignatureError):
		as_(small.east_user, approval.endorse, PLACEMENT, name, "再次")
	sign(small.principal_user[small.rural], name)
	sign(small.clerk, name, BACK, "补充")
	with pytest.raises(signers.WrongDoorError):
		as_(small.east_user, approval.endorse, PLACEMENT, name, "草稿")
	bring(small, name, HOME)
	as_(small.east_user, approval.endorse, PLACEMENT, name, "仍属实")
	bring(small, name, APPROVED)
	with pytest.raises(signers.WrongDoorError):
		as_(small.east_user, approval.endorse, PLACEMENT, name, "迟了")


# -- many at once -------------------------------------------------------------------------------------------------------


def test_signing_many_signs_what_it_may_and_says_what_it_refused(small):
	"""It commits each by itself, so this test takes its documents away."""
	mine = bring(small, draft(small, end_date="2026-12-31"), PERSONNEL)
	second = bring(small, draft(small, start_date="2027-02-01"), PERSONNEL)
	early = bring(small, draft(small, CADRE), HOME)
	frappe.db.commit()
	names = [mine, early, second, "EP-0000-99999", mine]
	try:
		outcome = as_(small.clerk, approval.sign_many, PLACEMENT, frappe.as_json(names), AGREE)
		assert outcome["done"] == [mine, second]
		assert [row["name"] for row in outcome["refused"]] == [early, "EP-0000-99999"]
		assert all(row["message"] for row in outcome["refused"])
		assert (state(mine), state(second), state(early)) == (APPROVED, APPROVED, HOME)
	finally:
		frappe.db.rollback()
		remove([(PLACEMENT, name) for name in (mine, second, early)])
		frappe.db.commit()


def test_signing_many_tells_each_recipient_once(small):
	names = [
		bring(small, draft(small, end_date="2026-12-31"), HOME),
		bring(small, draft(small, start_date="2027-02-01"), HOME),
	]
	frappe.db.commit()
	host, sender = small.principal_user[small.rural], small.leader_user[small.urban]

	def told(user):
		return frappe.get_all(
			"Notification Log",
			{"for_user": user, "document_type": PLACEMENT},
			["subject", "email_content", "document_name"],
		)

	try:
		frappe.db.delete("Notification Log", {"document_type": PLACEMENT})
		as_(small.principal_user[small.urban], approval.sign_many, PLACEMENT, names, AGREE)
		(notice,) = told(host)
		assert "2 are waiting for you, 0 are decided" in notice.subject and not notice.document_name
		assert notice.email_content.count("<br>") == 1
		tasks = {"reference_name": ("in", names), "allocated_to": host, "status": "Open"}
		assert frappe.db.count("ToDo", tasks) == 2
		frappe.db.delete("Notification Log", {"document_type": PLACEMENT})
		as_(host, approval.sign_many, PLACEMENT, names, signers.SEND_BACK, "理由一")
		(notice,) = told(sender)
		assert "理由一" in notice.email_content
	finally:
		frappe.db.rollback()
		remove([(PLACEMENT, name) for name in names])
		frappe.db.delete("Notification Log", {"document_type": PLACEMENT})
		frappe.db.commit()


def test_a_job_reports_in_the_language_of_whoever_asked(small, as_user):
	frappe.db.set_value("User", small.clerk, "language", "zh")
	frappe.clear_cache(user=small.clerk)
	as_user(small.clerk)
	frappe.local.lang = "en"
	try:
		approval._sign_in_background(PLACEMENT, [], AGREE, None)
	finally:
		frappe.local.lang = "en"
	told = frappe.get_all("Notification Log", {"for_user": small.clerk}, pluck="subject")
	assert told == ["签批同意：已签批 0 件，未成功 0 件"]


def test_more_than_five_hundred_are_refused(small):
	with pytest.raises(frappe.ValidationError):
		as_(small.clerk, approval.sign_many, PLACEMENT, [f"EP-{n}" for n in range(501)], AGREE)


def test_what_has_no_approval_is_not_signed(small):
	for doctype, name in (("School Staff", small.teacher[small.urban]), ("User", small.clerk)):
		with pytest.raises(signers.WrongDoorError):
			sign(small.clerk, name, doctype=doctype)


# -- at the same instant ------------------------------------------------------------------------------------------------


@pytest.mark.mariadb
def test_two_approvers_at_the_same_instant_leave_one_signature(small):
	name = bring(small, draft(small), PERSONNEL)
	frappe.db.commit()
	try:
		users = [small.clerk, small.users[roles.PERSONNEL]] * 2
		outcomes = engines.run_in_processes("test_approval:sign_as", 4, [name], each=users)
		frappe.db.rollback()
		assert len([outcome for outcome in outcomes if not outcome.error]) == 1, outcomes
		assert state(name) == APPROVED
		assert [row.step for row in signatures(name)].count(PERSONNEL) == 1
	finally:
		frappe.db.rollback()
		remove([(PLACEMENT, name)])
		frappe.db.commit()


@pytest.mark.mariadb
def test_agreeing_and_refusing_at_the_same_instant_have_one_outcome(small):
	name = bring(small, draft(small, CADRE), GROUP)
	frappe.db.commit()
	try:
		each = [[small.users[roles.GROUP_HEAD], AGREE], [small.deputy, NO]]
		outcomes = engines.run_in_processes("test_approval:decide_as", 2, [name], each=each)
		frappe.db.rollback()
		assert len([outcome for outcome in outcomes if not outcome.error]) == 1, outcomes
		assert [row.step for row in signatures(name)].count(GROUP) == 1
		assert state(name) in (APPROVED, REFUSED)
	finally:
		frappe.db.rollback()
		remove([(PLACEMENT, name)])
		frappe.db.commit()


def sign_as(user, name):
	return decide_as([user, AGREE], name)


def decide_as(who, name):
	frappe.set_user(who[0])
	return approval.sign(PLACEMENT, name, who[1], "理由").name
