"""Who sees which rows: what the features have declared, as conditions of a query and as a yes or no for one document.

A policy says for each DocType in which relations a user sees a row (core/policy.py, core/relations.py). From it come the list
and search conditions (`conditions`), the answer for a single document (`allows`) and the restriction of the reports
(`visible`). What is not said is denied. Rows of a child table are seen by whoever sees their parent.

What a role may do with a DocType at all is said by the policy's rights; a user needs both.
"""

from functools import reduce
from operator import or_

import frappe
from frappe.utils import cstr
from pypika.terms import LiteralValue, Term

from gongtongti.core import policy
from gongtongti.core.relations import ALL, each, roles_of, table

# what stands in SQL text for signs that some versions read as more than a letter; no name can hold these
_PERCENT, _BACKTICK = "\x01", "\x02"


def is_ours(doctype: str) -> bool:
	"""Whether a feature has declared the DocType, as one with rows or as a child table."""
	declared = policy.current()
	return doctype in declared.rows or doctype in declared.children


def fields_within(doctype: str, user: str | None = None) -> list[tuple[str, set[str]]] | None:
	"""What a user (default: the session's) sees of a DocType: None for every row, otherwise pairs (field, values) of which one
	must hold.

	This is the one place where the relations are read; everything below turns its answer into SQL or into a yes or no.
	"""
	user = user or frappe.session.user
	if user == "Administrator":
		return None
	declared = policy.current()
	relations = declared.rows[doctype]
	if roles_of(user).isdisjoint(declared.roles):
		return []
	within = {}
	for relation in relations:
		values = relation.within(user)
		if values is ALL:
			return None
		for fieldname in relation.fields if values else ():
			within[fieldname] = within.get(fieldname, frozenset()) | values
	return list(within.items())


def criterion(doctype: str, table=None, user: str | None = None, value=str) -> Term | None:
	"""The rule as a condition of frappe.qb on `table` (default: the DocType's own). None means every row.

	value: what becomes of a value on its way into the query; frappe.qb binds plain ones itself.
	"""
	within = fields_within(doctype, user)
	if within is None:
		return None
	table = frappe.qb.DocType(doctype) if table is None else table
	pairs = [table[fieldname].isin([value(v) for v in sorted(values)]) for fieldname, values in within]
	return reduce(or_, pairs) if pairs else table.name.isnull()


def visible(query, doctype: str, table=None, user: str | None = None):
	"""`query` restricted to the rows of `doctype` (standing in it as `table`) that the user may see."""
	condition = criterion(doctype, table, user)
	return query if condition is None else query.where(condition)


def conditions(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook `permission_query_conditions`: the rule as SQL, '' for every row. Child tables follow their parents."""
	if doctype in policy.current().children:
		return _child_conditions(doctype, user)
	condition = criterion(doctype, user=user, value=literal)
	return "" if condition is None else f"({_sql(condition)})"


def _child_conditions(child: str, user: str | None) -> str:
	table = frappe.qb.DocType(child)
	parents = []
	for doctype in policy.current().children[child]:
		condition = criterion(doctype, user=user, value=literal)
		same = table.parenttype == literal(doctype)
		if condition is not None:
			same &= table.parent.isin(_seen_names(doctype, condition))
		parents.append(same)
	return f"({_sql(reduce(or_, parents))})"


def _seen_names(doctype, condition):
	table = frappe.qb.DocType(doctype)
	return frappe.qb.from_(table).select(table.name).where(condition)


def literal(value) -> LiteralValue:
	"""A value as it stands in SQL text. pypika doubles quotes but knows nothing of MariaDB's backslashes.

	Some versions run the text with parameters, where % is a sign of its own, others without; backticks may be taken for
	quotes of names. Both are put in by the database, from their codes.
	"""
	text = frappe.db.escape(value.replace("%", _PERCENT).replace("`", _BACKTICK), percent=False)
	for sign, stand_in in (("%", _PERCENT), ("`", _BACKTICK)):
		if sign in value:
			text = f"REPLACE({text}, '{stand_in}', CHAR({ord(sign)}))"
	return LiteralValue(text)


def _sql(condition) -> str:
	return condition.get_sql(quote_char="`", secondary_quote_char="'", with_namespace=True, subquery=True)


def allows(doc, ptype: str | None = None, user: str | None = None, debug: bool = False) -> bool:
	"""Hook `has_permission`: whether the row rule lets `user` at `doc`. The rights of the roles are checked elsewhere.

	A document that is changed must be within reach as it stands in the database, too: otherwise a school could
	write itself into a document of others and then own it.
	"""
	user = user or frappe.session.user
	declared = policy.current()
	if user == "Administrator":
		return True
	if roles_of(user).isdisjoint(declared.roles):
		return False
	relations = declared.rows[doc.doctype]
	found = next((relation for relation in relations if relation.covers(doc, user)), None)
	if not found or not found.fields:
		return bool(found)
	stored = doc.get("name") and _stored(doc.doctype, doc.name)
	return not stored or any(relation.covers(stored, user) for relation in relations)


def _stored(doctype: str, name: str) -> frappe._dict | None:
	"""What of a document says who sees it, as it stands in the database."""
	fields = policy.current().seen_by[doctype]

	def read(_names):
		row = frappe.db.get_value(doctype, name, fields, as_dict=True)
		return {(doctype, name): row} if row else {}

	return each("stored", [(doctype, name)], read).get((doctype, name))


def loaded(doc) -> None:
	"""A document has been read from the database or written to it: what of it says who sees it need not be read again."""
	if fields := policy.current().seen_by.get(doc.doctype):
		table("stored")[doc.doctype, doc.name] = frappe._dict({field: doc.get(field) for field in fields})


def deleted(doc) -> None:
	"""A document is deleted: what of it said who sees it is forgotten."""
	table("stored").pop((doc.doctype, doc.name), None)


def refuse_unseen(doctype: str, *names: str) -> None:
	"""Raises PermissionError unless the reader may read these documents, if they are this app's."""
	if doctype in policy.current().rows:
		for name in names:
			frappe.has_permission(doctype, "read", doc=cstr(name), throw=True)
