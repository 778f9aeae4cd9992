"""The decisions of joint meetings: whose task each is, reminded of before its day, told upwards after it (ACT6)."""

from collections import defaultdict
from datetime import date

import frappe
from frappe import _
from frappe.utils import add_days, cint, cstr, format_date, getdate

from gongtongti.core import jobs, notices, settings, tasks
from gongtongti.organisation import membership

DECISION, STAFF = "Meeting Decision", "School Staff"


class Status:
	OPEN = "To Be Carried Out"
	DONE = "Carried Out"
	GIVEN_UP = "Given Up"


STATUSES = (Status.OPEN, Status.DONE, Status.GIVEN_UP)


class DecisionClosedError(frappe.ValidationError):
	"""The decision is carried out or given up, or its meeting is not closed yet."""


class ResultMissingError(frappe.ValidationError):
	"""Closing a decision needs a word on the result, or on why it is given up."""


def of_meeting(meeting: str) -> list:
	"""The decisions of a meeting: dicts with name, decision, owner_staff, owner_name, due_date, status, done_on, result."""
	fields = ["name", "decision", "owner_staff", "owner_name", "due_date", "status", "done_on", "result"]
	return frappe.get_all(DECISION, {"meeting": meeting}, fields, order_by="due_date, name")


# -- whose task they are -------------------------------------------------------------------------------------------------


def enabled(accounts) -> set[str]:
	"""Those of these accounts that are enabled."""
	accounts = set(accounts) - {None, ""}
	if not accounts:
		return set()
	return set(frappe.get_all("User", {"name": ("in", sorted(accounts)), "enabled": 1}, pluck="name"))


def responsible(rows) -> dict[str, set[str]]:
	"""Decision -> the enabled accounts whose task it is: the person responsible, or the leaders of that person's school.

	In: dicts with name, owner_staff. Three queries.
	"""
	staff = {
		row.name: row
		for row in frappe.get_all(
			STAFF,
			{"name": ("in", sorted({row.owner_staff for row in rows if row.owner_staff}) or [""])},
			["name", "user", "school", "status"],
		)
	}
	schools = sorted({row.school for row in staff.values()})
	leaders = {
		row.name: {row.principal_user, row.leader_user}
		for row in frappe.get_all(
			"Community School",
			{"name": ("in", schools or [""])},
			["name", "principal_user", "leader_user"],
		)
	}
	able = enabled({row.user for row in staff.values()}.union(*leaders.values()))
	found = {}
	for row in rows:
		person = staff.get(row.owner_staff, frappe._dict())
		own = {person.user} & able if person.status == "In Service" else set()
		found[row.name] = own or leaders.get(person.school, set()) & able
	return found


def give_tasks(names) -> None:
	"""Decisions (names) of a meeting that is closed now become tasks."""
	docs = [frappe.get_doc(DECISION, name) for name in names]
	whose = responsible(docs)
	for doc in docs:
		tasks.ask(doc, whose[doc.name], _what_to_do(doc), by=doc.due_date)


def _what_to_do(row) -> str:
	return _("Carry out by {0}: {1}").format(format_date(row.due_date), row.decision)


def tasks_astray() -> list[tuple]:
	"""The open decisions whose tasks are with others than those responsible today; for `tasks.follow`. Five queries."""
	found = tasks.tasks_of(DECISION)
	rows = frappe.get_all(
		DECISION, {"name": ("in", sorted(found) or [""]), "status": Status.OPEN}, ["name", "owner_staff"]
	)
	whose = responsible(rows)
	return [(_hand_over, DECISION, row.name) for row in rows if whose[row.name] != found[row.name].keys()]


def _hand_over(doctype: str, name: str) -> int:
	doc = frappe.get_doc(doctype, name, for_update=True)
	if doc.status != Status.OPEN:
		return 0
	return int(tasks.hand_over(doc, responsible([doc])[name], _what_to_do(doc)))


# -- what becomes of them ------------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def carry_out(name: str, result: str):
	"""Puts on record that a decision is carried out, and with which result. Out: the document.

	By the person responsible, or by whoever keeps the meetings. Raises DecisionClosedError, ResultMissingError, PermissionError.
	"""
	return _close(name, Status.DONE, result)


