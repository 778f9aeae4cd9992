"""Who may take a document under approval on, who drafts it, who withdraws it: the features' steps, applied to documents.

Asked by the buttons, by every save that changes a state, by tasks and by reports, and answered here alone (EX5).
"""

import frappe
from frappe import _
from frappe.model.workflow import get_workflow, get_workflow_name
from frappe.utils import cstr

from gongtongti.core import policy
from gongtongti.core.relations import Question, each, table

SEND, AGREE, SEND_BACK, DISAGREE = "Send for Approval", "Agree", "Send Back", "Disagree"
WITHDRAW = "Withdraw from Approval"
ENDORSE = "Endorse"
# need remarks, and are possible even when the document no longer passes its checks
NEGATIVE = (SEND_BACK, DISAGREE, WITHDRAW)


class NotYourStepError(frappe.PermissionError):
	"""The step is somebody else's to sign."""


class OwnPlacementError(frappe.PermissionError):
	"""Nobody signs for their own placement."""


class SecondSignatureError(frappe.PermissionError):
	"""One person does not sign two steps of one document."""


class OwnSchoolSenderError(NotYourStepError):
	"""Who sends an application does not sign it, so the principal lets the leader in charge send it."""


class WrongDoorError(frappe.ValidationError):
	"""State and docstatus change by signatures only."""


# -- steps -------------------------------------------------------------------------------------------------------------


def approval_of(doctype: str) -> policy.Approval | None:
	"""How the documents of a DocType are approved, as its feature has declared it; None for one that is not approved."""
	if not doctype:
		raise ValueError("which DocType a row is of")
	return policy.current().approvals.get(doctype)


def step_of(row) -> policy.Step | None:
	"""The step that a document (or dict with doctype, workflow_state) lies at; None where its approval is closed."""
	approval = approval_of(row.get("doctype"))
	return approval.steps.get(row.get("workflow_state")) if approval else None


def is_draft(row) -> bool:
	"""Whether a document is still being written, or was sent back to be."""
	step = step_of(row)
	return bool(step and step.draft)


def is_under_review(row) -> bool:
	"""Whether a document has been sent and is not decided."""
	step = step_of(row)
	return bool(step and not step.draft)


def first_state(doc) -> str:
	"""The state in which a document begins. Raises WrongDoorError if the Workflow is switched off."""
	if not get_workflow_name(doc.doctype):
		frappe.throw(
			_("The approval workflow of {0} is switched off.").format(_(doc.doctype)), WrongDoorError
		)
	return get_workflow(doc.doctype).states[0].state


def fields_asked(doctype: str) -> tuple[str, ...]:
	"""The fields of a document that it depends on who may take it on, its state and its signatures apart."""
	return approval_of(doctype).fields


def client_constants(declared: policy.Policy) -> dict[str, object]:
	"""What client scripts find below `gongtongti`: the words of every approval, and those of the features."""
	return {
		"approval.SEND": SEND,
		"approval.DISAGREE": DISAGREE,
		"approval.WITHDRAW": WITHDRAW,
		"approval.ENDORSE": ENDORSE,
		"approval.NEGATIVE": NEGATIVE,
		**{f"approval.{name}": value for name, value in steps_for_scripts(declared).items()},
		**declared.client,
	}


def steps_for_scripts(declared: policy.Policy) -> dict[str, object]:
	"""What client scripts know of the steps of approvals; the browser is told those of other apps at the start (boot.py)."""
	approvals = declared.approvals
	steps = [pair for approval in approvals.values() for pair in approval.steps.items()]
	return {
		"DRAFTS": [state for state, step in steps if step.draft],
		"STEPS": [state for state, step in steps if not step.draft],
		"RECORDED": {name: each.recorded for name, each in approvals.items() if each.recorded},
		"ENDORSED_AS": {name: each.endorsed_as for name, each in approvals.items() if each.endorsed_as},
	}


# -- who ---------------------------------------------------------------------------------------------------------------


def waiting_on(rows) -> dict[str, list[str]]:
	"""Who may take each document on now: enabled accounts only.

	In: documents or dicts with doctype, name, workflow_state, submitted_by and `fields_asked` (of one DocType or several).
	Out: {name: sorted accounts}; empty where nobody can (no enabled account on the post) and where the approval is closed. A draft
	waits for those who may send it.
	The number of queries does not depend on the rows.
	"""
	return _able(rows, to_send=True)


def drafters(doc) -> set[str]:
	"""The accounts that may write the draft of `doc`."""
	return set(_able([_row(doc, first_state(doc))], to_send=False)[doc.name])


def able_at(doc, state: str, sender: str | None = None) -> list[str]:
	"""The accounts that could take `doc` on from `state`, had `sender` sent it."""
	# a new round: what was signed before does not count
	return _able([{**_row(doc, state), "name": "", "submitted_by": sender}], to_send=True)[""]


def _row(doc, state) -> dict:
	row = {fieldname: doc.get(fieldname) for fieldname in fields_asked(doc.doctype)}
	return {**row, "doctype": doc.doctype, "name": doc.name, "workflow_state": state}


def _able(rows, to_send: bool) -> dict[str, list[str]]:
	rows = list(rows)
	if len(rows) != 1:
		return _read_able(rows, to_send)
	# of one document it is asked again and again: by its form, and by the Workflow for each transition
	row, known = rows[0], table("able")
	fields = fields_asked(row.get("doctype")) if approval_of(row.get("doctype")) else ()
	fields = ("doctype", "workflow_state", "submitted_by", *fields)
	key = (to_send, row.get("name"), *(cstr(row.get(fieldname)) for fieldname in fields))
	if key not in known:
		known[key] = _read_able(rows, to_send)
	return {name: list(accounts) for name, accounts in known[key].items()}


