"""Data Import into documents of this app: who may, what is understood, what is refused, and that nothing comes in by halves."""

import io
from datetime import datetime

import builders
import frappe
import pytest
from approvals import as_
from frappe.utils import getdate

from gongtongti.core.spreadsheets import import_access, import_guard, sheets, values
from gongtongti.features import DECLARED
from gongtongti.organisation import roles

STAFF = "School Staff"


def headings(*fieldnames):
	"""The labels of fields as a Chinese user reads them in the form."""
	meta, before = frappe.get_meta(STAFF), frappe.local.lang
	frappe.local.lang = "zh"
	try:
		return [frappe._(meta.get_label(fieldname)) for fieldname in fieldnames]
	finally:
		frappe.local.lang = before


FIELDS = ("staff_name", "staff_no", "gender", "school", "at_school_since", "position", "status")


def row_of(small, name="导入甲", number="导001", **values_):
	row = {
		"staff_name": name,
		"staff_no": number,
		"gender": "男",
		"school": small.urban,
		"at_school_since": "2015年9月1日",
		"position": "教师",
		"status": "在职",
		**values_,
	}
	return [row[fieldname] for fieldname in FIELDS]


def csv_of(rows, encoding="utf-8"):
	return sheets.write([[values.text_of(cell) for cell in row] for row in rows]).decode().encode(encoding)


def xlsx_of(rows):
	from openpyxl import Workbook

	book, out = Workbook(), io.BytesIO()
	for row in rows:
		book.active.append(row)
	book.save(out)
	return out.getvalue()


def data_import(content, name="教职工.csv", user=None, doctype=STAFF, **values_):
	"""A Data Import with this file, as the form makes it: saved, the file attached, saved again."""

	def make():
		doc = frappe.get_doc(
			{
				"doctype": "Data Import",
				"reference_doctype": doctype,
				"import_type": "Insert New Records",
				**values_,
			}
		).insert()
		file = frappe.get_doc(
			{
				"doctype": "File",
				"file_name": name,
				"attached_to_doctype": doc.doctype,
				"attached_to_name": doc.name,
				"is_private": 1,
				"content": content,
			}
		).insert()
		doc.import_file = file.file_url
		return doc.save()

	return as_(user, make) if user else make()


def taken_in(doc):
	"""What the framework's importer makes of the file: [values of a document, …]."""
	return [payload.doc for payload in doc.get_importer().import_file.get_payloads_for_import()]


def refused(content, **how):
	with pytest.raises(import_guard.UnreadableFileError) as caught:
		data_import(content, **how)
	return frappe.utils.strip_html(str(caught.value).replace("<br>", "\n"))


@pytest.fixture
def chinese():
	frappe.local.lang = "zh"
	yield
	frappe.local.lang = "en"


# -- what is understood ------------------------------------------------------------------------------------------------


@pytest.mark.both
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("kind", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "xlsx"])
def test_chinese_values_titles_encodings_and_true_dates_are_understood(small, kind, lang):
	frappe.local.lang = lang
	day = datetime(2015, 9, 1) if kind == "xlsx" else "2015/9/1"
	rows = [["2026年教职工名单"], [], headings(*FIELDS), row_of(small, at_school_since=day), [], row_of(small, "导入乙", "导002")]  # fmt: skip
	content = xlsx_of(rows) if kind == "xlsx" else csv_of(rows, kind)
	doc = data_import(content, name=f"教职工.{'xlsx' if kind == 'xlsx' else 'csv'}", user=small.admin)
	first, second = taken_in(doc)
	assert (first.staff_name, first.gender, first.position, first.status) == ("导入甲", "Male", "Teacher", "In Service")  # fmt: skip
	assert {str(getdate(row.at_school_since)) for row in (first, second)} == {"2015-09-01"}
	assert not [w for w in doc.get_importer().import_file.get_warnings() if w.get("type") != "info"]
	assert as_(small.admin, import_guard.form_start_import, doc.name)
	made = frappe.get_all(STAFF, {"staff_no": ("in", ["导001", "导002"])}, ["*"])
	assert {row.staff_name for row in made} == {"导入甲", "导入乙"}
	opened = frappe.get_doc(STAFF, made[0].name)
	assert str(opened.at_school_since) == "2015-09-01" and opened.gender == "Male"
	_tidy(doc, made)


def _tidy(doc, made):
	"""The framework commits what it imports."""
	for row in made:
		frappe.delete_doc(STAFF, row.name, force=True)
	frappe.delete_doc("Data Import", doc.name, force=True)
	frappe.db.commit()


