"""A document under approval that another app has added: whatever it has not said itself comes from gongtongti."""

import csv
import json
from pathlib import Path

import frappe
import pytest
from approvals import as_, everybody, sign

from gongtongti.core import boot, tasks
from gongtongti.core.policy import current
from gongtongti.core.signers import waiting_on
from gongtongti.gongtongti.report.pending_approvals import pending_approvals
from gongtongti.organisation.roles import BASIC_EDUCATION

VISIT = "Recipe Visit"
APP = Path(__file__).resolve().parents[3]
DRAFT, PRINCIPAL, SECTION, APPROVED = (
	"Visit Draft",
	"Visit Awaiting Principal",
	"Visit Awaiting Section",
	"Visit Approved",
)


@pytest.fixture(scope="module")
def people(small):
	"""Whoever may read a visit to the rural school, and whose each step is."""
	leader, principal = small.leader_user[small.rural], small.principal_user[small.rural]
	section = small.users[BASIC_EDUCATION]
	signers = {DRAFT: {leader, principal}, PRINCIPAL: {principal}, SECTION: {section}, APPROVED: set()}
	return frappe._dict(leader=leader, principal=principal, section=section, signers=signers)


@pytest.fixture
def visit(small, people):
	"""A draft that the leader in charge of the rural school has written; its name."""
	fields = {"doctype": VISIT, "school": small.rural, "visited_on": "2026-03-02", "finding": "测试发现"}
	return as_(people.leader, frappe.get_doc(fields).insert).name


def bring(people, name, to):
	for state, user in ((DRAFT, people.leader), (PRINCIPAL, people.principal), (SECTION, people.section)):
		if state == to:
			break
		sign(user, name, "Send for Approval" if state == DRAFT else "Agree", doctype=VISIT)
	assert frappe.db.get_value(VISIT, name, "workflow_state") == to
	return name


def listed(user):
	try:
		return as_(user, frappe.get_list, VISIT, pluck="name")
	except frappe.PermissionError:
		return []


def open_tasks(name):
	return set(tasks.tasks_of(VISIT, name)[name])


# -- rows ----------------------------------------------------------------------------------------------------------------


def test_a_visit_is_seen_by_its_school_and_the_section_and_by_nobody_else(small, people, visit):
	may = {people.leader, people.principal, people.section, "Administrator"}
	doc = frappe.get_doc(VISIT, visit)
	for user in everybody(small):
		assert bool(frappe.has_permission(VISIT, "read", doc, user=user)) == (user in may), user
		assert (visit in listed(user)) == (user in may), user


def test_what_the_framework_keeps_about_a_visit_is_seen_by_the_same_people(small, people, visit):
	bring(people, visit, PRINCIPAL)
	about = {"reference_type": VISIT, "reference_name": visit}
	other = small.principal_user[small.other_rural]
	assert as_(people.principal, frappe.get_list, "ToDo", about)
	assert not as_(other, frappe.get_list, "ToDo", about)
	signatures = {"doctype": "Approval Signature", "parent_doctype": VISIT, "filters": {"parent": visit}}
	assert as_(people.principal, frappe.get_list, **signatures)
	assert not as_(other, frappe.get_list, **signatures)


def test_a_school_cannot_be_written_for_by_another(small, people):
	fields = {"doctype": VISIT, "school": small.rural, "visited_on": "2026-03-02", "finding": "测试发现"}
	with pytest.raises(frappe.PermissionError):
		as_(small.leader_user[small.other_rural], frappe.get_doc(fields).insert)


# -- approval ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [DRAFT, PRINCIPAL, SECTION, APPROVED])
def test_each_step_is_signed_by_whom_the_policy_says(small, people, visit, state):
	bring(people, visit, state)
	assert set(waiting_on([frappe.get_doc(VISIT, visit)])[visit]) == people.signers[state]
	action = "Send for Approval" if state == DRAFT else "Agree"
	for user in set(everybody(small)) - people.signers[state]:
		with pytest.raises(frappe.PermissionError):
			sign(user, visit, action, doctype=VISIT)
	assert frappe.db.get_value(VISIT, visit, "workflow_state") == state


def test_a_visit_is_approved_with_every_signature_on_record(people, visit):
	doc = frappe.get_doc(VISIT, bring(people, visit, APPROVED))
	assert doc.docstatus == 1
	assert [(row.step, row.signer) for row in doc.signatures] == [
		(DRAFT, people.leader),
		(PRINCIPAL, people.principal),
		(SECTION, people.section),
	]
	assert all(row.capacity for row in doc.signatures)


def test_whoever_sends_does_not_sign_and_sending_back_needs_a_reason(people, visit):
	with pytest.raises(frappe.ValidationError, match="Nobody but you"):
		sign(people.principal, visit, "Send for Approval", doctype=VISIT)
	bring(people, visit, PRINCIPAL)
	with pytest.raises(frappe.ValidationError, match="needs a reason"):
		sign(people.principal, visit, "Send Back", doctype=VISIT)
	sign(people.principal, visit, "Send Back", "请补充", doctype=VISIT)
	assert frappe.db.get_value(VISIT, visit, "workflow_state") == DRAFT


def test_its_own_check_is_asked(people, visit):
	doc = frappe.get_doc(VISIT, visit)
	doc.visited_on = "2099-01-01"
	with pytest.raises(frappe.ValidationError, match="in the future"):
		as_(people.leader, doc.save)


