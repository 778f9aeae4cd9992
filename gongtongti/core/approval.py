"""What every approval of this app needs (EX5): who signs which step, separation of duties, the signed record, no other door.

The feature's policy says which steps there are and who takes them: the principal of *this* school, not of another (signers.py).
Its Workflow (fixtures/workflow.json) is written from it, and knows their roles only. The framework checks a Workflow only on the
button; a document that derives from `ApprovedDocument` holds it through every door: a change of state is either a
signature of someone who may sign, recorded with user, time, decision and remarks, or it is refused.
"""

import frappe
from frappe import _
from frappe.desk.doctype.notification_log.notification_log import enqueue_create_notification
from frappe.model import no_value_fields, table_fields
from frappe.model.workflow import apply_workflow, get_workflow, is_transition_condition_satisfied
from frappe.translate import get_user_lang
from frappe.utils import cint, cstr, now_datetime

from gongtongti.core import relations, signers, tasks
from gongtongti.core.documents import OwnDocument, put_back
from gongtongti.core.notices import Batch
from gongtongti.core.signers import (
	ENDORSE,
	NEGATIVE,
	SEND,
	WITHDRAW,
	NotYourStepError,
	SecondSignatureError,
	WrongDoorError,
	able_at,
	approval_of,
	concerned,
	drafters,
	first_state,
	is_under_review,
	is_withdrawable,
	of_round,
	refuse_signer,
	refuse_withdrawer,
	step_of,
	waiting_on,
	withdrawers,
)

# beyond this many documents, signing runs in the background
IN_BACKGROUND_FROM = 20
AT_ONCE = 500
# the document that `sign` has just read
_READ = "read"
# what holds up one document of many; a lock that is waited for in vain is one of them
_REFUSALS = (
	frappe.ValidationError,
	frappe.PermissionError,
	frappe.DoesNotExistError,
	frappe.QueryDeadlockError,
	frappe.QueryTimeoutError,
)


class OnlySignerError(frappe.ValidationError):
	"""Whoever sends would be the only one who could sign the next step."""


class RemarksMissingError(frappe.ValidationError):
	"""Sending back, refusing and withdrawing need a reason."""


class UnderReviewError(frappe.ValidationError):
	"""What is under review or approved is not edited or deleted."""


