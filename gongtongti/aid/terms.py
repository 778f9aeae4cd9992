"""The two terms of a school year. Aid is given by the term (AID2, AID3)."""

from datetime import date

import frappe
from frappe.utils import add_days, getdate

FIRST, SECOND = "First Term", "Second Term"
TERMS = (FIRST, SECOND)

_MONTH_OF_SECOND = (3, 1)  # where the school year does not say: 1 March


def days(school_year: str, term: str) -> tuple[date, date]:
	"""First and last day of a term."""
	year = frappe.get_cached_doc("Community School Year", school_year)
	start, end = getdate(year.start_date), getdate(year.end_date)
	turn = getdate(year.second_term_start) if year.second_term_start else date(end.year, *_MONTH_OF_SECOND)
	return (start, add_days(turn, -1)) if term == FIRST else (turn, end)


def of_day(day: date | str | None = None) -> tuple[str, str] | None:
	"""The (school year, term) that a day lies in (default: today); None where no school year holds it."""
	day = getdate(day)
	year = frappe.db.get_value(
		"Community School Year", {"start_date": ("<=", day), "end_date": (">=", day)}, "name"
	)
	if not year:
		return None
	return (year, FIRST if day <= days(year, FIRST)[1] else SECOND)
