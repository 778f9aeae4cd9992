"""Functions of the framework that clients call and that ask for no permission, closed for the DocTypes of this app.

Each stands in for one of them (hooks.override_whitelisted_methods), answers for this app's DocTypes only what the reader may
see, and for all others whatever the framework answers.
"""

import frappe
from frappe import _

from gongtongti.core import access, policy


@frappe.whitelist()
def get_link_title(doctype: str, docname: str):
	"""frappe.desk.search.get_link_title tells anybody the title of any document. Out: the title, or else the number."""
	from frappe.desk.search import get_link_title as of_framework

	if doctype in policy.current().rows and not frappe.has_permission(doctype, "read", doc=docname):
		return docname
	return of_framework(doctype, docname)


@frappe.whitelist()
def get_count(
	doctype: str, filters: dict | list | str | None = None, debug: bool = False, cache: bool = False
):
	"""frappe.client.get_count counts any rows with any filter, by which hidden values can be guessed."""
	from frappe.client import get_count as of_framework

	if access.is_ours(doctype):
		parent = next(iter(policy.current().children.get(doctype, ())), None)
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


# -- tasks -------------------------------------------------------------------------------------------------------------


@frappe.whitelist()
def add_assignment(args: dict | str | None = None):
	"""frappe.desk.form.assign_to.add and those below let the client leave the right to read out, and tell who is assigned."""
	from frappe.desk.form.assign_to import add as of_framework

	args = frappe.parse_json(args) or frappe.local.form_dict
	access.refuse_unseen(args.get("doctype"), args.get("name"))
	return of_framework(args)


@frappe.whitelist()
def add_assignments(args: dict | str | None = None):
	from frappe.desk.form.assign_to import add_multiple as of_framework

	args = frappe.parse_json(args) or frappe.local.form_dict
	access.refuse_unseen(args.get("doctype"), *frappe.parse_json(args.get("name") or "[]"))
	return of_framework(args)


@frappe.whitelist()
def remove_assignment(doctype: str, name: str | int, assign_to: str):
	from frappe.desk.form.assign_to import remove as of_framework

	access.refuse_unseen(doctype, name)
	return of_framework(doctype, name, assign_to)


@frappe.whitelist()
def remove_assignments(doctype: str, names: str):
	from frappe.desk.form.assign_to import remove_multiple as of_framework

	access.refuse_unseen(doctype, *frappe.parse_json(names))
	return of_framework(doctype, names)


@frappe.whitelist()
def close_assignment(doctype: str, name: str | int, assign_to: str):
	from frappe.desk.form.assign_to import close as of_framework

	access.refuse_unseen(doctype, name)
	return of_framework(doctype, name, assign_to)


# -- what is said about a document: tags, likes, comments of the website -----------------------------------------------


@frappe.whitelist()
def add_tag(tag: str, dt: str, dn: str, color: str | None = None):
	from frappe.desk.doctype.tag.tag import add_tag as of_framework

	access.refuse_unseen(dt, dn)
	return of_framework(tag, dt, dn, color)


@frappe.whitelist()
def add_tags(tags: str | list, dt: str, docs: str | list, color: str | None = None):
	from frappe.desk.doctype.tag.tag import add_tags as of_framework

	access.refuse_unseen(dt, *frappe.parse_json(docs))
	return of_framework(tags, dt, docs, color)


@frappe.whitelist()
def remove_tag(tag: str, dt: str, dn: str):
	from frappe.desk.doctype.tag.tag import remove_tag as of_framework

	access.refuse_unseen(dt, dn)
	return of_framework(tag, dt, dn)


@frappe.whitelist()
def get_tagged_docs(doctype: str, tag: str):
	"""frappe.desk.doctype.tag.tag.get_tagged_docs names all documents with a tag like this one. Out: [(name,), …]."""
	from frappe.desk.doctype.tag.tag import get_tagged_docs as of_framework

	if doctype in policy.current().rows:
		return frappe.get_list(
			doctype, filters={"_user_tags": ("like", tag)}, fields=["name"], limit=0, as_list=True
		)
	return of_framework(doctype, tag)


@frappe.whitelist()
def toggle_like(doctype: str, name: str, add: bool | str = False):
	from frappe.desk.like import toggle_like as of_framework

	access.refuse_unseen(doctype, name)
	return of_framework(doctype, name, add)


@frappe.whitelist(allow_guest=True)
def add_comment(
	comment: str, comment_email: str, comment_by: str, reference_doctype: str, reference_name: str, route: str
):
	"""The comment box of web pages takes any document; those of this app are commented on in their form."""
	from frappe.templates.includes.comments.comments import add_comment as of_framework

	if reference_doctype in policy.current().rows:
		frappe.throw(_("Please write comments in the document itself."), frappe.PermissionError)
	return of_framework(comment, comment_email, comment_by, reference_doctype, reference_name, route)
