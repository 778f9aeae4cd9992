"""What figures of a workspace share: each counts only what its reader may see, and leads to those rows."""

import frappe
from frappe.query_builder.functions import Count

from gongtongti.core import access


def count(doctype, wanted) -> int:
	"""How many rows of `doctype` the reader sees and `wanted` (a condition of its table) says. Raises PermissionError."""
	frappe.has_permission(doctype, "read", throw=True)
	table = frappe.qb.DocType(doctype)
	query = frappe.qb.from_(table).select(Count("*")).where(wanted(table))
	return access.visible(query, doctype, table).run()[0][0]


def card(value, route, route_options, fieldtype="Int") -> dict:
	"""The answer that the framework's Number Card takes."""
	return {"value": value, "fieldtype": fieldtype, "route": route, "route_options": route_options}