class ApprovedDocument(OwnDocument):
	"""A document with a Workflow and the fields workflow_state, pending_since, submitted_by, signatures, nobody_since, and the
	virtual ones may_sign and may_withdraw, which the Workflow's conditions read.

	Subclasses say what is theirs: `check` (each save of a draft and each agreeing signature), `check_on_send` (when it
	leaves the draft, and at each agreeing signature: locks, clashes, quotas), `set_status` (a status that follows the
	state), `on_approved` (inside the transaction that reaches the final state).
	A change by the system (another approved document, the scheduler) names itself in `flags.by_change`.
	"""

	subject_field = None  # what says in reports, in one word, what a document is about

	def check(self):
		"""Raises what is wrong with the document: at each save of a draft, at sending, at each agreeing signature."""

	def check_on_send(self):
		"""Raises what keeps it from going on, at sending and at each agreeing signature; takes its locks first."""

	def set_status(self):
		"""Lets the field `status` follow the state, where the approval declares statuses."""
		approval = approval_of(self.doctype)
		if approval.statuses:
			self.status = approval.statuses.get(self.workflow_state, approval.in_approval)

	def on_approved(self):
		"""What follows from the last signature, in its transaction: what is raised here takes the signature back."""

	def describe(self) -> str:
		"""What a task or a notice says of the document; everybody who is asked or told reads it."""
		return f"{_(self.doctype)} {self.name}"

	def remarks_to_tell(self, remarks: str | None) -> str:
		"""What of a signature's reason goes into the notice of the outcome, and so into mails."""
		return cstr(remarks)

	def how_to_change(self) -> str:
		"""What to do instead of editing it once it is approved."""
		return _("Enter a new document.")

	def who_drafts(self) -> str:
		"""Who writes drafts, for whoever tries without being among them."""
		return _("Drafts are written by the leaders of the school concerned or by the personnel section.")

	@property
	def may_sign(self):
		"""Virtual field: whether the session's user may take the document on; the Workflow's conditions read it."""
		if self.is_new() or not self.get("workflow_state"):
			return 0
		return cint(frappe.session.user in waiting_on([self])[self.name])

	@property
	def may_withdraw(self):
		"""Virtual field: whether the session's user may withdraw the document; the Workflow's conditions read it."""
		if self.is_new():
			return 0
		return cint(frappe.session.user in withdrawers(self))

	def load_from_db(self, *args, **kwargs):
		if relations.table(_READ).pop("document", None) is self:
			return self
		answer = super().load_from_db(*args, **kwargs)
		signers.loaded(self)
		return answer

	# -- the doors ---------------------------------------------------------------------------------------------------

	def before_insert(self):
		first = first_state(self)
		if cint(self.docstatus) or (self.workflow_state and self.workflow_state != first):
			frappe.throw(
				_("A new document starts as a draft. Save it, then choose {0}.").format(_(SEND)),
				WrongDoorError,
			)
		if self.get("amended_from"):
			frappe.throw(
				_("Approved documents are not amended. {0}").format(self.how_to_change()), WrongDoorError
			)
		self.workflow_state = first

	def validate(self):
		before = self.get_doc_before_save()
		self._take_back_computed(before)
		if before and self.workflow_state != before.workflow_state:
			self._sign(before)
		else:
			self._keep(before)
		self.set_status()

	def before_update_after_submit(self):
		before = self.get_doc_before_save()
		if not self.flags.by_change:
			self._take_back_computed(before, under_review=True)
			self._refuse_other_state(before)
			self._refuse_edits(before)
			recorded = approval_of(self.doctype).recorded
			if any(df.fieldname in recorded and _differs(self, before, df) for df in self.meta.fields):
				self.refuse_foreign_drafter()

	def before_cancel(self):
		if not self.flags.by_change:
			frappe.throw(
				_("An approved document is not cancelled directly. {0}").format(self.how_to_change()),
				WrongDoorError,
			)

	def before_discard(self):
		frappe.throw(_("A draft that is not needed is deleted, not cancelled."), WrongDoorError)

	def on_trash(self):
		if self.workflow_state != first_state(self) or self.docstatus or self.signatures:
			message = _("{0} is on record in an approval and cannot be deleted.").format(self.name)
			if is_withdrawable(self):
				message += " " + _("Withdraw it with the reason instead.")
			frappe.throw(message, UnderReviewError)
		self.refuse_foreign_drafter()

	def is_on_record(self) -> bool:
		return super().is_on_record() or self.workflow_state != first_state(self) or bool(self.signatures)

	def on_update(self):
		signers.loaded(self)
		before = self.get_doc_before_save()
		if before and before.workflow_state != self.workflow_state:
			self._tell()

	def on_submit(self):
		self.on_approved()

	# -- checks ------------------------------------------------------------------------------------------------------

	def _take_back_computed(self, before, under_review=None):
		"""What the server computes is not typed in: read-only fields keep what they had. (The state is looked at later.)"""
		if under_review is None:
			under_review = before and before.workflow_state != first_state(self)
		fields = [
			df
			for df in self.meta.fields
			if df.read_only
			and df.fieldname != "workflow_state"
			and not getattr(df, "is_virtual", 0)
			and (under_review or not df.fetch_from)  # fetched anew by the framework
		]
		put_back(self, before, fields)

	def _keep(self, before):
		"""A save that changes no state."""
		if before:
			self._refuse_other_state(before)
		if before and before.workflow_state != first_state(self):
			self._refuse_edits(before)
			if self.flags.endorsement:
				self._record(ENDORSE, approval_of(self.doctype).endorsed_as, self.flags.endorsement)
			return
		self.refuse_foreign_drafter()
		self.check()

	def _sign(self, before):
		"""A save that changes the state: the signature of the session's user."""
		if before.workflow_state != first_state(self) or self._is_withdrawal():
			self._refuse_edits(before)
		transition = self._transition(before)
		action = transition.action
		remarks = cstr(self.flags.remarks).strip()
		if action in NEGATIVE and not remarks:
			frappe.throw(
				_("Say why: {0} needs a reason. Open the document and use its button.").format(_(action)),
				RemarksMissingError,
			)
		self._refuse_other_docstatus(transition.next_state)
		if action == SEND:
			self.refuse_foreign_drafter()
		if action not in NEGATIVE:
			self.check()
			self.check_on_send()
		if action == SEND:
			self._refuse_dead_end()
		self._record(action, transition.allowed, remarks, step=before.workflow_state)
		self.pending_since = now_datetime() if is_under_review(self) else None
		self.nobody_since = None
		if action == SEND:
			self.submitted_by = frappe.session.user

	def _transition(self, before):
		"""The Workflow's transition that this change of state is, if the session's user may take it."""
		if self._is_withdrawal():
			refuse_withdrawer(before)
		else:
			refuse_signer(before)
		before.check_permission("read")
		possible = [
			t
			for t in get_workflow(self.doctype).transitions
			if (t.state, t.next_state) == (before.workflow_state, self.workflow_state)
			and t.allowed in frappe.get_roles()
			and is_transition_condition_satisfied(t, before)
		]
		if not possible:
			frappe.throw(
				_("{0} does not lead to {1}. Steps cannot be skipped.").format(
					_(before.workflow_state), _(cstr(self.workflow_state))
				),
				WrongDoorError,
			)
		return next((t for t in possible if t.action == self.flags.action), possible[0])

	def _is_withdrawal(self) -> bool:
		return any(
			t.action == WITHDRAW and t.next_state == self.workflow_state
			for t in get_workflow(self.doctype).transitions
		)

	def _refuse_dead_end(self):
		"""Whoever sends does not sign the next step, so there must be somebody else who can."""
		user, state = frappe.session.user, self.workflow_state
		step = step_of(self)
		if not step or not step.not_sender:
			return  # what passes every step is approved by being sent
		if able_at(self, state) == [user]:
			if not able_at(self, state, sender=user):
				frappe.throw(
					_(
						"Nobody but you could sign the next step, and whoever sends does not sign it. Let somebody else send {0}."
					).format(self.name),
					OnlySignerError,
				)

	def _record(self, decision, role, remarks, step=None):
		self.append(
			"signatures",
			{
				"step": step or self.workflow_state,
				"decision": decision,
				"capacity": role,
				"signer": frappe.session.user,
				"signer_name": frappe.utils.get_fullname(frappe.session.user),
				"signed_on": now_datetime(),
				"remarks": remarks,
			},
		)

	def _refuse_other_state(self, before):
		if self.workflow_state != before.workflow_state:
			frappe.throw(_("The approval state changes by signatures only."), WrongDoorError)
		self._refuse_other_docstatus(self.workflow_state)

	def _refuse_other_docstatus(self, state):
		row = next((s for s in get_workflow(self.doctype).states if s.state == state), None)
		if not row or cint(row.doc_status) != cint(self.docstatus):
			frappe.throw(
				_("This document is submitted by its last signature. Use the approval buttons."),
				WrongDoorError,
			)

	def _refuse_edits(self, before):
		recorded = approval_of(self.doctype).recorded if cint(before.docstatus) == 1 else ()
		changed = [
			df.label
			for df in self.meta.fields
			if _is_content(df) and df.fieldname not in recorded and _differs(self, before, df)
		]
		if not changed:
			return
		labels = frappe.bold(", ".join(_(label) for label in changed))
		if step_of(before):
			message = _(
				"{0} cannot be changed while the document is under review. Ask for it to be sent back."
			)
		else:
			message = _("{0} cannot be changed: the approval is closed. {1}")
		frappe.throw(message.format(labels, self.how_to_change()), UnderReviewError)

	def refuse_foreign_drafter(self):
		"""Who writes the draft also records what comes of it. Raises NotYourStepError for everybody else."""
		before = self.get_doc_before_save()
		# as it stood and as it shall be: nobody takes a draft of others over, or moves one away from their own
		if frappe.session.user == "Administrator" or all(
			frappe.session.user in drafters(doc) for doc in (before, self) if doc
		):
			return
		frappe.throw(self.who_drafts(), NotYourStepError)

	# -- who is told -------------------------------------------------------------------------------------------------

	def _tell(self):
		"""Closes what the signers had to do, asks whoever is next, tells the outcome to whoever asked."""
		told = {self.submitted_by, self.owner, *concerned(self)}
		if self.signatures[-1].decision == WITHDRAW:
			# who was asked, or has signed, learns that it is in vain
			told |= {row.signer for row in of_round(self.signatures)}
			told |= tasks.tasks_of(self.doctype, self.name)[self.name].keys()
		able = waiting_on([self])[self.name]
		tasks.ask(self, tasks.to_be_asked(self, able) or (), self._what_to_do(), batch=self.flags.batch)
		if not able and self.pending_since:
			tasks.tell_nobody_can(self)
		if not is_under_review(self):
			self._tell_outcome(told)

	def _what_to_do(self) -> str:
		return f"{_(self.workflow_state)}: {self.describe()}"

	def _tell_outcome(self, told):
		asked = told - {None, frappe.session.user, "Administrator"}
		asked = sorted(user for user in asked if tasks.can_be_asked(self, user))
		if not asked:
			return
		last = self.signatures[-1]
		subject = _("{0} {1}: {2}").format(_(self.doctype), self.name, _(self.workflow_state))
		if self.flags.batch:
			remarks = cstr(self.remarks_to_tell(last.remarks))
			line = f"{subject}. {remarks}" if remarks else subject
			self.flags.batch.add(Batch(outcomes={user: [line] for user in asked}))
			return
		enqueue_create_notification(
			asked,
			{
				"type": "Alert",
				"document_type": self.doctype,
				"document_name": self.name,
				"subject": subject,
				"from_user": frappe.session.user,
				"email_content": frappe.utils.escape_html(self.remarks_to_tell(last.remarks)),
			},
		)


