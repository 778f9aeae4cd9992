"""What a site of an older version stores is carried over."""

import frappe
import pytest

from gongtongti.patches import name_who_is_no_cadre, own_words

RENAMED = [
	(doctype, field, old, new)
	for doctype, fields in own_words.RENAMED.items()
	for field, words in fields.items()
	for old, new in words.items()
]


def options(doctype, field):
	return frappe.get_meta(doctype).get_field(field).options.split("\n")


@pytest.mark.parametrize(("doctype", "field", "old", "new"), RENAMED)
def test_a_renamed_option_is_carried_over(doctype, field, old, new):
	assert new in options(doctype, field) and old not in options(doctype, field)
	row = frappe.new_doc(doctype)
	row.update({"name": "old-row", field: old})
	row.db_insert()
	own_words.execute()
	own_words.execute()
	assert frappe.db.get_value(doctype, "old-row", field) == new


def test_every_field_that_lost_an_option_is_carried_over():
	"""The same words mean the same everywhere: who was "Active" is "In Operation", in each DocType that says so."""
	carried = {(doctype, field, new) for doctype, field, _old, new in RENAMED}
	for doctype in frappe.get_all("DocType", {"module": "Gongtongti", "issingle": 0}, pluck="name"):
		for df in frappe.get_meta(doctype).get("fields", {"fieldtype": "Select", "fieldname": "status"}):
			for new in set(df.options.split("\n")) & {"In Operation", "Paid Out", "Serving"}:
				assert (doctype, df.fieldname, new) in carried


def test_whoever_was_no_cadre_is_called_so():
	row = frappe.new_doc("School Staff")
	row.update({"name": "old-row", "cadre_status": "None"})
	row.db_insert()
	name_who_is_no_cadre.execute()
	assert frappe.db.get_value("School Staff", "old-row", "cadre_status") == "Not a Cadre"
