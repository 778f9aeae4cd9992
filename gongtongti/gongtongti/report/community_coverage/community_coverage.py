"""Community Coverage (ORG7): the share of rural schools inside a community, year by year, against its target.

Under each year stand the rural schools that no community had reached by then.
"""

import datetime

import frappe
from frappe import _
from frappe.utils import escape_html, getdate

from gongtongti.core import access, number_cards, report
from gongtongti.organisation import relations, roles
from gongtongti.organisation.membership import stays

FILTERS = {
	"stage": ("School Stage", report.choice, "Community School", "stage"),
	"subdistrict": ("Education Subdistrict", report.link, "Education Subdistrict"),
}
NAMES_IN_MESSAGE = 20


def execute(filters=None):
	"""Columns, rows, message, chart and summary; shares are percentages, gaps percentage points.

	ORG7 (document 1 §2). Four statements, whatever the number of schools, communities and years.
	"""
	filters = report.read_filters(filters, FILTERS)
	schools, partial = rural_schools(filters)
	members, targets = memberships(), coverage_targets()
	today = frappe.utils.getdate()
	years = [
		measure(year, today, target_of(year, targets), schools, members)
		for year in years_shown(targets, members, today.year)
	]
	if partial and not partial.whole:
		for year in years:
			year.result = None
	latest = next(year for year in years if year.begun)
	message = report.lines(partial and partial.words, uncovered_words(latest))
	return columns(), rows(years), message, chart(years), summary(latest)


def rural_schools(filters):
	"""The rural schools that are counted for the reader, and what is to be said if these are not the district's.

	Out: (schools, None or a dict with `words` and `whole`: whether a target can be held against the share).
	"""
	school = frappe.qb.DocType("Community School")
	query = (
		frappe.qb.from_(school)
		.select(
			school.name, school.stage, school.subdistrict, school.status, school.opened_on, school.closed_on
		)
		.where(school.location == "Rural")
		.orderby(school.subdistrict)
		.orderby(school.name)
	)
	query = access.visible(query, "Community School", school)
	for fieldname in FILTERS:
		if filters[fieldname]:
			query = query.where(school[fieldname] == filters[fieldname])
	user, partial = frappe.session.user, None
	if access.fields_within("Community School") is not None:
		if roles.SUBDISTRICT_OFFICE in frappe.get_roles():
			# partner schools in other subdistricts are seen, too, but are not this office's to answer for
			query = query.where(school.name.isin(sorted(relations.schools(user)) or [""]))
			partial = frappe._dict(words=_("Counted: the schools of your own subdistrict."), whole=True)
		else:
			# a school sees the schools of its own communities only: always 100 %, which says nothing of a target
			partial = frappe._dict(
				words=_(
					"Counted: only the schools that you may see. This is not the share of the whole district."
				),
				whole=False,
			)
	return query.run(as_dict=True), partial


def memberships() -> list:
	"""The stays of schools in the communities that the reader may see (`organisation/membership.py` says what counts)."""
	community = frappe.qb.DocType("Education Community")
	query = frappe.qb.from_(community).select(community.name)
	seen = set(access.visible(query, "Education Community", community).run(pluck=True))
	return [stay for stay in stays() if stay.community in seen]


def coverage_targets() -> dict[int, float]:
	"""Target share of rural schools (percentage) by year."""
	target = frappe.qb.DocType("Community Coverage Target")
	query = frappe.qb.from_(target).select(target.target_year, target.target_share)
	return dict(access.visible(query, "Community Coverage Target", target).run())


def target_of(year: int, targets: dict[int, float]) -> float | None:
	"""The target of a year: it stands until a later year sets another."""
	set_in = max((target_year for target_year in targets if target_year <= year), default=None)
	return targets.get(set_in)


def years_shown(targets, members, this_year: int) -> list[int]:
	"""The years that have a target and those since the first community, newest first."""
	first = min([this_year, *targets, *(stay.first_day.year for stay in members)])
	return sorted({*range(first, this_year + 1), *targets}, reverse=True)


