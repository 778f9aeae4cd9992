"""A community at a glance (ORG5): what runs, what waits, what is in force and what is missing, as far as the reader may see."""

import frappe
from frappe.query_builder.functions import Count
from frappe.utils import add_days, getdate

from gongtongti.core import access, policy, settings
from gongtongti.organisation import agreements, membership

AGREEMENT, DOCUMENT = agreements.AGREEMENT, "Community Document"


@frappe.whitelist()
def community_state(community: str) -> dict:
	"""The state of a community as its reader sees it.

	In: name of an Education Community. Out: dict with
	    agreements_in_force, agreements_ending (soon, by Community Settings), documents_in_force: numbers, None where the
	    reader may not read that DocType;
	    posts_missing: [{"school", "post"}] of schools without a principal or a leader in charge;
	    and what other features add (`community_state` of their policies).
	Raises PermissionError when the reader may not read the community. The number of queries does not depend on the rows.
	"""
	doc = frappe.get_doc("Education Community", community)
	doc.check_permission("read")
	return state_of(doc)


def state_of(doc) -> dict:
	"""community_state() of a document that the reader may read."""
	state = {**_agreements(doc.name), **_documents(doc.name), "posts_missing": _missing(doc)}
	for function in policy.current().community_state:
		state |= frappe.get_attr(function)(doc.name)
	return state


def _agreements(community):
	if not frappe.has_permission(AGREEMENT, "read"):
		return {"agreements_in_force": None, "agreements_ending": None}
	table = frappe.qb.DocType(AGREEMENT)
	query = (
		frappe.qb.from_(table)
		.select(table.term_end)
		.where(
			(table.community == community) & (table.status == agreements.IN_FORCE) & (table.docstatus == 1)
		)
	)
	ends = [getdate(end) for end in access.visible(query, AGREEMENT, table).run(pluck=True)]
	days = settings.get("renewal_notice_days")
	soon = getdate(add_days(getdate(), days))
	return {"agreements_in_force": len(ends), "agreements_ending": sum(end <= soon for end in ends)}


def _documents(community):
	if not frappe.has_permission(DOCUMENT, "read"):
		return {"documents_in_force": None}
	table = frappe.qb.DocType(DOCUMENT)
	query = (
		frappe.qb.from_(table)
		.select(Count("*"))
		.where((table.community == community) & (table.status == "In Force") & (table.docstatus == 1))
	)
	return {"documents_in_force": access.visible(query, DOCUMENT, table).run()[0][0]}


def _missing(doc):
	return missing_posts([row.school for row in membership.remaining(doc)])


def missing_posts(schools):
	"""[{"school", "post"}] for each school without a principal or a leader in charge; one query."""
	table = frappe.qb.DocType("Community School")
	rows = (
		frappe.qb.from_(table)
		.select(table.name, table.principal, table.leader_in_charge)
		.where(table.name.isin(list(schools) or [""]))
		.orderby(table.name)
		.run(as_dict=True)
	)
	posts = (("principal", "School Principal"), ("leader_in_charge", "Leader in Charge"))
	return [{"school": row.name, "post": post} for row in rows for field, post in posts if not row[field]]
