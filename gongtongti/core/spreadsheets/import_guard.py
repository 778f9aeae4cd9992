"""The whole file is looked at before the framework reads it, which takes in row after row and keeps what came before an error.

Called by hooks.py for Data Import. For imports into other apps' documents nothing happens here.

`put_in_order` (each save) refuses a file of which a cell cannot be read, naming row and column, and replaces one that can
be read by a copy that the framework reads one way only: UTF-8, headings in the first row, field names, English options,
ISO dates. `form_start_import` then tries all rows and takes them back before it lets the framework begin.
"""

from dataclasses import dataclass
from pathlib import Path

import frappe
from frappe import _
from frappe.core.doctype.data_import.importer import build_fields_dict_for_column_matching, get_autoname_field
from frappe.utils import CallbackManager, cstr, strip_html

from gongtongti.core import policy, relations
from gongtongti.core.spreadsheets import import_access, sheets, values

UPDATE = "Update Existing Records"
DONT_IMPORT = "Don't Import"
# the headings stand in one of these rows, below a title
HEADINGS_WITHIN = 10
AT_ONCE = 2000
SHOWN = 20
_CALLBACKS = ("before_commit", "after_commit", "before_rollback", "after_rollback")
# columns that people number their rows in
_COUNTERS = ("序号", "No.", "Serial No.", "#")


class UnreadableFileError(frappe.ValidationError):
	"""The file cannot be imported as it is."""


@dataclass
class Column:
	"""A column of the file: what stands above it, and the field that this means (None: left out)."""

	index: int
	heading: str
	df: frappe._dict | None = None

	@property
	def table(self) -> str | None:
		"""The field of the table that the column belongs to, None for the document's own."""
		return self.df.child_table_df.fieldname if self.df and self.df.get("child_table_df") else None

	@property
	def key(self) -> str:
		"""What the framework's importer takes for this field in every language."""
		if not self.df:
			return ""
		return f"{self.table}.{self.df.fieldname}" if self.table else self.df.fieldname

	@property
	def label(self) -> str:
		return self.heading or _(self.df.label)


# -- hooks -------------------------------------------------------------------------------------------------------------


def put_in_order(doc, method=None) -> None:
	"""Data Import, before_validate. Raises UnreadableFileError, PermissionError."""
	import_access.refuse_foreign_file(doc)
	if doc.reference_doctype not in policy.current().rows:
		return
	if doc.google_sheets_url:
		_refuse([_("Sheets on the net are not imported. Attach a file.")])
	if not doc.import_file:
		return
	file, rows = _read(doc)
	ordered = in_order(doc, rows)
	if ordered != [[values.text_of(cell) for cell in row] for row in rows] or file.file_type not in (
		"CSV",
		None,
	):
		doc.import_file = _attach(doc, file, ordered)
	if doc.get("custom_delimiters"):
		doc.custom_delimiters, doc.delimiter_options = 0, ","


@frappe.whitelist()
def form_start_import(data_import: str):
	"""Stands in for the framework's function, which on some versions asks for no permission.

	Raises UnreadableFileError unless every row can be taken in.
	"""
	from frappe.core.doctype.data_import.data_import import form_start_import as of_framework

	doc = frappe.get_doc(import_access.DATA_IMPORT, data_import)
	if doc.reference_doctype in policy.current().rows:
		doc.check_permission("write")
		doc.save()  # puts the file in order, whatever became of it since
		# what is left of an import that broke off is for the framework to go on with
		if doc.status == "Pending":
			rehearse(doc)
	return of_framework(data_import)


@frappe.whitelist()
def get_preview_from_template(
	data_import: str, import_file: str | None = None, google_sheets_url: str | None = None
):
	"""Stands in for the framework's function: shows a file of an import into this app to whoever may read the import."""
	from frappe.core.doctype.data_import.data_import import get_preview_from_template as of_framework

	doc = frappe.get_doc(import_access.DATA_IMPORT, data_import)
	if doc.reference_doctype in policy.current().rows:
		doc.check_permission("read")
		doc.import_file, doc.google_sheets_url = import_file or doc.import_file, google_sheets_url
		put_in_order(doc)
		return doc.get_preview_from_template()
	return of_framework(data_import, import_file, google_sheets_url)


# -- the file ----------------------------------------------------------------------------------------------------------


def _read(doc):
	found = frappe.get_all(
		"File", {"file_url": doc.import_file}, ["name", "file_url", "file_name", "file_type"], limit=1
	)
	if not found:
		_refuse([_("Please attach the file to this import.")])
	file = found[0]
	extension = Path(cstr(file.file_url)).suffix
	delimiter = (doc.get("delimiter_options") or ",")[0] if doc.get("custom_delimiters") else ","
	try:
		content = Path(frappe.get_doc("File", file.name).get_full_path()).read_bytes()
		return file, sheets.read(content, extension, delimiter)
	except OSError:
		_refuse([_("The file is no longer there. Attach it again.")])
	except sheets.UnreadableError as error:
		_refuse([cstr(error)])


