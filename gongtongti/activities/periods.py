"""The periods in which duties are kept: weeks, months, terms, school years."""

from bisect import bisect_left, bisect_right
from datetime import date, timedelta

from frappe.utils import get_first_day, get_last_day, getdate

from gongtongti.organisation import school_years, terms

WEEK, MONTH, TERM, YEAR = "Each Week", "Each Month", "Each Term", "Each School Year"
ALL = (WEEK, MONTH, TERM, YEAR)
DAY = timedelta(days=1)
_MONTH_AT_MOST, _TWO_YEARS = DAY * 31, DAY * 750

Span = tuple[date, date]


class Calendar:
	"""The periods and the school days around a stretch of time. Three queries.

	Weeks run from Monday, months are those of the calendar, terms and years those of the school years.
	"""

	def __init__(self, first_day: date, last_day: date):
		self.years = school_years.during(first_day - _MONTH_AT_MOST, last_day + _MONTH_AT_MOST)
		first = min([first_day - _MONTH_AT_MOST, *(year.start_date for year in self.years)])
		last = max([last_day + _MONTH_AT_MOST, *(year.end_date for year in self.years)])
		self._school_days = sorted(school_years.school_days(first, last))

	def periods(self, period: str, first_day: date, last_day: date) -> list[Span]:
		"""First and last day of each period that shares a day with a stretch of time, in order."""
		if period == WEEK:
			return list(_weeks(first_day, last_day))
		if period == MONTH:
			return list(_months(first_day, last_day))
		if period == TERM:
			spans = [span for year in self.years for span in terms.of_year(year).values()]
		else:
			spans = [(year.start_date, year.end_date) for year in self.years]
		return [(first, last) for first, last in spans if first <= last_day and last >= first_day]

	def school_days(self, first_day: date, last_day: date) -> int:
		"""How many school days there are from a day to another, both included."""
		return max(0, bisect_right(self._school_days, last_day) - bisect_left(self._school_days, first_day))

	def last_school_day(self, first_day: date, last_day: date) -> date | None:
		"""The last school day from a day to another, if there is one."""
		at = bisect_right(self._school_days, last_day)
		return self._school_days[at - 1] if at and self._school_days[at - 1] >= first_day else None


def over(period: str, today: date | None = None) -> date | None:
	"""The last day of the last period that is over; None where none is."""
	today = getdate(today)
	since = today - _TWO_YEARS
	spans = Calendar(since, today).periods(period, since, today)
	return max((last for _first, last in spans if last < today), default=None)


def _weeks(first_day, last_day):
	monday = first_day - DAY * first_day.weekday()
	while monday <= last_day:
		yield monday, monday + DAY * 6
		monday += DAY * 7


def _months(first_day, last_day):
	first = getdate(get_first_day(first_day))
	while first <= last_day:
		last = getdate(get_last_day(first))
		yield first, last
		first = last + DAY
