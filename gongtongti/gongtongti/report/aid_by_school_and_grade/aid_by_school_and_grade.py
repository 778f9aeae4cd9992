"""Aid by School and Grade (AID4, AID5): how many pupils of a school year got aid, and how much, without telling on anybody.

It may be printed and published: what is said of small groups is decided in `small_groups.py`, for everybody alike. Readers
differ only in the schools whose rows they get.
"""

import frappe
from frappe import _
from frappe.query_builder.functions import Count, Max
from frappe.utils import cint

from gongtongti.aid import applications
from gongtongti.core import money, report, settings
from gongtongti.gongtongti.report.aid_by_school_and_grade.small_groups import (
	FEWER,
	SHOWN,
	Cell,
	Figures,
	School,
	publish,
)
from gongtongti.organisation import school_years
from gongtongti.organisation.relations import SchoolOfLedCommunity, led_schools

FILTERS = {"school_year": ("School Year", report.link, "Community School Year")}
BARS = 20


def execute(filters=None):
	"""Columns, rows (of each school its grades and the whole, at the end all schools), message, chart and summary.

	AID4, AID5 (document 1 §4.3). Money is in yuan. Message, chart and summary say nothing that is not in the rows. A fixed
	number of statements.
	"""
	filters = report.read_filters(filters, FILTERS)
	year = school_years.meant(school_years.newest_first(), filters.school_year)
	if not year:
		return columns(), [], _("No school year has begun. Add one first."), None, [], True
	smallest = smallest_group()
	schools, total = publish(granted(year.name), smallest)
	answered_for = schools_answered_for()
	if answered_for is not None:
		schools, total = part_of(schools, answered_for)
	message = report.lines(
		_("School year {0}: approved applications, and what of them has been paid.").format(year.name),
		_("Each pupil is counted once, where the newest application says."),
		_("Fewer than {0} pupils are not shown, nor what they could be worked out from.").format(smallest),
		answered_for is not None and _("Shown: the schools that you answer for, as in the district's table."),
	)
	return columns(), rows(schools, total, smallest), message, chart(schools), summary(total, smallest), True


def smallest_group() -> int:
	"""Pupils in the smallest group that is shown; the default also where the settings were saved before there was such a one."""
	field = frappe.get_meta("Community Settings").get_field("smallest_group")
	return max(settings.get("smallest_group") or cint(field.default), 2)


def granted(year: str) -> dict[str, dict[str, Figures]]:
	"""school -> grade -> figures of the whole district, each pupil with everything in the group of the newest application.

	Not restricted to the reader's rows: these are numbers, and go through `publish` before anybody sees them.
	"""
	doc = frappe.qb.DocType(applications.APPLICATION)
	found = (
		frappe.qb.from_(doc)
		.select(
			doc.pupil, doc.school, doc.grade, doc.status, Count("*").as_("applications"),
			report.sum_of_fen(doc.amount).as_("amount"), Max(doc.creation).as_("newest"),
		)
		.where((doc.school_year == year) & (doc.docstatus == 1) & doc.status.isin(applications.GRANTED))
		.groupby(doc.pupil, doc.school, doc.grade, doc.status)
		.run(as_dict=True)
	)  # fmt: skip
	of_pupil = {}
	for row in found:
		of_pupil.setdefault(row.pupil, []).append(row)
	table = {}
	for given in of_pupil.values():
		group = max(given, key=lambda row: (str(row.newest), row.school or "", row.grade or ""))
		paid = sum(int(row.amount or 0) for row in given if row.status == applications.Status.PAID)
		grades = table.setdefault(group.school or "", {})
		figures = Figures(1, sum(row.applications for row in given), paid)
		grades[group.grade or ""] = grades.get(group.grade or "", Figures()) + figures
	return table


def schools_answered_for() -> set[str] | None:
	"""The schools whose rows the reader gets: None for all (who reads all the money), otherwise led ones."""
	if report.within("Aid Fund Entry") is None:
		return None
	user = frappe.session.user
	return led_schools(user) | SchoolOfLedCommunity().within(user)


def part_of(schools: dict[str, School], names: set[str]) -> tuple[dict[str, School], Cell | None]:
	"""Some schools of the published table, and their total: what the reader can add up, so none where one is hidden."""
	part = {name: school for name, school in schools.items() if name in names}
	if not part or any(school.total.how != SHOWN for school in part.values()):
		return part, None
	return part, Cell(SHOWN, sum((school.total.figures for school in part.values()), Figures()))


def columns() -> list[dict]:
	return [
		report.link_column("school", _("School in Question"), "Community School", 200),
		report.column("grade", _("School Grade"), width=130),
		# a number, or words in its place
		report.column("pupils", _("Pupils"), width=150, align="right"),
		report.column("applications", _("Applications Approved"), "Int", 130),
		report.money_column("paid", _("Sum Paid"), 150),
	]


def rows(schools: dict[str, School], total: Cell | None, smallest: int) -> list[dict]:
	"""Each school's grades and all of it, at the end all schools. Grades stand in their order, schools in that of their names."""
	translated, table = report.Translations(), []
	every_grade, every_school = _("All Grades"), _("All Schools Listed")
	for name, school in sorted(schools.items()):
		table += [
			{"school": name, "grade": translated[grade], **shown(cell, smallest)}
			for grade, cell in sorted(school.groups.items())
		]
		table.append({"school": name, "grade": every_grade, "is_total": 1, **shown(school.total, smallest)})
	if total:
		table.append({"school": every_school, "is_total": 1, **shown(total, smallest)})
	return table


def shown(cell: Cell, smallest: int) -> dict:
	"""The fields of a row: the figures, or words in place of the number of pupils and nothing else."""
	if cell.how == SHOWN:
		figures = cell.figures
		return {
			"pupils": figures.pupils, "applications": figures.applications, "paid": money.yuan(figures.paid),
			"currency": money.CURRENCY, "hidden": 0,
		}  # fmt: skip
	return {
		"pupils": hidden_words(cell, smallest),
		"applications": None,
		"paid": None,
		"currency": money.CURRENCY,
		"hidden": 1,
	}


def hidden_words(cell: Cell, smallest: int) -> str:
	return _("Fewer than {0}").format(smallest) if cell.how == FEWER else _("Not Shown")


def chart(schools: dict[str, School]) -> dict | None:
	"""What was paid to the schools whose figures are shown, the largest first."""
	drawn = [(name, school.total.figures.paid) for name, school in schools.items() if school.total.figures]
	every, drawn = len(drawn), sorted(drawn, key=lambda school: (-school[1], school[0]))[:BARS]
	return report.money_bars(
		[name for name, _paid in drawn],
		[(_("Sum Paid"), [paid for _name, paid in drawn])],
		of=every,
		colors=["#2490ef"],
	)


def summary(total: Cell | None, smallest: int) -> list[dict]:
	"""The figures of the last row."""
	if not total:
		return []
	if total.how != SHOWN:
		return [report.card(_("Pupils"), hidden_words(total, smallest), datatype="Data")]
	figures = total.figures
	return [
		report.card(_("Pupils"), figures.pupils),
		report.card(_("Applications Approved"), figures.applications),
		report.money_card(_("Sum Paid"), figures.paid, "Green"),
	]
