"""One step of the walk: done by one of the demonstration's people, and said in Chinese; or refused, and the refusal said."""

from contextlib import contextmanager

import frappe
from frappe import _
from frappe.utils import cstr, strip_html

from gongtongti.core import approval


class WalkError(Exception):
	"""What should have been refused was not, or a document did not arrive where it should."""


@contextmanager
def in_chinese():
	lang, frappe.local.lang = frappe.local.lang, "zh"
	try:
		yield
	finally:
		frappe.local.lang = lang


@contextmanager
def acting_as(user):
	was = frappe.session.user
	frappe.set_user(user)
	try:
		yield
	finally:
		frappe.set_user(was)


def heading(text):
	print(f"\n── {text} " + "─" * 20)


def sign(doctype, name, user, action, remarks=None, quiet=False):
	with acting_as(user):
		approval.sign(doctype, name, action, remarks)
		if not quiet:
			print(f"   ✓ {signer()} {_(action)}{f'：{remarks}' if remarks else ''}")


def refused(user, error, action, *arguments, **keywords):
	"""Lets somebody do what must not be done and prints the refusal; WalkError when it is not refused.

	error: the exception that must come, or several; who refused in another way lets the walk end with that exception.
	"""
	frappe.db.savepoint("demo_refusal")
	try:
		with acting_as(user):
			action(*arguments, **keywords)
	except error as refusal:
		frappe.db.rollback(save_point="demo_refusal")
		# that a right is missing the framework says in English, and in each version otherwise
		words = "没有权限" if type(refusal) is frappe.PermissionError else strip_html(cstr(refusal))
		frappe.clear_messages()
		who = frappe.utils.get_fullname(user) if user not in frappe.STANDARD_USERS else "系统管理员账号"
		print(f"   ✗ {who}：{words}")
	else:
		raise WalkError(f"{user} {getattr(action, '__name__', action)} {arguments}")


def refused_signature(doctype, name, user, action, error):
	refused(user, error, approval.sign, doctype, name, action)


def expect(doctype, name, state):
	reached = frappe.db.get_value(doctype, name, "workflow_state")
	if reached != state:
		raise WalkError(f"{name}: {reached}, not {state}")


def signer():
	"""The session's user as the walk names people: with the school and the post there."""
	user = frappe.session.user
	school = frappe.db.get_value("School Staff", {"user": user}, ["school", "position"], as_dict=True)
	return frappe.utils.get_fullname(user) + (f"（{school.school}{_(school.position)}）" if school else "")
