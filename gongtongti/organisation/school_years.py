"""School years, asked for in one place: by name, by day, one after the other, and as reports show them."""

from datetime import date, timedelta

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


def school_days(first_day, last_day) -> set[date]:
	"""The days from the first to the last that lie in a school year and in none of its holidays, Sundays among them. Two queries."""
	year, holiday = frappe.qb.DocType(YEAR), frappe.qb.DocType("School Holiday")
	in_years = _spans(year, year.start_date, year.end_date, first_day, last_day)
	free = _spans(holiday, holiday.from_date, holiday.to_date, first_day, last_day)
	return _days_of(in_years) - _days_of(free)


def _spans(table, first, last, first_day, last_day):
	query = frappe.qb.from_(table).select(first, last).where((first <= last_day) & (last >= first_day))
	return [(max(as_date(a), getdate(first_day)), min(as_date(b), getdate(last_day))) for a, b in query.run()]


def _days_of(spans) -> set[date]:
	return {first + timedelta(days=i) for first, last in spans for i in range((last - first).days + 1)}


def during(first_day, last_day) -> list[frappe._dict]:
	"""The school years that share a day with a stretch of time, as `of` answers them, oldest first. One query."""
	found = frappe.get_all(
		YEAR,
		{"start_date": ("<=", last_day), "end_date": (">=", first_day)},
		["name", "start_date", "end_date", "second_term_start"],
		order_by="start_date",
	)
	for year in found:
		for fieldname in ("start_date", "end_date", "second_term_start"):
			year[fieldname] = as_date(year[fieldname])
	return found


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
