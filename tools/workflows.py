"""The Workflow of a DocType as its feature has declared it: states, transitions, and the fixtures that hold them.

When they were changed is said by whoever writes them: declarations.py.
"""

from gongtongti.core.policy import Approval
from gongtongti.core.signers import AGREE, DISAGREE, SEND, SEND_BACK, WITHDRAW

ACTIONS = (SEND, AGREE, SEND_BACK, DISAGREE, WITHDRAW)


def workflow(doctype: str, approval: Approval) -> dict:
	"""The Workflow of a DocType, as fixtures/workflow.json holds it."""
	name = f"{doctype} Approval"
	return {
		"doctype": "Workflow",
		"name": name,
		"workflow_name": name,
		"document_type": doctype,
		"is_active": 1,
		"send_email_alert": 0,
		"override_status": 1,
		"workflow_state_field": "workflow_state",
		"modified": None,
		"docstatus": 0,
		"states": _numbered("Workflow Document State", _states(approval)),
		"transitions": _numbered("Workflow Transition", _transitions(approval)),
	}


def states(approval: Approval) -> list[dict]:
	"""The Workflow State documents of an approval, as fixtures/workflow_state.json holds them."""
	styles = dict.fromkeys(approval.steps, "Warning") | {
		approval.draft: "",
		approval.approved.state: "Success",
		approval.not_approved.state: "Danger",
	}
	return [
		{
			"doctype": "Workflow State",
			"name": state,
			"workflow_state_name": state,
			"style": styles.get(state, "Inverse"),
			"icon": "",
			"docstatus": 0,
			"modified": None,
		}
		for state in approval.states
	]


def actions() -> list[dict]:
	"""The Workflow Action Master documents, as fixtures/workflow_action_master.json holds them."""
	return [
		{
			"doctype": "Workflow Action Master",
			"name": action,
			"workflow_action_name": action,
			"docstatus": 0,
			"modified": None,
		}
		for action in ACTIONS
	]


def capacities(approval: Approval) -> list[str]:
	"""The roles that stand beside a signature, that of an opinion last."""
	found = [role for step in approval.steps.values() for role in _editors(approval, step)]
	return list(dict.fromkeys((*found, *filter(None, [approval.endorsed_as]))))


def _states(approval):
	for state, step in approval.steps.items():
		for role in _editors(approval, step):
			yield {"state": state, "doc_status": "0", "allow_edit": role}
	docstatus = {approval.approved: "1", approval.cancelled: "2"}
	for closed in approval.closed:
		yield {
			"state": closed.state,
			"doc_status": docstatus.get(closed, "0"),
			"allow_edit": closed.kept_by,
		}


def _editors(approval, step):
	"""Whoever gives opinions on a document has no hand in it, also where the same office signs for somebody."""
	return [role for role in step.capacities if role != approval.endorsed_as]


def _transitions(approval):
	for state, step in approval.steps.items():
		for role in step.capacities:
			for action, following, condition in _ways(approval, state, step):
				yield _transition(state, action, following, role, " and ".join(("doc.may_sign", *condition)))
	for state in approval.steps:
		for role in approval.steps[approval.draft].capacities:
			yield _transition(state, WITHDRAW, approval.withdrawn.state, role, "doc.may_withdraw")


def _ways(approval, state, step):
	"""[(action, next state, conditions)] of whoever takes a document on from `state`."""
	for following, condition in _onward(approval, state):
		yield SEND if step.draft else AGREE, following, condition
	if not step.draft:
		yield SEND_BACK, approval.draft, ()
		if step.may_disagree:
			yield DISAGREE, approval.not_approved.state, ()


def _onward(approval, state):
	"""[(next state, conditions)] of what is sent or agreed to: the next step that the document does not pass."""
	passed, names = [], list(approval.steps)
	for name in names[names.index(state) + 1 :]:
		step = approval.steps[name]
		if step.only_if and step.unless:
			raise ValueError(f"{name}: a step has one condition")
		if not step.conditions:
			yield name, passed
			return
		(fieldname,) = step.conditions
		ticked, not_ticked = f"doc.{fieldname}", f"not doc.{fieldname}"
		yield name, [*passed, ticked if step.only_if else not_ticked]
		passed = [*passed, not_ticked if step.only_if else ticked]
	yield approval.approved.state, passed


def _transition(state, action, next_state, role, condition):
	return {
		"state": state,
		"action": action,
		"next_state": next_state,
		"allowed": role,
		"allow_self_approval": 1,
		"condition": condition,
	}


def _numbered(doctype, rows):
	# the framework counts rows from 1
	extra = {"is_optional_state": 0} if doctype == "Workflow Document State" else {}
	return [{"doctype": doctype, "idx": i, **row, **extra} for i, row in enumerate(rows, 1)]