def measure(
	year: int, today: datetime.date, target: float | None, schools: list, members: list
) -> frappe._dict:
	"""One year's figures, as of its last day or, in the running year, of today; none for a year to come."""
	figures = frappe._dict(year=year, target=target, begun=year <= today.year, uncovered=[])
	if not figures.begun:
		return figures
	as_of = min(datetime.date(year, 12, 31), today)
	reached = {stay.school for stay in members if _within(stay.first_day, stay.last_day, as_of)}
	counted = [school for school in schools if _open_on(school, as_of)]
	figures.uncovered = [school for school in counted if school.name not in reached]
	figures.rural = len(counted)
	figures.covered = figures.rural - len(figures.uncovered)
	figures.real = report.share(figures.covered, figures.rural)
	if figures.real is not None and target is not None:
		figures.gap = round(figures.real - target, 1)
		figures.result = "Target Met" if figures.gap >= 0 else "Target Not Met"
	return figures


def _open_on(school, day) -> bool:
	if school.status == "Closed" and not school.closed_on:
		return False
	return _within(report.as_date(school.opened_on), report.as_date(school.closed_on), day)


def _within(start, end, day) -> bool:
	return (not start or start <= day) and (not end or end >= day)


def columns() -> list[dict]:
	return [
		report.column("label", _("Year or Uncovered School"), width=220),
		report.column("rural", _("Rural Schools"), "Int"),
		report.column("covered", _("Rural Schools in a Community"), "Int", 140),
		report.column("real", _("Real Share of Rural Schools"), "Percent", 170),
		report.column("target", _("Target Share of Rural Schools"), "Percent", 170),
		report.column("gap", _("Above or below Target (Percentage Points)"), "Float", 190, precision=1),
		report.column("result", _("Target Met or Not")),
		report.link_column("subdistrict", _("Education Subdistrict"), "Education Subdistrict"),
		report.column("stage", _("School Stage"), width=130),
	]


def rows(years) -> list[dict]:
	"""A row for each year and, one step in, its uncovered schools (`school` holds the name for the link)."""
	translated, table = report.Translations(), []
	for year in years:
		table.append(
			{
				"label": str(year.year), "indent": 0, "rural": year.rural, "covered": year.covered, "real": year.real,
				"target": year.target, "gap": year.gap, "result": translated[year.result], "result_key": year.result,
			}
		)  # fmt: skip
		table += [
			{
				"label": school.name, "indent": 1, "school": school.name, "subdistrict": school.subdistrict,
				"stage": translated[school.stage],
			}
			for school in year.uncovered
		]  # fmt: skip
	return table


def uncovered_words(latest) -> str | None:
	"""The uncovered schools of the newest year in words."""
	if not latest.uncovered:
		return None
	names = "、".join(escape_html(school.name) for school in latest.uncovered[:NAMES_IN_MESSAGE])
	if len(latest.uncovered) > NAMES_IN_MESSAGE:
		names += " …"
	return _("Not yet in a community ({0}): {1}").format(len(latest.uncovered), names)


def chart(years) -> dict | None:
	"""Real and target share over the years, oldest first; from the first target on, since a line has no gaps."""
	drawn = [year for year in reversed(years) if year.real is not None]
	with_target = [year for year in drawn if year.target is not None]
	drawn = with_target or drawn
	if not drawn:
		return None
	# short, because the legend gives each name the same small space
	datasets = [{"name": _("Share Reached"), "values": [year.real for year in drawn]}]
	if with_target:
		targets = [year.target for year in drawn]
		datasets.append({"name": _("Share Aimed At"), "values": targets})
	return {
		"data": {"labels": [str(year.year) for year in drawn], "datasets": datasets},
		"type": "line",
		"fieldtype": "Percent",
		"colors": ["#2490ef", "#f8a01c"],
		"axisOptions": {"xIsSeries": 1},
		"lineOptions": {"hideDots": 0},
	}


def summary(latest) -> list[dict]:
	"""The newest year's figures."""
	return [
		report.card(_("Rural Schools"), latest.rural),
		report.card(_("Rural Schools in a Community"), latest.covered, "Green"),
		report.card(
			_("Not Yet in a Community"), len(latest.uncovered), "Red" if latest.uncovered else "Green"
		),
		report.card(_("Real Share of Rural Schools"), latest.real, datatype="Percent"),
	]


# -- figure of the workspace -------------------------------------------------------------------------------------------


@frappe.whitelist()
def rural_coverage(filters: dict | list | str | None = None):
	"""The share of the district's rural schools that are in a community today, as a percentage (ORG7); bureau only."""
	frappe.has_permission("Community Settings", "read", throw=True)
	schools, _partial = rural_schools(frappe._dict.fromkeys(FILTERS))
	today = getdate()
	now = measure(today.year, today, None, schools, memberships())
	return number_cards.card(now.real or 0, ["query-report", "Community Coverage"], {}, "Percent")
