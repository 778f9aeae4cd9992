"""Pending Approvals (EX5): what waits for a signature, with whom, since when, and for how many days too long."""

from functools import reduce
from operator import or_

import frappe
from frappe import _
from frappe.model.base_document import get_controller
from frappe.utils import get_datetime, getdate

from gongtongti.core import access, number_cards, policy, report, settings, signers


def steps() -> tuple[str, ...]:
	"""The states in which a document lies with a signer, in the order of the steps; a draft waits for nobody."""
	return tuple(
		state
		for approval in policy.current().approvals.values()
		for state, step in approval.steps.items()
		if not step.draft
	)


# what a row tells of a document, where its DocType has the field
FIELDS = ("staff", "staff_name", "community", "submitted_by", "pending_since")

FILTERS = {
	"mine_only": ("Only What Waits for Me", report.tick),
	"overdue_only": ("Only Overdue", report.tick),
	"step": ("Approval Step", report.one_of, steps),
	"community": ("Community", report.link, "Education Community"),
	"school": ("Home or Host School", report.link, "Community School"),
}


def execute(filters=None):
	"""Columns, rows, message, chart and summary. Days are calendar days.

	EX5 (document 1 §5.2). Of every DocType that is approved, as far as the reader sees its documents (AID4). A fixed number of
	statements: one for each of them, those of `signers.waiting_on`, and one for the names of the signers.
	"""
	filters = report.read_filters(filters, FILTERS)
	allowed = settings.get("approval_days")
	found = waiting(filters)
	put_signers(found)
	put_days(found, allowed)
	if filters.mine_only:
		found = [row for row in found if row.mine]
	if filters.overdue_only:
		found = [row for row in found if row.overdue_days]
	found.sort(key=lambda row: (str(row.pending_since or ""), row.name))
	figures = chart(found), summary(found)
	message = _("Days allowed for each step: {0}. Days are calendar days.").format(allowed)
	return columns(found), rows(found), message, *figures, True


def waiting(filters) -> list:
	"""The documents that lie with a signer, as far as the reader sees them."""
	found = []
	for doctype in policy.current().approvals:
		if frappe.has_permission(doctype, "read"):
			found += _waiting(doctype, filters)
	return found


def _waiting(doctype, filters) -> list:
	table, meta = frappe.qb.DocType(doctype), frappe.get_meta(doctype)
	asked = {*FIELDS, *signers.fields_asked(doctype)}
	fields = [fieldname for fieldname in sorted(asked) if meta.has_field(fieldname)]
	schools = [table[fieldname] for fieldname in fields if is_school(meta.get_field(fieldname))]
	if filters.community and "community" not in fields:
		return []
	query = (
		frappe.qb.from_(table)
		.select(table.name, table.workflow_state, *(table[fieldname] for fieldname in fields))
		.where(
			(table.docstatus == 0) & table.workflow_state.isin([filters.step] if filters.step else steps())
		)
	)
	if subject := get_controller(doctype).subject_field:
		query = query.select(table[subject].as_("subject_matter"))
	if filters.community:
		query = query.where(table.community == filters.community)
	if filters.school:
		query = query.where(reduce(or_, [school == filters.school for school in schools]))
	found = access.visible(query, doctype, table).run(as_dict=True)
	for row in found:
		row.doctype = doctype
	return found


def is_school(df) -> bool:
	return df.fieldtype == "Link" and df.options == "Community School"


def put_signers(found: list) -> None:
	"""Sets on each row who may sign now (`with_whom`, names) and whether that is the reader (`mine`)."""
	waiting = signers.waiting_on(found)
	accounts = {account for able in waiting.values() for account in able}
	accounts |= {row.submitted_by for row in found if row.submitted_by}
	names = full_names(accounts)
	for row in found:
		able = waiting[row.name]
		row.mine = int(frappe.session.user in able)
		row.nobody = int(not able)
		row.with_whom = "、".join(names.get(account, account) for account in able)
		row.sent_by = names.get(row.submitted_by) or row.submitted_by


def full_names(accounts: set[str]) -> dict[str, str]:
	"""{account: full name}; names only, since mail addresses are not for every reader."""
	if not accounts:
		return {}
	user = frappe.qb.DocType("User")
	query = frappe.qb.from_(user).select(user.name, user.full_name).where(user.name.isin(sorted(accounts)))
	return {account: full_name or account.split("@")[0] for account, full_name in query.run()}


