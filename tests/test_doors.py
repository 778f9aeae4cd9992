"""Every door of the framework by which a document under approval could be changed, tried by everybody (EX5, ENGINE.md).

A door is a function that tries to change one document as the session's user. What it tries is either a valid signature of
whoever's step it is, or must leave the document in the database as it was. The rightful ones are tried as well: a door that
is closed to all would prove nothing.
"""

import json
from contextlib import suppress
from pathlib import Path

import frappe
import pytest
from approvals import (
	APPROVED,
	CADRE,
	CANCELLED,
	CHANGE,
	CHANGE_DRAFT,
	CHANGE_PERSONNEL,
	DRAFT,
	GROUP,
	HOME,
	HOST,
	PERSONNEL,
	PLACEMENT,
	REFUSED,
	as_,
	bring,
	change,
	draft,
	everybody,
	remove,
	sign,
	stored,
	values,
)
from frappe import client, handler, share
from frappe.desk.calendar import update_event
from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs
from frappe.desk.form import assign_to
from frappe.desk.form import save as form_save
from frappe.desk.reportview import delete_items
from frappe.model.base_document import get_controller
from frappe.model.workflow import apply_workflow, bulk_workflow_approval

from gongtongti.core import approval, relations, signers
from gongtongti.core.documents import KeptRecord, OwnDocument
from gongtongti.features import DECLARED
from gongtongti.organisation import roles

pytestmark = pytest.mark.usefixtures("posted")

NEXT = {DRAFT: HOME, HOME: HOST, HOST: PERSONNEL, PERSONNEL: APPROVED, GROUP: APPROVED,
	CHANGE_DRAFT: CHANGE_PERSONNEL, CHANGE_PERSONNEL: "Change Awaiting Leading Group",
	"Change Awaiting Leading Group": "Change Approved",
	"Aid Draft": "Awaiting School Principal", "Awaiting School Principal": "Awaiting Basic Education Section",
	"Awaiting Basic Education Section": "Awaiting Finance Section",
	"Awaiting Finance Section": "Aid Approved"}  # fmt: skip
# Aid Application: tried in test_aid_applications.py
FINAL = {PLACEMENT: APPROVED, CHANGE: "Change Approved", "Aid Application": "Aid Approved"}

# what a client might send along to be taken for the system
FORGED = {
	"flags": {
		"ignore_validate": True,
		"ignore_permissions": True,
		"by_change": "x",
		"remarks": "x",
		"endorsement": "x",
		"ignore_validate_update_after_submit": True,
		"ignore_version": True,
	},
	"_action": "discard",  # runs no checks, from v16 on
	"_doc_before_save": {"workflow_state": "Awaiting Personnel Section"},
	"may_sign": 1,
	"__islocal": 0,
	"__unsaved": 1,
	"ignore_linked_doctypes": ["Placement Change"],
}


def rightful(small, doctype, name):
	"""The accounts whose step it is, in plain words; independent of the policies."""
	state, home, host = frappe.db.get_value(doctype, name, ["workflow_state", "home_school", "host_school"])
	section = {small.users[roles.PERSONNEL], small.clerk}
	leaders = {small.principal_user[home], small.leader_user[home]}
	return {
		DRAFT: leaders | section,
		HOME: {small.principal_user[home]},
		HOST: {small.principal_user[host]},
		PERSONNEL: section,
		GROUP: {small.users[roles.GROUP_HEAD], small.deputy},
		CHANGE_DRAFT: leaders | section | {small.principal_user[host], small.leader_user[host]},
		CHANGE_PERSONNEL: section,
		"Change Awaiting Leading Group": {small.users[roles.GROUP_HEAD], small.deputy},
	}.get(state, set())


def sheet(doctype, name, **change):
	"""The document as a form would send it, with something changed and everything forged that can be."""
	row = frappe.get_doc(doctype, name).as_dict(convert_dates_to_str=True)
	return {**row, **FORGED, **change}


def dumped(*args, **change):
	return json.dumps(sheet(*args, **change), default=str)


def state_of(doctype, name):
	return frappe.db.get_value(doctype, name, "workflow_state")


def saved(doctype, name, **change):
	doc = frappe.get_doc(doctype, name)
	doc.update(change)
	doc.save()


def test_every_document_of_the_app_is_saved_by_its_checks_whatever_a_client_calls_it():
	for doctype in (*DECLARED.rows, *DECLARED.children, "Community Settings"):
		assert issubclass(get_controller(doctype), OwnDocument | KeptRecord), doctype
	settings = frappe.get_doc({**frappe.get_single("Community Settings").as_dict(), "_action": "discard"})
	settings.approval_days = 0
	with pytest.raises(frappe.ValidationError):
		settings.save()


# -- doors that submit without a signature: closed to everybody, at every step ------------------------------------------

SUBMITTING = {
	"doc.submit": lambda dt, n: frappe.get_doc(dt, n).submit(),
	"docstatus and save": lambda dt, n: saved(dt, n, docstatus=1),
	"docstatus as a word": lambda dt, n: saved(dt, n, docstatus="1"),
	"forged document submitted": lambda dt, n: frappe.get_doc(sheet(dt, n)).submit(),
	"run_doc_method": lambda dt, n: handler.run_doc_method("submit", dt=dt, dn=n),
	"run_doc_method with the document": lambda dt, n: handler.run_doc_method("submit", docs=dumped(dt, n)),
	"client.submit": lambda dt, n: client.submit(dumped(dt, n)),
	"client.submit with a state": lambda dt, n: client.submit(dumped(dt, n, workflow_state=DRAFT)),
	"client.save": lambda dt, n: client.save(dumped(dt, n, docstatus=1)),
	"client.set_value": lambda dt, n: client.set_value(dt, n, {"docstatus": 1, **FORGED}),
	"client.bulk_update": lambda dt, n: client.bulk_update(
		json.dumps([{"doctype": dt, "docname": n, "docstatus": 1, **FORGED}])
	),
	"savedocs": lambda dt, n: form_save.savedocs(dumped(dt, n), "Submit"),
	"savedocs, update": lambda dt, n: form_save.savedocs(dumped(dt, n, docstatus=1), "Update"),
	"bulk submit": lambda dt, n: submit_cancel_or_update_docs(dt, json.dumps([n]), "submit"),
	"bulk edit": lambda dt, n: submit_cancel_or_update_docs(dt, json.dumps([n]), "update", {"docstatus": 1}),
	"calendar": lambda dt, n: update_event(
		json.dumps({"doctype": dt, "name": n, "docstatus": 1}), json.dumps({"docstatus": "docstatus"})
	),
}

