"""What every approval of this app needs (EX5): who signs which step, separation of duties, the signed record, no other door.

The Workflow (fixtures/workflow.json) says which steps there are and which role takes them. `SIGNERS` says which of the
holders of that role: the principal of *this* school, not of another. The framework checks a Workflow only on the
button; a document that derives from `ApprovedDocument` holds it through every door: a change of state is either a
signature of someone who may sign, recorded with user, time, decision and words, or it is refused.
"""

from dataclasses import dataclass

import frappe
from frappe import _
from frappe.desk.doctype.notification_log.notification_log import enqueue_create_notification
from frappe.desk.form import assign_to
from frappe.model import no_value_fields
from frappe.model.base_document import get_controller
from frappe.model.workflow import apply_workflow, get_transitions, get_workflow, get_workflow_name
from frappe.translate import get_user_lang
from frappe.utils import cint, cstr, now_datetime

from gongtongti import roles, scope
from gongtongti.doors import OwnDocument
from gongtongti.organisation import posts

SEND, AGREE, SEND_BACK, DISAGREE = "Send for Approval", "Agree", "Send Back", "Disagree"
ENDORSE = "Endorse"
NEGATIVE = (
	SEND_BACK,
	DISAGREE,
)  # need words, and are possible even when the document no longer passes its checks

# beyond this many documents, signing runs in the background
IN_BACKGROUND_FROM = 20
AT_ONCE = 500
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


class WordsMissingError(frappe.ValidationError):
	"""Sending back and refusing need a reason."""


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
	"""

	principal: str | None = None
	leaders: tuple[str, ...] = ()
	roles: tuple[str, ...] = ()
	not_sender: bool = False
	post: str | None = None
	next_principal: str | None = None
	unless: str | None = None


# state -> who takes the document on from there (document 1 §5.1, §5.2)
SIGNERS = {
	"Placement Draft": Who(leaders=("home_school",), roles=(roles.PERSONNEL,)),
	"Awaiting Home Principal": Who(principal="home_school"),
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


SCHOOL_FIELDS = sorted({f for who in SIGNERS.values() for f in (who.principal, *who.leaders) if f})


class ApprovedDocument(OwnDocument):
	"""A document with a Workflow, the fields workflow_state, pending_since, submitted_by, signatures (and may_sign).

	Subclasses say what is theirs: `check` (each save of a draft and each agreeing signature), `check_on_send` (when it
	leaves the draft, and at each agreeing signature: locks, clashes, quotas), `set_status` (a status that follows the
	state), `on_approved` (inside the transaction that reaches the final state).
	A change by the system (a Placement Change, the scheduler) names itself in `flags.by_change`.
	"""

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

	def who_drafts(self) -> str:
		"""Who writes drafts, for whoever tries without being among them."""
		return _("Drafts are written by the leaders of the school concerned or by the personnel section.")

	@property
	def may_sign(self):
		"""Virtual field: whether the session's user may take the document on; the Workflow's conditions read it."""
		if self.is_new() or not self.get("workflow_state"):
			return 0
		return cint(frappe.session.user in waiting_on([self])[self.name])

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
			frappe.throw(
				_("{0} is on record in an approval and cannot be deleted.").format(self.name),
				UnderReviewError,
			)
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
		if before.workflow_state != _first_state(self):
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
		self._record(action, transition.allowed, words, step=before.workflow_state)
		is_waiting = self.workflow_state in SIGNERS and not _is_first(self.workflow_state)
		self.pending_since = now_datetime() if is_waiting else None
		if action == SEND:
			self.submitted_by = frappe.session.user

	def _transition(self, before):
		"""The Workflow's transition that this change of state is, if the session's user may take it."""
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
		if changed:
			frappe.throw(
				_(
					"{0} cannot be changed while the document is under review or approved. Ask for it to be sent back."
				).format(frappe.bold(", ".join(_(label) for label in changed))),
				UnderReviewError,
			)

	def _refuse_foreign_drafter(self):
		if frappe.session.user == "Administrator" or frappe.session.user in drafters(self):
			return
		frappe.throw(self.who_drafts(), NotYourStepError)

	# -- who is told -------------------------------------------------------------------------------------------------

	def _tell(self):
		"""Closes what the signers had to do, asks whoever is next, tells the outcome to whoever asked."""
		if self.workflow_state == _first_state(self):
			# whoever sent it, or whoever may do so today
			able = set(waiting_on([self])[self.name])
			next_ones = able & {self.submitted_by or self.owner} or able
		else:
			next_ones = set(waiting_on([self])[self.name])
		ask(self, next_ones, f"{_(self.workflow_state)}: {self.describe()}")
		if self.workflow_state not in SIGNERS or self.workflow_state == _first_state(self):
			self._tell_outcome()

	def _tell_outcome(self):
		asked = {self.submitted_by, self.owner, _account_of(self.get("staff"))} - {
			None,
			frappe.session.user,
			"Administrator",
		}
		asked = sorted(user for user in asked if _can_be_asked(self, user))
		if not asked:
			return
		last = self.signatures[-1] if self.signatures else None
		subject = _("{0} {1}: {2}").format(_(self.doctype), self.name, _(self.workflow_state))
		enqueue_create_notification(
			asked,
			{
				"type": "Alert",
				"document_type": self.doctype,
				"document_name": self.name,
				"subject": subject,
				"from_user": frappe.session.user,
				"email_content": frappe.utils.escape_html(self.words_to_tell(last and last.words)),
			},
		)


# -- signing ---------------------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def sign(doctype: str, name: str, action: str, words: str | None = None):
	"""Takes a document one step on as the session's user.

	In: doctype and name of a document under approval; action: one of the Workflow's actions; words: the reason,
	required for `Send Back` and `Disagree`.
	Out: the document. Raises NotYourStepError, OwnPlacementError, SecondSignatureError, WordsMissingError, and what the
	document's own checks raise. EX5, document 1 §5.2.
	"""
	doc = _readable(doctype, name)
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
		"gongtongti.approval._sign_in_background",
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
	schools = scope.reach(user).schools
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


def waiting_on(rows) -> dict[str, list[str]]:
	"""Who may take each document on now.

	In: documents or dicts with name, workflow_state, staff, submitted_by and the fields of schools (of one DocType or
	several).
	Out: {name: sorted accounts}; empty where nobody can (no account on the post) and where the approval is closed. A draft
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
	waiting = {}
	for row in rows:
		who = SIGNERS.get(row.get("workflow_state"), Who())
		users = set().union(*(holders[role] for role in who.roles)) if who.roles else set()
		for fieldname in who.leaders:
			school = schools.get(row.get(fieldname), {})
			users |= {school.get("principal_user"), school.get("leader_user")}
		if who.principal:
			school = schools.get(row.get(who.principal), {})
			# the principal who is placed does not sign; the school leader in charge does
			placed = school.get("principal") and school.get("principal") == row.get("staff")
			users.add(school.get("leader_user" if placed else "principal_user"))
		if not _is_first(row.get("workflow_state")):
			users -= {accounts.get(row.get("staff")), *signed.get(row.get("name"), ())}
		if who.not_sender:
			users.discard(row.get("submitted_by"))
		if to_send and who.next_principal and not cint(row.get(who.unless)):
			users.discard(schools.get(row.get(who.next_principal), {}).get("principal_user"))
		if who.post:
			users = users & seated[who.post] or users
		waiting[row.get("name")] = sorted(users - {None, ""})
	return waiting