def put_days(found: list, allowed: int) -> None:
	"""Sets how many days each row has been waiting, and how many of them are beyond the `allowed` days of a step."""
	today = getdate()
	for row in found:
		since = report.as_date(row.pending_since)
		row.waiting_days = (today - since).days if since else None
		row.overdue_days = max(row.waiting_days - allowed, 0) if since else 0


def columns(found: list) -> list[dict]:
	"""Of what not every DocType has, only what some row tells: whom it lies with stays in sight."""
	every = [
		report.column("document_type", _("What Waits"), width=100),
		report.column("name", _("Document to Sign"), "Dynamic Link", 150, options="doctype"),
		report.column("staff_name", _("Person Placed"), width=100),
		report.column("subject_matter", _("Kind or Change")),
		report.link_column("home_school", _("Home School"), "Community School", 150),
		report.link_column("host_school", _("Host School"), "Community School", 150),
		report.link_column("school", _("School of the Pupil"), "Community School", 150),
		report.link_column("community", _("Community"), "Education Community", 150),
		report.column("step", _("Approval Step"), width=150),
		report.column("with_whom", _("With Whom"), width=240),
		report.column("pending_since", _("Waiting Since"), "Datetime", 170),
		report.column("waiting_days", _("Days Waited"), "Int", 90),
		report.column("overdue_days", _("Days Overdue"), "Int", 90),
		report.column("sent_by", _("Sent by"), width=100),
	]
	return [
		column
		for column in every
		if not found
		or not (column["fieldtype"] == "Link" or column["fieldname"] in FIELDS)
		or any(row.get(column["fieldname"]) for row in found)
	]


def rows(found: list) -> list:
	"""The rows in the reader's language; nobody to sign is said, not left blank."""
	translated = report.Translations()
	nobody = _("Nobody: put an account on the post")
	for row in found:
		row.document_type = translated[row.doctype]
		row.subject_matter = translated[row.subject_matter]
		row.step = translated[row.workflow_state]
		row.with_whom = row.with_whom or nobody
		row.pending_since = get_datetime(row.pending_since) if row.pending_since else None
	return found


def chart(found: list) -> dict | None:
	"""What waits at each step, in time and overdue."""
	drawn = [state for state in steps() if any(row.workflow_state == state for row in found)]
	late = [sum(1 for row in found if row.workflow_state == state and row.overdue_days) for state in drawn]
	every = [sum(1 for row in found if row.workflow_state == state) for state in drawn]
	in_time = [total - overdue for total, overdue in zip(every, late, strict=True)]
	return report.bars(
		[_(state) for state in drawn],
		[(_("Within the Time Allowed"), in_time), (_("Overdue Approvals"), late)],
		stacked=True,
		colors=["#2490ef", "#e24c4c"],
	)


def summary(found: list) -> list[dict]:
	"""How many wait, how many of them too long, how many for the reader, and the longest wait."""
	late = sum(1 for row in found if row.overdue_days)
	return [
		report.card(_("Waiting for a Signature"), len(found)),
		report.card(_("Overdue Approvals"), late, "Red" if late else "Green"),
		report.card(_("Waiting for Me"), sum(row.mine for row in found)),
		report.card(_("Longest Wait (Days)"), max((row.waiting_days or 0 for row in found), default=0)),
	]


# -- figures of the workspace ------------------------------------------------------------------------------------------


@frappe.whitelist()
def waiting_for_me(filters: dict | list | str | None = None):
	"""How many documents wait for the reader's signature (EX5). Raises PermissionError without a role of ours."""
	return number_cards.card(
		sum(row.mine for row in _pending()), ["query-report", "Pending Approvals"], {"mine_only": 1}
	)


@frappe.whitelist()
def overdue(filters: dict | list | str | None = None):
	"""How many documents have waited longer than Community Settings allow for a step, in calendar days (EX5)."""
	found = _pending()
	put_days(found, settings.get("approval_days"))
	late = sum(1 for row in found if row.overdue_days)
	return number_cards.card(late, ["query-report", "Pending Approvals"], {"overdue_only": 1})


def _pending() -> list:
	frappe.has_permission("Community School Year", "read", throw=True)  # as the report
	found = waiting(frappe._dict.fromkeys(FILTERS))
	put_signers(found)
	return found
