"""What follows links: of a linked document a reader is given no more than he could open.

The framework joins linked documents to a list (`link.field`, v15 and v16-dev), puts whole ones into an answer
(`expand_links`) and tells their titles, all without asking whether the reader may read them. Everything here is derived
from what the features have declared, so that a new DocType needs nothing; documents of other apps are handed on as they are. See wrapped.py.
"""

from collections import Counter, defaultdict

import frappe

from gongtongti.core import access, policy


def join_seen_rows(of_framework):
	"""DatabaseQuery, wrapped: what is joined is not the linked table but those of its rows that the reader sees."""

	def apply_fieldlevel_read_permissions(self):
		of_framework(self)
		if self.flags.ignore_permissions:
			return
		for link in self.link_tables:
			where = link.doctype in policy.current().rows and access.conditions(self.user, link.doctype)
			if where:
				link.table_name = f"(select * from `tab{link.doctype}` where {where})"

	return apply_fieldlevel_read_permissions


def expand_seen_documents(of_framework):
	"""REST v1, `expand_links`, wrapped: a document that the reader may not read stays a name."""

	def get_values_for_link_and_dynamic_link_fields(doc_dict):
		meta = frappe.get_meta(doc_dict.doctype)
		unread = {}
		for df in meta.get_link_fields() + meta.get_dynamic_link_fields():
			name = doc_dict.get(df.fieldname)
			doctype = df.options if df.fieldtype == "Link" else doc_dict.get(df.options)
			if name and not may_open(doctype, name):
				unread[df.fieldname] = name
				doc_dict[df.fieldname] = None
		of_framework(doc_dict)
		doc_dict.update(unread)

	return get_values_for_link_and_dynamic_link_fields


def may_open(doctype: str | None, name: str) -> bool:
	"""Whether the session's user may read this document, if it is one of this app's; True for all others."""
	if access.is_ours(doctype):
		return not frappe.db.exists(doctype, name) or bool(
			frappe.get_doc(doctype, name).has_permission("read")
		)
	return True


# -- titles ------------------------------------------------------------------------------------------------------------


def keep_titles(titles: dict, said=()) -> dict:
	"""Of titles, as the framework collects them ({"DocType::name": title}), those that the session's user may know.

	said: what the reader is told anyway, by the document that links there.
	"""
	asked = defaultdict(set)
	for key in titles:
		doctype, _separator, name = key.partition("::")
		if doctype in policy.current().rows:
			asked[doctype].add(name)
	seen = {f"{doctype}::{name}" for doctype, names in asked.items() for name in _seen(doctype, names)}
	return {
		key: title
		for key, title in titles.items()
		if key in seen or key.partition("::")[0] not in asked or title in said
	}


def _seen(doctype: str, names: set) -> list[str]:
	try:
		return frappe.get_list(doctype, filters={"name": ("in", sorted(names))}, pluck="name", limit=0)
	except frappe.PermissionError:
		frappe.clear_last_message()
		return []


def _texts_of(doc) -> set[str]:
	return {value for df in doc.meta.fields if isinstance(value := doc.get(df.fieldname), str)}


def before_print(doc, method=None, settings=None) -> None:
	"""Hook of every document of this app: the framework has collected the titles of whatever it links to."""
	if titles := doc.get("__link_titles"):
		kept = keep_titles(titles, _texts_of(doc))
		titles.clear()
		titles.update(kept)


@frappe.whitelist()
def getdoc(doctype: str, name: str | int):
	"""frappe.desk.form.load.getdoc sends the titles of all that a form links to."""
	from frappe.desk.form.load import getdoc as of_framework

	answer = of_framework(doctype, name)
	if titles := frappe.local.response.get("_link_titles"):
		shown = [doc for doc in frappe.local.response.get("docs") or () if hasattr(doc, "meta")]
		said = set().union(*(_texts_of(doc) for doc in shown))
		frappe.local.response["_link_titles"] = keep_titles(titles, said)
	return answer


@frappe.whitelist()
def validate_link(doctype: str, docname: str, fields: str | list | None = None):
	"""frappe.client.validate_link (v15, v16-dev) tells of any document that it exists. Out: {"name": …, fields}."""
	from frappe.client import validate_link as of_framework

	if not may_open(doctype, docname):
		return frappe._dict(name=None)
	return of_framework(doctype, docname, fields)


@frappe.whitelist()
def get_group_by_count(doctype: str, current_filters: str | dict | list, field: str):
	"""frappe.desk.listview.get_group_by_count gives the titles of all that a list links to.

	By whom documents are assigned to it counts for any filter over all rows, by which hidden values can be guessed.
	Out: [{"name", "count", perhaps "title"}, …].
	"""
	from frappe.desk.listview import get_group_by_count as of_framework

	if doctype in policy.current().rows and field == "assigned_to":
		seen = frappe.get_list(doctype, filters=frappe.parse_json(current_filters), pluck="name", limit=0)
		tasks = {"reference_type": doctype, "reference_name": ("in", seen), "status": ("!=", "Cancelled")}
		people = Counter(frappe.get_all("ToDo", filters=tasks, pluck="allocated_to") if seen else ())
		return [{"name": user, "count": count} for user, count in people.most_common(50)]
	answer = of_framework(doctype, current_filters, field)
	df = frappe.get_meta(doctype).get_field(field)
	if df and df.fieldtype == "Link" and df.options in policy.current().rows:
		kept = keep_titles(
			{f"{df.options}::{row.name}": row.get("title") for row in answer if row.get("title")}
		)
		for row in answer:
			if row.get("title"):
				row["title"] = kept.get(f"{df.options}::{row.name}")
	return answer


# -- search ------------------------------------------------------------------------------------------------------------


@frappe.whitelist()
def search_link(doctype: str, txt: str, **arguments):
	"""frappe.desk.search.search_link leaves out the rows (v15, v16-dev) where a client sends `ignore_user_permissions`."""
	return _search("search_link", doctype, {"txt": txt, **arguments})


@frappe.whitelist()
def search_widget(doctype: str, txt: str, **arguments):
	"""frappe.desk.search.search_widget: the same."""
	return _search("search_widget", doctype, {"txt": txt, **arguments})


def _search(function, doctype, arguments):
	from frappe.desk import search

	if access.is_ours(doctype):
		arguments["ignore_user_permissions"] = False
	return frappe.call(getattr(search, function), doctype=doctype, **arguments)
