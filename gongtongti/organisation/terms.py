"""The two terms of a school year: aid is given, and lists are asked for, by the term (AID2, AID3, SUM1)."""

from datetime import date

from frappe.utils import add_days, getdate

from gongtongti.organisation import school_years

FIRST, SECOND = "First Term", "Second Term"
TERMS = (FIRST, SECOND)

_MONTH_OF_SECOND = (3, 1)  # where the school year does not say: 1 March


def days(school_year: str, term: str) -> tuple[date, date]:
	"""First and last day of a term."""
	year = school_years.of(school_year)
	start, end = year.start_date, year.end_date
	turn = year.second_term_start or date(end.year, *_MONTH_OF_SECOND)
	return (start, add_days(turn, -1)) if term == FIRST else (turn, end)


def of_day(day: date | str | None = None) -> tuple[str, str] | None:
	"""The (school year, term) that a day lies in (default: today); None where no school year holds it."""
	day = getdate(day)
	year = school_years.on(day)
	if not year:
		return None
	return (year, FIRST if day <= days(year, FIRST)[1] else SECOND)