# -- signing ---------------------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def sign(doctype: str, name: str, action: str, remarks: str | None = None):
	"""Takes a document one step on as the session's user.

	In: doctype and name of a document under approval; action: one of the Workflow's actions; remarks: the reason,
	required for those of `NEGATIVE`.
	Out: the document. Raises NotYourStepError, OwnPlacementError, SecondSignatureError, PermissionError,
	RemarksMissingError, and what the document's own checks raise. EX5, document 1 §5.2.
	"""
	return _sign(doctype, name, action, remarks)


def _sign(doctype, name, action, remarks, batch: Batch | None = None):
	doc = _readable(doctype, name)
	doc.flags.batch = batch
	if action == WITHDRAW:
		refuse_withdrawer(doc)
	else:
		refuse_signer(doc)
	doc.flags.remarks, doc.flags.action = remarks, action
	# The framework begins by reading it again; nothing has been written since, so that it would read the same
	relations.table(_READ)["document"] = doc
	try:
		return apply_workflow(doc, action)
	finally:
		relations.table(_READ).clear()


@frappe.whitelist(methods=["POST"])
def sign_many(doctype: str, names: list | str, action: str, remarks: str | None = None):
	"""Signs many documents, each on its own: what is refused does not hold up the rest.

	Out: {"done": [names], "refused": [{"name", "message"}]}, or {"queued": n} when there are more than
	`IN_BACKGROUND_FROM`; then progress is shown and the outcome comes as a notification. Raises ValidationError for more than
	`AT_ONCE`.
	"""
	names = list(dict.fromkeys(frappe.parse_json(names)))
	if len(names) > AT_ONCE:
		frappe.throw(_("Please choose {0} documents at most.").format(AT_ONCE))
	if len(names) <= IN_BACKGROUND_FROM:
		return _sign_each(doctype, names, action, remarks)
	frappe.enqueue(
		"gongtongti.core.approval._sign_in_background",
		queue="long",
		doctype=doctype,
		names=names,
		action=action,
		remarks=remarks,
		enqueue_after_commit=True,
	)
	return {"queued": len(names)}