def test_tasks_go_to_whoever_signs_next_and_follow_the_post(small, people, visit):
	assert open_tasks(visit) == set()
	bring(people, visit, PRINCIPAL)
	assert open_tasks(visit) == {people.principal}
	frappe.db.set_value("Community School", small.rural, "principal_user", people.leader)
	assert tasks.follow()
	# the leader has sent it, and so does not sign: it waits for nobody
	assert open_tasks(visit) == set() and frappe.db.get_value(VISIT, visit, "nobody_since")
	frappe.db.set_value("Community School", small.rural, "principal_user", people.principal)
	assert tasks.follow()
	assert open_tasks(visit) == {people.principal}
	sign(people.principal, visit, doctype=VISIT)
	assert open_tasks(visit) == {people.section}


def test_pending_approvals_shows_it_to_whoever_sees_it(small, people, visit):
	bring(people, visit, PRINCIPAL)

	def rows(user, **filters):
		return [row for row in as_(user, pending_approvals.execute, filters)[1] if row.name == visit]

	(row,) = rows(people.section, school=small.rural)
	assert (row.step, row.mine) == (PRINCIPAL, 0)
	assert rows(people.principal, mine_only=1)[0].mine == 1
	assert rows(people.leader, step=PRINCIPAL) and not rows(people.leader, step=SECTION)
	assert not rows(small.principal_user[small.other_rural])


# -- no other door -------------------------------------------------------------------------------------------------------


def doors(name, doc):
	"""(method, path, data): what a client tries so as to come by the signatures."""
	call, changed = "/api/method/", json.dumps({**doc, "workflow_state": APPROVED, "docstatus": 1})
	resource = f"/api/resource/{VISIT}/{name}"
	yield "PUT", resource, {"workflow_state": APPROVED}
	yield "PUT", resource, {"workflow_state": SECTION, "signatures": []}
	yield "PUT", resource, {"docstatus": 1}
	yield "PUT", resource, {"finding": "改过"}
	yield "DELETE", resource, None
	where = {"doctype": VISIT, "name": name}
	yield (
		"POST",
		f"{call}frappe.client.set_value",
		{**where, "fieldname": "workflow_state", "value": APPROVED},
	)
	yield "POST", f"{call}frappe.client.submit", {"doc": changed}
	yield "POST", f"{call}frappe.client.save", {"doc": changed}
	yield "POST", f"{call}frappe.client.delete", where
	yield "POST", f"{call}frappe.desk.form.save.savedocs", {"doc": changed, "action": "Submit"}
	yield "POST", f"{call}frappe.desk.form.save.savedocs", {"doc": changed, "action": "Save"}
	workflow = {"doc": json.dumps(doc), "action": "Agree"}
	yield "POST", f"{call}frappe.model.workflow.apply_workflow", workflow
	yield "POST", f"{call}gongtongti.core.approval.sign", {**where, "action": "Agree"}
	shared = {**where, "user": "admin@gtt.test", "read": 1, "notify": 0}
	yield "POST", f"{call}frappe.share.add", shared


def test_nobody_comes_by_the_signatures_over_http(small, people, visit, http):
	bring(people, visit, PRINCIPAL)
	frappe.db.commit()
	try:
		before = frappe.get_doc(VISIT, visit).as_dict(convert_dates_to_str=True)
		for user in (people.leader, people.section, small.leader_user[small.other_rural], small.admin):
			for method, path, data in doors(visit, before):
				answer = http(user, method, path, data)
				frappe.db.rollback()
				frappe.clear_document_cache(VISIT, visit)
				after = frappe.get_doc(VISIT, visit).as_dict(convert_dates_to_str=True)
				assert after == before, (user, method, path, answer.text[-500:])
				assert answer.status >= 400, (user, method, path)
				assert not frappe.db.exists("DocShare", {"share_name": visit})
		assert (
			http(small.leader_user[small.other_rural], "GET", f"/api/resource/{VISIT}/{visit}").status == 403
		)
	finally:
		for doctype, field in (("ToDo", "reference_name"), ("Notification Log", "document_name")):
			frappe.db.delete(doctype, {field: visit})
		frappe.db.delete("Approval Signature", {"parent": visit})
		frappe.db.delete(VISIT, {"name": visit})
		frappe.db.commit()


# -- what was written ------------------------------------------------------------------------------------------------------


def test_every_word_of_the_app_is_chinese(monkeypatch):
	with (APP / "translations" / "zh.csv").open(encoding="utf-8", newline="") as file:
		words = {row[0]: row[1] for row in csv.reader(file) if row}
	monkeypatch.setattr(frappe.local, "lang", "zh")
	approval, meta = current().approvals[VISIT], frappe.get_meta(VISIT)
	asked = {VISIT, *approval.steps}
	asked |= {df.label for df in meta.fields if df.label and not df.hidden}
	for text in asked:
		assert frappe._(text) != text, text
	assert {text: frappe._(text) for text in words} == words


def test_the_browser_is_told_of_its_steps():
	bootinfo = frappe._dict()
	boot.steps(bootinfo)
	assert {DRAFT, "Placement Draft"} < set(bootinfo.gongtongti_steps["DRAFTS"])
	assert {PRINCIPAL, SECTION, "Awaiting Host Principal"} < set(bootinfo.gongtongti_steps["STEPS"])


def test_the_hooks_of_the_app_are_those_of_its_policy():
	for hook in ("has_permission", "permission_query_conditions"):
		assert frappe.get_hooks(hook)[VISIT]
	assert current().documents[VISIT].approval is current().approvals[VISIT]