def test_file_in_order_stays_as_it_is(small):
	doc = data_import(csv_of([FIELDS, row_of(small, gender="Male", position="Teacher", status="In Service", at_school_since="2015-09-01")]))  # fmt: skip
	before = doc.import_file
	doc.save()
	assert doc.import_file == before
	other = data_import(csv_of([headings(*FIELDS), row_of(small)]))
	ordered = other.import_file
	other.save()
	assert other.import_file == ordered


# -- what is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("fieldname", "cell", "said"),
	[
		("at_school_since", "10.9.15", "10.9.15"),
		("at_school_since", "9/1/2015", "9/1/2015"),
		("at_school_since", "2015-13-01", "2015-13-01"),
		("at_school_since", "", "为空"),
		("gender", "先生", "男"),
		("school", "不存在的学校", "不存在"),
		("staff_name", "张\ufffd", "乱码"),
		("staff_no", "#N/A", "#N/A"),
	],
)
def test_what_cannot_be_read_is_refused_with_row_and_column_in_chinese(small, chinese, fieldname, cell, said):
	column = "ABCDEFG"[FIELDS.index(fieldname)]
	rows = [["名单"], headings(*FIELDS), row_of(small), row_of(small, "导入乙", "导002", **{fieldname: cell})]
	message = refused(csv_of(rows))
	assert f"第4行{column}列" in message.replace(" ", "") and said in message
	assert "没有导入" in message
	assert not frappe.db.exists(STAFF, {"staff_no": "导001"})


def test_headings_are_known_single_and_complete(small, chinese):
	assert "没有找到" in refused(csv_of([["甲", "乙"], ["1", "2"]]))
	assert "备用栏" in refused(csv_of([[*headings(*FIELDS), "备用栏"], [*row_of(small), "x"]]))
	assert "两次" in refused(csv_of([[*headings(*FIELDS), headings("gender")[0]], [*row_of(small), "男"]]))
	assert headings("school")[0] in refused(csv_of([headings("staff_name", "gender"), ["甲", "男"]]))
	assert "H列" in refused(csv_of([headings(*FIELDS), [*row_of(small), "多出"]])).replace(" ", "")
	assert taken_in(data_import(csv_of([["序号", *headings(*FIELDS)], ["1", *row_of(small)]])))


@pytest.mark.parametrize("content", [b"", b"\x81\x00\xff\xff", b"PK not a workbook"])
def test_damaged_files_are_refused(content):
	with pytest.raises(sheets.UnreadableError):
		sheets.read(content or b"\x00", "xlsx")
	with pytest.raises(sheets.UnreadableError):
		sheets.read(content, "doc")


@pytest.mark.parametrize("text", ["1_000", "٣", "1,00", "一百", "1e3"])
def test_numbers_are_plain_digits(text):
	with pytest.raises(values.Unreadable):
		values.read(text, frappe._dict(fieldtype="Currency"))
	assert values.read("1,000.50", frappe._dict(fieldtype="Currency")) == "1000.50"
	assert values.read(5.0, frappe._dict(fieldtype="Int")) == "5"
	with pytest.raises(values.Unreadable):
		values.read(370725199001011234, frappe._dict(fieldtype="Data"))


def test_options_are_called_what_the_form_calls_them():
	gender = frappe.get_meta("School Staff").get_field("gender")
	was, frappe.local.lang = frappe.local.lang, "zh"
	try:
		assert values.read("女", gender) == "Female"
		with pytest.raises(values.Unreadable, match="男 / 女"):
			values.read("先生", gender)
	finally:
		frappe.local.lang = was


def test_one_bad_row_brings_nothing_in(small):
	"""The second row passes the look at its cells, and is refused by the document: the date lies years ahead."""
	rows = [headings(*FIELDS), row_of(small), row_of(small, "导入乙", "导002", at_school_since="2099-09-01")]
	doc = data_import(csv_of(rows), user=small.admin)
	with pytest.raises(import_guard.UnreadableFileError) as caught:
		as_(small.admin, import_guard.form_start_import, doc.name)
	assert "row 3" in str(caught.value) and "row 2" not in str(caught.value)
	assert not frappe.db.exists(STAFF, {"staff_no": ("in", ["导001", "导002"])})
	assert not frappe.flags.in_import


# -- who ---------------------------------------------------------------------------------------------------------------


