"""Tasks about documents of this app: who is asked to do something, who gives tasks by hand, who closes them.

The framework lets every reader take the task from a signer, and a client leave the right to read out.
"""

import json
from collections import defaultdict

import frappe
from frappe import _
from frappe.desk.form import assign_to
from frappe.desk.form.document_follow import follow_document
from frappe.desk.notifications import clear_doctype_notifications
from frappe.utils import cint, cstr, now_datetime, nowdate

from gongtongti.core import access, jobs, notices, policy, relations, signers
from gongtongti.core.notices import Batch
from gongtongti.core.relations import Holder, holders


def ask(doc, users, text: str, by=None, batch: Batch | None = None) -> None:
	"""Closes what was to be done about `doc` and gives these accounts, as far as they may read it, a task instead.

	In: accounts (None among them is passed over), what is to be done, the day by which (default: today), the batch
	of signatures, which tells them of all its tasks at once.
	"""
	users = sorted(user for user in set(users) if can_be_asked(doc, user))
	_pass_on(doc, _open(doc), users, text, by, notify=not batch)
	if users and batch:
		batch.add(Batch(tasks={user: [text] for user in users}))


def to_be_asked(row, able) -> set[str] | None:
	"""Whom a document on its way is a task for.

	In: document or dict with workflow_state, submitted_by, owner; `able`: its accounts in `waiting_on`.
	Out: accounts; None for a draft that nobody is asked about: it is still being written.
	A draft that came back is for whoever sent it, or for whoever may send it today; one that the system wrote likewise.
	"""
	able = set(able)
	if not signers.is_draft(row):
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
	frappe.enqueue("gongtongti.core.tasks.follow", enqueue_after_commit=True)


def _no_longer():
	frappe.flags.tasks_will_follow = False


def follow() -> int:
	"""Makes the tasks about documents on their way those of who may act now, whatever has changed since they were given:
	posts, seats, schools of pupils, accounts, roles. Daily, and after such a change. EX5.

	Where nobody can act any more, whoever can help it is told once. Each document stands for itself; what fails is logged.
	Out: how many documents were put right. The number of queries grows only with these.
	"""
	relations.forget()  # what has changed may have been written past the documents
	found = [(_follow_one, doctype, name) for doctype in approved_doctypes() for name in _astray(doctype)]
	found += [
		(step, doctype, name)
		for other in policy.current().tasks
		for step, doctype, name in frappe.get_attr(other)()
	]
	return sum(
		jobs.apart(_("Tasks of {0} {1}").format(doctype, name), step, doctype, name) or 0
		for step, doctype, name in found
	)


def approved_doctypes() -> list[str]:
	"""The DocTypes whose documents are approved here, from the site's active Workflows."""
	found = frappe.get_all("Workflow", {"is_active": 1}, pluck="document_type", order_by="name")
	return [doctype for doctype in found if doctype in policy.current().approvals]


def _astray(doctype) -> list[str]:
	"""Documents on their way whose tasks may be with others than those who may act now, or which nobody can take on."""
	fields = {"name", "owner", "workflow_state", "submitted_by", "pending_since", "nobody_since"}
	rows = frappe.get_all(
		doctype,
		filters={"docstatus": 0, "workflow_state": ("in", list(signers.approval_of(doctype).steps))},
		fields=sorted(fields.union(signers.fields_asked(doctype))),
		order_by="name",
	)
	for row in rows:
		row.doctype = doctype
	waiting, tasks = signers.waiting_on(rows), tasks_of(doctype)
	found = []
	for row in rows:
		wanted = to_be_asked(row, waiting[row.name])
		stuck = bool(row.pending_since) and not waiting[row.name]
		if (wanted is not None and wanted != tasks[row.name].keys()) or stuck != bool(row.nobody_since):
			found.append(row.name)
	return found


def _follow_one(doctype, name) -> int:
	doc = frappe.get_doc(doctype, name, for_update=True)
	able = signers.waiting_on([doc])[name]
	wanted = to_be_asked(doc, able)
	if cint(doc.docstatus) or not signers.step_of(doc) or wanted is None:
		return 0  # signed meanwhile
	done = hand_over(doc, wanted, doc._what_to_do())
	if able and doc.nobody_since:
		doc.db_set("nobody_since", None, update_modified=False)
	elif not able and doc.pending_since and not doc.nobody_since:
		done |= tell_nobody_can(doc)
	return int(done)