# -- doors that cancel, delete or rename: closed to everybody from the first signature on --------------------------------

REMOVING = {
	"doc.cancel": lambda dt, n: frappe.get_doc(dt, n).cancel(),
	"docstatus 2 and save": lambda dt, n: saved(dt, n, docstatus=2),
	"cancelled with its state": lambda dt, n: saved(dt, n, docstatus=2, workflow_state=CANCELLED),
	"run_doc_method cancel": lambda dt, n: handler.run_doc_method("cancel", dt=dt, dn=n),
	"run_doc_method discard": lambda dt, n: handler.run_doc_method("discard", dt=dt, dn=n),
	"run_doc_method of a forged document": lambda dt, n: handler.run_doc_method("cancel", docs=dumped(dt, n)),
	"client.cancel": lambda dt, n: client.cancel(dt, n),
	"form cancel": lambda dt, n: form_save.cancel(dt, n),
	"form cancel with its state": lambda dt, n: form_save.cancel(dt, n, "workflow_state", CANCELLED),
	"form discard": lambda dt, n: form_save.discard(dt, n),
	"savedocs cancel": lambda dt, n: form_save.savedocs(dumped(dt, n), "Cancel"),
	"bulk cancel": lambda dt, n: submit_cancel_or_update_docs(dt, json.dumps([n]), "cancel"),
	"delete": lambda dt, n: frappe.delete_doc(dt, n),
	"client.delete": lambda dt, n: client.delete(dt, n),
	"doc.delete": lambda dt, n: frappe.get_doc(dt, n).delete(),
	"list delete": lambda dt, n: as_form({"items": json.dumps([n]), "doctype": dt}, delete_items),
	"rename": lambda dt, n: frappe.rename_doc(dt, n, "EP-0000-00001"),
	"client.rename_doc": lambda dt, n: client.rename_doc(dt, n, "EP-0000-00001"),
	"doc.rename": lambda dt, n: frappe.get_doc(dt, n).rename("EP-0000-00001"),
}

# -- doors that set the state: open to whoever's step it is, closed to all others ----------------------------------------


def _to(dt, n, skip):
	state = FINAL[dt] if skip else NEXT.get(state_of(dt, n), FINAL[dt])
	return {"workflow_state": state, "docstatus": int(state == FINAL[dt])}


def _state_doors(skip):
	return {
		"save": lambda dt, n: saved(dt, n, **_to(dt, n, skip)),
		"state alone": lambda dt, n: saved(dt, n, workflow_state=_to(dt, n, skip)["workflow_state"]),
		"client.save": lambda dt, n: client.save(dumped(dt, n, **_to(dt, n, skip))),
		"client.submit": lambda dt, n: client.submit(dumped(dt, n, **_to(dt, n, skip))),
		"client.set_value": lambda dt, n: client.set_value(dt, n, {**_to(dt, n, skip), **FORGED}),
		"client.set_value of the field": lambda dt, n: client.set_value(
			dt, n, "workflow_state", _to(dt, n, skip)["workflow_state"]
		),
		"client.bulk_update": lambda dt, n: client.bulk_update(
			json.dumps([{"doctype": dt, "docname": n, **_to(dt, n, skip), **FORGED}])
		),
		"savedocs save": lambda dt, n: form_save.savedocs(
			dumped(dt, n, workflow_state=_to(dt, n, skip)["workflow_state"]), "Save"
		),
		"savedocs submit": lambda dt, n: form_save.savedocs(dumped(dt, n, **_to(dt, n, skip)), "Submit"),
		"calendar": lambda dt, n: update_event(
			json.dumps({"doctype": dt, "name": n, **_to(dt, n, skip)}), '{"workflow_state": "workflow_state"}'
		),
	}


NEXT_STATE, LAST_STATE = _state_doors(skip=False), _state_doors(skip=True)


def _action(dt, n):
	return "Send for Approval" if state_of(dt, n) in (DRAFT, CHANGE_DRAFT, "Aid Draft") else "Agree"


BUTTONS = {
	"approval.sign": lambda dt, n: approval.sign(dt, n, _action(dt, n)),
	"apply_workflow": lambda dt, n: apply_workflow(frappe.get_doc(dt, n), _action(dt, n)),
	"apply_workflow forged": lambda dt, n: apply_workflow(
		dumped(dt, n, workflow_state=PERSONNEL), _action(dt, n)
	),
}
# these commit what succeeds, so the rightful are not sent through them here
BULK_BUTTONS = {
	"approval.sign_many": lambda dt, n: approval.sign_many(dt, [n], _action(dt, n)),
	"bulk_workflow_approval": lambda dt, n: bulk_workflow_approval(json.dumps([n]), dt, _action(dt, n)),
	"bulk edit of the state": lambda dt, n: submit_cancel_or_update_docs(
		dt, json.dumps([n]), "update", {"workflow_state": NEXT.get(state_of(dt, n), FINAL[dt])}
	),
}


def as_form(arguments, function):
	"""Calls what reads its arguments from the request."""
	before, frappe.local.form_dict = frappe.local.form_dict, frappe._dict(arguments)
	try:
		return function()
	finally:
		frappe.local.form_dict = before


def attempt(door, user, doctype, name):
	"""Tries a door; out: what was raised, or None. What was raised takes everything back, as at the end of a request."""
	return as_(user, _try, door, doctype, name)


def _try(door, doctype, name):
	try:
		door(doctype, name)
		return None
	except Exception as error:
		frappe.db.rollback()
		return error
	finally:
		frappe.local.message_log = []


def undo(doctype, name):
	frappe.db.rollback()
	relations.forget()
	frappe.clear_document_cache(doctype, name)


