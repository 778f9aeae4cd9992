"""What tells one document from all others, for every document of the app: identifiers in one normal form, numbers given once.

`Identified` is a base of `doors.OwnDocument`. A controller says which of its fields identify; each of these has a hidden
unique field beside it (`staff_no` and `staff_no_key`) that holds its key (gongtongti/core/names.py), so that the database, too,
refuses a second one that only looks different, and takes none for another that only its collation folds together.
"""

import re

import frappe
from frappe import _

from gongtongti.core import names


class IdentifierTakenError(frappe.DuplicateEntryError):
	"""Another document of the kind has this identifier, perhaps written in another way."""


class NumberGivenError(frappe.ValidationError):
	"""Numbers are given by the system; one that was chosen could be that of another document, now or later."""


class Identified:
	"""Identifiers of a document and its number; see above.

	IDENTIFIERS: the fields that identify a document among all of its DocType
	"""

	IDENTIFIERS: tuple[str, ...] = ()

	def insert(self, *args, **kwargs):
		_name_linked_documents(self)
		return super().insert(*args, **kwargs)

	def save(self, *args, **kwargs):
		_name_linked_documents(self)
		return super().save(*args, **kwargs)

	def run_before_save_methods(self):
		# after the framework has asked for the right to write, before anything looks at the document
		for fieldname in self.IDENTIFIERS:
			self._put_key(fieldname)
		super().run_before_save_methods()
		for fieldname in self.IDENTIFIERS:
			self._refuse_taken(fieldname)

	def _put_key(self, fieldname):
		before = self.get_doc_before_save()
		if before and self.get(fieldname) == before.get(fieldname):
			# also what was entered before there were keys, and looks like another: it is not refused now
			self.set(f"{fieldname}_key", before.get(f"{fieldname}_key"))
			return
		self.set(fieldname, names.written(self.get(fieldname)) or None)
		self.set(f"{fieldname}_key", names.key(self.get(fieldname)))

	def _refuse_taken(self, fieldname):
		key = self.get(f"{fieldname}_key")
		if key and is_taken(self.doctype, fieldname, key, None if self.is_new() else self.name):
			frappe.throw(
				_(
					"{0} “{1}” is there already, perhaps written a little differently. Please use that one."
				).format(_(self.meta.get_label(fieldname)), frappe.utils.escape_html(self.get(fieldname))),
				IdentifierTakenError,
			)

	def before_naming(self):
		"""A Data Import may bring names along."""
		if "#" in (self.meta.autoname or "") and frappe.flags.in_import and self.name:
			frappe.throw(
				_("Leave the column ID empty: {0} gets its number from the system.").format(_(self.doctype)),
				NumberGivenError,
			)

	def after_delete(self):
		keep_number(self)


def is_taken(doctype: str, fieldname: str, key: str, name: str | None) -> bool:
	"""Whether a document other than `name` has this key of an identifying field."""
	return bool(frappe.db.exists(doctype, {f"{fieldname}_key": key, "name": ("!=", name or "")}))


def keep_number(doc) -> None:
	"""After a deletion: the number of `doc` is not given out again.

	The framework has just turned the counter back if the deleted document was the last one. The row of the counter is
	locked since then, so that nobody has taken a number in between.
	"""
	autoname, number = doc.meta.autoname or "", re.search(r"\d+$", doc.name)
	if "#" not in autoname or not number:
		return
	# `format:` names share one counter, without a name; of all others it is called by what stands before the number
	counter = "" if autoname.startswith("format:") else doc.name[: number.start()]
	series = frappe.qb.DocType("Series")
	(
		frappe.qb.update(series)
		.set(series.current, int(number.group()))
		.where((series.name == counter) & (series.current < int(number.group())))
		.run()
	)


def _name_linked_documents(doc) -> None:
	"""Links say a document by its name: whoever writes 𠮷小学 means the school that is called U+20BB7小学 there."""
	for row in (doc, *doc.get_all_children()):
		for df in row.meta.get_link_fields():
			value = row.get(df.fieldname)
			if isinstance(value, str) and any(ord(sign) > 0xFFFF for sign in value):
				name = names.as_document_name(value)
				if frappe.db.exists(df.options, name):
					row.set(df.fieldname, name)
