"""Support Team is a role of ERPNext, with a Chinese of its own: the DocType is called Rural Support Team."""

import frappe

OLD, NEW = "Support Team", "Rural Support Team"


def execute():
	"""Rename the DocType with its table, before the new files are read. Idempotent."""
	if frappe.db.exists("DocType", {"name": OLD, "module": "Gongtongti"}) and not frappe.db.exists(
		"DocType", NEW
	):
		frappe.rename_doc("DocType", OLD, NEW, force=True)