def cast(small):
	"""One account for each way to stand to the urban school's placements: everybody else is in the place of one of them."""
	return [
		small.leader_user[small.urban],
		small.principal_user[small.urban],
		small.principal_user[small.rural],
		small.leader_user[small.rural],
		small.users[roles.PERSONNEL],
		small.users[roles.GROUP_HEAD],
		small.users[roles.BUREAU_LEADER],
		small.users[roles.DISCIPLINE],
		small.admin,
		small.east_user,
		small.teacher_user[small.urban],
		small.principal_user[small.other_urban],
		"Administrator",
	]


def documents(papers):
	found = [(PLACEMENT, papers.state[state]) for state in (DRAFT, HOME, GROUP, APPROVED)]
	return [*found, *((CHANGE, name) for name in papers.change.values())]


def breaches(doors, found, users, spare=lambda user, doctype, name: False):
	"""Tries all doors with all users on all documents, but for those in `spare`. Out: what came through."""
	through, tried = [], 0
	before = {(doctype, name): stored(doctype, name) for doctype, name in found}
	for user in users:
		chosen = [(doctype, name) for doctype, name in found if not spare(user, doctype, name)]
		frappe.set_user(user)
		for doctype, name in chosen:
			for label, door in doors.items():
				tried += 1
				if _try(door, doctype, name):
					continue  # and so taken back
				if is_changed(doctype, name, before[doctype, name]):
					through.append((label, user, doctype, before[doctype, name]["row"]["workflow_state"]))
				undo(doctype, name)
	frappe.set_user("Administrator")
	assert tried
	for doctype, name in found:  # whatever was committed on the way
		assert not is_changed(doctype, name, before[doctype, name])
	return through


def is_changed(doctype, name, before):
	"""A save that changes nothing is none of our business."""
	now = stored(doctype, name)
	return now is None or without_stamp(now) != without_stamp(before)


def remarks_of(signatures):
	return [
		{key: row[key] for key in ("step", "decision", "signer", "signed_on", "remarks", "capacity")}
		for row in signatures
	]


def without_stamp(found):
	return {**found, "row": {k: v for k, v in found["row"].items() if k not in ("modified", "modified_by")}}


def test_nobody_submits_without_a_signature(small, papers):
	assert breaches(SUBMITTING, documents(papers), cast(small)) == []
	assert (
		breaches(
			SUBMITTING, [(PLACEMENT, papers.state[PERSONNEL]), (PLACEMENT, papers.other)], everybody(small)
		)
		== []
	)


def test_nobody_cancels_deletes_or_renames_what_is_on_record(small, papers):
	on_record = [
		(doctype, name) for doctype, name in documents(papers) if "Draft" not in state_of(doctype, name)
	]
	assert breaches(REMOVING, on_record, cast(small)) == []
	assert breaches(REMOVING, [(PLACEMENT, papers.state[PERSONNEL])], everybody(small)) == []


def test_drafts_are_deleted_by_those_who_may_write_them_and_nobody_cancels_them(small, papers):
	deleting = {"delete", "client.delete", "doc.delete", "list delete"}
	drafts = [(doctype, name) for doctype, name in documents(papers) if "Draft" in state_of(doctype, name)]
	for doctype, name in drafts:
		writers = rightful(small, doctype, name) | {"Administrator"}
		through = breaches(
			REMOVING, [(doctype, name)], everybody(small), lambda user, dt, n, w=writers: user in w
		)
		assert through == []
		others = {label: door for label, door in REMOVING.items() if label not in deleting}
		assert breaches(others, [(doctype, name)], sorted(writers)) == []
		for user in sorted(rightful(small, doctype, name)):
			assert attempt(REMOVING["client.delete"], user, doctype, name) is None
			assert stored(doctype, name) is None
			undo(doctype, name)


def test_the_next_state_is_set_by_nobody_but_whoever_signs_next(small, papers):
	doors = {**NEXT_STATE, **BUTTONS, **BULK_BUTTONS}
	everywhere = [(PLACEMENT, name) for name in papers.state.values()]
	everywhere += [(CHANGE, name) for name in papers.change.values()]
	wrong = breaches(doors, everywhere, everybody(small), lambda u, dt, n: u in rightful(small, dt, n))
	assert wrong == []


def test_no_step_is_skipped_by_anybody(small, papers):
	"""Only the last signer can set the last state."""

	def last(user, doctype, name):
		return NEXT.get(state_of(doctype, name)) == FINAL[doctype] and user in rightful(small, doctype, name)

	assert breaches(LAST_STATE, documents(papers), cast(small), last) == []
	assert breaches(LAST_STATE, [(PLACEMENT, papers.state[HOST])], everybody(small)) == []


@pytest.mark.parametrize("state", [DRAFT, HOME, HOST, PERSONNEL, GROUP, CHANGE_DRAFT, CHANGE_PERSONNEL])
def test_the_rightful_pass_and_leave_one_signature_through_every_door_that_sets_the_state(
	small, papers, state
):
	doctype = CHANGE if state.startswith("Change") else PLACEMENT
	name = {**papers.state, **papers.change}[state]
	state = state_of(doctype, name)
	before = stored(doctype, name)
	open_doors = {
		"approval.sign",
		"apply_workflow",
		"apply_workflow forged",
		"save",
		"client.save",
		"savedocs save",
	}
	for label, door in {**NEXT_STATE, **BUTTONS}.items():
		for user in sorted(rightful(small, doctype, name)):
			error = attempt(door, user, doctype, name)
			now = stored(doctype, name)
			if label in open_doors and not (label == "savedocs save" and NEXT[state] == FINAL[doctype]):
				assert error is None, f"{label} {user}: {error!r}"
			if now != before:
				assert now["row"]["workflow_state"] == NEXT[state], label
				assert now["row"]["docstatus"] == str(int(NEXT[state] == FINAL[doctype])), label
				assert remarks_of(now["signatures"][:-1]) == remarks_of(before["signatures"]), label
				last = now["signatures"][-1]
				assert (last["signer"], last["step"]) == (user, state), label
			undo(doctype, name)


