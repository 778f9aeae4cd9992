"""Pairing List (ACT3, SUM2): who of two schools is paired with whom, for how long and what for, and whether they do anything.

Of families it says how many pupils they are; names stand there for the pupils' own school only, whose leaders may not take the
list away as a spreadsheet (AID4). Two-help-one groups are counted (ACT4).
"""

from collections import Counter

import frappe
from frappe import _
from frappe.query_builder.functions import Count, Max

from gongtongti.activities import helping, pairings
from gongtongti.activities.pairings import PAIRING, Status
from gongtongti.core import access, report
from gongtongti.organisation import school_years, terms

FILTERS = {
	"community": ("Community", report.link, "Education Community"),
	"school_year": ("School Year", report.link, "Community School Year"),
	"term": ("Term of the School Year", report.one_of, terms.TERMS),
	"kind": ("Kind of Pairing", report.choice, PAIRING, "kind"),
	"status": ("Status", report.choice, PAIRING, "status"),
}
BARS = 20


def execute(filters=None):
	"""Columns, rows, message, chart and summary, of one school year. A fixed number of statements. Raises ReportFilterError."""
	filters = report.read_filters(filters, FILTERS)
	year = school_years.meant(school_years.newest_first(), filters.school_year)
	if not year:
		return columns(), [], _("No school year has begun. Add one first."), None, [], True
	filters.school_year = year.name
	found = pairings.listed(filters, terms.days(year.name, filters.term) if filters.term else None)
	pairings.put_sides(found, with_names=not frappe.has_permission(PAIRING, "export"))
	put_notes(found)
	figures = chart(found), summary(found, groups(filters))
	message = _("School year {0}. Pairings that were approved; others when you choose their status.").format(
		year.name
	)
	return columns(), rows(found), message, *figures, True


def put_notes(found) -> None:
	"""Sets how many notes each pairing has, and the day of the last one."""
	note = frappe.qb.DocType("Pairing Note")
	query = frappe.qb.from_(note).select(note.parent, Count("*"), Max(note.noted_on)).groupby(note.parent)
	query = query.where(note.parent.isin([row.name for row in found] or [""]))
	notes = {name: (number, day) for name, number, day in query.run()}
	for row in found:
		row.notes, last = notes.get(row.name, (0, None))
		row.last_note = report.as_date(last)
		row.without_notes = int(row.status == Status.RUNNING and not row.notes)


def groups(filters) -> dict[str, int]:
	"""Status -> how many two-help-one groups there are in the communities that the reader sees."""
	community = frappe.qb.DocType(helping.COMMUNITY)
	query = frappe.qb.from_(community).select(community.name)
	if filters.community:
		query = query.where(community.name == filters.community)
	seen = access.visible(query, helping.COMMUNITY, community).run(pluck=True)
	return helping.counted(seen, filters.school_year)


def columns() -> list[dict]:
	return [
		report.column("number", _("Serial Number"), "Int", 60),
		report.link_column("school_a", _("School A"), "Community School", 140),
		report.column("side_a", _("Name, Class or Grade at School A"), width=170),
		report.link_column("school_b", _("School B"), "Community School", 140),
		report.column("side_b", _("Name, Class or Grade at School B"), width=170),
		report.link_column("subject", _("Teaching Subject"), "Teaching Subject", 80),
		report.column("kind", _("Kind of Pairing"), width=90),
		report.column("from_date", _("Pairing Begins"), "Date"),
		report.column("to_date", _("Pairing Ends"), "Date"),
		report.column("goal", _("Goal of the Pairing"), width=180),
		report.column("remarks", _("Remarks on the Pairing"), width=140),
		report.column("status", _("Status"), width=100),
		report.column("notes", _("Number of Notes"), "Int", 80),
		report.column("last_note", _("Last Note"), "Date"),
		report.link_column("community", _("Community"), "Education Community", 160),
		report.link_column("name", _("School Pairing"), PAIRING, 140),
	]


def rows(found) -> list:
	"""The rows in the reader's language, numbered."""
	translated = report.Translations()
	for number, row in enumerate(found, start=1):
		row.number = number
		row.kind_key, row.kind = row.kind, translated[row.kind]
		row.status_key, row.status = row.status, _(row.status, context=PAIRING)
		row.from_date, row.to_date = report.as_date(row.from_date), report.as_date(row.to_date)
	return found


def chart(found) -> dict | None:
	"""Pairings by community, a colour for each kind."""
	totals = Counter(row.community for row in found)
	drawn = [community for community, _count in totals.most_common(BARS)]
	by_kind = Counter((row.kind, row.community) for row in found)
	kinds = [kind for kind in pairings.KINDS if any(by_kind[kind, community] for community in drawn)]
	return report.bars(
		drawn,
		[(_(kind), [by_kind[kind, community] for community in drawn]) for kind in kinds],
		of=len(totals),
		stacked=True,
	)


def summary(found, helped: dict[str, int]) -> list[dict]:
	"""How many are listed, run, and run without anything noted; pupils of families; two-help-one groups."""
	silent = sum(row.without_notes for row in found)
	return [
		report.card(_("Pairings Listed"), len(found)),
		report.card(_("Pairings Running"), sum(1 for row in found if row.status == Status.RUNNING), "Green"),
		report.card(_("Running without Notes"), silent, "Orange" if silent else "Green"),
		report.card(_("Pupils in Family Pairings"), sum(row.pupils_a + row.pupils_b for row in found)),
		report.card(_("Two-Help-One Groups Running"), helped.get(helping.RUNNING, 0)),
		report.card(_("Two-Help-One Groups Concluded"), helped.get(helping.CONCLUDED, 0)),
	]
