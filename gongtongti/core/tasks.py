"""Tasks about documents of this app: who gives them, changes them and closes them.

The framework lets every reader take the task from a signer, and a client leave the right to read out.
"""

from contextlib import contextmanager

import frappe
from frappe import _

from gongtongti.core import access


class NotYourTaskError(frappe.PermissionError):
	"""A task is closed by whoever has it or gave it, or by what it was about."""


@contextmanager
def own_tasks():
	"""Within it (or a function with it) the app gives and closes tasks; they are nobody's but the assignee's to close."""
	before, frappe.flags.own_tasks = frappe.flags.own_tasks, True
	try:
		yield
	finally:
		frappe.flags.own_tasks = before


def guard_task(todo, method=None) -> None:
	"""ToDo, before_insert, before_validate, on_trash: who gives tasks about documents of the app, changes and deletes them.

	The framework lets every reader take the task from a signer, and a client leave the right to read out. Here whoever reads
	the document gives tasks, and whoever has one or gave it by hand closes it. Raises NotYourTaskError, PermissionError.
	"""
	if frappe.flags.own_tasks and todo.is_new():
		todo.owner = "Administrator"  # and so is not taken back by whose step it was before
	if frappe.flags.own_tasks or frappe.session.user == "Administrator":
		return
	stored = not todo.is_new() and frappe.db.get_value("ToDo", todo.name, _OF_TASK, as_dict=True)
	if stored and not _changes_task(stored, frappe.session.user):
		frappe.throw(
			_("The task of {0} is closed by its holder, or when the document goes on.").format(
				frappe.utils.get_fullname(stored.allocated_to)
			),
			NotYourTaskError,
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
		stored.reference_type not in access.RULES
		or user in (stored.allocated_to, stored.owner)
		or bool(stored.assignment_rule)  # given by the framework's own rules, which take it back
	)