def test_sending_back_and_refusing_without_remarks_is_possible_through_no_door(small, papers):
	for state in (HOME, HOST, PERSONNEL, GROUP):
		name = papers.state[state]
		for target in (DRAFT, REFUSED):
			doors = {
				"save": lambda dt, n, to=target: saved(dt, n, workflow_state=to),
				"client.set_value": lambda dt, n, to=target: client.set_value(
					dt, n, {"workflow_state": to, **FORGED}
				),
				"client.save": lambda dt, n, to=target: client.save(dumped(dt, n, workflow_state=to)),
				"savedocs": lambda dt, n, to=target: form_save.savedocs(
					dumped(dt, n, workflow_state=to), "Save"
				),
			}
			assert breaches(doors, [(PLACEMENT, name)], cast(small)) == []


# -- what stands in the document -----------------------------------------------------------------------------------------


def writing_doors(change):
	return {
		"save": lambda dt, n: saved(dt, n, **change),
		"client.save": lambda dt, n: client.save(dumped(dt, n, **change)),
		"client.set_value": lambda dt, n: client.set_value(dt, n, {**change, **FORGED}),
		"client.bulk_update": lambda dt, n: client.bulk_update(
			json.dumps([{"doctype": dt, "docname": n, **change, **FORGED}], default=str)
		),
		"savedocs": lambda dt, n: form_save.savedocs(dumped(dt, n, **change), "Save"),
		"savedocs update": lambda dt, n: form_save.savedocs(dumped(dt, n, **change), "Update"),
		"bulk edit": lambda dt, n: submit_cancel_or_update_docs(dt, json.dumps([n]), "update", change),
	}


def content_changes(small):
	return [
		{"staff": small.teacher2[small.urban]},
		{"end_date": "2027-07-01"},
		{"host_school": small.other_rural},
		{"kind": CADRE, "subject": None},
		{"purpose": "改写"},
		{"monday": 1},
		{"owner": small.principal_user[small.rural]},
		{"creation": "2020-01-01 00:00:00"},
	]


def test_nothing_is_edited_under_review_or_afterwards(small, papers):
	"""Not by the drafter, not by the signer, not by the administrator: somebody has signed what stands there."""
	users = [
		small.leader_user[small.urban],
		small.principal_user[small.urban],
		small.principal_user[small.rural],
		small.users[roles.PERSONNEL],
		small.users[roles.GROUP_HEAD],
		small.admin,
		"Administrator",
	]
	found = [(PLACEMENT, papers.state[state]) for state in (HOME, PERSONNEL, APPROVED, REFUSED)]
	for number, edit in enumerate(content_changes(small)):
		doors = writing_doors(edit)
		if number:  # one change through every door, the others through two
			doors = {label: doors[label] for label in ("client.save", "client.set_value")}
		assert breaches(doors, found, users) == [], edit


COMPUTED = {
	"status": "Completed",
	"years_at_school": 40,
	"is_eligible": 0,
	"is_backbone": 1,
	"is_cadre_exchange": 1,
	"priority_rank": 99,
	"priority_reason": "自己写的",
	"submitted_by": "head@gtt.test",
	"pending_since": "2020-01-01 00:00:00",
	"school_year": "2025-2026",
	"direction": "Rural to Urban",
	"planned_end_date": "2027-07-09",
	"ended_on": "2026-12-02",
	"warnings": "没有",
	"staff_name": "乙某",
	"amended_from": None,
	"signatures": [
		{
			"doctype": "Approval Signature",
			"step": HOME,
			"decision": "Agree",
			"signer": "head@gtt.test",
			"signer_name": "x",
			"remarks": "伪造",
		}
	],
}


def test_what_the_server_computes_is_not_typed_in(small, papers):
	"""In a draft, by whoever writes it: as an edit through every door, and in a new document."""
	name = papers.state[DRAFT]
	writer = small.leader_user[small.urban]
	as_(
		writer, saved, PLACEMENT, name
	)  # others were sent since the draft was saved, of which its warnings speak
	frappe.db.commit()
	before = stored(PLACEMENT, name)
	for fieldname, value in COMPUTED.items():
		for label, door in writing_doors({fieldname: value}).items():
			attempt(door, writer, PLACEMENT, name)
			now = stored(PLACEMENT, name)
			assert now["signatures"] == before["signatures"], (fieldname, label)
			assert now["row"].get(fieldname) == before["row"].get(fieldname), (fieldname, label)
			undo(PLACEMENT, name)
	plain = as_(writer, frappe.get_doc(values(small, staff=small.teacher2[small.urban])).insert)
	typed = as_(
		writer, frappe.get_doc({**values(small, staff=small.teacher2[small.urban]), **COMPUTED}).insert
	)
	for fieldname in COMPUTED:
		assert str(typed.get(fieldname)) == str(plain.get(fieldname)), fieldname
	assert stored(PLACEMENT, typed.name)["signatures"] == []


def test_a_change_takes_its_schools_and_person_from_the_placement(small, papers):
	"""Otherwise a school could change the placement of others by writing its own name on the change."""
	for placement in (papers.other_approved, papers.other):
		for user in (small.leader_user[small.urban], small.principal_user[small.rural]):
			fields = {
				"doctype": CHANGE,
				"placement": placement,
				"change_type": "Early End",
				"new_end_date": "2027-01-31",
				"reason": "x",
				"home_school": small.urban,
				"host_school": small.rural,
				"staff": small.teacher[small.urban],
				"community": small.community,
				**FORGED,
			}
			error = attempt(lambda dt, n, f=fields: client.insert(f), user, CHANGE, "")
			assert isinstance(error, frappe.PermissionError), error
	mine = frappe.get_doc(CHANGE, papers.change[CHANGE_DRAFT])
	attempt(
		lambda dt, n: client.set_value(dt, n, {"placement": papers.other_approved}),
		small.leader_user[small.urban],
		CHANGE,
		mine.name,
	)
	assert frappe.db.get_value(CHANGE, mine.name, "placement") == mine.placement


# -- signatures ----------------------------------------------------------------------------------------------------------


