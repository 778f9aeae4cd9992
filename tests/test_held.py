"""What was attacked and held, and is to stay so, where no other file tries it."""

import json

import frappe
import pytest
from approvals import PLACEMENT, as_, remove
from builders import user as account

from gongtongti.core import relations
from gongtongti.features import DECLARED
from gongtongti.organisation import roles

ODD = (
	[], {}, ["like", "%"], {"name": ["like", "%"]}, "", " ", "x' OR '1'='1", "\\", "%", "`", "{0}", "😀", "𠮷" * 300, "NaN", "1e400",
	"2026-13-45", "9999-12-31", -1, 0, 10**30, 1.5, True, None, [["name", "=", "x"]], "١", "null",
)  # fmt: skip


def reports():
	"""The reports of the app with the filters that each one knows."""
	for name in sorted(DECLARED.runners):
		module = frappe.get_module(f"gongtongti.gongtongti.report.{frappe.scrub(name)}.{frappe.scrub(name)}")
		yield name, module.FILTERS


def test_a_filter_of_any_type_is_answered_or_refused_never_an_error(small):
	"""By the first role that may run it; what is refused is refused in words."""
	tried = 0
	for name, filters in reports():
		for fieldname in filters:
			for value in ODD:
				user = small.users[next(role for role in roles.ROLES if role in DECLARED.runners[name])]
				try:
					as_(user, _run, name, {fieldname: value})
				except (frappe.ValidationError, frappe.PermissionError) as error:
					assert str(error), (name, fieldname, value)
				tried += 1
	assert tried > 300


def _run(name, filters):
	from frappe.desk.query_report import run

	run(name, filters=json.dumps(filters))


def test_a_session_and_the_rights_of_an_account_go_with_its_new_name(small):
	"""Who is renamed keeps what the account had, and nobody has it by the old name."""
	old = account("before.renaming", [roles.SUPERVISION])
	seen = set(as_(old, frappe.get_list, PLACEMENT, pluck="name", limit=0))
	new = frappe.rename_doc("User", old, "after.renaming@gtt.test")
	relations.forget()
	frappe.clear_cache(user=old)
	assert roles.SUPERVISION in frappe.get_roles(new)
	assert not set(frappe.get_roles(old)) & set(roles.ROLES)
	with pytest.raises(frappe.PermissionError):
		as_(old, frappe.get_list, PLACEMENT, pluck="name", limit=0)
	assert set(as_(new, frappe.get_list, PLACEMENT, pluck="name", limit=0)) == seen


def test_a_session_of_the_old_name_opens_nothing(small, http):
	old = account("cookie.before", [roles.SUPERVISION])
	new = "cookie.after@gtt.test"
	from frappe.utils.password import update_password

	update_password(old, "Xk9#pl02Mv")
	frappe.db.commit()
	try:
		assert http("Guest", "POST", "/api/method/login", {"usr": old, "pwd": "Xk9#pl02Mv"}).status == 200
		path = f"/api/resource/{PLACEMENT}"
		assert http("Guest", "GET", path).status == 200  # by the cookie of the session
		frappe.rename_doc("User", old, new)
		assert http("Guest", "GET", path).status in (401, 403)
	finally:
		http("Guest", "POST", "/api/method/logout", {})
		remove([("User", old), ("User", new)])
		frappe.db.commit()
