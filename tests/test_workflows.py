"""The Workflow that is written from a declaration: which step follows which, under which condition, for which roles."""

import json
from pathlib import Path

import frappe
import pytest
from recipe_app.policy import POLICY as RECIPE

from gongtongti.core.policy import Approval, Closed, Step
from gongtongti.core.relations import Account, Holder
from gongtongti.core.signers import AGREE, DISAGREE, SEND, SEND_BACK, WITHDRAW
from gongtongti.features import DECLARED
from tools import workflows

CLOSED = {
	"approved": Closed("Done", "C"),
	"not_approved": Closed("Refused", "K"),
	"withdrawn": Closed("Gone", "K"),
}


def approval(**more):
	steps = {
		"Draft": Step((Holder("A", "B"),), draft=True, not_sent_by=Holder("B")),
		"First": Step((Holder("B"), Holder("O")), unless="short", may_disagree=False),
		"Second": Step((Holder("C"),), only_if="large"),
	}
	return Approval(steps, **CLOSED, **more)


def ways(approval, *actions):
	rows = workflows.workflow("Paper", approval)["transitions"]
	return [
		(row["state"], row["allowed"], row["next_state"], row["condition"].removeprefix("doc.may_sign and "))
		for row in rows
		if row["action"] in actions
	]


def test_what_is_sent_or_agreed_to_goes_to_the_next_step_that_it_does_not_pass():
	assert ways(approval(), SEND, AGREE) == [
		*(
			("Draft", role, state, condition)
			for role in ("A", "B")
			for state, condition in (
				("First", "not doc.short"),
				("Second", "doc.short and doc.large"),
				("Done", "doc.short and not doc.large"),
			)
		),
		*(
			("First", role, state, condition)
			for role in ("B", "O")
			for state, condition in (("Second", "doc.large"), ("Done", "not doc.large"))
		),
		("Second", "C", "Done", "doc.may_sign"),
	]


def test_signers_send_back_and_disagree_and_drafters_withdraw():
	assert ways(approval(), SEND_BACK) == [
		("First", "B", "Draft", "doc.may_sign"),
		("First", "O", "Draft", "doc.may_sign"),
		("Second", "C", "Draft", "doc.may_sign"),
	]
	assert ways(approval(), DISAGREE) == [("Second", "C", "Refused", "doc.may_sign")]
	assert ways(approval(), WITHDRAW) == [
		(state, role, "Gone", "doc.may_withdraw") for state in ("Draft", "First", "Second") for role in "AB"
	]


def test_states_say_who_edits_and_how_an_approval_closes():
	cancelled = Closed("Cancelled", "K")
	written = workflows.workflow("Paper", approval(endorsed_as="O", cancelled=cancelled))
	assert [(row["state"], row["allow_edit"], row["doc_status"]) for row in written["states"]] == [
		("Draft", "A", "0"),
		("Draft", "B", "0"),
		("First", "B", "0"),
		("Second", "C", "0"),
		("Done", "C", "1"),
		("Refused", "K", "0"),
		("Cancelled", "K", "2"),
		("Gone", "K", "0"),
	]
	assert [row["idx"] for row in written["states"]] == [1, 2, 3, 4, 5, 6, 7, 8]
	assert workflows.capacities(approval(endorsed_as="O")) == ["A", "B", "C", "O"]


def test_a_document_passes_a_step_as_its_workflow_says():
	steps = approval().steps
	assert steps["First"].passes({"short": 1}) and not steps["First"].passes({"short": "0"})
	assert steps["Second"].passes({}) and not steps["Second"].passes({"large": 1})
	assert not steps["Draft"].passes({"short": 1})


def test_a_step_needs_one_condition_at_most_and_a_role():
	double = {"D": Step((Holder("A"),), draft=True), "S": Step((Holder("A"),), only_if="x", unless="y")}
	with pytest.raises(ValueError, match="S: "):
		workflows.workflow("Paper", Approval(double, **CLOSED))
	with pytest.raises(ValueError, match="owner"):
		workflows.workflow("Paper", Approval({"D": Step((Account("owner"),), draft=True)}, **CLOSED))


def test_another_app_may_let_its_fixtures_be_written_from_its_declaration():
	fixtures = Path(__file__).parent / "recipe_app" / "fixtures"
	for name, written in (
		("workflow", [workflows.workflow(*pair) for pair in RECIPE.approvals.items()]),
		("workflow_state", [row for each in RECIPE.approvals.values() for row in workflows.states(each)]),
	):
		held = json.loads((fixtures / f"{name}.json").read_text("utf-8"))
		assert [{**row, "modified": None} for row in held] == written


@pytest.mark.parametrize("doctype", DECLARED.approvals)
def test_statuses_and_states_that_are_declared_belong_to_each_other(doctype):
	declared = DECLARED.approvals[doctype]
	assert set(declared.statuses) <= set(declared.states)
	choices = DECLARED.options.get(doctype, {}).get("status")
	if declared.statuses:
		assert {*declared.statuses.values(), declared.in_approval} <= set(choices)
	for role in (*workflows.capacities(declared), *(closed.kept_by for closed in declared.closed)):
		assert role in DECLARED.roles
		assert DECLARED.may(role, doctype, "read") or role == DECLARED.administrators[0]


@pytest.mark.parametrize(
	("doctype", "fieldname"),
	[(doctype, field) for doctype, each in DECLARED.approvals.items() for field in each.recorded],
)
def test_what_is_recorded_after_approval_can_be_written_then(doctype, fieldname):
	field = frappe.get_meta(doctype).get_field(fieldname)
	assert field.allow_on_submit and not field.read_only
