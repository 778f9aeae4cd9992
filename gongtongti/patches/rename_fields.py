"""Fields got the names that a developer expects: `remarks`, `official_title`, `…_section`, `column_break_…`.

Runs before the new files are read, so the columns are renamed here; what names a field follows as far as the framework's
`rename_field` has it follow, and the order of fields that Customize Form keeps. Idempotent.
"""

import json
import re

import frappe
from frappe.model.utils import rename_field

# {DocType: {old: new}}
RENAMED = {
	"Aid Disbursement": {"remark": "remarks"},
	"Aid Fund Contribution": {"remark": "remarks"},
	"Aid Fund Entry": {"remark": "remarks"},
	"Approval Signature": {"words": "remarks"},
	"Exchange Plan": {"s_words": "arrangements_section"},
	"Leading Group Seat": {"title_words": "official_title"},
}
# fieldtypes without a column: how they were called, how they are called
LAYOUT = {
	"Section Break": (r"s_(\w+)", r"\1_section"),
	"Column Break": (r"c(\d+)", r"column_break_\1"),
	"Tab Break": (r"t_(\w+)", r"\1_tab"),
}


def execute():
	"""Rename what RENAMED names, then what LAYOUT describes in each DocType of ours."""
	for doctype, fields in RENAMED.items():
		for old, new in fields.items():
			rename_column(doctype, old, new)
			rename(doctype, old, new)
	doctypes = frappe.get_all("DocType", {"module": "Gongtongti"}, pluck="name")
	for row in frappe.get_all(
		"DocField",
		{"parent": ("in", doctypes), "fieldtype": ("in", list(LAYOUT))},
		["parent", "fieldname", "fieldtype"],
	):
		old, new = LAYOUT[row.fieldtype]
		if re.fullmatch(old, row.fieldname):
			rename(row.parent, row.fieldname, re.sub(old, new, row.fieldname))


def rename_column(doctype, old, new):
	"""Where there are both columns, what the old one holds moves into the new one, unless that holds something."""
	if not frappe.db.table_exists(doctype):
		return
	columns = {column.name for column in frappe.db.get_table_columns_description(f"tab{doctype}")}
	if old not in columns:
		return
	if new not in columns:
		frappe.db.rename_column(doctype, old, new)
		return
	table = frappe.qb.DocType(doctype)
	frappe.qb.update(table).set(table[new], table[old]).where(table[new].isnull() | (table[new] == "")).run()
	frappe.qb.update(table).set(table[old], None).run()


def rename(doctype, old, new):
	"""The field itself and what names it."""
	frappe.db.set_value(
		"DocField", {"parent": doctype, "fieldname": old}, "fieldname", new, update_modified=False
	)
	rename_field.update_reports(doctype, old, new)
	rename_field.update_users_report_view_settings(doctype, old, new)
	rename_field.update_property_setters(doctype, old, new)
	rename_field.update_user_settings(doctype, old, new)
	for row in frappe.get_all(
		"Property Setter", {"doc_type": doctype, "property": "field_order"}, ["name", "value"]
	):
		order = [new if fieldname == old else fieldname for fieldname in json.loads(row.value)]
		frappe.db.set_value("Property Setter", row.name, "value", json.dumps(order), update_modified=False)
	frappe.clear_cache(doctype=doctype)