@frappe.whitelist(methods=["POST"])
def endorse(doctype: str, name: str, remarks: str):
	"""A subdistrict education office puts its opinion on record for a document of a school of its own subdistrict (ORG6).

	It holds nothing up. Once per user and round; only while the document is under review. Out: the document.
	Raises NotYourStepError, RemarksMissingError, WrongDoorError, SecondSignatureError, PermissionError.
	"""
	doc = _readable(doctype, name)
	user = frappe.session.user
	if not any(relation.covers(doc, user) for relation in approval_of(doctype).endorse):
		frappe.throw(_("Only the education office of the school's subdistrict endorses."), NotYourStepError)
	if not cstr(remarks).strip():
		frappe.throw(_("Please write your opinion."), RemarksMissingError)
	if not is_under_review(doc):
		frappe.throw(_("Only documents under review are endorsed."), WrongDoorError)
	if any(row.signer == user for row in of_round(doc.signatures)):
		frappe.throw(_("You have endorsed this document already."), SecondSignatureError)
	doc.flags.endorsement = cstr(remarks).strip()
	return doc.save(ignore_permissions=True)


# -- helpers ---------------------------------------------------------------------------------------------------------


def _sign_each(doctype, names, action, remarks):
	result, batch = {"done": [], "refused": []}, Batch()
	for i, name in enumerate(names, 1):
		of_this = Batch()
		try:
			_sign(doctype, name, action, remarks, of_this)
		except _REFUSALS as e:
			frappe.db.rollback()  # of this document alone: the one before is committed
			frappe.clear_messages()
			result["refused"].append({"name": name, "message": cstr(e)})
		else:
			# each signature stands by itself, and locks are not held over the whole batch
			frappe.db.commit()  # nosemgrep
			result["done"].append(name)
			batch.add(of_this)
		if len(names) >= 5:
			frappe.publish_progress(i * 100 / len(names), title=_(action), description=name)
	batch.tell(doctype)
	return result


