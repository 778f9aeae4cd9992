"""School years, as reports ask for them."""

import frappe

from gongtongti.core import access
from gongtongti.core.report import as_date


def newest_first() -> list:
	"""The school years (name, start_date, end_date), newest first."""
	year = frappe.qb.DocType("Community School Year")
	query = frappe.qb.from_(year).select(year.name, year.start_date, year.end_date)
	found = access.visible(query, "Community School Year", year).run(as_dict=True)
	for row in found:
		row.start_date, row.end_date = as_date(row.start_date), as_date(row.end_date)
	return sorted(found, key=lambda row: row.start_date, reverse=True)


def meant(years: list, name: str | None) -> frappe._dict | None:
	"""The school year called `name`, or without a name the newest one that has begun; None where there is none."""
	today = frappe.utils.getdate()
	return next((row for row in years if (row.name == name if name else row.start_date <= today)), None)
