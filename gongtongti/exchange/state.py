"""What placements add to the state of a community (ORG5)."""

import frappe
from frappe.query_builder.functions import Count

from gongtongti.core import access
from gongtongti.exchange.statuses import Status

PLACEMENT = "Exchange Placement"


def of_community(community: str) -> dict:
	"""placements_running, placements_pending: numbers, None where the reader may not read placements."""
	if not frappe.has_permission(PLACEMENT, "read"):
		return {"placements_running": None, "placements_pending": None}
	table = frappe.qb.DocType(PLACEMENT)
	query = (
		frappe.qb.from_(table)
		.select(table.status, Count("*"))
		.where((table.community == community) & table.status.isin([Status.RUNNING, Status.IN_APPROVAL]))
		.groupby(table.status)
	)
	found = dict(access.visible(query, PLACEMENT, table).run())
	return {
		"placements_running": found.get(Status.RUNNING, 0),
		"placements_pending": found.get(Status.IN_APPROVAL, 0),
	}
