"""The figure of the workspace on placements."""

import frappe
from frappe.utils import add_days, getdate

from gongtongti.core import number_cards
from gongtongti.exchange.statuses import Status

ENDING_DAYS = 30


@frappe.whitelist()
def ending_soon(filters: dict | list | str | None = None):
	"""How many running placements end within `ENDING_DAYS` days (EX13)."""
	until = getdate(add_days(getdate(), ENDING_DAYS))
	number = number_cards.count(
		"Exchange Placement",
		lambda placement: (placement.status == Status.RUNNING) & (placement.end_date <= until),
	)
	return number_cards.card(
		number,
		["List", "Exchange Placement", "List"],
		{"status": Status.RUNNING, "end_date": ["<=", str(until)]},
	)