def signature_doors(row, parent):
	"""Ways to change, add or take away one signature: in its document, or as a row by itself."""
	new = {
		"doctype": "Approval Signature",
		"parenttype": PLACEMENT,
		"parent": parent,
		"parentfield": "signatures",
		"decision": "Agree",
		"signer": "head@gtt.test",
	}

	def loaded(**change):
		doc = frappe.get_doc("Approval Signature", row)
		doc.update(change)
		return doc

	def edited(how):
		found = sheet(PLACEMENT, parent)
		how(found["signatures"])
		return json.dumps(found, default=str)

	return {
		"remarks by set_value": lambda dt, n: client.set_value("Approval Signature", row, "remarks", "伪造"),
		"remarks in the row": lambda dt, n: loaded(remarks="伪造").save(),
		"remarks in the forged row": lambda dt, n: client.save(
			json.dumps({**loaded().as_dict(), **FORGED, "remarks": "x"}, default=str)
		),
		"remarks in the form": lambda dt, n: form_save.savedocs(
			edited(lambda s: s[0].update(remarks="伪造")), "Save"
		),
		"remarks in bulk": lambda dt, n: client.bulk_update(
			json.dumps([{"doctype": "Approval Signature", "docname": row, "remarks": "伪造"}])
		),
		"row moved away": lambda dt, n: loaded(parent="nowhere").save(),
		"row taken out of the form": lambda dt, n: client.save(edited(lambda s: s.pop())),
		"row added in the form": lambda dt, n: client.save(edited(lambda s: s.append({**new, "idx": 9}))),
		"client.insert": lambda dt, n: client.insert(dict(new)),
		"client.insert_many": lambda dt, n: client.insert_many([dict(new)]),
		"insert": lambda dt, n: frappe.get_doc(new).insert(),
		"client.delete": lambda dt, n: client.delete("Approval Signature", row),
		"delete": lambda dt, n: frappe.delete_doc("Approval Signature", row),
		"doc.delete": lambda dt, n: loaded().delete(),
		"list delete": lambda dt, n: as_form(
			{"items": json.dumps([row]), "doctype": "Approval Signature"}, delete_items
		),
		"rename": lambda dt, n: frappe.rename_doc("Approval Signature", row, "x"),
		"forced rename": lambda dt, n: frappe.rename_doc("Approval Signature", row, "x", force=True),
		"row cancelled": lambda dt, n: loaded().cancel(),
		"remarks in the submitted row": lambda dt, n: loaded(docstatus=1, remarks="伪造").save(),
	}


def test_signatures_are_neither_added_nor_edited_nor_taken_away(small, papers):
	for state in (HOST, APPROVED):
		name = papers.state[state]
		signature = stored(PLACEMENT, name)["signatures"][0]["name"]
		assert breaches(signature_doors(signature, name), [(PLACEMENT, name)], cast(small)) == []


def test_rows_of_a_document_are_changed_within_it_only(small, papers):
	"""A row saved by itself would pass by the checks and the row rule of its document."""
	honour = frappe.get_all("Staff Honour", {"parent": small.teacher[small.urban]}, pluck="name")[0]
	quota = frappe.get_all("Exchange Quota", {"parent": small.plan}, pluck="name")[0]
	for doctype, row, user, edit in (
		("Staff Honour", honour, small.principal_user[small.urban], {"level": "National Level"}),
		("Staff Honour", honour, small.principal_user[small.other_urban], {"level": "National Level"}),
		("Exchange Quota", quota, small.users[roles.PERSONNEL], {"quota": 1}),
	):
		before = frappe.db.get_value(doctype, row, "*", as_dict=True)
		for door in (
			lambda dt, n, edit=edit: saved(dt, n, **edit),
			lambda dt, n: frappe.delete_doc(dt, n),
		):
			attempt(door, user, doctype, row)
			assert frappe.db.get_value(doctype, row, "*", as_dict=True) == before, (doctype, user)
			frappe.db.rollback()


# -- tasks of signers ----------------------------------------------------------------------------------------------------

TASK = ("name", "status", "allocated_to", "reference_type", "reference_name", "description", "priority")


def tasks(doctype, name):
	found = frappe.get_all("ToDo", {"reference_type": doctype, "reference_name": name}, TASK, order_by="name")
	return [tuple(row.values()) for row in found]


def task_doors(todo, signer, somebody):
	"""label -> what takes the task of a signer away, or makes something else of it."""

	def sent(**change):
		row = frappe.db.get_value("ToDo", todo, "*", as_dict=True)
		return json.dumps({**row, "doctype": "ToDo", **FORGED, **change}, default=str)

	return {
		"remove": lambda dt, n: assign_to.remove(dt, n, signer),
		"remove without asking": lambda dt, n: assign_to.remove(dt, n, signer, ignore_permissions=1),
		"remove_multiple": lambda dt, n: assign_to.remove_multiple(dt, json.dumps([n]), ignore_permissions=1),
		"close": lambda dt, n: assign_to.close(dt, n, signer, ignore_permissions=1),
		"client.set_value": lambda dt, n: client.set_value("ToDo", todo, "status", "Cancelled"),
		"another's": lambda dt, n: client.set_value("ToDo", todo, "allocated_to", somebody),
		"another document": lambda dt, n: client.set_value("ToDo", todo, "reference_name", "x"),
		"client.save": lambda dt, n: client.save(sent(status="Closed")),
		"client.save as assignee": lambda dt, n: client.save(sent(status="Closed", owner=somebody)),
		"client.save, discarding": lambda dt, n: client.save(sent(status="Closed", _action="discard")),
		"form": lambda dt, n: form_save.savedocs(sent(status="Closed"), "Save"),
		"document": lambda dt, n: saved("ToDo", todo, status="Closed"),
		"past its rights": lambda dt, n: frappe.get_doc("ToDo", todo).update({"status": "Closed"}).save(ignore_permissions=True),
		"bulk edit": lambda dt, n: submit_cancel_or_update_docs("ToDo", json.dumps([todo]), "update", {"status": "Closed"}),
		"bulk_update": lambda dt, n: client.bulk_update(json.dumps([{"doctype": "ToDo", "docname": todo, "status": "Closed"}])),
		"client.delete": lambda dt, n: client.delete("ToDo", todo),
		"delete past its rights": lambda dt, n: frappe.delete_doc("ToDo", todo, ignore_permissions=True, force=True),
	}  # fmt: skip