def drafters(doc) -> set[str]:
	"""The accounts that may write the draft of `doc`."""
	row = {"name": doc.name, "workflow_state": _first_state(doc)}
	row.update({key: doc.get(key) for key in ("staff", *SCHOOL_FIELDS)})
	return set(_able([row], to_send=False)[doc.name])


# -- tasks -----------------------------------------------------------------------------------------------------------


def ask(doc, users, text: str, by=None) -> None:
	"""Closes what was to be done about `doc` and gives these accounts, as far as they may read it, a task instead.

	In: accounts (None among them is passed over), what is to be done, the day by which (default: today).
	"""
	close_todos(doc)
	users = sorted(user for user in set(users) if _can_be_asked(doc, user))
	if users:
		args = {"doctype": doc.doctype, "name": doc.name, "assign_to": users, "description": text}
		assign_to.add({**args, **({"date": by} if by else {})}, ignore_permissions=True)


def close_todos(doc) -> None:
	"""Closes every open task about `doc`."""
	filters = {"reference_type": doc.doctype, "reference_name": doc.name, "status": "Open"}
	for name in frappe.get_all("ToDo", filters, pluck="name"):
		todo = frappe.get_doc("ToDo", name)
		todo.status = "Closed"
		todo.save(ignore_permissions=True)


def holders(wanted) -> dict[str, set[str]]:
	"""Role -> the enabled accounts of people that hold it, for each of the roles `wanted`."""
	found = {role: set() for role in wanted}
	if found:
		has_role, user = frappe.qb.DocType("Has Role"), frappe.qb.DocType("User")
		rows = (
			frappe.qb.from_(has_role)
			.join(user)
			.on(user.name == has_role.parent)
			.select(has_role.role, user.name)
			.where((has_role.parenttype == "User") & (user.enabled == 1) & has_role.role.isin(sorted(found)))
			.where(user.name.notin(list(frappe.STANDARD_USERS)))
			.run()
		)
		for role, account in rows:
			found[role].add(account)
	return found


# -- helpers ---------------------------------------------------------------------------------------------------------


def _sign_each(doctype, names, action, words):
	result = {"done": [], "refused": []}
	for i, name in enumerate(names, 1):
		try:
			sign(doctype, name, action, words)
		except _REFUSALS as e:
			frappe.db.rollback()
			frappe.clear_messages()
			result["refused"].append({"name": name, "message": cstr(e)})
		else:
			# each signature stands by itself, and locks are not held over the whole batch
			frappe.db.commit()  # nosemgrep
			result["done"].append(name)
		if len(names) >= 5:
			frappe.publish_progress(i * 100 / len(names), title=_(action), description=name)
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
	names = {row.get(f) for row in rows for f in SCHOOL_FIELDS} - {None, ""}
	fields = ["name", "principal", "principal_user", "leader_user"]
	return (
		{s.name: s for s in frappe.get_all("Community School", {"name": ("in", sorted(names))}, fields)}
		if names
		else {}
	)


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
		and frappe.has_permission(doc.doctype, "read", doc, user=user)
	)
