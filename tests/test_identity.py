"""What identifies a document: one normal form everywhere, nothing folded together that differs, no number given twice."""

import itertools
import json
from pathlib import Path

import builders
import frappe
import pytest
from frappe.model.delete_doc import update_naming_series
from frappe.model.naming import set_new_name

from gongtongti.core import documents, identity, names
from gongtongti.features import DECLARED
from gongtongti.organisation.names import NamedDocument, NameFixedError
from gongtongti.patches import put_identifier_keys

FOLDER = Path(identity.__file__).parents[1] / "gongtongti" / "doctype"
FILES = {
	doc["name"]: doc for doc in (json.loads(path.read_text("utf-8")) for path in FOLDER.glob("*/*.json"))
}
# unique fields that hold no text of people: what the server makes, an account, a student number in its normal form, a year
MADE_BY_SERVER = {
	"posting_key",
	"reference_key",
	"claim",
	"open_key",
	"user",
	"student_number",
	"target_year",
	"school_year",
	"sheet_key",
	"lesson_key",
	"placement",
}


def identifiers():
	return [
		(doctype, field)
		for doctype in DECLARED.rows
		for field in getattr(frappe.new_doc(doctype), "IDENTIFIERS", ())
	]


def change(doctype, name, **values):
	doc = frappe.get_doc(doctype, name)
	doc.update(values)
	return doc.save()


# -- declared once, held by the database ------------------------------------------------------------------------------


def test_whatever_identifies_has_a_key_that_the_database_keeps_unique():
	found = identifiers()
	assert ("School Staff", "staff_no") in found and ("Community School", "school_name") in found
	for doctype, fieldname in found:
		fields = {field["fieldname"]: field for field in FILES[doctype]["fields"]}
		key = fields[f"{fieldname}_key"]
		assert key.get("unique") and key.get("hidden") and key.get("read_only") and key.get("no_copy"), (
			doctype
		)
		# a unique index on the text itself would take 𠮷 for 𡈽
		assert not fields[fieldname].get("unique"), doctype
		assert not frappe.get_meta(doctype).get_field(fieldname).unique, doctype


def test_no_other_field_that_people_fill_in_is_unique():
	declared = {(doctype, f"{fieldname}_key") for doctype, fieldname in identifiers()}
	unique = {
		(name, field["fieldname"])
		for name, doc in FILES.items()
		for field in doc["fields"]
		if field.get("unique") and field["fieldname"] not in MADE_BY_SERVER
	}
	assert unique == declared


def test_whatever_is_named_by_a_field_is_identified_by_it():
	for doctype, doc in FILES.items():
		field = (doc.get("autoname") or "").partition("field:")[2]
		if field and field != "target_year":
			assert isinstance(frappe.new_doc(doctype), NamedDocument), doctype


# -- alike is the same, different stays apart -------------------------------------------------------------------------


@pytest.mark.both
@pytest.mark.parametrize(
	"again", ["ＡＢ小学", "ab小学", "AB小学\u200b", "\ufeffAB小学", " AB小学 ", "AB小学\u00ad"]
)
def test_a_school_that_only_looks_different_is_the_same(again):
	builders.school("AB小学")
	with pytest.raises(identity.IdentifierTakenError) as refusal:
		builders.insert("Community School", school_name=again, location="Urban", stage="Primary School")
	assert "School Name" in str(refusal.value)


@pytest.mark.both
def test_schools_whose_signs_the_database_folds_together_are_two(small):
	one, other = (
		builders.insert("Community School", school_name=name, location="Urban", stage="Primary School")
		for name in ("𠮷小学", "𡈽小学")
	)
	assert (one.name, other.name) == ("U+20BB7小学", "U+2123D小学")
	assert (one.school_name, other.school_name) == ("𠮷小学", "𡈽小学")
	people = [builders.staff("测试教师", school) for school in ("𠮷小学", "𡈽小学")]  # as people write it
	assert [frappe.db.get_value("School Staff", name, "school") for name in people] == [one.name, other.name]
	assert frappe.get_all("School Staff", {"school": one.name}, pluck="name") == people[:1]
	community = builders.community("𠮷共同体", "𠮷小学", ["𡈽小学"])
	doc = frappe.get_doc("Education Community", community)
	assert [row.school for row in doc.members] == [one.name, other.name]
	with pytest.raises(identity.IdentifierTakenError):
		builders.insert("Community School", school_name="𠮷 小学", location="Urban", stage="Primary School")


