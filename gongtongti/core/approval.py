"""What every approval of this app needs (EX5): who signs which step, separation of duties, the signed record, no other door.

The Workflow (fixtures/workflow.json) says which steps there are and which role takes them. `SIGNERS` says which of the
holders of that role: the principal of *this* school, not of another. The framework checks a Workflow only on the
button; a document that derives from `ApprovedDocument` holds it through every door: a change of state is either a
signature of someone who may sign, recorded with user, time, decision and words, or it is refused.
"""

from collections import defaultdict
from dataclasses import dataclass, field

import frappe
from frappe import _
from frappe.desk.doctype.notification_log.notification_log import enqueue_create_notification
from frappe.desk.form import assign_to
from frappe.model import no_value_fields
from frappe.model.base_document import get_controller
from frappe.model.workflow import apply_workflow, get_transitions, get_workflow, get_workflow_name
from frappe.translate import get_user_lang
from frappe.utils import cint, cstr, now_datetime, nowdate

from gongtongti.core import access, jobs, notices
from gongtongti.core.documents import OwnDocument
from gongtongti.core.tasks import own_tasks
from gongtongti.organisation import posts, roles
from gongtongti.organisation.posts import holders

SEND, AGREE, SEND_BACK, DISAGREE = "Send for Approval", "Agree", "Send Back", "Disagree"
WITHDRAW = "Withdraw from Approval"
ENDORSE = "Endorse"
# need words, and are possible even when the document no longer passes its checks
NEGATIVE = (SEND_BACK, DISAGREE, WITHDRAW)

# beyond this many documents, signing runs in the background
IN_BACKGROUND_FROM = 20
AT_ONCE = 500
# tasks beside the approvals: functions that answer [(function of DocType and name, DocType, name)] of what is to be handed over
ALSO_FOLLOW = ("gongtongti.aid.watch.tasks_astray",)
# what holds up one document of many; a lock that is waited for in vain is one of them
_REFUSALS = (
	frappe.ValidationError,
	frappe.PermissionError,
	frappe.DoesNotExistError,
	frappe.QueryDeadlockError,
	frappe.QueryTimeoutError,
)


class NotYourStepError(frappe.PermissionError):
	"""The step is somebody else's to sign."""


class OwnPlacementError(frappe.PermissionError):
	"""Nobody signs for the own placement."""


class SecondSignatureError(frappe.PermissionError):
	"""One person does not sign two steps of one document."""


class OwnSchoolSenderError(NotYourStepError):
	"""Who sends an application does not sign it, so the principal lets the leader in charge send it."""


class NotYoursToWithdrawError(frappe.PermissionError):
	"""A document is withdrawn by whoever drafted or sent it."""


class OnlySignerError(frappe.ValidationError):
	"""Whoever sends would be the only one who could sign the next step."""


class WordsMissingError(frappe.ValidationError):
	"""Sending back, refusing and withdrawing need a reason."""


class UnderReviewError(frappe.ValidationError):
	"""What is under review or approved is not edited or deleted."""


class WrongDoorError(frappe.ValidationError):
	"""State and docstatus change by signatures only."""


@dataclass(frozen=True)
class Who:
	"""Who takes a step: the principal of the school in a field, the leaders of schools, the holders of roles.

	not_sender: whoever sent the document does not sign this step
	post: of the holders of the roles those who sit on this post of the leading group; the others only where none of these can
	next_principal, unless: of a draft: the principal of the school in this field signs the next step and so does not send it,
	unless the field `unless` is ticked, which lets the draft go past that step
	deputies: for a principal who must not sign (is placed, or has sent the document) the school's leader in charge does; for
	one who must not either, or is not there, the education office of the school's subdistrict does
	"""

	principal: str | None = None
	leaders: tuple[str, ...] = ()
	roles: tuple[str, ...] = ()
	not_sender: bool = False
	post: str | None = None
	next_principal: str | None = None
	unless: str | None = None
	deputies: bool = False