def hand_over(doc, users, text: str) -> bool:
	"""Makes the open tasks about `doc` those of `users`, as far as they may read it. Out: whether anything changed.

	Who has a task keeps it. text: what is to be done, if nobody has been told so far.
	"""
	wanted = {user for user in set(users) if can_be_asked(doc, user)}
	tasks = tasks_of(doc.doctype, doc.name)[doc.name]
	done = [task for user in tasks.keys() - wanted for task in tasks[user]]
	said = next((of_user[0] for of_user in tasks.values()), {})
	text, by = said.get("description") or text, said.get("date")
	_pass_on(doc, done, sorted(wanted - tasks.keys()), text, by, stay=sorted(wanted & tasks.keys()))
	return wanted != tasks.keys()


def tell_nobody_can(doc) -> bool:
	"""Tells the Community Administrator and the section that a document waits for nobody. Out: whether anybody was told."""
	if doc.get("nobody_since"):
		return False
	approval, step = signers.approval_of(doc.doctype), signers.step_of(doc)
	place, holder = _place(doc, step), _first_holder((step,))
	section = _first_holder(each for each in approval.steps.values() if not each.draft)
	subject = _("Nobody can sign at the step {0} ({1}): put an enabled account on the post.").format(
		_(doc.workflow_state), place[1] if place else ", ".join(_(role) for role in holder)
	)
	told_roles = {*policy.current().administrators, *section[:1]}
	people = set().union(*holders(told_roles).values())
	readers = {user for user in people if can_be_asked(doc, user)}
	told = notices.tell(readers, f"{doc.name}: {subject}", doc.doctype, doc.name)
	# who may not read the document learns of the post only
	told |= notices.tell(people - readers, subject, *place)
	if told:
		doc.db_set("nobody_since", now_datetime(), update_modified=False)
	return bool(told)


def _place(doc, step) -> tuple:
	"""(DocType, name) of what the post that the step waits for belongs to, a school for example; empty for a role."""
	for relation in step.sign:
		for fieldname in relation.fields:
			if relation.doctype and doc.get(fieldname):
				return relation.doctype, doc.get(fieldname)
	return ()


def _first_holder(steps) -> tuple:
	"""The roles that the first of these steps is signed by that is signed by holders of roles."""
	return next(
		(relation.roles for step in steps for relation in step.sign if isinstance(relation, Holder)), ()
	)


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


def close_todos(doc) -> None:
	"""Closes every open task about `doc`."""
	_pass_on(doc, _open(doc))


def _open(doc) -> list:
	todo = frappe.qb.DocType("ToDo")
	about = (todo.reference_type == doc.doctype) & (todo.reference_name == doc.name)
	query = frappe.qb.from_(todo).select(todo.name, todo.allocated_to, todo.description)
	return query.where(about & (todo.status == "Open")).orderby(todo.creation).run(as_dict=True)


def _pass_on(doc, done, users=(), text="", by=None, stay=(), notify=True) -> None:
	"""Closes tasks about `doc` and gives others in their place, in as many queries as there are kinds of rows.

	The framework saves each task by itself, and with each a comment, and looks up all open ones every time. What others have
	hung on tasks (webhooks, notifications, hooks) is run here as well.

	In: tasks to be closed; the accounts that get one, what is to be done, by when (default: today); who keeps a task; whether
	they are told (after the commit).
	"""
	if not done and not users:
		return
	me, name_of = frappe.session.user, _full_name
	place = {"reference_type": doc.doctype, "reference_name": doc.name}
	text, comments, new = frappe.utils.sanitize_html(text), [], []
	for task in done:
		words = (_REMOVED, name_of(task.allocated_to)) if task.allocated_to != me else (_REMOVED_OWN,)
		comments.append(("Assignment Completed", _(words[0]).format(*words[1:], name_of(me))))
	for user in users:
		given = {
			"allocated_to": user,
			"assigned_by": me,
			"assigned_by_full_name": name_of(me),
			"description": text,
		}
		new.append({**place, **given, "status": "Open", "priority": "Medium", "date": by or nowdate()})
		words = (_SELF_ASSIGNED, name_of(me)) if user == me else (_ASSIGNED, name_of(me), name_of(user))
		comments.append(("Assigned", _(words[0]).format(*words[1:], text)))
	if done:
		_close(done)
	# nobody's but the assignee's to close: it is not taken back by whose step it was before
	todos = _insert("ToDo", new, owner="Administrator")
	_insert(
		"Comment",
		[
			{
				"comment_type": kind,
				"comment_email": me,
				"reference_doctype": doc.doctype,
				"reference_name": doc.name,
				"content": frappe.utils.sanitize_html(content),
			}
			for kind, content in comments
		],
		owner=me,
	)
	assigned = json.dumps([*stay, *users])
	frappe.db.set_value(doc.doctype, doc.name, "_assign", assigned, update_modified=False)
	todos += [frappe.get_doc({"doctype": "ToDo", **place, **task, "status": "Closed"}) for task in done]
	for todo in todos:
		todo.run_method("on_change")
		todo.notify_update()
	clear_doctype_notifications("ToDo")
	for user in users:
		if frappe.get_cached_value("User", user, "follow_assigned_documents"):
			follow_document(doc.doctype, doc.name, user)
	if users and notify:
		frappe.enqueue(
			"gongtongti.core.tasks.tell_assigned",
			doctype=doc.doctype,
			name=doc.name,
			users=list(users),
			text=text,
			enqueue_after_commit=True,
			now=bool(frappe.flags.in_test),
		)


