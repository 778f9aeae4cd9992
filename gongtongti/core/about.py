"""Who sees which rows of the framework's DocTypes that tell about documents: comments, tasks, files, versions, …

A row about a document of ours is seen by whoever sees the document, one about a document that is gone by whoever sees every
row of its DocType. Rows about anything else are none of our business, and on most benches they are nearly all rows: the
condition lets them through by its first term, the same text for every request. Behind it stands one case for each DocType of
which the user sees some rows; it looks the one document up by its name.
"""

from functools import lru_cache

import frappe
from frappe.utils import cstr

from gongtongti.core import access, policy
from gongtongti.core.access import fields_within, literal
from gongtongti.core.references import ABOUT


def conditions(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook `permission_query_conditions`, '' for every row."""
	within = {ours: fields_within(ours, user) for ours in policy.current().rows}
	restricted = tuple(ours for ours, pairs in within.items() if pairs is not None)
	if not restricted:
		return ""
	of_type, of_name = (f"`tab{doctype}`.`{fieldname}`" for fieldname in ABOUT[doctype])
	seen_by, lists = [], {}
	for ours in restricted:
		seen = []
		for fieldname, values in within[ours]:
			values = frozenset(values)
			if values not in lists:
				lists[values] = ",".join(str(literal(value)) for value in sorted(values))
			seen.append(f"`{fieldname}` IN ({lists[values]})")
		if seen:
			# With IN instead, or without the name, MariaDB takes longer over each row, or reads all documents that are seen
			seen_by.append(
				f"WHEN {literal(ours)} THEN EXISTS (SELECT 1 FROM `tab{ours}` AS `ours`"
				f" WHERE `ours`.`name`={of_name} AND ({' OR '.join(seen)}))"
			)
	others = _about_others(of_type, restricted, frappe.db.db_type)
	if not seen_by:
		return f"({others})"
	return f"({others} OR CASE {_exact(of_type, frappe.db.db_type)} {' '.join(seen_by)} ELSE 0 END)"


@lru_cache(maxsize=512)
def _about_others(of_type: str, restricted: tuple[str, ...], db_type: str) -> str:
	"""Whether a row is about none of these DocTypes."""
	names = ",".join(str(literal(ours)) for ours in restricted)
	return f"{of_type} IS NULL OR {_exact(of_type, db_type)} NOT IN ({names})"


def _exact(of_type: str, db_type: str) -> str:
	"""The column that says about which DocType a row is, to be compared byte by byte, which takes MariaDB half the time.

	It holds names of DocTypes as they are written (links, which the framework brings into that form, or what it wrote there
	itself).
	"""
	return f"{of_type} COLLATE utf8mb4_bin" if db_type == "mariadb" else of_type


def allows(doc, ptype: str | None = None, user: str | None = None, debug: bool = False) -> bool:
	"""Hook `has_permission` that says the same as `conditions`.

	v15 stops at the first hook that gives an answer, so the framework's own hooks for this DocType are asked from here.
	"""
	ours = f"{__name__}.{allows.__name__}"
	hooks = frappe.get_hooks("has_permission").get(doc.doctype, [])
	for method in (m for m in hooks if m != ours):
		if frappe.call(method, doc=doc, ptype=ptype, user=user, debug=debug) is False:
			return False
	doctype, name = (doc.get(fieldname) for fieldname in ABOUT[doc.doctype])
	if doctype not in policy.current().rows:
		return True
	if not name or not frappe.db.exists(doctype, name):
		# a document that is gone is nobody's
		return fields_within(doctype, user) is None or _is_of_a_new_form(doc, doctype, name, user)
	return access.allows(frappe.get_doc(doctype, name), ptype, user)


def _is_of_a_new_form(row, doctype, name, user) -> bool:
	"""Whether a File is the user's own, for a document that is still being written: the form calls it `new-…` until it is saved."""
	user = user or frappe.session.user
	return (
		row.doctype == "File"
		and cstr(name).startswith("new-")
		and row.owner in (None, user)
		and frappe.has_permission(doctype, "create", user=user)
	)
