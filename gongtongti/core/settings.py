"""The settings of the app, read in one way everywhere."""

import frappe

from gongtongti.core import policy


def get(fieldname: str):
	"""A setting in the type of its field; its default where it was never saved. 0 is a value that somebody chose."""
	doctype = policy.current().settings
	value = frappe.get_cached_doc(doctype).get(fieldname)
	field = frappe.get_meta(doctype).get_field(fieldname)
	if is_empty(value):
		value = field.default
	return frappe.utils.cast(field.fieldtype, value)


def is_empty(value) -> bool:
	return value is None or value == ""
