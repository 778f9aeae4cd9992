"""Tables that leave the app as spreadsheets: what is text there stays text.

A spreadsheet program takes a text that begins with =, +, - or @ for a formula and runs it: a donor's name could send the
whole list somewhere. The framework writes texts as they are. So each of its functions that hands out a table is called
through one of these, and what it made of a DocType or report of this app is gone over before it is sent; tables of other
apps are sent as they are.
"""

import re
import unicodedata
from io import BytesIO

import frappe
from frappe.utils import cstr
from openpyxl import load_workbook

from gongtongti.core import access, names

_SIGNS = ("=", "+", "-", "@")
_AT_ONCE = ("\t", "\r", "\n")
_LOOKLESS_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"
# a figure is no formula, whatever its sign
_NUMBER = re.compile(r"[-+]?[0-9][0-9,]*(\.[0-9]*)?%?")
_TEXT = "'"


def is_formula(text: str) -> bool:
	"""Whether a spreadsheet program might run this text: by its first sign that can be seen, of whatever width."""
	if _NUMBER.fullmatch(text):
		return False
	seen = unicodedata.normalize("NFKC", names.written(text)).lstrip(_LOOKLESS_LETTERS)
	return text.startswith(_AT_ONCE) or names.written(seen).startswith(_SIGNS)


def as_text(value):
	"""A value of a cell as it is handed out: a text that might be run begins with an apostrophe, all else is as it was."""
	return f"{_TEXT}{value}" if isinstance(value, str) and is_formula(value) else value


# -- tables ------------------------------------------------------------------------------------------------------------


def csv_as_text(table: str, delimiter: str = ",") -> str:
	"""A table in CSV with such texts made harmless; nothing else in it is touched."""
	cell = re.compile(rf'"(?:[^"]|"")*"|[^"\r\n{re.escape(delimiter)}]+')
	return cell.sub(_cell_as_text, table)


def _cell_as_text(found) -> str:
	cell = found.group()
	if not cell.startswith('"'):
		return as_text(cell)
	inner = cell[1:-1]
	return f'"{_TEXT}{inner}"' if is_formula(inner.replace('""', '"')) else cell


def xlsx_as_text(table: bytes) -> bytes:
	"""A workbook with such texts made harmless; the same bytes if there are none."""
	book = load_workbook(BytesIO(table))
	cells = [
		cell
		for page in book.worksheets
		for row in page.iter_rows()
		for cell in row
		if isinstance(cell.value, str) and is_formula(cell.value)
	]
	if not cells:
		return table
	for cell in cells:
		cell.value = as_text(cell.value)
		cell.data_type = "s"
	made = BytesIO()
	book.save(made)
	return made.getvalue()


def table_as_text(table: bytes | str, delimiter: str = ","):
	"""A table of either kind, of the same kind again."""
	if isinstance(table, str):
		return csv_as_text(table, delimiter)
	if table.startswith(b"PK"):
		return xlsx_as_text(table)
	return csv_as_text(table.decode(), delimiter).encode()


def _answer_as_text(of_framework, *args, **kwargs):
	"""Calls a function of the framework that puts a table into the answer, and makes it harmless there."""
	form = frappe.local.form_dict
	delimiter = cstr(form.get("csv_delimiter") or ",")[0]
	form.pop(
		"export_in_background", None
	)  # what is made there is mailed, and kept for all who may run the report
	answer = of_framework(*args, **kwargs)
	for key in ("filecontent", "result"):
		if table := frappe.local.response.get(key):
			frappe.local.response[key] = table_as_text(table, delimiter)
	return answer


# -- whose -------------------------------------------------------------------------------------------------------------


def _is_ours(doctype) -> bool:
	return access.is_ours(doctype)


def is_our_report(name) -> bool:
	"""Whether a report, of any kind, is one of DocTypes of this app."""
	return _is_ours(frappe.get_cached_value("Report", name, "ref_doctype")) if name else False


def _export(is_ours, of_framework, *args, **kwargs):
	return _answer_as_text(of_framework, *args, **kwargs) if is_ours else of_framework(*args, **kwargs)


@frappe.whitelist()
def export_list():
	"""frappe.desk.reportview.export_query: a list, as CSV or Excel."""
	from frappe.desk.reportview import export_query as of_framework

	return _export(_is_ours(frappe.local.form_dict.get("doctype")), of_framework)


@frappe.whitelist()
def export_report():
	"""frappe.desk.query_report.export_query: a report, as CSV or Excel."""
	from frappe.desk.query_report import export_query as of_framework

	return _export(is_our_report(frappe.local.form_dict.get("report_name")), of_framework)


@frappe.whitelist()
def export_data(doctype: str | list | None = None, **kwargs):
	"""frappe.core.doctype.data_export.exporter.export_data: documents with their rows."""
	from frappe.core.doctype.data_export.exporter import export_data as of_framework

	named = frappe.parse_json(doctype) if cstr(doctype).startswith("[") else doctype
	first = named[0] if isinstance(named, list) and named else named
	kwargs.pop("cmd", None)
	return _export(_is_ours(first), frappe.call, of_framework, doctype=doctype, **kwargs)


@frappe.whitelist()
def download_template(
	doctype: str,
	export_fields: dict | list | str | None = None,
	export_records: str | None = None,
	export_filters: dict | list | str | None = None,
	file_type: str = "CSV",
):
	"""frappe.core.doctype.data_import.data_import.download_template: documents, to be changed and imported again."""
	from frappe.core.doctype.data_import.data_import import download_template as of_framework

	return _export(
		_is_ours(doctype), of_framework, doctype, export_fields, export_records, export_filters, file_type
	)


@frappe.whitelist()
def download_errored_template(data_import_name: str):
	"""frappe.core.doctype.data_import.data_import.download_errored_template: rows that could not be imported."""
	from frappe.core.doctype.data_import.data_import import download_errored_template as of_framework

	return _export(_imports_ours(data_import_name), of_framework, data_import_name)


@frappe.whitelist()
def download_import_log(data_import_name: str):
	"""frappe.core.doctype.data_import.data_import.download_import_log: what an import said of each row."""
	from frappe.core.doctype.data_import.data_import import download_import_log as of_framework

	return _export(_imports_ours(data_import_name), of_framework, data_import_name)


def _imports_ours(data_import) -> bool:
	return _is_ours(frappe.db.get_value("Data Import", data_import, "reference_doctype"))


def mailed_as_text(of_framework):
	"""Auto Email Report, get_report_content: wrapped by wrapped.py, because it is mailed at night as well."""

	def get_report_content(self):
		table = of_framework(self)
		if table and self.format in ("XLSX", "CSV") and is_our_report(self.report):
			return table_as_text(table)
		return table

	return get_report_content
