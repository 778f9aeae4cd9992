"""Takes away what the framework leaves behind when it drops the app's DocTypes (the mirror of install.py)."""

import json
import re

import frappe
from pypika import Criterion

from gongtongti.core.references import REFERENCES
from gongtongti.core.spreadsheets import import_access
from gongtongti.setup import OURS, SHIPPED, autonames
from gongtongti.setup.install import FOUND, SERIES_FOUND

# DocTypes of the framework that hold rows about documents -> the field that names the DocType; those whose rows must
# name one (`reqd`) are found by themselves
ABOUT_DOCUMENTS = {
	# files are deleted one by one, for they lie on the disk, too
	**{doctype: fields[0] for doctype, fields in REFERENCES.items() if doctype != "File"},
	"Access Log": "export_from",
	"Custom DocPerm": "parent",
	"Custom Field": "dt",
	"Property Setter": "doc_type",
	"List View Settings": "name",
	"Document Naming Rule": "document_type",
	"Event Participants": "reference_doctype",
	"Client Script": "dt",
	"Server Script": "reference_doctype",
	"Dashboard Chart": "document_type",
	"Number Card": "document_type",
}
# DocType -> field that names a report
ABOUT_REPORTS = {
	"Access Log": "report_name",
	"Prepared Report": "report_name",
	"Auto Email Report": "report",
	"Custom Role": "report",
}
# tables of the framework that are no DocTypes
ABOUT_IN_TABLES = {"__UserSettings": "doctype", "__global_search": "doctype", "__Auth": "doctype"}


def before_uninstall():
	ours = frappe.get_all("DocType", {"module": "Gongtongti"}, pluck="name")
	found = json.loads(frappe.db.get_global(FOUND) or "{}")
	gone = {doctype: sorted(set(names) - set(found.get(doctype, ()))) for doctype, names in OURS.items()}
	_remove_demo_accounts()
	import_access.withdraw()
	_remove_jobs()
	_remove_workflows(gone)
	_remove_roles(gone["Role"])
	_remove_attachments(ours)
	_remove_desk_entries()
	for doctype, fieldname in (*ABOUT_DOCUMENTS.items(), *_about_one_doctype(ours)):
		_delete_rows(doctype, fieldname, ours)
	for doctype, fieldname in ABOUT_REPORTS.items():
		_delete_rows(doctype, fieldname, SHIPPED["Report"])
	for table, column in ABOUT_IN_TABLES.items():
		if table in frappe.db.get_tables():
			rows = frappe.qb.Table(table)
			frappe.qb.from_(rows).delete().where(rows[column].isin(ours)).run()
	_remove_visits((*ours, *SHIPPED["Report"]))
	_remove_counters()
	frappe.db.delete("DefaultValue", {"defkey": ("in", (FOUND, SERIES_FOUND))})
	frappe.clear_cache()


def after_uninstall():
	"""What the framework itself writes down, or forgets, while it takes the DocTypes away."""
	frappe.db.delete("Singles", {"doctype": ("in", sorted(SHIPPED["DocType"]))})
	frappe.db.delete("Patch Log", {"patch": ("like", "gongtongti.%")})
	_remove_deleted_documents()
	frappe.db.commit()  # the framework commits no more once the app is gone


def _remove_demo_accounts():
	from gongtongti.demo import load

	load.remove_accounts()


def _remove_jobs():
	"""A job of an app that is gone would be run once more, and fail."""
	jobs = frappe.get_all("Scheduled Job Type", {"method": ("like", "gongtongti.%")}, pluck="name")
	if jobs:
		frappe.db.delete("Scheduled Job Log", {"scheduled_job_type": ("in", jobs)})
		frappe.db.delete("Scheduled Job Type", {"name": ("in", jobs)})


def _about_one_doctype(ours):
	"""(DocType, field) of all documents that must name a DocType: what names one of ours is of no use any more."""
	fields = frappe.get_all(
		"DocField",
		{"fieldtype": "Link", "options": "DocType", "reqd": 1, "parent": ("not in", ours)},
		["parent", "fieldname"],
	)
	single = set(frappe.get_all("DocType", {"issingle": 1}, pluck="name"))
	return [(row.parent, row.fieldname) for row in fields if row.parent not in single]


