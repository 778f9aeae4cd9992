"""Identifiers get the key that they are compared by (gongtongti/core/identity.py); names lose signs that MariaDB folds together."""

import frappe
from frappe.model.rename_doc import rename_doc
from pypika import Case

from gongtongti.core import names, policy

ROWS = 500  # in one statement


def execute():
	"""Of documents that have the same identifier in two ways of writing the oldest gets the key; the others are printed.

	They are left as they are: nobody is hindered from saving them, only a further one is refused.
	"""
	for doctype in policy.current().rows:
		doc = frappe.new_doc(doctype)
		for fieldname in getattr(doc, "IDENTIFIERS", ()):
			if doc.meta.autoname == f"field:{fieldname}":
				rename_apart(doctype)
			put_keys(doctype, fieldname)


def rename_apart(doctype):
	"""Documents whose name holds a sign beyond the Basic Multilingual Plane are called by its number."""
	for name in frappe.get_all(doctype, pluck="name"):
		if not any(ord(sign) > 0xFFFF for sign in name):
			continue
		try:
			frappe.db.savepoint("rename_apart")
			rename_doc(doctype, name, names.as_document_name(name), force=True, show_alert=False)
		except frappe.ValidationError as refusal:  # it is on record under this name, and keeps it
			frappe.db.rollback(save_point="rename_apart")
			print(f"{doctype} {name} keeps its name: {refusal}")


def put_keys(doctype, fieldname):
	key_field, table = f"{fieldname}_key", frappe.qb.DocType(doctype)
	rows = frappe.get_all(doctype, fields=["name", fieldname, key_field], order_by="creation, name")
	taken, keys = {row[key_field] for row in rows} - {None, ""}, {}
	for row in rows:
		key = names.key(row[fieldname])
		if row[key_field] or not key:
			continue
		if key in taken:
			print(
				f"{doctype} {row.name}: {fieldname} {row[fieldname]!r} is there already, written differently"
			)
			continue
		taken.add(key)
		keys[row.name] = key
	numbered = list(keys.items())
	for start in range(0, len(numbered), ROWS):
		chunk = dict(numbered[start : start + ROWS])
		case = Case()
		for name, key in chunk.items():
			case = case.when(table.name == name, key)
		frappe.qb.update(table).set(table[key_field], case).where(table.name.isin(list(chunk))).run()
