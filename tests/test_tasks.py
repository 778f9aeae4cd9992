"""Tasks follow from who may act now, whatever has changed since they were given; who waits for nobody is seen (EX5)."""

import json

import aid_builders as aid
import builders
import frappe
import pytest
from aid_papers import risk
from approvals import CADRE, GROUP, HOME, HOST, PERSONNEL, PLACEMENT, as_, bring, draft, sign
from frappe.utils import add_days, nowdate

from gongtongti.aid import watch
from gongtongti.core import relations, signers, tasks
from gongtongti.organisation import posts, roles

AID = "Aid Application"


def asked(name):
	return set(frappe.get_all("ToDo", {"reference_name": name, "status": "Open"}, pluck="allocated_to"))


def assigned(name, doctype=PLACEMENT):
	"""What the list's filter looks at."""
	return set(json.loads(frappe.db.get_value(doctype, name, "_assign") or "[]"))


def change(doctype, name, **values):
	doc = frappe.get_doc(doctype, name)
	doc.update(values)
	return doc.save()


def will_follow():
	"""Whether the job was asked for in this transaction; forgotten afterwards."""
	asked_for, frappe.flags.tasks_will_follow = frappe.flags.tasks_will_follow, False
	return bool(asked_for)


def followed(name, doctype=PLACEMENT):
	"""Runs the job as the worker does; task, list and rule then name the same accounts, which are returned."""
	assert will_follow()
	relations.forget()
	tasks.follow()
	able = set(signers.waiting_on([frappe.get_doc(doctype, name)])[name])
	assert asked(name) == assigned(name, doctype) == able
	return able


@pytest.fixture(autouse=True)
def nothing_asked_for():
	frappe.flags.tasks_will_follow = False


def new_principal(small, school):
	account = builders.user("principal.new")
	person = builders.staff("测试新任校长", school, "School Principal", "Cadre", user=account)
	change("Community School", school, principal=person)
	return account


def test_a_new_principal_is_asked_instead_of_the_former_one(small):
	name = bring(small, draft(small), HOME)
	before = frappe.get_all("ToDo", {"reference_name": name, "status": "Open"}, pluck="description")
	account = new_principal(small, small.urban)
	assert followed(name) == {account}
	mail = {"document_name": name, "for_user": account, "type": "Assignment"}
	assert frappe.db.exists("Notification Log", mail)
	assert frappe.get_all("ToDo", {"reference_name": name, "status": "Open"}, pluck="description") == before


def test_a_new_leader_in_charge_gets_what_came_back_to_the_former_one(small):
	name = bring(small, draft(small), HOME)
	sign(small.principal_user[small.urban], name, "Send Back", "请补充")
	assert asked(name) == {small.leader_user[small.urban]}
	account = builders.user("leader.new")
	person = builders.staff("测试新任分管", small.urban, "Vice Principal", user=account)
	change("Community School", small.urban, leader_in_charge=person)
	assert account in followed(name)
	assert small.leader_user[small.urban] not in asked(name)


def test_a_seat_that_ends_and_one_that_begins(small):
	name = bring(small, draft(small, CADRE), GROUP)
	successor = builders.user("head.new")
	seat = frappe.db.get_value("Leading Group Seat", {"parent": small.group, "post": "Group Head"})
	frappe.db.set_value("Leading Group Seat", seat, "to_date", add_days(nowdate(), -1))
	builders.leading_group("测试第二组", [("Group Head", successor)])
	posts.sync_all()
	assert followed(name) == {successor, small.deputy}


def test_a_disabled_account_and_one_that_is_enabled_again(small):
	name = bring(small, draft(small), PERSONNEL)
	change("User", small.clerk, enabled=0)
	assert followed(name) == {small.users[roles.PERSONNEL]}
	change("User", small.clerk, enabled=1)
	assert followed(name) == {small.users[roles.PERSONNEL], small.clerk}


