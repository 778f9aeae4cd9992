"""A file as rows of cells, whatever wrote it. Nothing here needs the framework but for its words."""

import csv
import io
from datetime import datetime

from frappe import _

# what a Chinese Excel writes: UTF-8 with or without its mark, GBK (GB 18030 holds all of it), UTF-16 as "Unicode text"
ENCODINGS = ("utf-8-sig", "gb18030")


class UnreadableError(ValueError):
	"""The file is none of those that can be read."""


def read(content: bytes, extension: str, delimiter: str = ",") -> list[list]:
	"""In: the bytes of a file and the ending of its name. Out: rows of cells: text, number, bool, datetime or None.

	Raises UnreadableError.
	"""
	reader = {"csv": _read_csv, "xlsx": _read_xlsx, "xls": _read_xls}.get(extension.lower().lstrip("."))
	if not reader:
		raise UnreadableError(_("Only files of the types csv, xlsx and xls can be imported."))
	try:
		return reader(content, delimiter)
	except UnreadableError:
		raise
	except Exception as error:  # whatever the libraries say of a damaged file
		raise UnreadableError(_("The file cannot be opened. Save it again as xlsx.")) from error


def _read_csv(content, delimiter):
	return [[cell if cell.strip() else None for cell in row] for row in csv.reader(io.StringIO(_decode(content), newline=""), delimiter=delimiter)]  # fmt: skip


def _decode(content) -> str:
	encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ENCODINGS
	for encoding in encodings:
		try:
			text = content.decode(encoding)
		except UnicodeDecodeError:
			continue
		if "\x00" not in text:
			return text
	raise UnreadableError(_("The file is neither UTF-8 nor GBK. Save it again as xlsx."))


def _read_xlsx(content, delimiter):
	from openpyxl import load_workbook

	sheet = load_workbook(io.BytesIO(content), data_only=True).active
	return [[cell.value for cell in row] for row in sheet.iter_rows()]


def _read_xls(content, delimiter):
	import xlrd

	book = xlrd.open_workbook(file_contents=content)
	sheet = book.sheet_by_index(0)
	return [[_xls_value(sheet.cell(row, column), book.datemode) for column in range(sheet.ncols)] for row in range(sheet.nrows)]  # fmt: skip


def _xls_value(cell, datemode):
	import xlrd

	if cell.ctype == xlrd.XL_CELL_DATE:
		return datetime(*xlrd.xldate_as_tuple(cell.value, datemode))
	if cell.ctype == xlrd.XL_CELL_BOOLEAN:
		return bool(cell.value)
	if cell.ctype == xlrd.XL_CELL_ERROR:
		return "#" + xlrd.error_text_from_code.get(cell.value, "?").lstrip("#")
	return None if cell.value == "" else cell.value


def write(rows: list[list[str | None]]) -> bytes:
	"""Rows of text as CSV in UTF-8."""
	out = io.StringIO()
	csv.writer(out).writerows([cell or "" for cell in row] for row in rows)
	return out.getvalue().encode("utf-8")