# state -> who takes the document on from there (document 1 §5.1, §5.2)
SIGNERS = {
	"Placement Draft": Who(leaders=("home_school",), roles=(roles.PERSONNEL,)),
	# The home school agrees by somebody who neither goes nor asks. The leader in charge stands in for the principal (EX5); who
	# is left then is no longer of the school: the office above it, which knows its people and decides nothing else here (ORG6)
	"Awaiting Home Principal": Who(principal="home_school", not_sender=True, deputies=True),
	"Awaiting Host Principal": Who(principal="host_school"),
	"Awaiting Personnel Section": Who(roles=(roles.PERSONNEL,), not_sender=True),
	"Awaiting Leading Group": Who(roles=(roles.GROUP_HEAD,)),
	"Change Draft": Who(leaders=("home_school", "host_school"), roles=(roles.PERSONNEL,)),
	"Change Awaiting Personnel Section": Who(roles=(roles.PERSONNEL,), not_sender=True),
	"Change Awaiting Leading Group": Who(roles=(roles.GROUP_HEAD,)),
	# AID2, document 1 §4.3: who applies does not approve
	"Aid Draft": Who(leaders=("school",), next_principal="school", unless="fast_track"),
	"Awaiting School Principal": Who(principal="school", not_sender=True),
	"Awaiting Basic Education Section": Who(roles=(roles.BASIC_EDUCATION,), not_sender=True),
	# the chief signs and the cashier, who has the same role, pays: whoever signs is barred from paying
	"Awaiting Finance Section": Who(roles=(roles.FINANCE,), not_sender=True, post="Finance Section Chief"),
}


@dataclass(frozen=True)
class _Known:
	"""Accounts that were worked out for a document as it then stood."""

	key: tuple
	accounts: set


SCHOOL_FIELDS = sorted({f for who in SIGNERS.values() for f in (who.principal, *who.leaders) if f})


@dataclass
class Batch:
	"""What a batch of signatures has to say to each account: told at its end in one notice, instead of one for each document."""

	tasks: dict[str, list[str]] = field(default_factory=dict)
	outcomes: dict[str, list[str]] = field(default_factory=dict)

	def add(self, other: "Batch") -> None:
		for mine, theirs in ((self.tasks, other.tasks), (self.outcomes, other.outcomes)):
			for user, lines in theirs.items():
				mine.setdefault(user, []).extend(lines)

	def tell(self, doctype: str) -> None:
		for user in sorted({*self.tasks, *self.outcomes} - {frappe.session.user}):
			tasks, outcomes = self.tasks.get(user, []), self.outcomes.get(user, [])
			subject = _("{0}: {1} are waiting for you, {2} are decided").format(
				_(doctype), len(tasks), len(outcomes)
			)
			enqueue_create_notification(
				[user],
				{
					"type": "Alert",
					"document_type": doctype,
					"subject": subject,
					"from_user": frappe.session.user,
					"email_content": "<br>".join(map(frappe.utils.escape_html, (*tasks, *outcomes))),
				},
			)


