"""What a site of an older version stores is carried over."""

import frappe
import pytest

from gongtongti.patches import name_print_formats, name_who_is_no_cadre, own_words

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


# -- print formats -----------------------------------------------------------------------------------------------------


def print_format(name, like, **values):
	"""A row as a site stores it."""
	doc = frappe.copy_doc(frappe.get_doc("Print Format", like))
	doc.update({"name": name, "docstatus": 0, **values})
	doc.db_insert()


def default_of(doctype, name):
	"""What Customize Form writes."""
	row = frappe.new_doc("Property Setter")
	row.update(
		{
			"name": f"{doctype}-{name}",
			"doctype_or_field": "DocType",
			"doc_type": doctype,
			"property": "default_print_format",
			"property_type": "Data",
			"value": name,
		}
	)
	row.db_insert()
	return lambda: frappe.db.get_value("Property Setter", row.name, "value")


def notification(name):
	"""A link to a print format."""
	row = frappe.new_doc("Notification")
	row.update({"name": f"sends {name}", "print_format": name})
	row.db_insert()
	return lambda: frappe.db.get_value("Notification", row.name, "print_format")


def formats_of(doctype):
	return set(frappe.get_all("Print Format", {"doc_type": doctype}, pluck="name"))


@pytest.mark.parametrize(("old", "new"), name_print_formats.RENAMED.items())
@pytest.mark.parametrize("both", [False, True])
def test_a_print_format_is_called_what_the_paper_is_called(old, new, both):
	doctype = frappe.db.get_value("Print Format", new, "doc_type")
	copy = f"{old} 2"
	print_format(old, new)
	print_format(copy, new, standard="No")
	if not both:
		frappe.db.delete("Print Format", {"name": new})
	default, default_copy = default_of(doctype, old), default_of(doctype, copy)
	sent, sent_copy = notification(old), notification(copy)
	for _time in range(2):
		name_print_formats.execute()
		assert formats_of(doctype) == {new, copy}
		assert frappe.db.get_value("Print Format", new, ["standard", "module"]) == ("Yes", "Gongtongti")
		assert (default(), sent()) == (new, new)
		assert (default_copy(), sent_copy()) == (copy, copy)


@pytest.mark.parametrize("old", [*name_print_formats.RENAMED, None])
def test_a_print_format_of_the_site_is_not_overwritten(old):
	"""It may have our new name before us; then it makes room, with what names it."""
	new = name_print_formats.RENAMED[old or "Aid Payment List"]
	doctype = frappe.db.get_value("Print Format", new, "doc_type")
	if old:
		print_format(old, new)
	frappe.db.set_value("Print Format", new, {"standard": "No", "html": "ours alone"})
	default, sent = default_of(doctype, new), notification(new)
	for _time in range(2):
		name_print_formats.execute()
		assert formats_of(doctype) == ({new, f"{new}-1"} if old else {f"{new}-1"})
		assert frappe.db.get_value("Print Format", f"{new}-1", ["standard", "html"]) == ("No", "ours alone")
		assert (default(), sent()) == (f"{new}-1", f"{new}-1")


@pytest.mark.parametrize(("old", "new"), name_print_formats.RENAMED.items())
def test_a_print_format_of_the_site_keeps_our_old_name(old, new):
	print_format(old, new, standard="No")
	name_print_formats.execute()
	assert formats_of(frappe.db.get_value("Print Format", new, "doc_type")) == {old, new}


def test_print_formats_are_named_before_the_new_files_are_read():
	from frappe.modules.patch_handler import PatchType, get_patches_from_app

	assert "gongtongti.patches.name_print_formats" in get_patches_from_app(
		"gongtongti", PatchType.pre_model_sync
	)
