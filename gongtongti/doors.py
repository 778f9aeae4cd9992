"""Doors of the framework that ask for no permission, closed for the DocTypes of this app.

Each function stands in for a whitelisted one of the framework (hooks.override_whitelisted_methods), answers for this
app's DocTypes only what the reader may see, and for all others whatever the framework answers. `DocumentRow` is the
base class of all child tables.
"""

import frappe
from frappe import _
from frappe.model.document import Document

from gongtongti import scope


class LoneRowError(frappe.ValidationError):
	"""A row of a document was saved or deleted by itself."""


class OwnDocument(Document):
	"""Base class of this app's documents: a save is a save, whatever a client calls it.

	On v16 a client can send `_action` along and say that a save is a discard, which comes by none of the checks.
	"""

	def insert(self, *args, **kwargs):
		self.__dict__.pop("_action", None)
		return super().insert(*args, **kwargs)

	def save(self, *args, **kwargs):
		self.__dict__.pop("_action", None)
		return super().save(*args, **kwargs)


class KeptRecordError(frappe.ValidationError):
	"""A record that the app keeps was written or taken away by somebody else."""


class KeptRecord(Document):
	"""A record that the app alone writes, with `db_insert`, and that nobody edits, cancels, renames or deletes afterwards.

	The controller refuses everything, to Administrator as well: there is no flag that a client could forge (AID1, AID4).
	"""

	def validate(self):
		frappe.throw(
			_("{0} is kept by the system. It cannot be entered, changed or deleted.").format(_(self.doctype)),
			KeptRecordError,
		)

	before_insert = before_update_after_submit = before_cancel = before_discard = on_trash = validate

	def save(self, *args, **kwargs):
		# on v16 a client can say that a save is a discard, which comes by none of the above
		self.validate()

	def before_rename(self, old, new, merge=False):
		self.validate()


class DocumentRow(OwnDocument):
	"""A row of a document, which is read by whoever may read its document, and changed within it only.

	The framework opens a row by its name to everybody who has the right on *some* document of the parent's DocType, and
	saves and deletes it without asking the parent's checks: signatures could be rewritten (EX5). Saving the document does
	not come by `validate` and `on_trash` of its rows.
	"""

	def has_permission(self, permtype="read", **kwargs):
		parent = self.parent_doc
		if not parent and self.parenttype in scope.RULES and frappe.db.exists(self.parenttype, self.parent):
			parent = frappe.get_doc(self.parenttype, self.parent)
		return bool(parent) and parent.has_permission(permtype, **kwargs)

	def validate(self):
		frappe.throw(_("Rows are changed in their document. Open {0}.").format(self.parent), LoneRowError)

	before_update_after_submit = before_cancel = before_discard = on_trash = validate

	def before_rename(self, old, new, merge=False):
		self.validate()


@frappe.whitelist()
def get_link_title(doctype: str, docname: str):
	"""frappe.desk.search.get_link_title tells anybody the title of any document. Out: the title, or else the number."""
	from frappe.desk.search import get_link_title as of_framework

	if doctype in scope.RULES and not frappe.has_permission(doctype, "read", doc=docname):
		return docname
	return of_framework(doctype, docname)


@frappe.whitelist()
def get_count(doctype: str, filters=None, debug: bool = False, cache: bool = False):
	"""frappe.client.get_count counts any rows with any filter, by which hidden values can be guessed."""
	from frappe.client import get_count as of_framework

	if doctype in scope.RULES or doctype in scope.CHILDREN:
		parent = scope.CHILDREN[doctype][0] if doctype in scope.CHILDREN else None
		rows = frappe.get_list(
			doctype,
			filters=frappe.parse_json(filters),
			parent_doctype=parent,
			pluck="name",
			limit=0,
			distinct=True,
		)
		return len(rows)
	return of_framework(doctype, filters=filters, debug=debug, cache=cache)


# -- what is said about a document: tags, likes, comments of the website -----------------------------------------------


def _refuse_unseen(doctype: str, *names: str) -> None:
	"""Raises PermissionError unless the reader may read these documents, if they are this app's."""
	if doctype in scope.RULES:
		for name in names:
			frappe.has_permission(doctype, "read", doc=name, throw=True)


@frappe.whitelist()
def add_tag(tag: str, dt: str, dn: str, color: str | None = None):
	from frappe.desk.doctype.tag.tag import add_tag as of_framework

	_refuse_unseen(dt, dn)
	return of_framework(tag, dt, dn, color)


@frappe.whitelist()
def add_tags(tags: str | list, dt: str, docs: str | list, color: str | None = None):
	from frappe.desk.doctype.tag.tag import add_tags as of_framework

	_refuse_unseen(dt, *frappe.parse_json(docs))
	return of_framework(tags, dt, docs, color)


@frappe.whitelist()
def remove_tag(tag: str, dt: str, dn: str):
	from frappe.desk.doctype.tag.tag import remove_tag as of_framework

	_refuse_unseen(dt, dn)
	return of_framework(tag, dt, dn)


@frappe.whitelist()
def get_tagged_docs(doctype: str, tag: str):
	"""frappe.desk.doctype.tag.tag.get_tagged_docs names all documents with a tag like this one. Out: [(name,), …]."""
	from frappe.desk.doctype.tag.tag import get_tagged_docs as of_framework

	if doctype in scope.RULES:
		return frappe.get_list(
			doctype, filters={"_user_tags": ("like", tag)}, fields=["name"], limit=0, as_list=True
		)
	return of_framework(doctype, tag)


@frappe.whitelist()
def toggle_like(doctype: str, name: str, add: bool | str = False):
	from frappe.desk.like import toggle_like as of_framework

	_refuse_unseen(doctype, name)
	return of_framework(doctype, name, add)


@frappe.whitelist(allow_guest=True)
def add_comment(
	comment: str, comment_email: str, comment_by: str, reference_doctype: str, reference_name: str, route: str
):
	"""The comment box of web pages takes any document; those of this app are commented on in their form."""
	from frappe.templates.includes.comments.comments import add_comment as of_framework

	if reference_doctype in scope.RULES:
		frappe.throw(_("Please write comments in the document itself."), frappe.PermissionError)
	return of_framework(comment, comment_email, comment_by, reference_doctype, reference_name, route)