def test_a_role_that_is_taken_off_the_account(small):
	name = bring(small, draft(small), PERSONNEL)
	account = frappe.get_doc("User", small.clerk)
	account.remove(next(row for row in account.roles if row.role == roles.PERSONNEL))
	account.save()
	assert followed(name) == {small.users[roles.PERSONNEL]}


def test_other_changes_of_an_account_ask_for_nothing(small):
	change("User", small.clerk, bio="测试")
	change("User", small.outsider, enabled=0)
	assert not will_follow()


def test_the_principal_who_is_placed_becomes_principal_meanwhile(small):
	"""Who stands in follows as well."""
	name = draft(small, CADRE)  # the vice principal goes
	sign(small.clerk, name, "Send for Approval")
	assert asked(name) == {small.principal_user[small.urban]}
	change("School Staff", small.cadre[small.urban], position="School Principal")
	change("Community School", small.urban, principal=small.cadre[small.urban])
	assert followed(name) == {small.leader_user[small.urban]}


def test_an_application_goes_with_its_pupil_to_the_other_school(small):
	fund = aid.fund(small, level="District", balance=1000)
	number = aid.pupil(small)
	name = aid.application(small, number, fund, to=aid.PRINCIPAL)
	assert asked(name) == {small.principal_user[small.rural]}
	as_(small.users[roles.BASIC_EDUCATION], change, "Aided Pupil", number, school=small.other_rural)
	assert followed(name, AID) == {small.principal_user[small.other_rural]}


def test_the_tasks_of_a_risk_follow_too(small):
	name = risk(small, aid.pupil(small))
	assert asked(name) == {small.principal_user[small.rural], small.leader_user[small.rural]}
	day = frappe.db.get_value("ToDo", {"reference_name": name}, "date")
	account = new_principal(small, small.rural)
	will_follow()
	tasks.follow()
	assert asked(name) == {account, small.leader_user[small.rural]}
	assert frappe.db.get_value("ToDo", {"reference_name": name, "allocated_to": account}, "date") == day


def test_the_job_runs_as_whoever_made_the_change_and_asks_nothing_of_his_rights(small):
	fund = aid.fund(small, balance=1000)
	names = [
		bring(small, draft(small), HOME),
		aid.application(small, aid.pupil(small), fund, to=aid.BASIC),
	]
	frappe.db.set_value("User", small.users[roles.BASIC_EDUCATION], "enabled", 0)
	successor = builders.user("basic.new", [roles.BASIC_EDUCATION])
	principal = new_principal(small, small.urban)
	as_(small.admin, tasks.follow)
	assert asked(names[0]) == {principal}
	assert asked(names[1]) == {successor}


def test_a_draft_that_is_being_written_is_nobodys_task(small):
	name = draft(small)
	tasks.follow()
	assert asked(name) == set()


def test_what_fails_is_logged_and_does_not_stop_the_rest(small, monkeypatch):
	dates = [("2026-12-01", "2026-12-20"), ("2027-01-04", "2027-01-20")]
	names = [bring(small, draft(small, start_date=start, end_date=end), HOME) for start, end in dates]
	account = new_principal(small, small.urban)
	original = tasks.hand_over

	def fails(doc, *args):
		if doc.name == names[0]:
			raise KeyError("测试")
		return original(doc, *args)

	monkeypatch.setattr(tasks, "hand_over", fails)
	tasks.follow()
	assert asked(names[1]) == {account}
	assert frappe.db.exists("Error Log", {"method": ("like", f"%{names[0]}%")})


def test_where_nothing_has_changed_as_many_queries_for_many_as_for_few(small):
	def queries():
		database, count = type(frappe.local.db), []
		original = database.sql
		database.sql = lambda self, *args, **kwargs: count.append(1) or original(self, *args, **kwargs)
		relations.forget()
		try:
			tasks.follow()
		finally:
			database.sql = original
		return len(count)

	bring(small, draft(small, end_date="2026-12-20"), HOST)
	tasks.follow()
	few = queries()
	for month in range(1, 6):
		dates = {"start_date": f"2027-0{month}-01", "end_date": f"2027-0{month}-20"}
		bring(small, draft(small, **dates), HOST)
	assert queries() == few


