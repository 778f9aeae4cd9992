"""Takes away what the framework leaves behind when it drops the app's DocTypes (the mirror of install.py)."""

import json

import frappe

from gongtongti.imports import access
from gongtongti.setup import OURS
from gongtongti.setup.install import FOUND

# DocTypes of the framework that hold rows about documents -> the field that names the DocType
ABOUT_DOCUMENTS = {
	"Comment": "reference_doctype",
	"Communication": "reference_doctype",
	"Version": "ref_doctype",
	"ToDo": "reference_type",
	"Notification Log": "document_type",
	"Workflow Action": "reference_doctype",
	"View Log": "reference_doctype",
	"Document Follow": "ref_doctype",
	"DocShare": "share_doctype",
	"Tag Link": "document_type",
	"Activity Log": "reference_doctype",
	"Access Log": "export_from",
	"Deleted Document": "deleted_doctype",
	"Custom DocPerm": "parent",
	"Custom Field": "dt",
	"Property Setter": "doc_type",
	"List Filter": "reference_doctype",
	"List View Settings": "name",
	"User Permission": "allow",
	"Document Naming Rule": "document_type",
}


def before_uninstall():
	ours = frappe.get_all("DocType", {"module": "Gongtongti"}, pluck="name")
	found = json.loads(frappe.db.get_global(FOUND) or "{}")
	gone = {doctype: sorted(set(names) - set(found.get(doctype, ()))) for doctype, names in OURS.items()}
	access.withdraw()
	_remove_workflows(gone)
	_remove_roles(gone["Role"])
	_remove_attachments(ours)
	_remove_desk_entries()
	for doctype, fieldname in ABOUT_DOCUMENTS.items():
		if frappe.db.table_exists(doctype):
			frappe.db.delete(doctype, {fieldname: ("in", ours)})
	frappe.db.delete("DefaultValue", {"defkey": FOUND})
	frappe.clear_cache()


def _remove_workflows(gone):
	for name in gone["Workflow"]:
		frappe.delete_doc("Workflow", name, force=True, ignore_missing=True, ignore_permissions=True)
	# another workflow of the site may have taken up a state or an action meanwhile
	used = {
		"Workflow State": frappe.get_all("Workflow Document State", pluck="state"),
		"Workflow Action Master": frappe.get_all("Workflow Transition", pluck="action"),
	}
	for doctype, names in used.items():
		for name in set(gone[doctype]) - set(names):
			frappe.delete_doc(doctype, name, force=True, ignore_missing=True, ignore_permissions=True)


def _remove_roles(names):
	frappe.db.delete("Has Role", {"role": ("in", names)})
	frappe.db.delete("Custom DocPerm", {"role": ("in", names)})
	for name in names:
		frappe.delete_doc("Role", name, force=True, ignore_missing=True, ignore_permissions=True)


def _remove_attachments(doctypes):
	for name in frappe.get_all("File", {"attached_to_doctype": ("in", doctypes)}, pluck="name"):
		frappe.delete_doc("File", name, force=True, ignore_missing=True, ignore_permissions=True)


def _remove_desk_entries():
	"""v16 makes these of the workspace and the app by itself, and leaves them."""
	for doctype in ("Desktop Icon", "Workspace Sidebar"):
		if frappe.db.table_exists(doctype) and frappe.db.has_column(doctype, "app"):
			names = frappe.get_all(
				doctype, or_filters={"app": "gongtongti", "name": "Gongtongti"}, pluck="name"
			)
			for name in names:
				frappe.delete_doc(doctype, name, force=True, ignore_missing=True, ignore_permissions=True)
