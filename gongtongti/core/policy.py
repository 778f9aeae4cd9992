"""What a feature declares of its own, in one place: who may do what with its documents, who sees which rows, who signs.

A feature has one `Policy` (its policy.py), and names it in the hook `gongtongti_policy` of its app. Everything in `core` asks
`current()`, which is what all features of the site have declared; core itself names no DocType of any. Another app adds a
feature in the same way: its hooks.py names its policy and takes over what `hooks_of` answers.

What is not declared is denied.
"""

from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import frappe
from frappe.utils import cint

from gongtongti.core.relations import ALL, Relation

# What a role may do with a DocType, as the columns of a DocPerm row. `share` is given to nobody: a shared document
# would pass by the row rules.
READ = ("read", "report", "print", "email")
VIEW = (*READ, "export")
EDIT = (*VIEW, "write", "create")
KEEP = (*EDIT, "delete", "import")
SIGN = (*VIEW, "write", "submit")
COLUMNS = ("select", "read", "write", "create", "delete", "submit", "cancel", "amend", "report", "export", "import", "print",
	"email", "share")  # fmt: skip


# the rows that every approved document has, whatever its feature
SIGNATURE = "Approval Signature"


def grant(*pairs) -> dict[str, tuple[str, ...]]:
	"""[(role or roles, rights), …] -> {role: rights}; a later pair wins."""
	table = {}
	for roles, rights in pairs:
		for role in (roles,) if isinstance(roles, str) else roles:
			table[role] = tuple(rights)
	return table


@dataclass(frozen=True)
class Step:
	"""A state of a Workflow in which a document lies with somebody.

	sign: who takes the document on from here: whoever stands in one of these relations to it
	draft: it is still being written, by these people
	first: of these people those who stand in this relation; the others only where none of them can
	not_sender: whoever sent the document does not sign this step
	not_sent_by: of a draft: whoever stands in this relation to it signs the next step and so does not send it, where it does not go
	past that step
	only_if, unless: a document goes past this step where this field of it is not ticked, or is
	may_disagree: whoever signs may refuse the document, too, not only agree or send it back
	"""

	sign: tuple[Relation, ...]
	draft: bool = False
	first: Relation | None = None
	not_sender: bool = False
	not_sent_by: Relation | None = None
	only_if: str | None = None
	unless: str | None = None
	may_disagree: bool = True

	@property
	def capacities(self) -> tuple[str, ...]:
		"""The roles in which somebody takes a document on from here."""
		found = tuple(dict.fromkeys(role for relation in self.sign for role in relation.capacities))
		if not found:
			raise ValueError(f"In which role somebody signs is not known: {self.sign}")
		return found

	@property
	def conditions(self) -> tuple[str, ...]:
		"""The fields on which it depends whether a document goes past this step."""
		return tuple(fieldname for fieldname in (self.only_if, self.unless) if fieldname)

	def passes(self, row) -> bool:
		"""Whether `row` goes past this step."""
		return bool(
			(self.only_if and not cint(row.get(self.only_if))) or (self.unless and cint(row.get(self.unless)))
		)


@dataclass(frozen=True)
class Closed:
	"""A state in which an approval is closed.

	kept_by: the role that the Workflow names as the one that edits here; in fact nobody does
	"""

	state: str
	kept_by: str


