"""Names that people type: tidied, of a length the database holds, without markup; and documents named by such a field.

What is tidied, and in what form names are compared, is said in gongtongti/core/names.py.
"""

import frappe
from frappe import _

from gongtongti.core import identity, names
from gongtongti.core.documents import OwnDocument

LONGEST = 140  # characters of a name in the database


class NameUnfitError(frappe.ValidationError):
	"""A name with markup in it, or longer than the database holds."""


class NameFixedError(frappe.ValidationError):
	"""The field that a document is named by was changed otherwise than by renaming."""


def clean(doc, *fieldnames):
	"""Tidies these text fields of `doc` (`names.written`). Raises NameUnfitError."""
	for fieldname in fieldnames:
		if doc.get(fieldname):
			doc.set(fieldname, _fit(doc.get(fieldname), _(doc.meta.get_label(fieldname))))


def _fit(text, label):
	text = names.written(text)
	if "<" in text or ">" in text:
		frappe.throw(
			# ">" first: the framework would take "<…>" for a tag and look for the text without it
			_("{0} cannot contain the signs > and <. Please write it without them.").format(label),
			NameUnfitError,
		)
	if len(text) > LONGEST:
		frappe.throw(
			_("{0} has {1} characters, {2} is the most. Please shorten it.").format(
				label, len(text), LONGEST
			),
			NameUnfitError,
		)
	return text


class NamedDocument(OwnDocument):
	"""A document named by one of its fields (autoname `field:…`): a clean name, changed by renaming only, never merged."""

	@property
	def _name_field(self):
		return self.meta.autoname.partition(":")[2]

	@property
	def IDENTIFIERS(self):
		return (self._name_field,)

	def before_naming(self):
		self.name = None  # a Data Import may bring another one along

	def autoname(self):
		self.name = names.as_document_name(self.get(self._name_field)) or None

	def before_insert(self):
		clean(self, self._name_field)
		self.set(self._name_field, names.from_document_name(self.get(self._name_field)))

	def _sync_autoname_field(self):
		"""The framework writes the document's name into the field: here that is what the name was made of."""
		if self.name:
			self.set(self._name_field, names.from_document_name(self.name))

	def before_validate(self):
		before = self.get_doc_before_save()
		if before and self.get(self._name_field) == before.get(self._name_field):
			return
		clean(self, self._name_field)
		# both may differ in letter case only, where the database takes them for the same
		if before and self.get(self._name_field) != before.get(self._name_field):
			frappe.throw(
				_("{0} is the name of this document. To change it use Rename in the menu.").format(
					_(self.meta.get_label(self._name_field))
				),
				NameFixedError,
			)

	def before_rename(self, old, new, merge=False):
		super().before_rename(old, new, merge)
		new = _fit(names.from_document_name(new), _(self.meta.get_label(self._name_field)))
		if identity.is_taken(self.doctype, self._name_field, names.key(new), self.name):
			frappe.throw(
				_("{0} is there already, perhaps written a little differently. Choose another name.").format(
					new
				),
				identity.IdentifierTakenError,
			)
		return names.as_document_name(new)

	def after_rename(self, old, new, merge=False):
		super().after_rename(old, new, merge)
		text = names.from_document_name(new)
		values = {self._name_field: text, f"{self._name_field}_key": names.key(text)}
		frappe.db.set_value(self.doctype, new, values, update_modified=False)