def _sign_in_background(doctype, names, action, remarks):
	frappe.local.lang = get_user_lang(frappe.session.user)  # a job starts in the site's language
	result = _sign_each(doctype, names, action, remarks)
	refused = "<br>".join(f"{row['name']}: {row['message']}" for row in result["refused"])
	enqueue_create_notification(
		[frappe.session.user],
		{
			"type": "Alert",
			"document_type": doctype,
			"subject": _("{0}: {1} signed, {2} refused").format(
				_(action), len(result["done"]), len(result["refused"])
			),
			"from_user": frappe.session.user,
			"email_content": refused,
		},
	)
	return result


def _readable(doctype, name):
	if not approval_of(doctype):
		frappe.throw(_("{0} has no approval.").format(_(doctype)), WrongDoorError)
	doc = frappe.get_doc(doctype, name)
	doc.check_permission("read")
	return doc


def _is_content(df) -> bool:
	return not df.read_only and not getattr(df, "is_virtual", 0) and _holds_value(df)


def _holds_value(df) -> bool:
	return df.fieldtype in table_fields or df.fieldtype not in no_value_fields


def _differs(doc, before, df) -> bool:
	return value_of(doc, df) != value_of(before, df)


def value_of(doc, df):
	"""What stands in a field, in a form in which two documents are compared: of a table a list with an entry for each row."""
	if df.fieldtype in table_fields:
		return [
			[value_of(row, field) for field in row.meta.fields if _holds_value(field)]
			for row in doc.get(df.fieldname)
		]
	return cstr(doc.cast(doc.get(df.fieldname), df)) if doc.get(df.fieldname) else ""