def _attach(doc, file, rows) -> str:
	"""A private copy beside the file. Out: its address."""
	stem = cstr(file.file_name or "").rpartition(".")[0][:100]
	name = stem if file.file_type == "CSV" and stem.endswith(_("in order")) else f"{stem}-{_('in order')}"
	copy = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{name}.csv",
			"attached_to_doctype": doc.doctype,
			"attached_to_name": doc.name,
			"attached_to_field": "import_file",
			"is_private": 1,
			"content": sheets.write(rows),
		}
	)
	copy.flags.ignore_permissions = True  # the user may write the import that it is attached to
	copy.save()
	return copy.file_url


# -- rows and columns --------------------------------------------------------------------------------------------------


def in_order(doc, rows: list[list]) -> list[list[str]]:
	"""The rows as the framework's importer is to read them: headings, then one row for each that is not empty.

	In: the Data Import (reference_doctype, import_type, template_options), cells. Raises UnreadableFileError with all that
	cannot be read, by row and column of the file.
	"""
	top, columns = _headings(doc, rows)
	wanted = [column for column in columns if column.df]
	body = [
		(number, row) for number, row in enumerate(rows[top + 1 :], top + 2) if any(map(values.text_of, row))
	]
	problems = _of_columns(doc, columns, top + 1)
	if not body:
		problems.append(_("There is no row below the headings."))
	if len(body) > AT_ONCE:
		problems.append(
			_("A file holds {0} rows at most; this one has {1}. Divide it.").format(AT_ONCE, len(body))
		)
	if problems:
		_refuse(problems)
	texts = [
		(number, {column.index: _cell(row, column, number, problems) for column in wanted})
		for number, row in body
	]
	problems += _beyond(body, columns)
	problems += _missing(doc, wanted, texts)
	problems += _unknown(wanted, texts)
	problems += _twice(doc, wanted, texts)
	if problems:
		_refuse(problems)
	width = range(len(columns))
	keys = [column.key for column in columns]
	return [keys, *([text.get(index) or "" for index in width] for _number, text in texts)]


def _headings(doc, rows) -> tuple[int, list[Column]]:
	"""The row with the most headings that mean a field, and its columns."""
	by_heading = _fields(doc.reference_doctype)
	chosen = (frappe.parse_json(doc.template_options or "{}") or {}).get("column_to_field_map") or {}
	best = (0, 0, [])
	for top, row in enumerate(rows[:HEADINGS_WITHIN]):
		columns = []
		for index, cell in enumerate(row):
			heading = values.text_of(cell).rstrip("*＊ ")
			wish = chosen.get(str(index))
			df = None if wish == DONT_IMPORT else by_heading.get(wish or heading)
			columns.append(Column(index, "" if wish == DONT_IMPORT else heading, df))
		known = sum(1 for column in columns if column.df)
		if known > best[0]:
			best = (known, top, columns)
	if not best[0]:
		_refuse([_("No row of headings was found. Headings are called as in the form, for example {0}.").format(_examples(doc))])  # fmt: skip
	return best[1], best[2]


def _fields(doctype) -> dict:
	"""Heading -> field, in the user's language, in Chinese and in English."""
	found, before = {}, frappe.local.lang
	try:
		for lang in ("en", "zh", before):
			frappe.local.lang = lang
			found.update(build_fields_dict_for_column_matching(doctype))
	finally:
		frappe.local.lang = before
	return {heading: df for heading, df in found.items() if heading}


def _examples(doc) -> str:
	fields = [df for df in frappe.get_meta(doc.reference_doctype).fields if df.reqd]
	return " / ".join(_(df.label) for df in fields[:4])


def _of_columns(doc, columns, number) -> list[str]:
	"""Headings that mean nothing, twice the same, or are missing."""
	problems, seen = [], {}
	for column in columns:
		if column.df and column.key in seen:
			problems.append(_("{0}: the heading stands there twice").format(_place(number, column)))
		elif not column.df and column.heading and column.heading not in _COUNTERS:
			problems.append(
				_("{0}: no field is called so. Correct the heading or remove the column").format(
					_place(number, column)
				)
			)
		seen[column.key] = column
	if doc.import_type == UPDATE:
		if not any(column.df and _is_id(doc, column) for column in columns):
			problems.append(_("A column with the ID is missing, by which existing records are found."))
		return problems
	missing = [
		_(df.label)
		for df in frappe.get_meta(doc.reference_doctype).fields
		if df.reqd
		and not df.default
		and not df.read_only
		and df.fieldtype not in frappe.model.table_fields
		and df.fieldname not in seen
	]
	if missing:
		problems.append(_("Headings that are missing: {0}").format(" / ".join(missing)))
	return problems


def _cell(row, column, number, problems) -> str | None:
	"""The text for the importer, "" for an empty cell, None for one that cannot be read."""
	cell = row[column.index] if column.index < len(row) else None
	if not values.text_of(cell):
		return ""
	try:
		return values.read(cell, column.df)
	except values.Unreadable as error:
		problems.append(_("{0} cannot be read: {1}").format(_place(number, column), error))
		return None