# -- nobody -----------------------------------------------------------------------------------------------------------


def told(user, doctype, name):
	filters = {"for_user": user, "document_type": doctype, "document_name": name, "type": "Alert"}
	return frappe.get_all("Notification Log", filters, pluck="subject")


def test_who_waits_for_nobody_is_told_once_and_found_in_the_report(small):
	from gongtongti.gongtongti.report.pending_approvals import pending_approvals

	name = bring(small, draft(small), HOME)
	principal = small.principal_user[small.urban]
	change("User", principal, enabled=0)
	posts.sync_user(principal)  # the job of the disabled account's posts
	assert followed(name) == set()
	tasks.follow()
	for user in (small.admin, small.users[roles.PERSONNEL], small.clerk):
		subjects = [text for text in told(user, PLACEMENT, name) if "Nobody can sign" in text]
		assert len(subjects) == 1 and small.urban in subjects[0], user
	rows = {row["name"]: row for row in pending_approvals.execute({})[1]}
	assert rows[name]["nobody"] and "Nobody" in rows[name]["with_whom"]
	change("User", principal, enabled=1)
	posts.sync_user(principal)
	assert followed(name) == {principal}
	assert not frappe.db.get_value(PLACEMENT, name, "nobody_since")


def test_a_signature_that_leads_to_nobody_tells_at_once(small):
	name = bring(small, draft(small), HOME)
	frappe.db.set_value("User", small.principal_user[small.rural], "enabled", 0)
	sign(small.principal_user[small.urban], name)
	assert frappe.db.get_value(PLACEMENT, name, "nobody_since")
	assert told(small.admin, PLACEMENT, name)


def test_the_administrator_learns_of_the_post_and_not_of_the_application(small):
	fund = aid.fund(small, balance=1000)
	name = aid.application(small, aid.pupil(small), fund, to=aid.PRINCIPAL)
	frappe.db.set_value("User", small.principal_user[small.rural], "enabled", 0)
	tasks.follow()
	assert told(small.users[roles.BASIC_EDUCATION], AID, name)
	subjects = told(small.admin, "Community School", small.rural)
	assert len(subjects) == 1 and name not in subjects[0] and small.rural in subjects[0]
	assert not told(small.admin, AID, name)


def test_where_nobody_can_be_told_it_is_not_put_down_as_told(small):
	name = bring(small, draft(small), HOME)
	people = set().union(*relations.holders({roles.ADMINISTRATOR, roles.PERSONNEL}).values())
	for user in (small.principal_user[small.urban], *people):
		frappe.db.set_value("User", user, "enabled", 0)
	tasks.follow()
	assert not frappe.db.get_value(PLACEMENT, name, "nobody_since")
	frappe.db.set_value("User", small.admin, "enabled", 1)
	tasks.follow()
	assert frappe.db.get_value(PLACEMENT, name, "nobody_since") and told(small.admin, PLACEMENT, name)


def test_an_overdue_visit_is_told_when_somebody_is_there(small):
	name = risk(small, aid.pupil(small))
	frappe.db.set_value("Dropout Risk", name, "visit_by", add_days(nowdate(), -1))
	section = relations.holders({roles.BASIC_EDUCATION})[roles.BASIC_EDUCATION]
	people = {small.principal_user[small.rural], *section}
	for user in people:
		frappe.db.set_value("User", user, "enabled", 0)
	watch.daily()
	assert frappe.db.get_value("Dropout Risk", name, ["level", "told_on"]) == ("High", None)
	for user in people:
		frappe.db.set_value("User", user, "enabled", 1)
	watch.daily()
	assert frappe.db.get_value("Dropout Risk", name, "told_on")
	assert told(small.principal_user[small.rural], "Dropout Risk", name)
