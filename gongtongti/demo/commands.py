"""The demonstration for `bench execute`.

On a refusal bench prints one traceback inside another, with the reason in the middle. Here the reason comes last, alone,
and the command ends with 1.
"""

import frappe
from frappe.utils import strip_html

from gongtongti.demo import load as demo
from gongtongti.demo import walk as demo_walk
from gongtongti.demo.steps import WalkError


def load(password: str | None = None) -> None:
	"""Loads the demonstration; see load.load()."""
	_said_last(demo.load, password)


def walk(password: str | None = None) -> None:
	"""Loads it if need be and walks through approvals and payments; see walk.run()."""
	_said_last(demo_walk.run, password)


def remove() -> None:
	"""Takes it away; see load.remove()."""
	_said_last(demo.remove)


def _said_last(function, *args):
	try:
		function(*args)
	except (frappe.ValidationError, WalkError) as refusal:
		frappe.db.rollback()  # a command of its own: nothing half done is left
		raise SystemExit(strip_html(str(refusal))) from None