def _read_able(rows, to_send: bool) -> dict[str, list[str]]:
	rows = [(row, approval_of(row.get("doctype")), step_of(row)) for row in rows]
	# those of all steps: who drafts a document, and who takes it on after this step, is asked next
	question = Question((row, approval.relations) for row, approval, step in rows if step)
	signed = _signers_of([row for row, _approval, step in rows if step and not step.draft])
	waiting = {}
	for row, approval, step in rows:
		waiting[row.get("name")] = (
			sorted(_able_at(row, approval, step, question, signed.get(row.get("name"), ()), to_send))
			if step
			else []
		)
	return waiting


def _able_at(row, approval, step, question, signed, to_send) -> set[str]:
	barred = set()
	if not step.draft:
		barred |= {*signed}.union(*(relation.accounts(row, question) for relation in approval.concerned))
	if step.not_sender:
		barred.add(row.get("submitted_by"))
	if to_send and step.not_sent_by and not approval.after(row.get("workflow_state")).passes(row):
		barred |= step.not_sent_by.accounts(row, question)
	users = set().union(*(relation.accounts(row, question, barred) for relation in step.sign)) - barred
	users -= {None, ""}
	return users & step.first.accounts(row, question) or users if step.first else users


def of_round(signatures) -> list:
	"""The signatures since the document was last sent for approval."""
	rows = list(signatures)
	starts = [i for i, row in enumerate(rows) if row.get("decision") == SEND]
	return rows[starts[-1] + 1 :] if starts else rows


def signed_by(doc) -> set[str]:
	"""The accounts that have agreed to the document since it was last sent."""
	return {row.get("signer") for row in of_round(doc.signatures) if row.get("decision") == AGREE}


def _signers_of(rows) -> dict[str, set[str]]:
	"""Document -> who has signed it in this round, as it stands in the database."""
	# what is only asked about has no name, and no signatures
	return each("signed", {row.get("name") for row in rows} - {"", None}, _read_signers)


def _read_signers(names) -> dict[str, set[str]]:
	found = {name: frappe._dict(signatures=[]) for name in names}
	for row in frappe.get_all(
		policy.SIGNATURE,
		filters={"parent": ("in", sorted(names))},
		fields=["parent", "signer", "decision"],
		order_by="parent, idx",
	):
		if row.parent in found:
			found[row.parent].signatures.append(row)
	return {name: signed_by(doc) for name, doc in found.items()}


def loaded(doc) -> None:
	"""A document has been read from the database, or written to it: who has signed need not be read again."""
	known, signed = table("signed"), signed_by(doc)
	if known.get(doc.name) != signed:
		known[doc.name] = signed
		table("able").clear()


def written(name: str) -> None:
	"""A signature of the document of this name is written."""
	table("signed").pop(name, None)
	table("able").clear()


def concerned(doc) -> set[str]:
	"""The accounts of the people whom a document is about; they sign no step of it."""
	relations = approval_of(doc.doctype).concerned
	question = Question([(doc, relations)])
	return set().union(*(relation.accounts(doc, question) for relation in relations))


def refuse_signer(doc):
	"""Raises if the session's user may not take `doc` (as it stands in the database) on from its state."""
	user = frappe.session.user
	state, step = doc.workflow_state, step_of(doc)
	if not step:
		frappe.throw(_("The approval of {0} is closed.").format(doc.name), NotYourStepError)
	if user in frappe.STANDARD_USERS:
		frappe.throw(_("System accounts sign nothing. Log in as the person responsible."), NotYourStepError)
	if not step.draft:
		if user in concerned(doc):
			frappe.throw(
				_("Nobody signs for their own placement. Another person must sign."), OwnPlacementError
			)
		if user in signed_by(doc):
			frappe.throw(
				_("You have signed an earlier step of {0}. Another person must sign this one.").format(
					doc.name
				),
				SecondSignatureError,
			)
		if step.not_sender and user == doc.submitted_by:
			frappe.throw(
				_("You have sent {0} for approval. Another person must sign this step.").format(doc.name),
				SecondSignatureError,
			)
	if user not in waiting_on([doc])[doc.name]:
		if step.draft and user in drafters(doc):
			frappe.throw(
				_(
					"The principal signs this application, so somebody else must send it: ask the school's leader in charge to send it."
				),
				OwnSchoolSenderError,
			)
		frappe.throw(_("{0} is waiting for somebody else: {1}.").format(doc.name, _(state)), NotYourStepError)


def withdrawers(doc) -> set[str]:
	"""The accounts that may withdraw `doc`, from having been sent until its approval is closed.

	Whoever drafted or sent it, as far as they may still draft; where none of them may, whoever drafts in their place.
	"""
	if not is_withdrawable(doc):
		return set()
	able = drafters(doc)
	return able & {doc.submitted_by, doc.owner} or able


def refuse_withdrawer(doc):
	"""Raises if the session's user may not withdraw `doc` as it stands in the database."""
	if not is_withdrawable(doc):
		frappe.throw(
			_(
				"Only what has been sent for approval and is not decided can be withdrawn. A draft is deleted instead."
			),
			WrongDoorError,
		)
	if frappe.session.user not in withdrawers(doc):
		frappe.throw(
			_("{0} is withdrawn by whoever drafted or sent it.").format(doc.name), frappe.PermissionError
		)


def is_withdrawable(doc) -> bool:
	"""Whether a document has been sent at least once and its approval is not closed."""
	return is_under_review(doc) or bool(is_draft(doc) and doc.get("submitted_by"))