@pytest.mark.both
def test_renaming_follows_the_same_rules(small):
	school, other = builders.school("测试甲小学"), builders.school("测试乙小学")
	assert frappe.rename_doc("Community School", school, "𠮷小学") == "U+20BB7小学"
	doc = frappe.get_doc("Community School", "U+20BB7小学")
	assert (doc.school_name, doc.school_name_key) == ("𠮷小学", names.key("𠮷小学"))
	assert doc.save()
	for taken in ("𠮷 小学", "测试 甲小学"):
		if taken == "𠮷 小学":
			with pytest.raises((identity.IdentifierTakenError, frappe.ValidationError)):
				frappe.rename_doc("Community School", other, taken)
		else:  # the former name is free again
			assert frappe.rename_doc("Community School", other, taken) == "测试甲小学"
	with pytest.raises(NameFixedError):
		change("Community School", "测试甲小学", school_name="测试丙小学")


@pytest.mark.both
@pytest.mark.parametrize("again", ["ｇｈ-０７", "gh-07", "GH—07", "GH-07\u200d"])
def test_a_staff_number_belongs_to_one_person(small, again):
	builders.staff("测试甲", small.urban, staff_no="GH-07")
	with pytest.raises(identity.IdentifierTakenError):
		builders.staff("测试乙", small.urban, staff_no=again)
	one = builders.staff("测试丙", small.urban, staff_no="GH-08")
	with pytest.raises(identity.IdentifierTakenError):
		change("School Staff", one, staff_no=again)
	assert change("School Staff", one, staff_no="GH-08\u200b").staff_no == "GH-08"
	for _number in range(2):
		assert builders.staff("测试丁", small.urban, staff_no=" ")


def test_a_key_is_not_written_by_a_client(small):
	name = builders.staff("测试甲", small.urban, staff_no="GH-07", staff_no_key="x")
	assert frappe.db.get_value("School Staff", name, "staff_no_key") == names.key("GH-07")
	assert change("School Staff", name, staff_no_key=None).staff_no_key == names.key("GH-07")


def test_what_was_entered_before_there_were_keys_gets_them_and_is_not_refused(small, capsys):
	first, second = (builders.staff("测试甲", small.urban, staff_no=number) for number in ("GH-07", "GH-08"))
	frappe.db.set_value("School Staff", first, {"staff_no_key": None, "creation": "2020-01-01"})
	frappe.db.set_value("School Staff", second, {"staff_no": "ＧＨ-０７", "staff_no_key": None})
	for _run in range(2):
		put_identifier_keys.put_keys("School Staff", "staff_no")
		assert frappe.db.get_value("School Staff", first, "staff_no_key") == names.key("GH-07")
		assert not frappe.db.get_value("School Staff", second, "staff_no_key")
	assert second in capsys.readouterr().out
	assert change("School Staff", second, phone="000")
	put_identifier_keys.execute()


# -- numbers ----------------------------------------------------------------------------------------------------------

NUMBERED = sorted(name for name, doc in FILES.items() if "#" in (doc.get("autoname") or ""))


@pytest.mark.both
@pytest.mark.parametrize("doctype", NUMBERED)
def test_a_number_is_given_once(doctype):
	def number():
		doc = frappe.new_doc(doctype)
		set_new_name(doc)
		return doc

	first = number()
	deleted = number()
	update_naming_series(deleted)  # what the framework does at a deletion
	deleted.run_method("after_delete")
	assert len({first.name, deleted.name, number().name, number().name}) == 4


def test_every_document_is_of_the_class_that_keeps_its_number():
	assert set(NUMBERED) >= {
		"Aid Application",
		"Aid Disbursement",
		"Aid Fund Contribution",
		"Exchange Placement",
	}
	for doctype in NUMBERED:
		doc = frappe.new_doc(doctype)
		assert isinstance(doc, documents.OwnDocument), doctype
		assert type(doc).after_delete is documents.OwnDocument.after_delete, doctype


@pytest.mark.both
def test_a_deleted_draft_keeps_its_number(small):
	made = []
	for _time in range(3):
		made.append(builders.agreement(small.community, [small.urban, small.rural]))
		frappe.delete_doc("Community Agreement", made[-1])
	assert len(set(made)) == 3


def test_numbers_are_not_chosen_by_an_import(small):
	frappe.flags.in_import = True
	try:
		with pytest.raises(identity.NumberGivenError):
			builders.insert("School Staff", name="ST-99999", staff_name="测试甲", school=small.urban)
	finally:
		frappe.flags.in_import = False


def test_numbers_of_kinds_that_share_a_counter_differ(small):
	numbers = [builders.staff("测试甲", small.urban).split("-")[-1] for _time in range(2)]
	assert all(one < other for one, other in itertools.pairwise(numbers))
