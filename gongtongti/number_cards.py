"""Figures of the workspace that a plain count cannot give. Each counts only what its reader may see, and leads to those rows."""

import frappe
from frappe.query_builder.functions import Count, Sum
from frappe.utils import add_days, getdate

from gongtongti.aid import ledger, payments, watch
from gongtongti.core import access, money, settings
from gongtongti.exchange.statuses import Status
from gongtongti.gongtongti.report.community_coverage import community_coverage
from gongtongti.gongtongti.report.pending_approvals import pending_approvals

ENDING_DAYS = 30
LISTED = 100  # so many documents are named in a filter
TEN_THOUSAND_YUAN = 100 * 10_000  # fen


@frappe.whitelist()
def waiting_for_me(filters: dict | list | str | None = None):
	"""How many documents wait for the reader's signature (EX5). Raises PermissionError without a role of ours."""
	return _card(sum(row.mine for row in _pending()), ["query-report", "Pending Approvals"], {"mine_only": 1})


@frappe.whitelist()
def overdue(filters: dict | list | str | None = None):
	"""How many documents have waited longer than Community Settings allow for a step, in calendar days (EX5)."""
	found = _pending()
	pending_approvals.put_days(found, settings.get("approval_days"))
	late = sum(1 for row in found if row.overdue_days)
	return _card(late, ["query-report", "Pending Approvals"], {"overdue_only": 1})


@frappe.whitelist()
def ending_soon(filters: dict | list | str | None = None):
	"""How many running placements end within `ENDING_DAYS` days (EX13)."""
	until = getdate(add_days(getdate(), ENDING_DAYS))
	number = _count(
		"Exchange Placement",
		lambda placement: (placement.status == Status.RUNNING) & (placement.end_date <= until),
	)
	return _card(
		number,
		["List", "Exchange Placement", "List"],
		{"status": Status.RUNNING, "end_date": ["<=", str(until)]},
	)


@frappe.whitelist()
def rural_coverage(filters: dict | list | str | None = None):
	"""The share of the district's rural schools that are in a community today, as a percentage (ORG7); bureau only."""
	frappe.has_permission("Community Settings", "read", throw=True)
	schools, _partial = community_coverage.rural_schools(frappe._dict.fromkeys(community_coverage.FILTERS))
	today = getdate()
	now = community_coverage.measure(today.year, today, None, schools, community_coverage.memberships())
	return _card(now.real or 0, ["query-report", "Community Coverage"], {}, "Percent")


@frappe.whitelist()
def aid_waiting_for_me(filters: dict | list | str | None = None):
	"""How many aid applications are assigned to the reader, to sign or to put right (AID2)."""
	mine = f'%"{frappe.session.user}"%'
	number = _count("Aid Application", lambda application: application["_assign"].like(mine))
	return _card(number, ["List", "Aid Application", "List"], {"_assign": ["like", mine]})


@frappe.whitelist()
def aid_to_be_paid(filters: dict | list | str | None = None):
	"""How many approved applications wait to be paid: for the finance section those that the reader may pay (AID1)."""
	frappe.has_permission("Aid Application", "read", throw=True)
	application = frappe.qb.DocType("Aid Application")
	query = payments.unpaid(application, frappe.session.user if ledger.is_finance() else None)
	query = query.select(application.name).orderby(application.name)
	names = access.visible(query, "Aid Application", application).run(pluck=True)
	return _card(len(names), ["List", "Aid Application", "List"], {"name": ["in", names[:LISTED]]})


@frappe.whitelist()
def aid_available(filters: dict | list | str | None = None):
	"""What the active aid funds have at their disposal, in units of 10,000 yuan, for those who read the ledger (AID1)."""
	frappe.has_permission("Aid Fund Entry", "read", throw=True)
	fund = frappe.qb.DocType("Aid Fund")
	query = frappe.qb.from_(fund).select(Sum(fund.available)).where(fund.status == "In Operation")
	available = money.stored_fen(access.visible(query, "Aid Fund", fund).run()[0][0])
	# as text: the widget leaves a zero out and rounds what has many digits
	return _card(
		f"{available / TEN_THOUSAND_YUAN:.2f}",
		["List", "Aid Fund", "List"],
		{"status": "In Operation"},
		"Float",
	) | {"precision": 2}


@frappe.whitelist()
def dropout_risks(filters: dict | list | str | None = None):
	"""How many risks of pupils to drop out are not resolved (AID3)."""
	number = _count("Dropout Risk", lambda risk: risk.status.isin(watch.WATCHED))
	return _card(number, ["List", "Dropout Risk", "List"], {"status": ["in", list(watch.WATCHED)]})


@frappe.whitelist()
def visits_overdue(filters: dict | list | str | None = None):
	"""How many pupils at risk should have been visited by yesterday and were not (AID3)."""
	frappe.has_permission("Dropout Risk", "read", throw=True)
	risk = frappe.qb.DocType("Dropout Risk")
	query = (
		frappe.qb.from_(risk)
		.select(risk.name)
		.where(risk.status.isin(watch.WATCHED) & (risk.visit_by < getdate()))
		.where(risk.last_visit.isnull() | (risk.visit_by > risk.last_visit))
		.orderby(risk.visit_by)
	)
	names = access.visible(query, "Dropout Risk", risk).run(pluck=True)
	# a list cannot compare two of its columns, so it is told the numbers
	return _card(len(names), ["List", "Dropout Risk", "List"], {"name": ["in", names[:LISTED]]})


def _count(doctype, wanted) -> int:
	"""How many rows of `doctype` the reader sees and `wanted` (a condition of its table) says. Raises PermissionError."""
	frappe.has_permission(doctype, "read", throw=True)
	table = frappe.qb.DocType(doctype)
	query = frappe.qb.from_(table).select(Count("*")).where(wanted(table))
	return access.visible(query, doctype, table).run()[0][0]


def _pending() -> list:
	frappe.has_permission("Community School Year", "read", throw=True)  # as the report
	found = pending_approvals.waiting(frappe._dict.fromkeys(pending_approvals.FILTERS))
	pending_approvals.put_signers(found)
	return found


def _card(value, route, route_options, fieldtype="Int"):
	return {"value": value, "fieldtype": fieldtype, "route": route, "route_options": route_options}