def taken(doors, user, doctype, name):
	before, through = tasks(doctype, name), []
	for label, door in doors.items():
		as_(user, _suppressed, door, doctype, name)
		if tasks(doctype, name) != before:
			through.append((label, user))
		frappe.db.rollback()
		frappe.local.message_log = []
	assert tasks(doctype, name) == before  # whatever was committed on the way
	return through


def _suppressed(door, doctype, name):
	with suppress(Exception):  # what was written until then stays, as bulk_update would leave it
		door(doctype, name)


def test_nobody_takes_the_task_of_a_signer(small, papers):
	"""Not whoever reads the document, nor whoever sent it; also over a document without an approval."""
	name = papers.state[HOST]
	[todo] = frappe.get_all("ToDo", {"reference_name": name, "status": "Open"}, ["name", "allocated_to"])
	assert todo.allocated_to == small.principal_user[small.rural]
	doors_ = task_doors(todo.name, todo.allocated_to, small.outsider)
	for user in (*cast(small), small.outsider):
		if user not in (todo.allocated_to, "Administrator"):
			assert taken(doors_, user, PLACEMENT, name) == [], user
	his = {key: doors_[key] for key in ("remove", "close", "client.set_value", "document")}
	assert {label for label, _user in taken(his, todo.allocated_to, PLACEMENT, name)} == set(his)


def test_a_task_given_by_hand_is_taken_back_by_whoever_gave_it(small, papers):
	name, giver = papers.state[HOST], small.users[roles.SUPERVISION]
	reader, other = small.users[roles.DISCIPLINE], small.users[roles.PERSONNEL]
	given = {"doctype": PLACEMENT, "name": name, "assign_to": [reader], "description": "看一下"}
	as_(giver, assign_to.add, given)
	assert attempt(lambda dt, n: assign_to.remove(dt, n, reader), other, PLACEMENT, name)
	as_(giver, assign_to.add, given)
	assert attempt(lambda dt, n: assign_to.remove(dt, n, reader), giver, PLACEMENT, name) is None


def test_nobody_gives_tasks_about_what_he_does_not_read(small, papers):
	name, stranger = papers.state[HOST], small.principal_user[small.other_urban]
	reader, own = small.leader_user[small.rural], {"doctype": "ToDo", "description": "签"}
	for door in (
		lambda dt, n: assign_to.add({"doctype": dt, "name": n, "assign_to": [reader]}, ignore_permissions=1),
		lambda dt, n: frappe.get_doc(
			{**own, "reference_type": dt, "reference_name": n, "allocated_to": reader}
		).insert(ignore_permissions=True),
	):
		assert isinstance(attempt(door, stranger, PLACEMENT, name), frappe.PermissionError)


def test_no_document_of_the_app_is_shared_by_anybody(small):
	"""A shared one passes by every rule of rows."""
	for doctype in (*DECLARED.rows, *DECLARED.children):
		frappe.get_doc({"doctype": doctype, "name": "GTT-SHARE"}).db_insert()
		for call in (
			lambda dt: share.add(dt, "GTT-SHARE", small.outsider),
			lambda dt: share.add_docshare(
				dt, "GTT-SHARE", small.outsider, flags={"ignore_share_permission": True}
			),
			lambda dt: share.set_permission(dt, "GTT-SHARE", small.outsider, "read"),
		):
			with pytest.raises(frappe.PermissionError):
				call(doctype)
		frappe.db.rollback()


# -- new documents -------------------------------------------------------------------------------------------------------

PRESET = (
	{"docstatus": 1},
	{"docstatus": "1"},
	{"workflow_state": APPROVED},
	{"docstatus": 1, "workflow_state": APPROVED},
	{"workflow_state": PERSONNEL},
	{"docstatus": 2, "workflow_state": CANCELLED},
	{"status": "Serving", "docstatus": 1, "workflow_state": APPROVED},
)


def creating(fields):
	text = json.dumps(fields, default=str)
	local = json.dumps({**fields, "__islocal": 1, "name": "new-exchange-placement-1"}, default=str)
	return {
		"insert": lambda dt, n: frappe.get_doc(fields).insert(),
		"insert and submit": lambda dt, n: frappe.get_doc(fields).insert().submit(),
		"submit of what is new": lambda dt, n: frappe.get_doc(fields).submit(),
		"client.insert": lambda dt, n: client.insert(text),
		"client.insert_many": lambda dt, n: client.insert_many(json.dumps([fields], default=str)),
		"client.save": lambda dt, n: client.save(local),
		"client.submit": lambda dt, n: client.submit(local),
		"savedocs save": lambda dt, n: form_save.savedocs(local, "Save"),
		"savedocs submit": lambda dt, n: form_save.savedocs(local, "Submit"),
		"savedocs update": lambda dt, n: form_save.savedocs(local, "Update"),
	}


def born(small):
	"""Placements that stand there beyond the papers of the tests: (state, docstatus)."""
	return frappe.get_all(
		PLACEMENT, {"staff": small.teacher2[small.urban]}, ["workflow_state", "docstatus", "status"]
	)


@pytest.mark.parametrize("preset", PRESET, ids=str)
def test_nothing_is_born_approved(small, preset):
	users = [
		small.leader_user[small.urban],
		small.principal_user[small.urban],
		small.users[roles.PERSONNEL],
		small.users[roles.GROUP_HEAD],
		"Administrator",
	]
	fields = {**values(small, staff=small.teacher2[small.urban]), **preset, **FORGED}
	for label, door in creating(fields).items():
		for user in users:
			attempt(door, user, PLACEMENT, "")
			for row in born(small):
				assert (row.workflow_state, row.docstatus, row.status) == (DRAFT, 0, "Draft"), (label, user)
			frappe.db.rollback()


def test_copying_and_amending_give_a_draft_without_signatures(small, papers, live):
	writer = small.leader_user[small.urban]
	approved = frappe.get_doc(PLACEMENT, papers.state[APPROVED])
	whole = frappe.copy_doc(approved)
	assert isinstance(attempt(lambda dt, n: whole.insert(), writer, PLACEMENT, ""), signers.WrongDoorError)
	copy = frappe.copy_doc(approved, ignore_no_copy=False)
	copy.staff = small.teacher2[small.urban]
	as_(writer, copy.insert)
	assert (copy.workflow_state, copy.docstatus, copy.status) == (DRAFT, 0, "Draft")
	assert (copy.signatures, copy.submitted_by, copy.pending_since) == ([], None, None)
	for user in (writer, small.users[roles.PERSONNEL], "Administrator"):
		amended = frappe.copy_doc(approved)
		amended.amended_from = approved.name
		error = attempt(lambda dt, n, doc=amended: doc.insert(), user, PLACEMENT, approved.name)
		assert isinstance(error, (frappe.PermissionError, signers.WrongDoorError, frappe.ValidationError))
		assert not frappe.get_all(PLACEMENT, {"amended_from": approved.name})


