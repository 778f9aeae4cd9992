"""School years, asked for in one place: by name, by day, one after the other, and as reports show them."""

import frappe
from frappe.utils import getdate
from pypika import Order

from gongtongti.core import access
from gongtongti.core.report import as_date

YEAR = "Community School Year"


def of(name: str) -> frappe._dict:
	"""name, start_date, end_date and second_term_start (None where it is not said) of a school year."""
	year = frappe.get_cached_doc(YEAR, name)
	return frappe._dict(
		name=year.name,
		start_date=getdate(year.start_date),
		end_date=getdate(year.end_date),
		second_term_start=getdate(year.second_term_start) if year.second_term_start else None,
	)


def on(day) -> str | None:
	"""The school year that a day lies in, if there is one."""
	return frappe.db.get_value(YEAR, {"start_date": ("<=", day), "end_date": (">=", day)}, "name")


def earlier(name: str):
	"""Subquery: the school years that begin before this one."""
	year = frappe.qb.DocType(YEAR)
	return frappe.qb.from_(year).select(year.name).where(year.start_date < of(name).start_date)


def before(name: str) -> str | None:
	"""The school year that begins last before this one."""
	year = frappe.qb.DocType(YEAR)
	found = earlier(name).orderby(year.start_date, order=Order.desc).limit(1).run(pluck=True)
	return found[0] if found else None


def after(name: str) -> str | None:
	"""The school year that begins first after this one has ended."""
	later = {"start_date": (">", of(name).end_date)}
	found = frappe.get_all(YEAR, later, order_by="start_date", limit=1, pluck="name")
	return found[0] if found else None


def newest_first() -> list:
	"""The school years (name, start_date, end_date), newest first."""
	year = frappe.qb.DocType(YEAR)
	query = frappe.qb.from_(year).select(year.name, year.start_date, year.end_date)
	found = access.visible(query, YEAR, year).run(as_dict=True)
	for row in found:
		row.start_date, row.end_date = as_date(row.start_date), as_date(row.end_date)
	return sorted(found, key=lambda row: row.start_date, reverse=True)


def meant(years: list, name: str | None) -> frappe._dict | None:
	"""The school year called `name`, or without a name the newest one that has begun; None where there is none."""
	today = getdate()
	return next((row for row in years if (row.name == name if name else row.start_date <= today)), None)