class ApprovedDocument(OwnDocument):
	"""A document with a Workflow and the fields workflow_state, pending_since, submitted_by, signatures, nobody_since, and the
	virtual ones may_sign and may_withdraw, which the Workflow's conditions read.

	Subclasses say what is theirs: `check` (each save of a draft and each agreeing signature), `check_on_send` (when it
	leaves the draft, and at each agreeing signature: locks, clashes, quotas), `set_status` (a status that follows the
	state), `on_approved` (inside the transaction that reaches the final state).
	A change by the system (a Placement Change, the scheduler) names itself in `flags.by_change`.
	"""

	subject_field = None  # what says in reports, in one word, what a document is about

	def check(self):
		pass

	def check_on_send(self):
		pass

	def set_status(self):
		pass

	def on_approved(self):
		pass

	def describe(self) -> str:
		"""What a task or a notice says of the document; everybody who is asked or told reads it."""
		return f"{_(self.doctype)} {self.name}"

	def words_to_tell(self, words: str | None) -> str:
		"""What of a signature's reason goes into the notice of the outcome, and so into mails."""
		return cstr(words)

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
		if self.is_new() or not _is_withdrawable(self):
			return 0
		# the framework asks once for each transition; what a client has sent under this name is no _Known
		key = (self.workflow_state, self.submitted_by)
		known = self.__dict__.get("_withdrawers")
		if not isinstance(known, _Known) or known.key != key:
			known = self.__dict__["_withdrawers"] = _Known(key, withdrawers(self))
		return cint(frappe.session.user in known.accounts)

	# -- the doors ---------------------------------------------------------------------------------------------------

	def before_insert(self):
		first = _first_state(self)
		if cint(self.docstatus) or (self.workflow_state and self.workflow_state != first):
			frappe.throw(
				_("A new document starts as a draft. Save it, then choose {0}.").format(_(SEND)),
				WrongDoorError,
			)
		if self.get("amended_from"):
			frappe.throw(
				_("Approved documents are not amended. Create a Placement Change instead."), WrongDoorError
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

	def before_cancel(self):
		if not self.flags.by_change:
			frappe.throw(
				_(
					"An approved document is not cancelled directly. Create a Placement Change with the reason."
				),
				WrongDoorError,
			)

	def before_discard(self):
		frappe.throw(_("A draft that is not needed is deleted, not cancelled."), WrongDoorError)

	def on_trash(self):
		if self.workflow_state != _first_state(self) or self.docstatus or self.signatures:
			message = _("{0} is on record in an approval and cannot be deleted.").format(self.name)
			if _is_withdrawable(self):
				message += " " + _("Withdraw it with the reason instead.")
			frappe.throw(message, UnderReviewError)
		self._refuse_foreign_drafter()

	def is_on_record(self) -> bool:
		return super().is_on_record() or self.workflow_state != _first_state(self) or bool(self.signatures)

	def on_update(self):
		before = self.get_doc_before_save()
		if before and before.workflow_state != self.workflow_state:
			self._tell()

	def on_submit(self):
		self.on_approved()

	# -- checks ------------------------------------------------------------------------------------------------------

	def _take_back_computed(self, before, under_review=None):
		"""What the server computes is not typed in: read-only fields keep what they had. (The state is looked at later.)"""
		if under_review is None:
			under_review = before and before.workflow_state != _first_state(self)
		for df in self.meta.fields:
			if not df.read_only or df.fieldname == "workflow_state" or getattr(df, "is_virtual", 0):
				continue
			if df.fetch_from and not under_review:
				continue  # fetched anew by the framework
			if df.fieldtype == "Table":
				self.set(df.fieldname, [row.as_dict() for row in before.get(df.fieldname)] if before else [])
			elif df.fieldtype not in no_value_fields:
				self.set(df.fieldname, before.get(df.fieldname) if before else df.default)

	def _keep(self, before):
		"""A save that changes no state."""
		if before:
			self._refuse_other_state(before)
		if before and before.workflow_state != _first_state(self):
			self._refuse_edits(before)
			if self.flags.endorsement:
				self._record(ENDORSE, roles.SUBDISTRICT_OFFICE, self.flags.endorsement)
			return
		self._refuse_foreign_drafter()
		self.check()

	def _sign(self, before):
		"""A save that changes the state: the signature of the session's user."""
		if before.workflow_state != _first_state(self) or self._is_withdrawal():
			self._refuse_edits(before)
		transition = self._transition(before)
		action = transition.action
		words = cstr(self.flags.words).strip()
		if action in NEGATIVE and not words:
			frappe.throw(
				_("Say why: {0} needs a reason. Open the document and use its button.").format(_(action)),
				WordsMissingError,
			)
		self._refuse_other_docstatus(transition.next_state)
		if action not in NEGATIVE:
			self.check()
			self.check_on_send()
		if action == SEND:
			self._refuse_dead_end()
		self._record(action, transition.allowed, words, step=before.workflow_state)
		is_waiting = self.workflow_state in SIGNERS and not _is_first(self.workflow_state)
		self.pending_since = now_datetime() if is_waiting else None
		self.nobody_since = None
		if action == SEND:
			self.submitted_by = frappe.session.user

	def _transition(self, before):
		"""The Workflow's transition that this change of state is, if the session's user may take it."""
		if self._is_withdrawal():
			refuse_withdrawer(before)
		else:
			refuse_signer(before)
		possible = [
			t
			for t in get_transitions(before, get_workflow(self.doctype))
			if t.next_state == self.workflow_state
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
		if not SIGNERS[self.workflow_state].not_sender:
			return
		row = {"name": "", "workflow_state": self.workflow_state}
		row.update({key: self.get(key) for key in ("staff", *SCHOOL_FIELDS)})
		if waiting_on([row])[""] == [frappe.session.user]:
			mine = {**row, "submitted_by": frappe.session.user}
			if not waiting_on([mine])[""]:
				frappe.throw(
					_(
						"Nobody but you could sign the next step, and whoever sends does not sign it. Let somebody else send {0}."
					).format(self.name),
					OnlySignerError,
				)

	def _record(self, decision, role, words, step=None):
		self.append(
			"signatures",
			{
				"step": step or self.workflow_state,
				"decision": decision,
				"capacity": role,
				"signer": frappe.session.user,
				"signer_name": frappe.utils.get_fullname(frappe.session.user),
				"signed_on": now_datetime(),
				"words": words,
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
		changed = [df.label for df in self.meta.fields if _is_content(df) and _differs(self, before, df)]
		if not changed:
			return
		labels = frappe.bold(", ".join(_(label) for label in changed))
		if before.workflow_state in SIGNERS:
			message = _(
				"{0} cannot be changed while the document is under review. Ask for it to be sent back."
			)
		else:
			message = _("{0} cannot be changed: the approval is closed. {1}")
		frappe.throw(message.format(labels, self.how_to_change()), UnderReviewError)

	def _refuse_foreign_drafter(self):
		if frappe.session.user == "Administrator" or frappe.session.user in drafters(self):
			return
		frappe.throw(self.who_drafts(), NotYourStepError)

	# -- who is told -------------------------------------------------------------------------------------------------

	def _tell(self):
		"""Closes what the signers had to do, asks whoever is next, tells the outcome to whoever asked."""
		concerned = {self.submitted_by, self.owner, _account_of(self.get("staff"))}
		if self.signatures[-1].decision == WITHDRAW:
			# who was asked, or has signed, learns that it is in vain
			concerned |= {row.signer for row in _round(self.signatures)}
			concerned |= tasks_of(self.doctype, self.name)[self.name].keys()
		able = waiting_on([self])[self.name]
		ask(self, to_be_asked(self, able) or (), self._what_to_do(), batch=self.flags.batch)
		if not able and self.pending_since:
			tell_nobody_can(self)
		if self.workflow_state not in SIGNERS or self.workflow_state == _first_state(self):
			self._tell_outcome(concerned)

	def _what_to_do(self) -> str:
		return f"{_(self.workflow_state)}: {self.describe()}"

	def _tell_outcome(self, concerned):
		asked = concerned - {None, frappe.session.user, "Administrator"}
		asked = sorted(user for user in asked if _can_be_asked(self, user))
		if not asked:
			return
		last = self.signatures[-1]
		subject = _("{0} {1}: {2}").format(_(self.doctype), self.name, _(self.workflow_state))
		if self.flags.batch:
			words = cstr(self.words_to_tell(last.words))
			line = f"{subject}. {words}" if words else subject
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
				"email_content": frappe.utils.escape_html(self.words_to_tell(last.words)),
			},
		)


# -- signing ---------------------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def sign(doctype: str, name: str, action: str, words: str | None = None):
	"""Takes a document one step on as the session's user.

	In: doctype and name of a document under approval; action: one of the Workflow's actions; words: the reason,
	required for those of `NEGATIVE`.
	Out: the document. Raises NotYourStepError, OwnPlacementError, SecondSignatureError, NotYoursToWithdrawError,
	WordsMissingError, and what the document's own checks raise. EX5, document 1 §5.2.
	"""
	return _sign(doctype, name, action, words)


def _sign(doctype, name, action, words, batch: Batch | None = None):
	doc = _readable(doctype, name)
	doc.flags.batch = batch
	if action == WITHDRAW:
		refuse_withdrawer(doc)
	else:
		refuse_signer(doc)
	doc.flags.words, doc.flags.action = words, action
	return apply_workflow(doc, action)


@frappe.whitelist(methods=["POST"])
def sign_many(doctype: str, names: list | str, action: str, words: str | None = None):
	"""Signs many documents, each on its own: what is refused does not hold up the rest.

	Out: {"done": [names], "refused": [{"name", "message"}]}, or {"queued": n} when there are more than
	`IN_BACKGROUND_FROM`; then progress is shown and the outcome comes as a notification.
	"""
	names = list(dict.fromkeys(frappe.parse_json(names)))
	if len(names) > AT_ONCE:
		frappe.throw(_("Please choose {0} documents at most.").format(AT_ONCE))
	if len(names) <= IN_BACKGROUND_FROM:
		return _sign_each(doctype, names, action, words)
	frappe.enqueue(
		"gongtongti.core.approval._sign_in_background",
		queue="long",
		doctype=doctype,
		names=names,
		action=action,
		words=words,
		enqueue_after_commit=True,
	)
	return {"queued": len(names)}


@frappe.whitelist(methods=["POST"])
def endorse(doctype: str, name: str, words: str):
	"""A subdistrict education office puts its opinion on record for a document of a school of its own subdistrict (ORG6).

	It holds nothing up. Once per user and round; only while the document is under review.
	"""
	doc = _readable(doctype, name)
	user = frappe.session.user
	schools = access.reach(user).schools
	if roles.SUBDISTRICT_OFFICE not in frappe.get_roles() or schools.isdisjoint(
		{doc.get("home_school"), doc.get("host_school")}
	):
		frappe.throw(_("Only the education office of the school's subdistrict endorses."), NotYourStepError)
	if not cstr(words).strip():
		frappe.throw(_("Please write your opinion."), WordsMissingError)
	if doc.workflow_state not in SIGNERS or doc.workflow_state == _first_state(doc):
		frappe.throw(_("Only documents under review are endorsed."), WrongDoorError)
	if any(row.signer == user for row in _round(doc.signatures)):
		frappe.throw(_("You have endorsed this document already."), SecondSignatureError)
	doc.flags.endorsement = cstr(words).strip()
	return doc.save(ignore_permissions=True)


def refuse_signer(doc):
	"""Raises if the session's user may not take `doc` (as it stands in the database) on from its state."""
	user = frappe.session.user
	state = doc.workflow_state
	if state not in SIGNERS:
		frappe.throw(_("The approval of {0} is closed.").format(doc.name), NotYourStepError)
	if user in frappe.STANDARD_USERS:
		frappe.throw(_("System accounts sign nothing. Log in as the person responsible."), NotYourStepError)
	if state != _first_state(doc):
		if user == _account_of(doc.get("staff")):
			frappe.throw(
				_("Nobody signs for the own placement. Another person must sign."), OwnPlacementError
			)
		if user in _signed_by(doc):
			frappe.throw(
				_("You have signed an earlier step of {0}. Another person must sign this one.").format(
					doc.name
				),
				SecondSignatureError,
			)
		if SIGNERS[state].not_sender and user == doc.submitted_by:
			frappe.throw(
				_("You have sent {0} for approval. Another person must sign this step.").format(doc.name),
				SecondSignatureError,
			)
	if user not in waiting_on([doc])[doc.name]:
		if state == _first_state(doc) and user in drafters(doc):
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
	if not _is_withdrawable(doc):
		return set()
	able = drafters(doc)
	return able & {doc.submitted_by, doc.owner} or able


def refuse_withdrawer(doc):
	"""Raises if the session's user may not withdraw `doc` as it stands in the database."""
	if not _is_withdrawable(doc):
		frappe.throw(
			_(
				"Only what has been sent for approval and is not decided can be withdrawn. A draft is deleted instead."
			),
			WrongDoorError,
		)
	if frappe.session.user not in withdrawers(doc):
		frappe.throw(
			_("{0} is withdrawn by whoever drafted or sent it.").format(doc.name), NotYoursToWithdrawError
		)


def _is_withdrawable(doc) -> bool:
	state = doc.get("workflow_state")
	return state in SIGNERS and (not _is_first(state) or bool(doc.get("submitted_by")))


def waiting_on(rows) -> dict[str, list[str]]:
	"""Who may take each document on now: enabled accounts only.

	In: documents or dicts with name, workflow_state, staff, submitted_by and the fields of schools (of one DocType or
	several).
	Out: {name: sorted accounts}; empty where nobody can (no enabled account on the post) and where the approval is closed. A draft
	waits for those who may send it.
	The number of queries does not depend on the rows.
	"""
	return _able(rows, to_send=True)


def _able(rows, to_send: bool) -> dict[str, list[str]]:
	rows = [row for row in rows]
	schools = _schools(rows)
	holders = _holders(rows)
	accounts = _accounts({row.get("staff") for row in rows if row.get("staff")})
	signed = _signers_of([row for row in rows if not _is_first(row.get("workflow_state"))])
	seated = posts.seated({SIGNERS.get(row.get("workflow_state"), Who()).post for row in rows} - {None})
	offices = _offices(rows, schools)
	waiting = {}
	for row in rows:
		who = SIGNERS.get(row.get("workflow_state"), Who())
		users = set().union(*(holders[role] for role in who.roles)) if who.roles else set()
		for fieldname in who.leaders:
			school = schools.get(row.get(fieldname), {})
			users |= {school.get("principal_user"), school.get("leader_user")}
		barred = set()
		if not _is_first(row.get("workflow_state")):
			barred |= {accounts.get(row.get("staff")), *signed.get(row.get("name"), ())}
		if who.not_sender:
			barred.add(row.get("submitted_by"))
		if to_send and who.next_principal and not cint(row.get(who.unless)):
			barred.add(schools.get(row.get(who.next_principal), {}).get("principal_user"))
		if who.principal:
			users |= _for_the_school(who, row, schools.get(row.get(who.principal), {}), barred, offices)
		users -= {None, "", *barred}
		if who.post:
			users = users & seated[who.post] or users
		waiting[row.get("name")] = sorted(users)
	return waiting


def _for_the_school(who, row, school, barred, offices) -> set[str]:
	"""Who signs for a school: the principal, or whoever stands in for one who must not."""
	principal, leader = school.get("principal_user"), school.get("leader_user")
	if not who.deputies or not _principal_must_not(row, school, barred):
		return {principal}
	if leader and leader not in barred:
		return {leader}
	return offices.get(school.get("subdistrict"), set())


def _principal_must_not(row, school, barred) -> bool:
	"""Whether the principal is placed, or barred; one whose account is disabled, too."""
	placed = school.get("principal") and school.get("principal") == row.get("staff")
	return bool(placed or (school.get("principal_account") and school.get("principal_account") in barred))


def doctypes() -> list[str]:
	"""The DocTypes of this app that are approved."""
	return [doctype for doctype in access.RULES if issubclass(get_controller(doctype), ApprovedDocument)]


def drafters(doc) -> set[str]:
	"""The accounts that may write the draft of `doc`."""
	row = {"name": doc.name, "workflow_state": _first_state(doc)}
	row.update({key: doc.get(key) for key in ("staff", *SCHOOL_FIELDS)})
	return set(_able([row], to_send=False)[doc.name])


# -- tasks -----------------------------------------------------------------------------------------------------------


def ask(doc, users, text: str, by=None, batch: Batch | None = None) -> None:
	"""Closes what was to be done about `doc` and gives these accounts, as far as they may read it, a task instead.

	In: accounts (None among them is passed over), what is to be done, the day by which (default: today), the batch
	of signatures, which tells them of all its tasks at once.
	"""
	close_todos(doc)
	users = sorted(user for user in set(users) if _can_be_asked(doc, user))
	if users and batch:
		_assign_silently(doc, users, text)
		batch.add(Batch(tasks={user: [text] for user in users}))
	elif users:
		_assign(doc, users, text, by)


def to_be_asked(row, able) -> set[str] | None:
	"""Whom a document on its way is a task for.

	In: document or dict with workflow_state, submitted_by, owner; `able`: its accounts in `waiting_on`.
	Out: accounts; None for a draft that nobody is asked about: it is still being written.
	A draft that came back is for whoever sent it, or for whoever may send it today; one that the system wrote likewise.
	"""
	able = set(able)
	if not _is_first(row.get("workflow_state")):
		return able
	if row.get("submitted_by"):
		return able & {row.get("submitted_by")} or able
	return able if row.get("owner") in frappe.STANDARD_USERS else None


def follow_later() -> None:
	"""Tasks are made to follow after the commit, in a job: to be called when it may have changed who may act."""
	if frappe.flags.tasks_will_follow:
		return  # once for a transaction, however much changes in it
	frappe.flags.tasks_will_follow = True
	frappe.db.after_rollback.add(_no_longer)
	frappe.db.after_commit.add(_no_longer)
	frappe.enqueue("gongtongti.core.approval.follow", enqueue_after_commit=True)


def _no_longer():
	frappe.flags.tasks_will_follow = False


def follow() -> int:
	"""Makes the tasks about documents on their way those of who may act now, whatever has changed since they were given:
	posts, seats, schools of pupils, accounts, roles. Daily, and after such a change. EX5.

	Where nobody can act any more, whoever can help it is told once. Each document stands for itself; what fails is logged.
	Out: how many documents were put right. The number of queries grows only with these.
	"""
	found = [(_follow_one, doctype, name) for doctype in approved_doctypes() for name in _astray(doctype)]
	found += [
		(step, doctype, name) for other in ALSO_FOLLOW for step, doctype, name in frappe.get_attr(other)()
	]
	return sum(
		jobs.apart(_("Tasks of {0} {1}").format(doctype, name), step, doctype, name) or 0
		for step, doctype, name in found
	)


def approved_doctypes() -> list[str]:
	"""The DocTypes whose documents are approved here, from the site's active Workflows."""
	found = frappe.get_all("Workflow", {"is_active": 1}, pluck="document_type", order_by="name")
	return [doctype for doctype in found if issubclass(get_controller(doctype), ApprovedDocument)]


def _astray(doctype) -> list[str]:
	"""Documents on their way whose tasks may be with others than those who may act now, or which nobody can take on."""
	columns = set(frappe.get_meta(doctype).get_valid_columns())
	fields = (
		"name",
		"owner",
		"workflow_state",
		"submitted_by",
		"pending_since",
		"nobody_since",
		"staff",
		*SCHOOL_FIELDS,
		*{who.unless for who in SIGNERS.values() if who.unless},
	)
	rows = frappe.get_all(
		doctype,
		filters={"docstatus": 0, "workflow_state": ("in", sorted(SIGNERS))},
		fields=[field for field in fields if field in columns],
		order_by="name",
	)
	waiting, tasks = waiting_on(rows), tasks_of(doctype)
	found = []
	for row in rows:
		wanted = to_be_asked(row, waiting[row.name])
		stuck = bool(row.pending_since) and not waiting[row.name]
		if (wanted is not None and wanted != tasks[row.name].keys()) or stuck != bool(row.nobody_since):
			found.append(row.name)
	return found


def _follow_one(doctype, name) -> int:
	doc = frappe.get_doc(doctype, name, for_update=True)
	able = waiting_on([doc])[name]
	wanted = to_be_asked(doc, able)
	if cint(doc.docstatus) or doc.workflow_state not in SIGNERS or wanted is None:
		return 0  # signed meanwhile
	done = hand_over(doc, wanted, doc._what_to_do())
	if able and doc.nobody_since:
		doc.db_set("nobody_since", None, update_modified=False)
	elif not able and doc.pending_since and not doc.nobody_since:
		done |= tell_nobody_can(doc)
	return int(done)


@own_tasks()
def hand_over(doc, users, text: str) -> bool:
	"""Makes the open tasks about `doc` those of `users`, as far as they may read it. Out: whether anything changed.

	Who has a task keeps it. text: what is to be done, if nobody has been told so far.
	"""
	wanted = {user for user in set(users) if _can_be_asked(doc, user)}
	tasks = tasks_of(doc.doctype, doc.name)[doc.name]
	for user in tasks.keys() - wanted:
		_close(task.name for task in tasks[user])
	if new := sorted(wanted - tasks.keys()):
		said = next((of_user[0] for of_user in tasks.values()), {})
		_assign(doc, new, said.get("description") or text, said.get("date"))
	return wanted != tasks.keys()


def tell_nobody_can(doc) -> bool:
	"""Tells the Community Administrator and the section that a document waits for nobody. Out: whether anybody was told."""
	if doc.get("nobody_since"):
		return False
	section = next(
		(
			role
			for row in get_workflow(doc.doctype).states
			if row.state in SIGNERS and not _is_first(row.state)
			for role in SIGNERS[row.state].roles
		),
		roles.PERSONNEL,
	)
	who = SIGNERS[doc.workflow_state]
	school = doc.get(who.principal) if who.principal else None
	subject = _("Nobody can sign at the step {0} ({1}): put an enabled account on the post.").format(
		_(doc.workflow_state), school or ", ".join(_(role) for role in who.roles)
	)
	people = set().union(*holders({roles.ADMINISTRATOR, section}).values())
	readers = {user for user in people if _can_be_asked(doc, user)}
	told = notices.tell(readers, f"{doc.name}: {subject}", doc.doctype, doc.name)
	# who may not read the document learns of the post only
	told |= notices.tell(people - readers, subject, *(("Community School", school) if school else ()))
	if told:
		doc.db_set("nobody_since", now_datetime(), update_modified=False)
	return bool(told)


def tasks_of(doctype, name=None) -> dict:
	"""{document: {account: [its open tasks]}}; one query."""
	filters = {"reference_type": doctype, "status": "Open", "allocated_to": ("is", "set")}
	if name:
		filters["reference_name"] = name
	rows = frappe.get_all("ToDo", filters, ["name", "reference_name", "allocated_to", "description", "date"])
	found = defaultdict(lambda: defaultdict(list))
	for row in rows:
		found[row.reference_name][row.allocated_to].append(row)
	return found


@own_tasks()
def _assign(doc, users, text, by=None):
	args = {"doctype": doc.doctype, "name": doc.name, "assign_to": users, "description": text}
	assign_to.add({**args, **({"date": by} if by else {})}, ignore_permissions=True)


@own_tasks()
def _assign_silently(doc, users, text):
	"""The framework's `assign_to.add` sends a notice for each task."""
	for user in users:
		frappe.get_doc(
			{
				"doctype": "ToDo",
				"allocated_to": user,
				"reference_type": doc.doctype,
				"reference_name": doc.name,
				"description": text,
				"date": nowdate(),
				"assigned_by": frappe.session.user,
			}
		).insert(ignore_permissions=True)


@own_tasks()
def _close(names):
	for name in names:
		todo = frappe.get_doc("ToDo", name)
		todo.status = "Closed"
		todo.save(ignore_permissions=True)


def close_todos(doc) -> None:
	"""Closes every open task about `doc`."""
	filters = {"reference_type": doc.doctype, "reference_name": doc.name, "status": "Open"}
	_close(frappe.get_all("ToDo", filters, pluck="name"))


# -- helpers ---------------------------------------------------------------------------------------------------------


def _sign_each(doctype, names, action, words):
	result, batch = {"done": [], "refused": []}, Batch()
	for i, name in enumerate(names, 1):
		of_this = Batch()
		try:
			_sign(doctype, name, action, words, of_this)
		except _REFUSALS as e:
			frappe.db.rollback()
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


def _sign_in_background(doctype, names, action, words):
	frappe.local.lang = get_user_lang(frappe.session.user)  # a job starts in the site's language
	result = _sign_each(doctype, names, action, words)
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
	if not issubclass(get_controller(doctype), ApprovedDocument):
		frappe.throw(_("{0} has no approval.").format(_(doctype)), WrongDoorError)
	doc = frappe.get_doc(doctype, name)
	doc.check_permission("read")
	return doc


def _first_state(doc) -> str:
	if not get_workflow_name(doc.doctype):
		frappe.throw(
			_("The approval workflow of {0} is switched off.").format(_(doc.doctype)), WrongDoorError
		)
	return get_workflow(doc.doctype).states[0].state


def _is_first(state) -> bool:
	return bool(state and SIGNERS.get(state, Who()).leaders)


def _is_content(df) -> bool:
	return not df.read_only and not getattr(df, "is_virtual", 0) and df.fieldtype not in no_value_fields


def _differs(doc, before, df) -> bool:
	new, old = (cstr(d.cast(d.get(df.fieldname), df)) if d.get(df.fieldname) else "" for d in (doc, before))
	return new != old


def _round(signatures):
	"""The signatures since the document was last sent for approval."""
	rows = list(signatures)
	starts = [i for i, row in enumerate(rows) if row.get("decision") == SEND]
	return rows[starts[-1] + 1 :] if starts else rows


def _signed_by(doc) -> set[str]:
	return {row.signer for row in _round(doc.signatures) if row.decision == AGREE}


def _signers_of(rows) -> dict[str, set[str]]:
	names = [row.get("name") for row in rows]
	if not names:
		return {}
	found = frappe.get_all(
		"Approval Signature",
		filters={"parent": ("in", names)},
		fields=["parent", "signer", "decision"],
		order_by="parent, idx",
	)
	by_parent = {}
	for row in found:
		by_parent.setdefault(row.parent, []).append(row)
	return {
		parent: {row.signer for row in _round(signatures) if row.decision == AGREE}
		for parent, signatures in by_parent.items()
	}


def _schools(rows) -> dict:
	"""The schools of the rows: principal (staff), subdistrict, and the posts' accounts as far as they are enabled."""
	names = {row.get(f) for row in rows for f in SCHOOL_FIELDS} - {None, ""}
	if not names:
		return {}
	school = frappe.qb.DocType("Community School")
	principal, leader = (frappe.qb.DocType("User").as_(post) for post in ("principal_user", "leader_user"))
	found = (
		frappe.qb.from_(school)
		.left_join(principal)
		.on((principal.name == school.principal_user) & (principal.enabled == 1))
		.left_join(leader)
		.on((leader.name == school.leader_user) & (leader.enabled == 1))
		.select(school.name, school.principal, school.subdistrict)
		.select(school.principal_user.as_("principal_account"))
		.select(principal.name.as_("principal_user"), leader.name.as_("leader_user"))
		.where(school.name.isin(sorted(names)))
		.run(as_dict=True)
	)
	return {row.name: row for row in found}


def _offices(rows, schools) -> dict[str, set[str]]:
	"""Subdistrict -> the enabled accounts that hold its office's seat today; asked only where deputies may be needed."""
	places = {
		schools.get(row.get(who.principal), {}).get("subdistrict")
		for row in rows
		if (who := SIGNERS.get(row.get("workflow_state"), Who())).deputies
	}
	return posts.offices(places - {None, ""})


def _holders(rows) -> dict[str, set[str]]:
	"""For the roles that the rows' states ask for."""
	return holders({role for row in rows for role in SIGNERS.get(row.get("workflow_state"), Who()).roles})


def _accounts(staff) -> dict[str, str]:
	if not staff:
		return {}
	rows = frappe.get_all("School Staff", {"name": ("in", sorted(staff))}, ["name", "user"])
	return {row.name: row.user for row in rows}


def _account_of(staff) -> str | None:
	return _accounts({staff}).get(staff) if staff else None


def _can_be_asked(doc, user) -> bool:
	return (
		bool(user)
		and user not in frappe.STANDARD_USERS
		and bool(frappe.get_cached_value("User", user, "enabled"))
		and frappe.has_permission(doc.doctype, "read", doc, user=user)
	)