def test_drafts_are_written_for_the_own_school_only(small):
	"""Who may begin a placement of the urban school's teacher: its leaders and the personnel section."""
	may = {
		small.principal_user[small.urban],
		small.leader_user[small.urban],
		small.users[roles.PERSONNEL],
		small.clerk,
		"Administrator",
	}
	fields = values(small, staff=small.teacher2[small.urban])
	for user in everybody(small):
		error = attempt(lambda dt, n: client.insert(dict(fields)), user, PLACEMENT, "")
		assert bool(born(small)) == (user in may), (user, error)
		frappe.db.rollback()


def test_a_draft_is_edited_by_its_school_and_the_personnel_section_only(small, papers):
	name = papers.state[DRAFT]
	may = rightful(small, PLACEMENT, name) | {"Administrator"}
	before = stored(PLACEMENT, name)
	for user in everybody(small):
		attempt(writing_doors({"purpose": "改写"})["client.set_value"], user, PLACEMENT, name)
		assert (stored(PLACEMENT, name) != before) == (user in may), user
		undo(PLACEMENT, name)


def test_a_draft_does_not_move_to_another_school_by_its_writer(small, papers):
	"""Handing a draft to a school that the writer does not lead, or taking one from it."""
	for name, user, school in (
		(papers.state[DRAFT], small.leader_user[small.urban], small.other_urban),
		(papers.other, small.leader_user[small.urban], small.urban),
	):
		before = stored(PLACEMENT, name)
		for label, door in writing_doors({"home_school": school}).items():
			attempt(door, user, PLACEMENT, name)
			assert stored(PLACEMENT, name) == before, label


# -- the cancelled one, the administrator --------------------------------------------------------------------------------


def test_a_cancelled_placement_is_closed(small):
	name = bring(small, draft(small, start_date="2027-03-01", staff=small.teacher2[small.urban]), APPROVED)
	bring(small, change(small, name, "Cancellation"), "Change Approved", CHANGE)
	assert frappe.db.get_value(PLACEMENT, name, ["docstatus", "workflow_state", "status"]) == (
		2,
		CANCELLED,
		"Cancelled",
	)
	frappe.db.commit()
	try:
		doors = {**SUBMITTING, **LAST_STATE, **BUTTONS, **writing_doors({"purpose": "x"}), **REMOVING}
		users = [*sorted(small.users.values()), small.leader_user[small.urban], "Administrator"]
		assert breaches(doors, [(PLACEMENT, name)], users) == []
	finally:
		remove(
			[
				(PLACEMENT, name),
				*((CHANGE, n) for n in frappe.get_all(CHANGE, {"placement": name}, pluck="name")),
			]
		)
		frappe.db.commit()


def test_system_accounts_sign_nothing(small, papers):
	doors = {**BUTTONS, **NEXT_STATE, **LAST_STATE, **BULK_BUTTONS, **SUBMITTING}
	assert breaches(doors, documents(papers), ["Guest"]) == []


def test_a_switched_off_workflow_opens_no_door(small, papers):
	frappe.db.set_value("Workflow", "Exchange Placement Approval", "is_active", 0)
	frappe.clear_cache(doctype=PLACEMENT)
	try:
		error = attempt(
			SUBMITTING["doc.submit"], small.users[roles.PERSONNEL], PLACEMENT, papers.state[PERSONNEL]
		)
		assert isinstance(error, signers.WrongDoorError)
	finally:
		frappe.db.rollback()
		frappe.clear_cache(doctype=PLACEMENT)


# -- Data Import ---------------------------------------------------------------------------------------------------------


def imported(user, tmp_path, import_type, rows, submit=True):
	"""Runs the framework's Data Import over CSV rows as `user`."""
	import csv

	from frappe.core.doctype.data_import.importer import Importer

	path = tmp_path / "placements.csv"
	with path.open("w", encoding="utf-8", newline="") as file:
		writer = csv.DictWriter(file, list(rows[0]))
		writer.writeheader()
		writer.writerows(rows)
	frappe.set_user(user)
	try:
		importer = Importer(PLACEMENT, file_path=str(path), import_type=import_type, console=True)
		job = importer.data_import
		job.submit_after_import, job.payload_count = int(submit), len(rows)
		importer.import_data()
		return len(importer.import_file.get_payloads_for_import())
	finally:
		frappe.flags.in_import = False
		frappe.flags.mute_emails = True
		frappe.set_user("Administrator")
		frappe.db.delete("Data Import Log", {"data_import": ("is", "not set")})
		frappe.db.delete("Data Import Log", {"data_import": job.name or ""})
		for left in Path.cwd().glob(f"{PLACEMENT}_import_on_*"):
			left.unlink()


def test_data_import_approves_nothing(small, papers, tmp_path):
	person = small.teacher2[small.urban]
	row = {k: v for k, v in values(small, staff=person).items() if k != "doctype" and v}
	begun = set(frappe.get_all(PLACEMENT, pluck="name"))
	for preset in ({}, {"workflow_state": APPROVED}):
		for user in (small.users[roles.PERSONNEL], "Administrator"):
			assert imported(user, tmp_path, "Insert New Records", [{**row, **preset}]) == 1
			made = set(frappe.get_all(PLACEMENT, pluck="name")) - begun
			for name in made:
				assert frappe.db.get_value(PLACEMENT, name, ["docstatus", "workflow_state"]) == (0, DRAFT)
				remove([(PLACEMENT, name) for name in made])
			frappe.db.commit()