def test_those_who_are_promised_it_import_and_see_their_own_only(small):
	mine = data_import(csv_of([headings(*FIELDS), row_of(small)]), user=small.admin)
	assert (
		roles.ADMINISTRATOR in import_access.importers()
		and roles.SUPERVISION not in import_access.importers()
	)
	names = {
		user: as_(user, frappe.get_list, "Data Import", {"name": mine.name}, pluck="name")
		for user in (small.admin, small.clerk)
	}
	assert names == {small.admin: [mine.name], small.clerk: []}
	assert as_(small.admin, frappe.has_permission, "Data Import", "write", mine.name)
	assert not as_(small.clerk, frappe.has_permission, "Data Import", "read", mine.name)
	for import_, seen in ((mine.name, 1), (foreign := _foreign().name, 0)):
		row = {"doctype": "Data Import Log", "data_import": import_, "log_index": 0, "row_indexes": "[1]"}
		log = frappe.get_doc(row)
		log.db_insert()
		assert len(as_(small.admin, frappe.get_list, "Data Import Log", {"data_import": import_})) == seen
		assert as_(small.admin, frappe.has_permission, "Data Import Log", "read", log.name) == bool(seen)
	assert foreign and not as_(small.clerk, frappe.get_list, "Data Import Log", {"data_import": mine.name})
	for user in (small.principal_user[small.urban], small.users[roles.SUPERVISION], small.outsider):
		assert not as_(user, frappe.has_permission, "Data Import", "read")
	with pytest.raises(frappe.PermissionError):
		as_(small.clerk, import_guard.form_start_import, mine.name)
	with pytest.raises(frappe.PermissionError):
		as_(small.clerk, import_guard.get_preview_from_template, mine.name)


def _foreign():
	return frappe.get_doc(
		{"doctype": "Data Import", "reference_doctype": "Contact", "import_type": "Insert New Records"}
	).insert()


def test_imports_of_other_apps_stay_theirs(small):
	foreign = _foreign()
	assert not as_(small.admin, frappe.has_permission, "Data Import", "read", foreign.name)
	assert not as_(small.admin, frappe.get_list, "Data Import", {"name": foreign.name})
	with pytest.raises(frappe.PermissionError):
		as_(small.admin, frappe.get_doc({**foreign.as_dict(), "name": None}).insert)
	manager = builders.user("import.manager", ["System Manager"])
	assert as_(manager, frappe.has_permission, "Data Import", "write", foreign.name)
	both = builders.user("import.both", ["System Manager", roles.ADMINISTRATOR])
	assert as_(both, frappe.get_list, "Data Import", {"name": foreign.name})


def test_nobody_reads_a_file_by_way_of_an_import(small):
	secret = frappe.get_doc(
		{"doctype": "File", "file_name": "secret.csv", "is_private": 1, "content": b"a,b\n1,2"}
	).insert()
	mine = data_import(csv_of([headings(*FIELDS), row_of(small)]), user=small.admin)
	doc = frappe.get_doc("Data Import", mine.name)
	for address in (secret.file_url, "/etc/hosts.csv"):
		with pytest.raises(frappe.PermissionError):
			as_(small.admin, import_guard.get_preview_from_template, mine.name, address)
		with pytest.raises((frappe.PermissionError, frappe.ValidationError)):
			as_(small.admin, doc.run_method, "get_preview_from_template", address)
		doc.reload()
		doc.import_file = address
		with pytest.raises(frappe.PermissionError):
			as_(small.admin, doc.save)
		doc.reload()


def test_uninstalling_leaves_the_rights_of_data_import_as_they_were():
	import_access.withdraw()
	assert not frappe.db.exists("Custom DocPerm", {"parent": ("in", list(import_access.GIVEN))})
	import_access.give()
	given = frappe.get_all(
		"Custom DocPerm", {"parent": "Data Import"}, ["role", "read", "write", "create", "delete"]
	)
	assert {row.role for row in given} == {*import_access.importers(), "System Manager"}
	assert all(row.read and row.write and row.create for row in given)
	assert {row.role for row in given if row.delete} == {"System Manager"}
	before = len(given)
	import_access.give()
	assert frappe.db.count("Custom DocPerm", {"parent": "Data Import"}) == before
	frappe.db.set_value("Custom DocPerm", {"parent": "Data Import", "role": "System Manager"}, "delete", 0)
	import_access.withdraw()  # a row that the site has changed stays
	assert frappe.db.count("Custom DocPerm", {"parent": "Data Import"}) == 1


def test_only_what_is_imported_at_all_can_be(small):
	for doctype in DECLARED.private:
		assert not any(DECLARED.may(role, doctype, "import") for role in roles.ROLES)
