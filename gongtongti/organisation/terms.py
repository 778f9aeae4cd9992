"""The two terms of a school year: aid is given, and lists are asked for, by the term (AID2, AID3, SUM1)."""

from datetime import date

from frappe.utils import add_days, getdate

from gongtongti.organisation import school_years

FIRST, SECOND = "First Term", "Second Term"
TERMS = (FIRST, SECOND)

_MONTH_OF_SECOND = (3, 1)  # where the school year does not say: 1 March


def days(school_year: str, term: str) -> tuple[date, date]:
	"""First and last day of a term."""
	return of_year(school_years.of(school_year))[term]


def of_year(year) -> dict[str, tuple[date, date]]:
	"""Term -> its first and last day, of a school year (a row of `school_years`)."""
	turn = year.second_term_start or date(year.end_date.year, *_MONTH_OF_SECOND)
	return {FIRST: (year.start_date, add_days(turn, -1)), SECOND: (turn, year.end_date)}


def of_day(day: date | str | None = None) -> tuple[str, str] | None:
	"""The (school year, term) that a day lies in (default: today); None where no school year holds it."""
	day = getdate(day)
	year = school_years.on(day)
	if not year:
		return None
	return (year, FIRST if day <= days(year, FIRST)[1] else SECOND)