def _close(tasks) -> None:
	"""frappe.db.set_value with filters would look through all keys of the cache for documents of the DocType, twice."""
	todo, names = frappe.qb.DocType("ToDo"), [task.name for task in tasks]
	query = frappe.qb.update(todo).set(todo.status, "Closed").set(todo.modified, now_datetime())
	query.set(todo.modified_by, frappe.session.user).where(todo.name.isin(names)).run()
	for name in names:
		frappe.clear_document_cache("ToDo", name)


# what the framework says of tasks in a document's timeline
_ASSIGNED, _SELF_ASSIGNED = "{0} assigned {1}: {2}", "{0} self assigned this task: {1}"
_REMOVED, _REMOVED_OWN = "Assignment of {0} removed by {1}", "{0} removed their assignment."


def _insert(doctype, rows, owner) -> list:
	"""Inserts rows of a DocType of the framework in one query. Out: the documents."""
	docs, now = [frappe.get_doc({"doctype": doctype, **row}) for row in rows], frappe.utils.now()
	for doc in docs:
		doc.name = frappe.generate_hash(length=10)
		doc.update({"owner": owner, "creation": now, "modified": now, "modified_by": frappe.session.user})
	if docs:
		fields = ["name", "owner", "creation", "modified", "modified_by", *rows[0]]
		frappe.db.bulk_insert(doctype, fields, [[doc.get(field) for field in fields] for doc in docs])
	for doc in docs:
		doc.run_method("after_insert")
	return docs


def _full_name(user) -> str:
	return (user and frappe.get_cached_value("User", user, "full_name")) or cstr(user)


def tell_assigned(doctype: str, name: str, users: list[str], text: str) -> None:
	"""Tells accounts, each in its language, that the session's user has given them a task. A job: none of it is waited for."""
	for user in users:
		assign_to.notify_assignment(
			frappe.session.user, user, doctype, name, action="ASSIGN", description=text
		)


def can_be_asked(doc, user) -> bool:
	"""Whether an account is enabled, a person's, and may read the document."""
	return (
		bool(user)
		and user not in frappe.STANDARD_USERS
		and bool(frappe.get_cached_value("User", user, "enabled"))
		and frappe.has_permission(doc.doctype, "read", doc, user=user)
	)


# -- tasks given by hand --------------------------------------------------------------------------------------------------


def guard_task(todo, method=None) -> None:
	"""ToDo, before_insert, before_validate, on_trash: who gives tasks about documents of the app, changes and deletes them.

	The framework lets every reader take the task from a signer, and a client leave the right to read out. Here whoever reads
	the document gives tasks, and whoever has one or gave it by hand closes it. Raises PermissionError.
	"""
	if frappe.session.user == "Administrator":
		return
	stored = not todo.is_new() and frappe.db.get_value("ToDo", todo.name, _OF_TASK, as_dict=True)
	if stored and not _changes_task(stored, frappe.session.user):
		frappe.throw(
			_("The task of {0} is closed by its holder, or when the document goes on.").format(
				frappe.utils.get_fullname(stored.allocated_to)
			),
			frappe.PermissionError,
		)
	place = todo.reference_type, todo.reference_name
	if not stored or place != (stored.reference_type, stored.reference_name):
		access.refuse_unseen(todo.reference_type, todo.reference_name)


def allows_task(doc, ptype=None, user=None, debug=False) -> bool:
	"""Hook `has_permission` of ToDo, which says the same where a client has left the checks of a save out (v16)."""
	user = user or frappe.session.user
	if ptype not in ("write", "delete") or user == "Administrator" or not doc.get("name"):
		return True
	stored = frappe.db.get_value("ToDo", doc.name, _OF_TASK, as_dict=True)
	return not stored or _changes_task(stored, user)


_OF_TASK = ["reference_type", "reference_name", "allocated_to", "owner", "assignment_rule"]


def _changes_task(stored, user: str) -> bool:
	return (
		stored.reference_type not in policy.current().rows
		or user in (stored.allocated_to, stored.owner)
		or bool(stored.assignment_rule)  # given by the framework's own rules, which take it back
	)
