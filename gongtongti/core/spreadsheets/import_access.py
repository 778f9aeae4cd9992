"""Who imports: the framework gives Data Import to System Managers only, the features' policies the right to import to others.

Installing gives those roles Data Import itself. Here stands what keeps that from being more: they see and make imports
of their own into this app's documents. Whoever has Data Import by another role is left alone.
"""

import frappe
from frappe import _
from frappe.permissions import add_permission, update_permission_property
from frappe.utils import cstr

from gongtongti.core import policy

DATA_IMPORT, LOG = "Data Import", "Data Import Log"
# the form of an import counts the rows of its log
GIVEN = {DATA_IMPORT: ("read", "write", "create"), LOG: ("read",)}


def importers() -> tuple[str, ...]:
	"""The roles that may import documents of the app."""
	declared = policy.current()
	return tuple(
		role
		for role in declared.roles
		if any(declared.may(role, doctype, "import") for doctype in declared.documents)
	)


def is_restricted(user: str | None = None) -> bool:
	"""Whether the user has Data Import by nothing but a role of this app."""
	held = set(frappe.get_roles(user))
	rows = frappe.get_meta(DATA_IMPORT).permissions
	return not any(row.read and row.role in held and row.role not in policy.current().roles for row in rows)


def conditions(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook `permission_query_conditions` of Data Import and of its log."""
	user = user or frappe.session.user
	if not is_restricted(user):
		return ""
	table = f"`tab{DATA_IMPORT}`"
	targets = ", ".join(frappe.db.escape(target) for target in policy.current().rows)
	own = f"({table}.`owner` = {frappe.db.escape(user)} and {table}.`reference_doctype` in ({targets}))"
	return (
		f"(`tab{LOG}`.`data_import` in (select {table}.`name` from {table} where {own}))"
		if doctype == LOG
		else own
	)


def allows(doc, ptype: str | None = None, user: str | None = None, debug: bool = False) -> bool:
	"""Hook `has_permission` of Data Import that says the same as `conditions`, and asks for the right to import there."""
	user = user or frappe.session.user
	if not is_restricted(user):
		return True
	mine = doc.owner == user or (doc.get("__islocal") and not doc.owner)
	target = doc.reference_doctype
	return bool(
		mine and target in policy.current().rows and frappe.has_permission(target, "import", user=user)
	)


def allows_log(doc, ptype: str | None = None, user: str | None = None, debug: bool = False) -> bool:
	"""Hook `has_permission` of Data Import Log: it is read by whoever reads its import."""
	user = user or frappe.session.user
	if not is_restricted(user):
		return True
	of = doc.data_import
	return bool(
		of and frappe.db.exists(DATA_IMPORT, of) and allows(frappe.get_doc(DATA_IMPORT, of), ptype, user)
	)


def refuse_foreign_file(doc, method=None, *args, **kwargs) -> None:
	"""Data Import, before it reads a file: one that was uploaded to it, or may be read. Raises PermissionError.

	The framework reads whatever the address names: anybody's file, one on the server, one on the net.
	"""
	if not is_restricted() or not (doc.import_file or doc.google_sheets_url):
		return
	rows = frappe.get_all("File", {"file_url": cstr(doc.import_file)}, pluck="name")
	files = [frappe.get_doc("File", name) for name in rows]
	if doc.google_sheets_url or not any(
		file.attached_to_doctype == DATA_IMPORT and file.has_permission("read") for file in files
	):
		frappe.throw(_("Please attach the file to this import."), frappe.PermissionError)


def give() -> None:
	"""Lets the roles that may import use Data Import. The framework copies its own rows to the site on this occasion."""
	for doctype, rights in GIVEN.items():
		for role in importers():
			if frappe.db.exists("Custom DocPerm", {"parent": doctype, "role": role, "permlevel": 0}):
				continue
			add_permission(doctype, role)
			for right in rights:
				update_permission_property(doctype, role, 0, right, 1, validate=False)
		frappe.clear_cache(doctype=doctype)


def withdraw() -> None:
	"""Takes that back; where the rows that remain say what the framework's say, they go as well."""
	for doctype in GIVEN:
		frappe.db.delete("Custom DocPerm", {"parent": doctype, "role": ("in", importers())})
		if _rows("Custom DocPerm", doctype) == _rows("DocPerm", doctype):
			frappe.db.delete("Custom DocPerm", {"parent": doctype})
		frappe.clear_cache(doctype=doctype)


def _rows(kind, doctype) -> list[tuple]:
	columns = ("role", "permlevel", "if_owner", "select", "read", "write", "create", "delete", "submit", "cancel", "amend",
		"report", "export", "import", "share", "print", "email")  # fmt: skip
	rows = frappe.get_all(kind, {"parent": doctype}, ["*"])
	return sorted(tuple(cstr(row.get(column) or 0) for column in columns) for row in rows)
