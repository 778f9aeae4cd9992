"""Community Duties (ACT5, ACT6, ACT7, EX12): which duties the communities keep, month by month, down to the documents that prove it.

Two tables of the same rows. The map: communities by months, or of one community its duties by months; what is asked for in a
longer or shorter period than a month stands in the month in which that ends. One by one: each duty, period, pair and teacher.
"""

from collections import Counter, defaultdict
from datetime import date

from frappe import _

from gongtongti.activities import duties
from gongtongti.activities.duties import DUE, KEPT, MISSED, NOT_DUE
from gongtongti.core import report
from gongtongti.organisation import school_years, terms

FILTERS = {
	"school_year": ("School Year", report.link, "Community School Year"),
	"term": ("School Term", report.one_of, terms.TERMS),
	"community": ("Community", report.link, "Education Community"),
	"duty": ("Community Duty", report.link, "Community Duty"),
	"state": ("State of the Duty", report.one_of, duties.STATES),
	"month": ("A Day of the Month", report.day),
	"one_by_one": ("Each Duty One by One", report.tick),
}


def execute(filters=None):
	"""Columns, rows, message, chart and summary for the communities that the reader may see.

	The number of queries depends neither on communities nor on months nor on duties.
	"""
	filters = report.read_filters(filters, FILTERS)
	year = school_years.meant(school_years.newest_first(), filters.school_year)
	if not year:
		return [], [], _("There is no school year yet. Enter one first."), None, []
	first, last = terms.days(year.name, filters.term) if filters.term else (year.start_date, year.end_date)
	found = rows_of(filters, first, last)
	months = sorted({month_of(row) for row in found})
	if filters.one_by_one:
		table = one_by_one(found)
	else:
		table = heat_map(found, months, "duty" if filters.community else "community")
	return (*table, None, chart(found, months), summary(found))


def rows_of(filters, first: date, last: date) -> list:
	"""What the engine says of these days, as far as it is asked for; what ends after them belongs to later ones."""
	communities = [filters.community] if filters.community else duties.visible_communities()
	found = duties.kept(first, last, communities, [filters.duty] if filters.duty else None)
	return [
		row
		for row in found
		if first <= due(row) <= last
		and (not filters.state or row.state == filters.state)
		and (not filters.month or month_of(row) == (filters.month.year, filters.month.month))
	]


def due(row) -> date:
	"""The day by which the row is asked for: a duty of a year stands with the last school day of the year."""
	return row.due_on or row.last_day


def month_of(row) -> tuple[int, int]:
	return due(row).year, due(row).month


# -- the map -----------------------------------------------------------------------------------------------------------


def heat_map(found, months, line: str) -> tuple[list, list]:
	"""Columns and rows: a line for each community or duty, a column for each month.

	In each cell stands in words how it is and how many of those that were asked for are kept; `<month>_state` names its colour.
	"""
	cells, words = defaultdict(Counter), report.Translations()
	names = {}
	for row in found:
		key = getattr(row, line)
		names[key] = row.duty_name if line == "duty" else row.community
		cells[key, month_of(row)][row.state] += 1
	label = _("Name of the Duty") if line == "duty" else _("Community")
	columns = [report.column("label", label, width=220)]
	columns += [report.column(f"m{y}_{m:02}", f"{y}-{m:02}", width=110) for y, m in months]
	columns.append(report.column("kept", _("Duties Kept"), "Int", 90))
	columns.append(report.column("missed", _("Duties Not Kept"), "Int", 90))
	table = []
	for key, name in names.items():
		total = sum((cells[key, month] for month in months if (key, month) in cells), Counter())
		line_of_table = {"label": name, line: key, "kept": total[KEPT], "missed": total[MISSED]}
		for year, month in months:
			cell = cells.get((key, (year, month)))
			if cell:
				state = state_of(cell)
				line_of_table[f"m{year}_{month:02}"] = in_words(state, cell, words)
				line_of_table[f"m{year}_{month:02}_state"] = state
		table.append(line_of_table)
	return columns, table


def state_of(cell: Counter) -> str:
	"""Of several duties the state that asks for most attention."""
	return next(state for state in duties.STATES if cell[state])


def in_words(state: str, cell: Counter, words) -> str:
	asked = cell[KEPT] + cell[DUE] + cell[MISSED]
	return f"{words[state]} {cell[KEPT]}/{asked}" if asked else words[NOT_DUE]


# -- one by one --------------------------------------------------------------------------------------------------------


def one_by_one(found) -> tuple[list, list]:
	"""Columns and rows: each duty in each period, with its documents."""
	words = report.Translations()
	columns = [
		report.link_column("community", _("Community"), "Education Community", 170),
		report.column("duty_name", _("Name of the Duty"), width=170),
		report.column("pair", _("School Pair"), width=200),
		report.link_column("placement", _("Exchange Placement"), "Exchange Placement", 130),
		report.column("first_day", _("Period From"), "Date"),
		report.column("last_day", _("Period To"), "Date"),
		report.column("due_on", _("Due On"), "Date"),
		report.column("state", _("State of the Duty"), width=100),
		report.column("done", _("Times Done"), "Int", 80),
		report.column("times", _("Times at Least"), "Int", 80),
		report.column("counts", _("What Is Counted"), width=120),
		report.column("documents", _("Documents That Count"), width=320),
	]
	table = [
		{
			"community": row.community, "duty": row.duty, "duty_name": row.duty_name, "pair": "、".join(row.pair or ()),
			"placement": row.placement, "first_day": row.first_day, "last_day": row.last_day, "due_on": row.due_on,
			"state": words[row.state], "state_key": row.state, "done": row.done, "times": row.times,
			"counts": words[row.counts], "counts_key": row.counts, "documents": ", ".join(row.documents),
		}
		for row in sorted(found, key=lambda row: (row.community, row.first_day, row.duty, row.pair or ()))
	]  # fmt: skip
	return columns, table


# ----------------------------------------------------------------------------------------------------------------------


def chart(found, months) -> dict | None:
	"""Kept, due and missed by month."""
	words, counted = report.Translations(), Counter((month_of(row), row.state) for row in found)
	return report.bars(
		[f"{year}-{month:02}" for year, month in months],
		[(words[state], [counted[month, state] for month in months]) for state in (KEPT, DUE, MISSED)],
		stacked=True,
		colors=["#29cd42", "#f8a01c", "#ff5858"],
	)


def summary(found) -> list[dict]:
	counted = Counter(row.state for row in found)
	over = counted[KEPT] + counted[MISSED]
	return [
		report.card(_("Duties Kept"), counted[KEPT], "Green"),
		report.card(_("Duties Still Due"), counted[DUE], "Orange"),
		report.card(_("Duties Not Kept"), counted[MISSED], "Red" if counted[MISSED] else "Green"),
		report.card(_("Share of Duties Kept"), report.share(counted[KEPT], over), datatype="Percent"),
	]
