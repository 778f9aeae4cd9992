"""What the framework keeps beside a document, elsewhere than in the document: files, recycle bin, error log, prepared reports.

Those places are read by others than the document is. Private files of any document of ours cannot be had by way of another
document; for what says who is in hardship (`private` in its feature's policy) all files are private and stay where they are, and the other places
keep the number only (AID4). Called by hooks.py, doc_events.
"""

import re
from functools import lru_cache
from posixpath import basename, normpath
from urllib.parse import unquote

import frappe
from frappe import _
from frappe.model import no_value_fields
from frappe.utils import cint, cstr

from gongtongti.core import policy

# fields that hold choices, numbers and dates; any other may hold what somebody wrote
_HOLDING_NO_TEXT = {"Link", "Select", "Check", "Int", "Float", "Currency", "Percent", "Date", "Datetime", "Time"}  # fmt: skip


class PublicFileError(frappe.ValidationError):
	"""A file that belongs to aid was to be public."""


class ForeignFileError(frappe.PermissionError):
	"""A private file of a document was to be had by way of another one."""


class NotMailedError(frappe.PermissionError):
	"""Reports that follow their reader's reach are not sent around."""


class NotKeptError(frappe.ValidationError):
	"""Reports that follow their reader's reach are not kept for others."""


# -- files -------------------------------------------------------------------------------------------------------------


def guard_file(file, method=None) -> None:
	"""File, before_insert and before_validate: refuses a public file of aid, and a second way to a file of somebody else's.

	The framework lets the owner of a File row at whatever its URL names, and attaches any file that an Attach field names.
	Raises PublicFileError, ForeignFileError.
	"""
	if cint(file.is_folder):
		return
	stored = not file.is_new() and frappe.db.get_value("File", file.name, "*", as_dict=True)
	of_aid = file.attached_to_doctype in policy.current().private_files or (
		stored and stored.attached_to_doctype in policy.current().private_files
	)
	if of_aid and not cint(file.is_private):
		_refuse_public(file.attached_to_doctype or stored.attached_to_doctype)
	if stored and _is_care(stored) and _place(file) != _place(stored):
		frappe.throw(
			_("This file belongs to {0} {1} and stays there.").format(
				_(stored.attached_to_doctype), stored.attached_to_name
			),
			ForeignFileError,
		)
	if not file.flags.brought_along:
		_refuse_foreign_content(file)


def _refuse_public(doctype):
	frappe.throw(
		_("Files of {0} are private. Upload the file again and tick that it is private.").format(_(doctype)),
		PublicFileError,
	)


def note_content(doc, ptype=None, user=None, debug=False) -> bool:
	"""Hook `has_permission` of File: remembers, before the framework reads the disk, whether the user brings the content."""
	if ptype == "create":
		doc.flags.brought_along = bool(doc.get("content")) and not doc.file_url
	return True


def guard_import(data_import, method=None, *args, **kwargs) -> None:
	"""Data Import, before_validate and preview: it shows what stands in whatever file it names. Raises ForeignFileError."""
	_refuse_foreign_content(frappe._dict(file_url=data_import.import_file))


def _refuse_foreign_content(file) -> None:
	"""Raises unless whatever on the disk this row names belongs to no document of ours, or to one that the user reads."""
	urls = {cstr(url) for url in (file.file_url, unquote(cstr(file.file_url)), file.file_name) if url}
	names = {basename(normpath(url)) for url in urls} - {"", ".", ".."}
	if not names:
		return
	kept = frappe.get_all(
		"File",
		filters={
			"file_url": ("in", [f"/private/files/{name}" for name in names]),
			"attached_to_doctype": ("in", (*policy.current().rows, *policy.current().children)),
			"name": ("!=", cstr(file.name)),
		},
		fields=["attached_to_doctype", "attached_to_name", "owner"],
		distinct=True,
	)
	for row in kept:
		if not _may_read(row):
			frappe.throw(
				_("This file belongs to another record. Please upload your own file."), ForeignFileError
			)


def _may_read(row) -> bool:
	if frappe.db.exists(row.attached_to_doctype, row.attached_to_name):
		return bool(frappe.get_doc(row.attached_to_doctype, row.attached_to_name).has_permission("read"))
	# a form that was not saved yet attaches its files under a name of its own
	return frappe.session.user in ("Administrator", row.owner)


def _place(row):
	return row.attached_to_doctype, row.attached_to_name, row.file_url


def _is_care(row) -> bool:
	return row.attached_to_doctype in policy.current().private and bool(
		frappe.db.exists(row.attached_to_doctype, row.attached_to_name)
	)


def take_over_files(doc, method=None) -> None:
	"""Whatever has private files, on_change: they are private, and no longer belong to whoever uploaded them.

	The framework attaches what an Attach field names without asking anybody, and lets the owner at a file for ever, also
	when the school has another leader by then. Raises PublicFileError.
	"""
	attached = {"attached_to_doctype": doc.doctype, "attached_to_name": doc.name}
	files = frappe.get_all("File", attached, ["name", "is_private", "owner"], order_by=None)
	if not all(cint(file.is_private) for file in files):
		_refuse_public(doc.doctype)
	if doc.doctype in policy.current().private:
		for file in files:
			if file.owner != "Administrator":
				frappe.db.set_value("File", file.name, "owner", "Administrator", update_modified=False)