def _delete_rows(doctype, fieldname, values):
	"""Rows with their child rows, a statement for each table."""
	if not frappe.db.table_exists(doctype) or not frappe.db.has_column(doctype, fieldname):
		return
	table = frappe.qb.DocType(doctype)
	about = table[fieldname].isin(sorted(values))
	for field in frappe.get_meta(doctype).get_table_fields():
		if frappe.db.table_exists(field.options):
			child = frappe.qb.DocType(field.options)
			parents = frappe.qb.from_(table).select(table.name).where(about)
			(
				frappe.qb.from_(child)
				.delete()
				.where((child.parenttype == doctype) & child.parent.isin(parents))
				.run()
			)
	frappe.qb.from_(table).delete().where(about).run()


def _remove_visits(names):
	"""Pages that people opened; the address has the number of a pupil."""
	if not frappe.db.table_exists("Route History"):
		return
	history = frappe.qb.DocType("Route History")
	ours = [history.route.like(pattern) for name in names for pattern in (f"%/{name}/%", f"%/{name}")]
	frappe.qb.from_(history).delete().where(Criterion.any(ours)).run()


def _remove_counters():
	"""Counters of our numbers that did not stand before. One without a prefix is shared by all apps that count so."""
	found = set(json.loads(frappe.db.get_global(SERIES_FOUND) or "[]"))
	patterns = [re.compile(pattern) for pattern in autonames()]
	series = frappe.qb.DocType("Series")
	names = frappe.qb.from_(series).select(series.name).run(pluck=True)
	gone = [name for name in names if name not in found and any(p.fullmatch(name or "") for p in patterns)]
	shared = frappe.get_all(
		"DocType", {"autoname": ("like", "format:%#%"), "module": ("!=", "Gongtongti")}, limit=1
	)
	if "" not in found and not shared:
		gone.append("")
	if gone:
		frappe.qb.from_(series).delete().where(series.name.isin(gone)).run()


def _remove_deleted_documents():
	"""Of documents of ours, and of what belonged to one of them: the framework keeps all their fields."""
	deleted = frappe.qb.DocType("Deleted Document")
	gone = deleted.deleted_doctype.isin(sorted(SHIPPED["DocType"]))
	for doctype, names in SHIPPED.items():
		gone |= (deleted.deleted_doctype == doctype) & deleted.deleted_name.isin(sorted(names))
	for name in sorted(SHIPPED["DocType"]):
		gone |= deleted.data.like(f'%: "{name}"%')
	frappe.qb.from_(deleted).delete().where(gone).run()


def _remove_workflows(gone):
	for name in gone["Workflow"]:
		_delete("Workflow", name)
	# another workflow of the site may have taken up a state or an action meanwhile
	used = {
		"Workflow State": frappe.get_all("Workflow Document State", pluck="state"),
		"Workflow Action Master": frappe.get_all("Workflow Transition", pluck="action"),
	}
	for doctype, names in used.items():
		for name in set(gone[doctype]) - set(names):
			_delete(doctype, name)


def _remove_roles(names):
	frappe.db.delete("Has Role", {"role": ("in", names)})
	frappe.db.delete("Custom DocPerm", {"role": ("in", names)})
	for name in names:
		_delete("Role", name)


def _remove_attachments(doctypes):
	for name in frappe.get_all("File", {"attached_to_doctype": ("in", doctypes)}, pluck="name"):
		_delete("File", name)


def _remove_desk_entries():
	"""v16 makes these of the workspace and the app by itself, and leaves them."""
	for doctype in ("Desktop Icon", "Workspace Sidebar"):
		if frappe.db.table_exists(doctype) and frappe.db.has_column(doctype, "app"):
			names = frappe.get_all(
				doctype, or_filters={"app": "gongtongti", "name": "Gongtongti"}, pluck="name"
			)
			for name in names:
				_delete(doctype, name)


def _delete(doctype, name):
	frappe.delete_doc(
		doctype, name, force=True, ignore_missing=True, ignore_permissions=True, delete_permanently=True
	)