@frappe.whitelist(methods=["POST"])
def give_up(name: str, result: str):
	"""Gives a decision up, with the reason. Out: the document. By whoever keeps the meetings; raises as `carry_out` does."""
	return _close(name, Status.GIVEN_UP, result)


def _close(name, status, result):
	doc = frappe.get_doc(DECISION, cstr(name), for_update=True)
	doc.check_permission("write")
	doc.refuse_stranger(keepers_only=status == Status.GIVEN_UP)
	if doc.status != Status.OPEN or not doc.is_in_force():
		frappe.throw(
			_("Only an open decision of a meeting that is closed can be carried out or given up."),
			DecisionClosedError,
		)
	if not cstr(result).strip():
		frappe.throw(_("Say in a few words what came of it."), ResultMissingError)
	doc.flags.by_change = status
	doc.update({"status": status, "result": cstr(result).strip(), "done_on": getdate()})
	doc.save()
	tasks.close_todos(doc)
	return doc


# -- every day -----------------------------------------------------------------------------------------------------------


def daily(today: date | str | None = None) -> None:
	"""Hook `scheduler_events.daily`: reminds those responsible before the day, and tells the community's bureau leader and
	principals after it; each once. What nobody has received is tried again. The queries that ask do not grow with the rows.
	"""
	today = getdate(today)
	soon = add_days(today, cint(settings.get("decision_notice_days")))
	due = _open_decisions("reminded_on", (today, soon))
	whose = responsible(due)
	for row in due:
		subject = _("Decision due on {0}: {1}").format(format_date(row.due_date), _text(row))
		jobs.apart(f"Reminder of {row.name}", _tell, row, whose[row.name], subject, "reminded_on", today)
	late = _open_decisions("escalated_on", (None, add_days(today, -1)))
	told = _told_upwards({row.community for row in late})
	for row in late:
		subject = _("Decision of {0} not carried out by {1} ({2}): {3}").format(
			row.community, format_date(row.due_date), row.owner_name, _text(row)
		)
		jobs.apart(f"Overdue {row.name}", _tell, row, told[row.community], subject, "escalated_on", today)


def _text(row) -> str:
	return frappe.utils.escape_html(row.decision)


def _tell(row, users, subject, fieldname, today) -> bool:
	told = notices.tell(users, subject, DECISION, row.name)
	if told:
		frappe.db.set_value(DECISION, row.name, fieldname, today, update_modified=False)
	return bool(told)


def _open_decisions(not_yet: str, days) -> list:
	"""Decisions in force that are open, due on these days (first or None, last), of which `not_yet` says that nobody was told."""
	decision, meeting = frappe.qb.DocType(DECISION), frappe.qb.DocType("Joint Meeting")
	first, last = days
	query = (
		frappe.qb.from_(decision)
		.join(meeting)
		.on((meeting.name == decision.meeting) & meeting.closed_on.isnotnull())
		.select(
			decision.name,
			decision.decision,
			decision.community,
			decision.owner_staff,
			decision.owner_name,
			decision.due_date,
		)
		.where((decision.status == Status.OPEN) & decision[not_yet].isnull() & (decision.due_date <= last))
		.orderby(decision.name)
	)
	return (query.where(decision.due_date >= first) if first else query).run(as_dict=True)


def _told_upwards(communities) -> dict[str, set[str]]:
	"""Community -> its bureau leader and the principals of its schools today. Three queries."""
	found = defaultdict(set)
	if not communities:
		return found
	names = {"name": ("in", sorted(communities))}
	for name, leader in frappe.get_all("Education Community", names, ["name", "bureau_leader"], as_list=True):
		found[name].add(leader)
	stays = membership.stays(communities=communities, during=membership.today())
	schools = {"name": ("in", sorted({stay.school for stay in stays}) or [""])}
	principals = dict(frappe.get_all("Community School", schools, ["name", "principal_user"], as_list=True))
	for stay in stays:
		found[stay.community].add(principals.get(stay.school))
	return found