def own_file(file, method=None) -> None:
	"""File, after_insert: the same for a file that is attached to such a document as it stands."""
	if _is_care(file):
		file.db_set("owner", "Administrator", update_modified=False)


def hide_file_name(comment, method=None) -> None:
	"""Comment, before_insert: that a file was attached is told, its name is not."""
	if comment.reference_doctype in policy.current().private and comment.comment_type == "Attachment":
		comment.content = _("A file was attached.")
	elif (
		comment.reference_doctype in policy.current().private and comment.comment_type == "Attachment Removed"
	):
		comment.content = _("A file was removed.")


def refuse_print(doc, method=None, settings=None) -> None:
	"""What says who is in hardship, before_print: some versions let whoever may read print, and anybody who has a key.

	Raises PermissionError.
	"""
	if not doc.has_permission("print"):
		frappe.throw(_("{0} is not printed.").format(_(doc.doctype)), frappe.PermissionError)


# -- the recycle bin ---------------------------------------------------------------------------------------------------


def clear_texts(doc, method=None) -> None:
	"""What says who is in hardship, after_delete: the copy that the framework is about to make holds no text."""
	for df in doc.meta.fields:
		if df.fieldtype in frappe.model.table_fields:
			doc.set(df.fieldname, [])
		elif df.fieldtype not in no_value_fields and df.fieldtype not in _HOLDING_NO_TEXT:
			doc.set(df.fieldname, None)


def forget_file(file, method=None) -> None:
	"""File, after_delete: the same for the names of a file."""
	if file.attached_to_doctype in policy.current().private:
		file.update(dict.fromkeys(("file_name", "file_url", "content_hash", "thumbnail_url")))
		file.content = None


# -- the error log -----------------------------------------------------------------------------------------------------

_PLACE_OF_CODE = re.compile(r'^\s*File "')


@lru_cache(maxsize=8)
def _of_row_conditions(private: tuple[str, ...]) -> re.Pattern:
	"""What about.conditions puts into the lists of the framework's DocTypes: names of DocTypes, and no values of theirs.

	As it stands in an error: with its quotes escaped or not, and with a part in the middle left out.
	"""
	names = "|".join(map(re.escape, private))
	left_out = re.escape("...")

	def begins(text):
		return "|".join([re.escape(text), *(left_out + re.escape(text[i:]) for i in range(1, len(text) + 1))])

	return re.compile(
		rf"(?:IN \(|,|`=|{left_out}[,(=]?|{begins('WHEN ')})\\*'?(?:{names})(?:\\*'(?=,\\*'|,?\\*{left_out}|,?$|[)\s])|\\*(?={left_out}))"
		rf"|(?:{begins('EXISTS (SELECT 1 FROM `tab')})(?:{names})"
		rf"|'(?:{names})': \['gongtongti\.core\.access\.conditions'\]",
		re.MULTILINE,
	)


def strip_values(error, method=None) -> None:
	"""Error Log, before_insert: of an error around aid only the places in the code are kept, not the values.

	The framework writes the variables of every function down, and what the database said of them. An error of others that
	merely names our DocTypes, because our row conditions stand in its SQL, is kept as it is.
	"""
	private = policy.current().private
	text = _of_row_conditions(private).sub("", f"{cstr(error.method)}\n{cstr(error.error)}")
	# as DocType, as module, as class
	marks = {form for name in private for form in (name, frappe.scrub(name), name.replace(" ", ""))}
	if error.reference_doctype not in private and not any(
		mark in text for mark in (*marks, *policy.current().private_packages)
	):
		return
	lines = cstr(error.error).splitlines()
	kept = [
		line
		for i, line in enumerate(lines)
		if _PLACE_OF_CODE.match(line) or (i and _PLACE_OF_CODE.match(lines[i - 1]))
	]
	# the last line is "module.Error: what it says", and what it says may name somebody
	kind = re.match(r"[\w.]+", lines[-1].strip()) if lines else None
	error.error = "\n".join([*kept, kind.group() if kind else ""])
	error.method = kind.group() if kind else "Error"


# -- reports -----------------------------------------------------------------------------------------------------------


def refuse_mailing(mailing, method=None) -> None:
	"""Auto Email Report, validate: whoever sets one up would get what somebody else may see. Raises NotMailedError."""
	ref_doctype = frappe.db.get_value("Report", mailing.report, "ref_doctype")
	if ref_doctype in policy.current().private or mailing.report in policy.current().private_reports:
		frappe.throw(_("{0} is not sent by e-mail.").format(_(mailing.report)), NotMailedError)


def refuse_keeping(prepared, method=None) -> None:
	"""Prepared Report, before_insert: a prepared one is read by all who may run the report, whatever rows they see.

	Raises NotKeptError.
	"""
	if frappe.db.get_value("Report", prepared.report_name, "ref_doctype") in policy.current().rows:
		frappe.throw(
			_("{0} is not prepared in the background, because everybody sees other rows of it.").format(
				_(prepared.report_name)
			),
			NotKeptError,
		)


def run_reports_at_once() -> None:
	"""Daily: the framework has a report prepared in the background for good once it took long."""
	frappe.db.set_value("Report", {"ref_doctype": ("in", list(policy.current().rows))}, "prepared_report", 0)
