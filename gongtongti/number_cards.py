"""Figures of the workspace that a plain count cannot give. Each counts only what its reader may see, and leads to those rows."""

import frappe
from frappe.utils import add_days, cint, getdate

from gongtongti import scope
from gongtongti.exchange.statuses import Status
from gongtongti.gongtongti.report import parts
from gongtongti.gongtongti.report.community_coverage import community_coverage
from gongtongti.gongtongti.report.pending_approvals import pending_approvals

ENDING_DAYS = 30


@frappe.whitelist()
def waiting_for_me(filters=None):
	"""How many documents wait for the reader's signature (EX5). Raises PermissionError without a right to read placements."""
	return _card(sum(row.mine for row in _pending()), ["query-report", "Pending Approvals"], {"mine_only": 1})


@frappe.whitelist()
def overdue(filters=None):
	"""How many documents have waited longer than Community Settings allow for a step, in calendar days (EX5)."""
	found = _pending()
	pending_approvals.put_days(found, cint(parts.setting("approval_days")))
	late = sum(1 for row in found if row.overdue_days)
	return _card(late, ["query-report", "Pending Approvals"], {"overdue_only": 1})


@frappe.whitelist()
def ending_soon(filters=None):
	"""How many running placements end within `ENDING_DAYS` days (EX13)."""
	frappe.has_permission("Exchange Placement", "read", throw=True)
	placement = frappe.qb.DocType("Exchange Placement")
	until = getdate(add_days(getdate(), ENDING_DAYS))
	query = (
		frappe.qb.from_(placement)
		.select(frappe.query_builder.functions.Count("*"))
		.where((placement.status == Status.RUNNING) & (placement.end_date <= until))
	)
	number = scope.visible(query, "Exchange Placement", placement).run()[0][0]
	return _card(
		number,
		["List", "Exchange Placement", "List"],
		{"status": Status.RUNNING, "end_date": ["<=", str(until)]},
	)


@frappe.whitelist()
def rural_coverage(filters=None):
	"""The share of the district's rural schools that are in a community today, as a percentage (ORG7); bureau only."""
	frappe.has_permission("Community Settings", "read", throw=True)
	schools, _partial = community_coverage.rural_schools(frappe._dict.fromkeys(community_coverage.FILTERS))
	today = getdate()
	now = community_coverage.measure(today.year, today, None, schools, community_coverage.memberships())
	return _card(now.real or 0, ["query-report", "Community Coverage"], {}, "Percent")


def _pending() -> list:
	frappe.has_permission("Exchange Placement", "read", throw=True)
	filters = frappe._dict.fromkeys(pending_approvals.FILTERS)
	found = pending_approvals.waiting_placements(filters) + pending_approvals.waiting_changes(filters)
	pending_approvals.put_signers(found)
	return found


def _card(value, route, route_options, fieldtype="Int"):
	return {"value": value, "fieldtype": fieldtype, "route": route, "route_options": route_options}
