"""Figures of the workspace on aid."""

import frappe
from frappe.query_builder.functions import Sum
from frappe.utils import getdate

from gongtongti.aid import ledger, payments, watch
from gongtongti.core import access, money, number_cards

LISTED = 100  # so many documents are named in a filter
TEN_THOUSAND_YUAN = 100 * 10_000  # fen


@frappe.whitelist()
def waiting_for_me(filters: dict | list | str | None = None):
	"""How many aid applications are assigned to the reader, to sign or to put right (AID2)."""
	mine = f'%"{frappe.session.user}"%'
	number = number_cards.count("Aid Application", lambda application: application["_assign"].like(mine))
	return number_cards.card(number, ["List", "Aid Application", "List"], {"_assign": ["like", mine]})


@frappe.whitelist()
def to_be_paid(filters: dict | list | str | None = None):
	"""How many approved applications wait to be paid: for the finance section those that the reader may pay (AID1)."""
	frappe.has_permission("Aid Application", "read", throw=True)
	application = frappe.qb.DocType("Aid Application")
	query = payments.unpaid(application, frappe.session.user if ledger.is_finance() else None)
	query = query.select(application.name).orderby(application.name)
	names = access.visible(query, "Aid Application", application).run(pluck=True)
	return number_cards.card(
		len(names), ["List", "Aid Application", "List"], {"name": ["in", names[:LISTED]]}
	)


@frappe.whitelist()
def available(filters: dict | list | str | None = None):
	"""What the active aid funds have at their disposal, in units of 10,000 yuan, for those who read the ledger (AID1)."""
	frappe.has_permission("Aid Fund Entry", "read", throw=True)
	fund = frappe.qb.DocType("Aid Fund")
	query = frappe.qb.from_(fund).select(Sum(fund.available)).where(fund.status == "In Operation")
	available = money.stored_fen(access.visible(query, "Aid Fund", fund).run()[0][0])
	# as text: the widget leaves a zero out and rounds what has many digits
	return number_cards.card(
		f"{available / TEN_THOUSAND_YUAN:.2f}",
		["List", "Aid Fund", "List"],
		{"status": "In Operation"},
		"Float",
	) | {"precision": 2}


@frappe.whitelist()
def dropout_risks(filters: dict | list | str | None = None):
	"""How many risks of pupils to drop out are not resolved (AID3)."""
	number = number_cards.count("Dropout Risk", lambda risk: risk.status.isin(watch.WATCHED))
	return number_cards.card(
		number, ["List", "Dropout Risk", "List"], {"status": ["in", list(watch.WATCHED)]}
	)


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
	return number_cards.card(len(names), ["List", "Dropout Risk", "List"], {"name": ["in", names[:LISTED]]})