def _beyond(body, columns) -> list[str]:
	"""What stands where no heading stands."""
	named = {column.index for column in columns if column.df or column.heading}
	dropped = {column.index for column in columns if not column.df and not column.heading}
	return [
		_("{0}: there is no heading above this cell").format(_place(number, Column(index, "")))
		for number, row in body
		for index, cell in enumerate(row)
		if index not in named and index not in dropped and values.text_of(cell)
	]


def _missing(doc, wanted, texts) -> list[str]:
	"""Mandatory cells that are empty. A row without anything of the document itself belongs to the one above."""
	problems = []
	for number, text in texts:
		tables = {column.table for column in wanted if text[column.index] != ""}
		for column in wanted:
			if doc.import_type == UPDATE:
				needed = _is_id(doc, column)
			else:
				needed = (
					column.df.get("reqd") and not column.df.get("default") and column.df.fieldname != "name"
				)
			if needed and text[column.index] == "" and column.table in tables:
				problems.append(_("{0}: the cell is empty").format(_place(number, column)))
	return problems


def _unknown(wanted, texts) -> list[str]:
	"""Documents that are named and do not exist. One query for each column."""
	problems = []
	for column in wanted:
		if not values.is_reference(column.df):
			continue
		named = {text[column.index] for _number, text in texts} - {"", None}
		there = (
			set(frappe.get_all(column.df.options, {"name": ("in", sorted(named))}, pluck="name"))
			if named
			else set()
		)
		for number, text in texts:
			name = text[column.index]
			if name and name not in there:
				problems.append(
					_("{0}: {1} “{2}” does not exist").format(
						_place(number, column), _(column.df.options), name
					)
				)
	return problems


def _twice(doc, wanted, texts) -> list[str]:
	"""Names and numbers that only one record may have, twice in the file or on record already; IDs that are not there."""
	problems, updating = [], doc.import_type == UPDATE
	for column in wanted:
		is_id = _is_id(doc, column)
		if column.table or not (is_id or column.df.get("unique")):
			continue
		fieldname = column.df.fieldname
		named = {text[column.index] for _number, text in texts} - {"", None}
		rows = (
			frappe.get_all(doc.reference_doctype, {fieldname: ("in", sorted(named))}, pluck=fieldname)
			if named
			else []
		)
		there, seen = {cstr(row) for row in rows}, set()
		for number, text in texts:
			value = text[column.index]
			if not value:
				continue
			if value in seen:
				problems.append(
					_("{0}: “{1}” stands in the file twice").format(_place(number, column), value)
				)
			elif is_id and updating and value not in there:
				problems.append(_("{0}: “{1}” is not on record").format(_place(number, column), value))
			elif not updating and value in there:
				problems.append(_("{0}: “{1}” is on record already").format(_place(number, column), value))
			seen.add(value)
	return problems


def _is_id(doc, column) -> bool:
	own = get_autoname_field(doc.reference_doctype)
	return not column.table and column.df.fieldname == (own.fieldname if own else "name")


def _place(number, column) -> str:
	letters, index = "", column.index + 1
	while index:
		index, rest = divmod(index - 1, 26)
		letters = chr(65 + rest) + letters
	return _("Row {0}, column {1} {2}").format(number, letters, column.heading).strip()


# -- all or nothing ----------------------------------------------------------------------------------------------------


def rehearse(doc) -> None:
	"""Takes every row in and takes it back. Raises UnreadableFileError with what was refused, by row of the file in order."""
	importer, problems = doc.get_importer(), []
	flags = {key: frappe.flags.get(key) for key in ("in_import", "mute_emails")}
	frappe.flags.update(in_import=True, mute_emails=True)
	waiting = {name: getattr(frappe.db, name) for name in _CALLBACKS}
	for name in _CALLBACKS:
		setattr(frappe.db, name, CallbackManager())
	frappe.db.savepoint("import_rehearsal")
	try:
		for payload in importer.import_file.get_payloads_for_import():
			frappe.db.savepoint("import_row")
			try:
				importer.process_doc(payload.doc)
			except Exception as error:  # as the framework does: whatever a row meets is said of the row
				frappe.db.rollback(save_point="import_row")
				said = strip_html(cstr(error)) or type(error).__name__
				problems.append(_("In row {0}: {1}").format(payload.rows[0].row_number, said))
	finally:
		frappe.db.rollback(save_point="import_rehearsal")
		frappe.db.after_rollback.run()  # forgets what was cached meanwhile
		for name, callbacks in waiting.items():
			setattr(frappe.db, name, callbacks)
		frappe.flags.update(flags)
		frappe.clear_messages()
		relations.forget()
	if problems:
		_refuse(problems)


def _refuse(problems: list[str]):
	said = [frappe.utils.escape_html(problem) for problem in problems[:SHOWN]]
	if len(problems) > SHOWN:
		said.append(_("and {0} more").format(len(problems) - SHOWN))
	frappe.throw(
		"<br>".join([_("Nothing was imported. Please correct the file and attach it again:"), *said]),
		UnreadableFileError,
		title=_("The file cannot be imported as it is"),
	)
