"""What a site of an older version stores is carried over."""

import json
import re

import frappe
import pytest
from frappe.modules.patch_handler import PatchType, get_patches_from_app

from gongtongti.patches import name_print_formats, name_who_is_no_cadre, own_words, rename_fields

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
	assert "gongtongti.patches.name_print_formats" in get_patches_from_app(
		"gongtongti", PatchType.pre_model_sync
	)


# -- names of fields ---------------------------------------------------------------------------------------------------


def columns_of(doctype):
	return {column.name for column in frappe.db.get_table_columns_description(f"tab{doctype}")}


def row_of(doctype, **values):
	row = frappe.new_doc(doctype)
	row.update({"name": "old-row", **values})
	row.db_insert()


def settings_naming(doctype, old):
	"""What Customize Form, a Custom Field and the report builder keep of a field; out: what they keep now."""
	setter = {"doctype_or_field": "DocField", "doc_type": doctype, "property_type": "Data"}
	row_of("Property Setter", **setter, field_name=old, property="hidden", value="1")
	row_of("Custom Field", dt=doctype, fieldname="old_row", insert_after=old)
	report = {
		"filters": [[doctype, old, "=", "x"]],
		"columns": [[old, doctype]],
		"sort_by": f"{doctype}.{old}",
	}
	row_of(
		"Report", ref_doctype=doctype, report_type="Report Builder", is_standard="No", json=json.dumps(report)
	)
	order = frappe.get_doc("Property Setter", "old-row")
	order.update({"name": "old-order", "field_name": None, "property": "field_order"})
	order.value = json.dumps(["name_before", old])
	order.db_insert()

	def kept():
		report = json.loads(frappe.db.get_value("Report", "old-row", "json"))
		return [
			frappe.db.get_value("Property Setter", "old-row", "field_name"),
			frappe.db.get_value("Custom Field", "old-row", "insert_after"),
			json.loads(frappe.db.get_value("Property Setter", "old-order", "value"))[1],
			report["columns"][0][0],
			report["filters"][0][1],
			report["sort_by"].split(".")[1],
		]

	return kept


@pytest.fixture
def old_site():
	"""Puts the column of a field back under its old name, as a site of the version before has it."""
	made = []

	def put_back(doctype, old, new, both):
		made.append((doctype, old))
		if both:
			column = frappe.db.get_column_type(doctype, new)
			frappe.db.sql_ddl(f"ALTER TABLE `tab{doctype}` ADD COLUMN `{old}` {column}")
		else:
			frappe.db.rename_column(doctype, new, old)

	yield put_back
	frappe.db.rollback()
	for doctype, old in made:
		rename_fields.rename_column(doctype, old, rename_fields.RENAMED[doctype][old])
		if old in columns_of(doctype):
			frappe.db.sql_ddl(f"ALTER TABLE `tab{doctype}` DROP COLUMN `{old}`")
		frappe.db.delete(doctype, {"name": ("like", "old-row%")})
	for doctype in ("Property Setter", "Custom Field", "Report"):
		frappe.db.delete(doctype, {"name": ("in", ("old-row", "old-order"))})
	frappe.db.commit()


FIELDS = [
	(doctype, old, new)
	for doctype, fields in rename_fields.RENAMED.items()
	for old, new in fields.items()
	if not new.endswith("_section")
]


@pytest.mark.both
@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize(("doctype", "old", "new"), FIELDS)
def test_what_a_renamed_field_holds_is_carried_over(old_site, doctype, old, new, both):
	meta = frappe.get_meta(doctype)
	assert meta.has_field(new) and not meta.has_field(old)
	old_site(doctype, old, new, both)
	written = {"old-row": (old, "以前写的"), "old-row-2": (old, "以前写的"), "old-row-3": (old, None)}
	for name, (column, value) in written.items():
		frappe.db.sql(f"INSERT INTO `tab{doctype}` (`name`, `{column}`) VALUES (%s, %s)", (name, value))
	if both:
		frappe.db.sql(f"UPDATE `tab{doctype}` SET `{new}` = '后来写的' WHERE `name` = 'old-row-2'")
	kept = settings_naming(doctype, old)
	assert kept() == [old] * 6
	for _time in range(2):
		rename_fields.execute()
		assert (old in columns_of(doctype)) is both and new in columns_of(doctype)
		rows = frappe.db.sql(
			f"SELECT `name`, `{new}` FROM `tab{doctype}` WHERE `name` LIKE 'old-row%%' ORDER BY `name`"
		)
		later = "后来写的" if both else "以前写的"
		assert [*map(tuple, rows)] == [("old-row", "以前写的"), ("old-row-2", later), ("old-row-3", None)]
		assert kept() == [new] * 6


@pytest.mark.parametrize(
	("doctype", "old", "new"),
	[
		("Exchange Plan", "s_words", "arrangements_section"),
		("Exchange Plan", "s_quotas", "quotas_section"),
		("Exchange Placement", "c1", "column_break_1"),
		("Exchange Placement", "t_checks", "checks_tab"),
	],
)
def test_what_names_a_renamed_break_follows(old_site, doctype, old, new):
	frappe.db.set_value("DocField", {"parent": doctype, "fieldname": new}, "fieldname", old)
	kept = settings_naming(doctype, old)
	for _time in range(2):
		rename_fields.execute()
		assert kept() == [new] * 6
		fieldnames = frappe.get_all("DocField", {"parent": doctype}, pluck="fieldname")
		assert new in fieldnames and old not in fieldnames


def test_no_break_of_ours_has_a_name_that_says_nothing():
	for doctype in frappe.get_all("DocType", {"module": "Gongtongti"}, pluck="name"):
		for df in frappe.get_meta(doctype).fields:
			if df.fieldtype in rename_fields.LAYOUT:
				assert not re.fullmatch(rename_fields.LAYOUT[df.fieldtype][0], df.fieldname)


def test_fields_are_renamed_first():
	assert (
		get_patches_from_app("gongtongti", PatchType.pre_model_sync)[0] == "gongtongti.patches.rename_fields"
	)
