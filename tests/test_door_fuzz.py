"""Every door, tried with a canary (see door_fuzz.py): a sample in `make test`, all of it in `make test-doors`."""

import os

import builders
import door_fuzz
import frappe
import pytest
from approvals import CHANGE, CHANGE_DRAFT, HOST, PLACEMENT
from fixtures_app import remove

from gongtongti.aid import inspection
from gongtongti.organisation import roles

ALL = os.environ.get("GTT_DOORS") == "all"
PARTS = 8 if ALL else 2
EACH = None if ALL else int(os.environ.get("GTT_DOORS") or 4)


@pytest.fixture(scope="module")
def cage(small, papers, bird):
	"""The canaries, with the words committed for the length of the module; frappe's commits and rollbacks are held back."""
	accounts = sorted(
		{
			small.outsider,
			bird.system_manager,
			small.users[roles.SUPERVISION],
			small.users[roles.DISCIPLINE],
			small.users[roles.FINANCE],
			small.users[roles.PERSONNEL],
			small.admin,
			small.west_user,
			small.principal_user[small.other_urban],
			small.leader_user[small.other_rural],
			small.teacher_user[small.urban],
			"Guest",
		}
	)
	names = {
		PLACEMENT: papers.state[HOST],
		CHANGE: papers.change[CHANGE_DRAFT],
		"Aided Pupil": bird.pupil,
		"Aid Application": bird.paid,
		"Aid Disbursement": bird.disbursement,
		"Aid Fund Contribution": bird.contribution,
		"Aid Fund": bird.fund,
		"Dropout Risk": bird.risk,
		"Aid Follow Up": bird.visit,
		"Aid Inspection Case": bird.case,
		"School Staff": small.teacher[small.urban],
		"Community School": small.urban,
		"Education Community": small.community,
		"User": small.leader_user[small.urban],
		"Community School Year": small.next_year,
		"Teaching Subject": small.subjects[0],
	}
	frappe.set_user("Administrator")
	made = {
		"Community Agreement": builders.agreement(small.other_community, [small.other_urban, small.other_rural]),
		"Community Document": builders.kept_document(small.other_community),
		"Community Coverage Target": builders.insert(
			"Community Coverage Target", target_year=2090, target_share=60
		).name,
		"Rural Support Team": builders.insert(
			"Rural Support Team", community=small.community, school_year=small.next_year, team_name="测试支教团队",
			subjects=[{"subject": small.subjects[0], "headcount": 1}],
		).name,
	}  # fmt: skip
	inspection.log([bird.pupil], inspection.BANK_FILE)
	for hook in frappe.get_hooks("before_request", app_name="gongtongti"):  # as each request does
		frappe.call(hook)
	frappe.db.commit()
	begin, commit, rollback = frappe.db.begin, frappe.db.commit, frappe.db.rollback
	canaries = door_fuzz.plant({**names, **made}, accounts)

	def back(*, save_point=None, **kwargs):
		rollback(save_point=save_point or "door")

	frappe.db.begin = frappe.db.commit = lambda **kwargs: None
	frappe.db.rollback = back
	request = frappe.local.request if hasattr(frappe.local, "request") else None
	frappe.local.request = frappe._dict(method="POST", headers={}, host="localhost", path="/", environ={})
	yield canaries, accounts
	frappe.local.request = request
	frappe.db.begin, frappe.db.commit, frappe.db.rollback = begin, commit, rollback
	frappe.set_user("Administrator")
	frappe.db.rollback()
	remove(list(made.items()))
	frappe.db.delete("Pupil Record Access", {"pupil": bird.pupil})
	frappe.db.commit()


def test_every_doctype_has_its_canary(cage):
	canaries, _accounts = cage
	assert {canary.doctype for canary in canaries} == set(door_fuzz.doctypes())


@pytest.mark.parametrize("part", range(PARTS))
def test_no_door_tells_of_a_canary_or_changes_it(cage, part):
	canaries, accounts = cage
	doors = door_fuzz.functions()
	assert len(doors) > 150
	mine = doors[part::PARTS]
	tried = door_fuzz.run(mine, canaries, accounts, EACH)
	print(f"{len(mine)} doors, {tried.calls} calls")
	assert tried.calls > len(mine) * 2
	assert not tried.faults, f"{len(tried.faults)} faults\n" + "\n".join(tried.faults[:60])


def test_the_fuzzer_sees_a_door_that_tells_and_one_that_changes(cage, monkeypatch):
	"""A canary that nothing can frighten would prove nothing."""
	canaries, accounts = cage
	canary = next(c for c in canaries if c.doctype == "Aided Pupil")
	account = next(a for a in accounts if a not in canary.readers and a != "Guest")

	def tell(doctype, name):
		return frappe.get_doc(doctype, name).as_dict()

	def change(doctype, name):
		frappe.db.set_value(doctype, name, "class_name", "x")

	for function, word in ((tell, "TELLS"), (change, "CHANGES")):
		monkeypatch.setattr(frappe.handler, "execute_cmd", lambda path, f=function: f(**frappe.form_dict))
		tried = door_fuzz.Tried()
		door = door_fuzz.Door("x", {"doctype": False, "name": False})
		door_fuzz.attempt(
			door, canary, account, {"doctype": canary.doctype, "name": canary.name}, canaries, tried
		)
		assert len(tried.faults) == 1 and tried.faults[0].startswith(word)
