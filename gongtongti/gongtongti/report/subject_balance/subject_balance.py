"""Subject Balance (EX3): teachers sent and received by community, school and subject, and how subjects rotate.

Sent and received are those of one school year; beside them stands what the school sent on balance in that year and the
years before, which shows whether a subject takes turns. What counts, and when it is out of balance, is said in
`exchange/balance.py`.
"""

from frappe import _

from gongtongti.core import access, report
from gongtongti.exchange.balance import balance
from gongtongti.exchange.facts import read_settings
from gongtongti.organisation import school_years

FILTERS = {
	"school_year": ("School Year", report.link, "Community School Year"),
	"community": ("Community", report.link, "Education Community"),
	"school": ("School in Question", report.link, "Community School"),
	"subject": ("Teaching Subject", report.link, "Teaching Subject"),
	"unbalanced_only": ("Only Out of Balance", report.tick),
}
YEARS_SHOWN = 5
BARS = 12
IN_BALANCE, OUT_OF_BALANCE = "In Balance", "Out of Balance"


def execute(filters=None):
	"""Columns, rows, message, chart and summary; numbers are teachers.

	EX3 (document 1 §4.2). Three statements: the school years, and what the database counts as sent and as received.
	"""
	filters = report.read_filters(filters, FILTERS)
	years = school_years.newest_first()
	year = school_years.meant(years, filters.school_year)
	if not year:
		return columns([]), [], _("No school year has begun. Add one first."), None, [], True
	shown = [row.name for row in years[years.index(year) :][:YEARS_SHOWN]]
	table = rows(balances(filters, shown), shown)
	if filters.unbalanced_only:
		table = [row for row in table if row["state_key"] == OUT_OF_BALANCE]
	tolerance = read_settings().balance_tolerance
	message = _(
		"School year {0}: teachers under approval, approved or back. A school may send {1} more or fewer than it receives."
	).format(year.name, tolerance)
	return columns(shown), table, message, chart(table), summary(table, tolerance), True


def balances(filters, years: list[str]) -> dict[tuple, dict]:
	"""(community, school, subject) -> {school year: balance} for what the reader sees whole.

	The community is looked for in the answer, not asked for: a school is balanced over all its communities.
	"""
	seen = report.within("Exchange Placement")

	def asked(query, doctype, table):
		query = query.where(table.school_year.isin(years) & (table.subject != ""))
		if filters.subject:
			query = query.where(table.subject == filters.subject)
		if filters.school:
			query = query.where((table.home_school == filters.school) | (table.host_school == filters.school))
		return access.visible(query, doctype, table)

	found = {}
	for row in balance(visible=asked):
		if filters.community and row.community != filters.community:
			continue
		if filters.school and row.school != filters.school:
			continue
		if seen is None or row.community in seen["community"] or row.school in seen["home_school"]:
			found.setdefault((row.community, row.school, row.subject), {})[row.school_year] = row
	return found


def rows(found: dict[tuple, dict], years: list[str]) -> list[dict]:
	"""One row for each community, school and subject; the first of `years` is the year meant."""
	translated, table = report.Translations(), []
	for (community, school, subject), by_year in sorted(found.items()):
		now = by_year.get(years[0])
		state = OUT_OF_BALANCE if now and now.out_of_balance else IN_BALANCE
		row = {
			"community": community, "school": school, "subject": subject,
			"sent": now.sent if now else 0, "received": now.received if now else 0, "net": now.net if now else 0,
			"net_of_school": now.net_of_school if now else 0, "state": translated[state], "state_key": state,
			"years_in_a_row": years_in_a_row(by_year, years),
		}  # fmt: skip
		# nobody exchanged shows as nothing, as many sent as received as 0
		row |= {f"net_{i}": by_year[year].net if year in by_year else None for i, year in enumerate(years)}
		table.append(row)
	return table


def years_in_a_row(by_year: dict, years: list[str]) -> int:
	"""For how many years up to the year meant the school has sent teachers of the subject without a break."""
	count = 0
	for year in years:
		if year not in by_year or not by_year[year].sent:
			break
		count += 1
	return count


def columns(years: list[str]) -> list[dict]:
	return [
		report.link_column("community", _("Community"), "Education Community", 160),
		report.link_column("school", _("School in Question"), "Community School", 160),
		report.link_column("subject", _("Teaching Subject"), "Teaching Subject", 100),
		report.column("sent", _("Teachers Sent"), "Int", 90),
		report.column("received", _("Teachers Received"), "Int", 90),
		report.column("net", _("Sent less Received"), "Int", 100),
		report.column("net_of_school", _("Sent less Received in All Communities"), "Int", 200),
		report.column("state", _("Balance of Subject"), width=100),
		report.column("years_in_a_row", _("Years Sent without a Break"), "Int", 130),
		*(
			report.column(f"net_{i}", _("Sent less Received {0}").format(year), "Int", 150)
			for i, year in enumerate(years)
		),
	]


def chart(table: list[dict]) -> dict | None:
	"""Sent and received where the difference is greatest."""
	drawn = [row for row in table if row["sent"] or row["received"]]
	every, drawn = len(drawn), sorted(drawn, key=lambda row: -abs(row["net"]))[:BARS]
	return report.bars(
		[f"{row['school']} · {row['subject']}" for row in drawn],
		[
			(_("Teachers Sent"), [row["sent"] for row in drawn]),
			(_("Teachers Received"), [row["received"] for row in drawn]),
		],
		of=every,
		colors=["#2490ef", "#48bb74"],
	)


def summary(table: list[dict], tolerance: int) -> list[dict]:
	"""Teachers sent and received by the schools listed, how often a subject is out of balance, and the tolerance."""
	out = len({(row["school"], row["subject"]) for row in table if row["state_key"] == OUT_OF_BALANCE})
	return [
		report.card(_("Teachers Sent"), sum(row["sent"] for row in table)),
		report.card(_("Teachers Received"), sum(row["received"] for row in table)),
		report.card(_("Schools and Subjects out of Balance"), out, "Red" if out else "Green"),
		report.card(_("Difference Allowed"), tolerance),
	]
