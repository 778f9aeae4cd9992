"""What an approval costs: queries of ours, beside those of the framework (bench_approval.py measures the time as well)."""

import bench_approval
import builders
import frappe
import pytest
from approvals import APPROVED, HOME, HOST, PLACEMENT, as_, bring, draft, sign

from gongtongti.core import signers

# what a form, a save and each signature may ask for; the framework's own queries for a bare DocType are about 40 a step
CEILINGS = {
	"cadre placement": {"insert": 8, "save": 8, "open": 12, "step": 18},
	"teacher placement": {"insert": 13, "save": 13, "open": 12, "step": 22},
	"placement change": {"insert": 6, "save": 6, "open": 8, "step": 17},
	"aid application": {"insert": 11, "save": 10, "open": 6, "step": 18},
}
# the approval that carries the change out saves the placement as well; an approved placement gets its checklist (EX11)
LAST = {"placement change": 40, "cadre placement": 31, "teacher placement": 32}


@pytest.fixture
def warmed(small, live):
	"""The approvals, each taken through by one document before: what is read once in a process is there."""
	return bench_approval.cases(small, 2)


def test_an_approval_asks_for_no_more_than_it_needs(warmed):
	told = {}
	for case in warmed:
		found = bench_approval.run(case, beside=False, commit=False)
		last = case.steps[-1][0]
		for (what, _side), taken in found.items():
			ours = taken[-1][1]["ours"]
			kind = what if what in CEILINGS[case.what] else "step"
			ceiling = LAST.get(case.what) if what == last else None
			ceiling = ceiling or CEILINGS[case.what][kind]
			if ours > ceiling:
				told[case.what, what] = f"{ours} queries, {ceiling} at most"
	frappe.set_user("Administrator")
	assert not told


# -- what is remembered does not outlive what it was read from ----------------------------------------------------------


def able(name):
	return signers.waiting_on([frappe.get_doc(PLACEMENT, name)])[name]


def test_who_may_sign_follows_posts_and_accounts_at_once(small):
	name, school = bring(small, draft(small), HOME), frappe.get_doc("Community School", small.urban)
	principal, leader = small.principal_user[small.urban], small.leader_user[small.urban]
	assert able(name) == [principal]
	account = frappe.get_doc("User", principal)
	account.enabled = 0
	account.save()
	assert able(name) == []
	account.enabled = 1
	account.save()
	assert able(name) == [principal]
	post = school.principal
	school.principal = None
	school.save()
	assert able(name) == []
	school.principal = post
	school.save()
	assert able(name) == [principal]
	assert leader not in able(name)


def test_who_may_sign_follows_seats_and_roles_at_once(small):
	name = bring(small, draft(small), "Awaiting Personnel Section")
	new = builders.user("costs.section")
	assert new not in able(name)
	account = frappe.get_doc("User", new)
	account.append("roles", {"role": "Personnel Section"})
	account.save()
	assert new in able(name)


def test_who_may_sign_follows_each_signature(small):
	name = bring(small, draft(small), HOME)
	home, host = small.principal_user[small.urban], small.principal_user[small.rural]
	assert able(name) == [home]
	sign(home, name)
	assert able(name) == [host]
	assert frappe.db.get_value(PLACEMENT, name, "workflow_state") == HOST
	sign(host, name)
	assert not {home, host} & set(able(name))


def test_what_a_refused_save_has_changed_is_not_remembered(small, monkeypatch):
	name, school = bring(small, draft(small), HOME), frappe.get_doc("Community School", small.urban)
	principal = small.principal_user[small.urban]

	def refuse(self):
		assert able(name) == []  # read in the midst of the save
		frappe.throw("refused")

	school.principal = None
	monkeypatch.setattr(type(school), "on_change", refuse, raising=False)
	with pytest.raises(frappe.ValidationError):
		school.save()
	assert able(name) == [principal]


def test_nothing_is_remembered_beyond_the_transaction_or_for_another_account(small):
	name, principal = bring(small, draft(small), HOME), small.principal_user[small.urban]
	assert able(name) == [principal]
	frappe.db.set_value("User", principal, "enabled", 0)  # nobody is told of it
	assert as_(small.clerk, able, name) == []
	frappe.db.set_value("User", principal, "enabled", 1)
	for end in (frappe.db.after_commit, frappe.db.after_rollback):
		assert able(name) == [principal]
		frappe.db.set_value("User", principal, "enabled", 0)
		end.run()
		assert able(name) == []
		frappe.db.set_value("User", principal, "enabled", 1)
		end.run()


def test_what_a_client_sends_along_is_not_taken_for_what_was_read(small):
	name, outsider = bring(small, draft(small), HOME), small.principal_user[small.other_urban]
	sent = frappe.get_doc(PLACEMENT, name).as_dict()
	sent.update(
		home_school=small.other_urban,
		submitted_by=None,
		may_sign=1,
		signatures=[],
		_others={},
		flags={"by_change": 1},
	)

	def try_it():
		doc = frappe.get_doc(sent)
		assert not doc.has_permission("read")
		assert doc.may_sign  # of what was sent, which is no document of anybody's
		stored = frappe.get_doc(PLACEMENT, name)
		assert not stored.may_sign
		assert not stored.has_permission("read")
		assert not doc.has_permission("write")
		with pytest.raises(frappe.PermissionError):
			doc.save()

	as_(outsider, try_it)
	assert able(name) == [small.principal_user[small.urban]]
	assert bring(small, name, APPROVED)