def test_data_import_edits_nothing_under_review(small, papers, tmp_path):
	name = papers.state[PERSONNEL]
	before = stored(PLACEMENT, name)
	for edit in (
		{"workflow_state": APPROVED},
		{"docstatus": 1},
		{"purpose": "x"},
		{"end_date": "2027-07-01"},
	):
		rows = [{"name": name, **edit}]
		assert imported(small.users[roles.PERSONNEL], tmp_path, "Update Existing Records", rows) == 1
		assert stored(PLACEMENT, name) == before, edit
		frappe.db.commit()


# -- over HTTP -----------------------------------------------------------------------------------------------------------


def rest_doors(doctype, name, signature):
	"""(label, method, path, body): the same doors from outside."""
	one, two = f"/api/resource/{doctype}/{name}", f"/api/v2/document/{doctype}/{name}"
	row1, row2 = (
		f"/api/resource/Approval Signature/{signature}",
		f"/api/v2/document/Approval Signature/{signature}",
	)
	final = {"docstatus": 1, "workflow_state": FINAL[doctype]}
	return [
		("v1 PUT docstatus", "PUT", one, {"docstatus": 1}),
		("v1 PUT state", "PUT", one, {"workflow_state": FINAL[doctype]}),
		("v1 PUT both", "PUT", one, {**final, **FORGED}),
		("v1 PUT content", "PUT", one, {"end_date": "2027-07-01", "flags": FORGED["flags"]}),
		("v1 PUT signatures", "PUT", one, {"signatures": []}),
		("v1 POST run_method", "POST", one, {"run_method": "submit"}),
		("v1 POST run_method cancel", "POST", one, {"run_method": "cancel"}),
		("v1 DELETE", "DELETE", one, None),
		("v2 PATCH docstatus", "PATCH", two, {"docstatus": 1}),
		("v2 PATCH both", "PATCH", two, {**final, **FORGED}),
		("v2 PUT both", "PUT", two, final),
		("v2 method submit", "POST", f"{two}/method/submit", {}),
		("v2 method cancel", "POST", f"{two}/method/cancel", {}),
		("v2 method discard", "POST", f"{two}/method/discard", {}),
		("v2 DELETE", "DELETE", two, None),
		("v2 run_doc_method", "POST", "/api/v2/method/run_doc_method", {"document": {"doctype": doctype, "name": name, **final}, "method": "submit"}),
		("cmd", "POST", "/api/method/frappe.client.submit", {"doc": {"doctype": doctype, "name": name, **final}}),
		("set_value", "POST", "/api/method/frappe.client.set_value", {"doctype": doctype, "name": name, "fieldname": final}),
		("signature v1 PUT", "PUT", row1, {"remarks": "伪造"}),
		("signature v1 DELETE", "DELETE", row1, None),
		("signature v2 PATCH", "PATCH", row2, {"remarks": "伪造"}),
		("signature v2 DELETE", "DELETE", row2, None),
	]  # fmt: skip


def test_rest_changes_nothing_without_a_signature(small, papers, http, capfd):
	users = [
		small.leader_user[small.urban],
		small.principal_user[small.urban],
		small.principal_user[small.other_urban],
		small.users[roles.PERSONNEL],
		small.teacher_user[small.urban],
		small.admin,
		small.outsider,
		"Guest",
	]
	for state in (HOST, APPROVED):
		name = papers.state[state]
		before = stored(PLACEMENT, name)
		for label, method, path, body in rest_doors(PLACEMENT, name, before["signatures"][0]["name"]):
			for user in users:
				answer = http(user, method, path, body)
				# a row of signatures that the framework writes back unchanged is an answer, too: what counts is the database
				assert without_stamp(stored(PLACEMENT, name)) == without_stamp(before), (
					label,
					user,
					answer.text[:300],
				)
				if "signature" not in label and state == HOST:  # what is approved may be told so once more
					assert answer.status >= 400, (label, user, state)
	capfd.readouterr()


def test_rest_creates_drafts_only(small, http, capfd):
	fields = values(small, staff=small.teacher2[small.urban])
	leader = small.leader_user[small.urban]
	for path in (f"/api/resource/{PLACEMENT}", f"/api/v2/document/{PLACEMENT}"):
		for preset in PRESET:
			answer = http(leader, "POST", path, {**fields, **preset, **FORGED})
			assert answer.status >= 400, (path, preset)
		for user in (
			small.leader_user[small.rural],
			small.teacher_user[small.urban],
			small.outsider,
			"Guest",
		):
			assert http(user, "POST", path, fields).status >= 400
		assert born(small) == []
		made = http(leader, "POST", path, fields)
		assert made.status == 200, made.text[:500]
		name = made.data["data"]["name"]
		frappe.db.rollback()
		assert stored(PLACEMENT, name)["row"]["workflow_state"] == DRAFT
		remove([(PLACEMENT, name)])
		frappe.db.commit()
	capfd.readouterr()


def test_rest_lets_the_rightful_sign(small, http, capfd):
	"""The way a phone or another program signs, and the proof that the refusals above are not of the door as such."""
	name = draft(small, staff=small.teacher2[small.urban])
	frappe.db.commit()
	try:
		sign(small.leader_user[small.urban], name, "Send for Approval")
		frappe.db.commit()
		answer = http(
			small.principal_user[small.urban],
			"POST",
			"/api/method/gongtongti.core.approval.sign",
			{"doctype": PLACEMENT, "name": name, "action": "Agree"},
		)
		assert answer.status == 200, answer.text[:500]
		frappe.db.rollback()
		assert state_of(PLACEMENT, name) == HOST
		put = {"workflow_state": PERSONNEL}
		assert (
			http(small.principal_user[small.urban], "PUT", f"/api/resource/{PLACEMENT}/{name}", put).status
			>= 400
		)
		assert (
			http(small.principal_user[small.rural], "PUT", f"/api/resource/{PLACEMENT}/{name}", put).status
			== 200
		)
		frappe.db.rollback()
		found = stored(PLACEMENT, name)
		assert found["row"]["workflow_state"] == PERSONNEL
		assert [row["signer"] for row in found["signatures"]] == [
			small.leader_user[small.urban],
			small.principal_user[small.urban],
			small.principal_user[small.rural],
		]
	finally:
		remove([(PLACEMENT, name)])
		frappe.db.commit()
	capfd.readouterr()
