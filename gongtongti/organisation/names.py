"""Names that people type: trimmed, of a length the database holds, without markup; and documents named by such a field."""

import frappe
from frappe import _
from frappe.utils import cstr

from gongtongti.doors import OwnDocument

LONGEST = 140  # characters of a name in the database


class NameUnfitError(frappe.ValidationError):
	"""A name with markup in it, or longer than the database holds."""


class NameFixedError(frappe.ValidationError):
	"""The field that a document is named by was changed otherwise than by renaming."""


def clean(doc, *fieldnames):
	"""Trims these text fields of `doc`, with inner runs of blanks made one. Raises NameUnfitError."""
	for fieldname in fieldnames:
		if doc.get(fieldname):
			doc.set(fieldname, _fit(doc.get(fieldname), _(doc.meta.get_label(fieldname))))


def _fit(text, label):
	text = " ".join(cstr(text).split())
	if "<" in text or ">" in text:
		frappe.throw(
			_("{0} cannot contain the signs < and >. Please write it without them.").format(label),
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

	def before_insert(self):
		clean(self, self._name_field)

	def before_validate(self):
		clean(self, self._name_field)
		# both may differ in letter case only, where the database takes them for the same
		if not self.is_new() and self.get(self._name_field) != self.name:
			frappe.throw(
				_("{0} is the name of this document. To change it use Rename in the menu.").format(
					_(self.meta.get_label(self._name_field))
				),
				NameFixedError,
			)

	def before_rename(self, old, new, merge=False):
		super().before_rename(old, new, merge)
		return _fit(new, _(self.meta.get_label(self._name_field)))