@dataclass(frozen=True)
class Approval:
	"""How the documents of a DocType are approved; its Workflow is written from it (tools/workflows.py).

	steps: state -> Step, the draft first; whoever sends or agrees lets a document go to the next step that it does not pass, after
	the last one it is approved; what is sent back is a draft again
	approved, not_approved, withdrawn, cancelled: the states in which it is closed
	statuses: state -> status of the document; in every other state it is `in_approval`
	concerned: the people whom a document is about: they sign no step of it
	recorded: the fields that are written once it is approved: what came of it, by whoever writes its drafts
	endorse: who may put an opinion on record while it is under review, and in which capacity (a role)
	"""

	steps: dict[str, Step]
	approved: Closed
	not_approved: Closed
	withdrawn: Closed
	cancelled: Closed | None = None
	statuses: dict[str, str] = field(default_factory=dict)
	in_approval: str = "In Approval"
	concerned: tuple[Relation, ...] = ()
	recorded: tuple[str, ...] = ()
	endorse: tuple[Relation, ...] = ()
	endorsed_as: str | None = None

	@property
	def draft(self) -> str:
		"""The state in which a document begins."""
		return next(iter(self.steps))

	@property
	def closed(self) -> tuple[Closed, ...]:
		found = (self.approved, self.not_approved, self.cancelled, self.withdrawn)
		return tuple(closed for closed in found if closed)

	@property
	def states(self) -> tuple[str, ...]:
		return (*self.steps, *(closed.state for closed in self.closed))

	def after(self, state: str) -> Step | None:
		"""The step that comes after that at `state`."""
		states = list(self.steps)
		following = states[states.index(state) + 1 :]
		return self.steps[following[0]] if following else None

	@cached_property
	def fields(self) -> tuple[str, ...]:
		"""The fields that it depends on who may take a document on, its state and its signatures apart."""
		fields = {fieldname for relation in self.relations for fieldname in relation.fields}
		fields |= {relation.person for relation in self.relations if getattr(relation, "person", None)}
		for state, step in self.steps.items():
			if step.not_sent_by:
				fields.update(self.after(state).conditions)
		return tuple(sorted(fields))

	@cached_property
	def relations(self) -> tuple[Relation, ...]:
		"""The relations that say who takes a document on, from whatever step."""
		of_steps = [
			relation
			for step in self.steps.values()
			for relation in (*step.sign, step.first, step.not_sent_by)
			if relation
		]
		return (*of_steps, *self.concerned)


@dataclass(frozen=True)
class Document:
	"""A DocType of a feature.

	rights: role -> columns of DocPerm
	read: whoever stands in one of these relations to a row sees it; None for what has no rows (a single DocType)
	approval: how it is approved, if it is
	private: it says who is in hardship and why; the framework keeps no copies of it elsewhere: privacy.py (AID4)
	private_files: its files are private at all times (those of private documents are)
	"""

	rights: dict[str, tuple[str, ...]]
	read: tuple[Relation, ...] | None = None
	approval: Approval | None = None
	private: bool = False
	private_files: bool = False


@dataclass(frozen=True)
class Report:
	"""A report of a feature: the roles that may run it, and whether it shows rows of private documents of other DocTypes.

	Which rows they see follows from the documents.
	"""

	roles: tuple[str, ...]
	private: bool = False


@dataclass(frozen=True)
class Policy:
	"""What one feature declares.

	roles: role -> what it answers for, in English; both are translated
	administrators: the roles that are told of what stands still because nobody can act
	documents, reports: by name
	children: child table -> the DocTypes that hold it; its rows are seen by whoever sees their document
	options: DocType -> field -> what can be chosen there, in order, where the code names it
	client: name below `gongtongti` -> what client scripts find there (public/js/constants.js)
	settings: the single DocType with the settings of the app
	tasks: functions that answer [(function of DocType and name, DocType, name)] of tasks, beside those of approvals, that are to
	be handed over
	community_state: functions that answer, of a community's name, a dict of what the feature adds to its state
	packages: where its code is, as it stands in paths; of several features: of those with private documents
	"""

	roles: dict[str, str] = field(default_factory=dict)
	administrators: tuple[str, ...] = ()
	documents: dict[str, Document] = field(default_factory=dict)
	children: dict[str, tuple[str, ...]] = field(default_factory=dict)
	reports: dict[str, Report] = field(default_factory=dict)
	options: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
	client: dict[str, object] = field(default_factory=dict)
	settings: str | None = None
	tasks: tuple[str, ...] = ()
	community_state: tuple[str, ...] = ()
	packages: tuple[str, ...] = ()

	# -- what is asked most ------------------------------------------------------------------------------------------

	@cached_property
	def rows(self) -> dict[str, tuple[Relation, ...]]:
		"""DocType -> the relations in which a row is seen.

		Those that are about roles alone come first: they ask for nothing, and often answer for every row.
		"""
		return {
			name: tuple(sorted(document.read, key=lambda relation: bool(relation.fields)))
			for name, document in self.documents.items()
			if document.read is not None
		}

	@cached_property
	def seen_by(self) -> dict[str, list[str]]:
		"""DocType -> the fields that say who sees a row."""
		return {
			name: sorted({field for relation in relations for field in relation.fields} | {"name"})
			for name, relations in self.rows.items()
		}

	@cached_property
	def rights(self) -> dict[str, dict[str, tuple[str, ...]]]:
		"""DocType -> role -> columns of DocPerm."""
		return {name: document.rights for name, document in self.documents.items()}

	@cached_property
	def runners(self) -> dict[str, tuple[str, ...]]:
		"""Report -> the roles that may run it."""
		return {name: report.roles for name, report in self.reports.items()}

	@cached_property
	def approvals(self) -> dict[str, Approval]:
		return {name: document.approval for name, document in self.documents.items() if document.approval}

	@cached_property
	def private(self) -> tuple[str, ...]:
		"""The DocTypes that say who is in hardship and why."""
		return tuple(name for name, document in self.documents.items() if document.private)

	@cached_property
	def private_files(self) -> tuple[str, ...]:
		"""The DocTypes whose files are private at all times."""
		return tuple(
			name for name, document in self.documents.items() if document.private or document.private_files
		)

	@cached_property
	def private_packages(self) -> tuple[str, ...]:
		"""Where the code of features with private documents is."""
		return self.packages if self.private else ()

	@cached_property
	def private_reports(self) -> tuple[str, ...]:
		return tuple(name for name, report in self.reports.items() if report.private)

	def may(self, role: str, doctype: str, right: str) -> bool:
		"""Whether `role` has the right (a column of DocPerm) on `doctype`."""
		return doctype in self.documents and right in self.documents[doctype].rights.get(role, ())


