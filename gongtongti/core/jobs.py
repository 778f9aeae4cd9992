"""Work of the background jobs: many documents, each for itself."""

import frappe

from gongtongti.core import relations


def apart(what: str, step, *args):
	"""Takes one step of a job apart from all others: what fails is logged under `what` and undone, and the rest goes on.

	Commits after each step, so that locks are not held over the whole run (tests roll back): for jobs only, never in a
	request. Out: what the step answers; None when it failed.
	"""
	point = f"apart_{frappe.generate_hash(length=8)}"
	frappe.db.savepoint(point)
	try:
		done = step(*args)
		keep()
		return done
	except Exception:
		undo(point)
		frappe.clear_messages()
		frappe.log_error(title=what[:140])
		keep()
		return None


def keep() -> None:
	"""Ends the transaction, so that locks are given back. Tests roll back."""
	if not frappe.flags.in_test:
		frappe.db.commit()  # a job of many documents keeps what is done, and holds no lock longer


def undo(point: str) -> None:
	"""Takes back what was written since the savepoint."""
	relations.forget()
	# a deadlock has already rolled everything back, the savepoint with it; outside tests there is nothing else to lose
	if frappe.flags.in_test:
		frappe.db.rollback(save_point=point)
	else:
		frappe.db.rollback()  # see above