def together(policies) -> Policy:
	"""Several policies as one. Raises ValueError where two declare the same."""
	policies, merged = list(policies), {}
	for name in ("roles", "documents", "children", "reports", "options", "client"):
		merged[name] = {}
		for policy in policies:
			of_feature = getattr(policy, name)
			if twice := merged[name].keys() & of_feature.keys():
				raise ValueError(f"Declared by two features: {', '.join(sorted(twice))}")
			merged[name].update(of_feature)
	for name in ("administrators", "tasks", "community_state"):
		merged[name] = tuple(value for policy in policies for value in getattr(policy, name))
	merged["settings"] = next((policy.settings for policy in policies if policy.settings), None)
	merged["children"] |= {
		SIGNATURE: tuple(name for name, document in merged["documents"].items() if document.approval)
	}
	merged["packages"] = tuple(path for policy in policies for path in policy.private_packages)
	return Policy(**merged)


def current() -> Policy:
	"""What all features of the site's apps have declared."""
	found = getattr(frappe.local, "gongtongti_policy", None)
	if found is None:
		found = frappe.local.gongtongti_policy = _of_paths(tuple(frappe.get_hooks("gongtongti_policy")))
	return found


@lru_cache(maxsize=8)
def _of_paths(paths):
	return together(frappe.get_attr(path) for path in paths)


class Everyone(Relation):
	"""Whoever has a role that a feature has declared (lists of school years, subjects, …)."""

	def within(self, user):
		return ALL

	def accounts(self, row, question, barred=frozenset()):
		return question.holders(current().roles)


def hooks_of(policy: Policy) -> dict[str, dict]:
	"""What the hooks of a feature's app must say for its documents.

	Out: {"permission_query_conditions", "has_permission", "doc_events"}: each a dict by DocType.
	"""
	access, privacy = "gongtongti.core.access", "gongtongti.core.privacy"
	events = {
		name: {
			"before_validate": "gongtongti.core.figures.check",
			"before_print": "gongtongti.core.links.before_print",
		}
		for name in policy.documents
	}
	for name in policy.private_files:
		events[name]["on_change"] = f"{privacy}.take_over_files"
	for name in policy.private:
		events[name]["after_delete"] = f"{privacy}.clear_texts"
		events[name]["before_print"] = [f"{privacy}.refuse_print", events[name]["before_print"]]
	return {
		"permission_query_conditions": {
			name: f"{access}.conditions" for name in (*policy.rows, *policy.children)
		},
		"has_permission": {name: f"{access}.allows" for name in policy.rows},
		"doc_events": events,
	}
