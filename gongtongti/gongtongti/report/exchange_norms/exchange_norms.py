"""Exchange Norms (NX1): the two national shares for each school and school year, against the norms of the settings.

Who is eligible, who took part and what is a backbone teacher is said in `exchange/norms.py`.
"""

import frappe
from frappe import _

from gongtongti.core import access, report
from gongtongti.exchange.facts import read_settings
from gongtongti.exchange.kinds import URBAN
from gongtongti.exchange.norms import SCHOOL, norms
from gongtongti.organisation import membership, school_years

FILTERS = {
	"school_year": ("School Year", report.link, "Community School Year"),
	"community": ("Community", report.link, "Education Community"),
	"only_urban": ("Only Urban Schools", report.tick),
}
BARS = 20
VERDICTS = {True: "Norm Met", False: "Norm Not Met", None: None}
COLOURS = {True: "Green", False: "Red", None: "Blue"}


def execute(filters=None):
	"""Columns, rows (the last one the total), message, chart and summary; shares are percentages.

	NX1 (教师〔2014〕4号). A fixed number of statements: school years, schools, and those of `norms`.
	"""
	filters = report.read_filters(filters, FILTERS)
	settings = read_settings()
	year = school_years.meant(school_years.newest_first(), filters.school_year)
	if not year:
		return columns(), [], _("No school year has begun. Add one first."), None, [], True
	if not frappe.has_permission("School Staff", "read"):
		message = _(
			"Staff records are not among what you may see, so nobody can be counted. Ask the personnel section."
		)
		return columns(), [], message, None, [], True
	schools = schools_listed(filters, year)
	location = URBAN if filters.only_urban else None
	found = norms(year.name, SCHOOL, location, schools)
	total = together(found, settings)
	table = rows(found, schools)
	if table:
		table.append({"school": _("All Schools Listed"), "is_total": 1} | figures(total))
	message = _(
		"School year {0}. Eligible: {1} years or more at one school when it begins. Norms: {2} % of these take part,"
		" and {3} % of those who take part are backbone teachers."
	).format(
		year.name,
		settings.eligibility_years,
		f"{settings.exchange_share_norm:g}",
		f"{settings.backbone_share_norm:g}",
	)
	return columns(), table, message, chart(found), summary(total), True


def schools_listed(filters, year) -> dict[str, frappe._dict]:
	"""The schools of which the reader sees everybody, by name."""
	school = frappe.qb.DocType("Community School")
	query = frappe.qb.from_(school).select(school.name, school.location, school.subdistrict)
	if filters.community:
		stays = membership.stays(communities=filters.community, during=(year.start_date, year.end_date))
		query = query.where(school.name.isin(sorted({stay.school for stay in stays}) or [""]))
	seen = report.within("School Staff")
	if seen is not None:
		# of partner schools a school sees the name, not the people; and the user's own record is not a school's staff
		query = query.where(school.name.isin(sorted(seen["school"]) or [""]))
	return {row.name: row for row in access.visible(query, "Community School", school).run(as_dict=True)}


def together(found: list, settings) -> frappe._dict:
	"""The figures of all schools in one: shares of the sums, not sums or means of shares."""
	total = frappe._dict(
		{name: sum(row[name] for row in found) for name in ("eligible", "took_part", "backbone")}
	)
	total.share, total.share_met = _held_against(
		total.took_part, total.eligible, settings.exchange_share_norm
	)
	total.backbone_share, total.backbone_met = _held_against(
		total.backbone, total.took_part, settings.backbone_share_norm
	)
	return total


def _held_against(part: int, whole: int, norm: float) -> tuple[float | None, bool | None]:
	return report.share(part, whole), 100 * part >= norm * whole if whole else None


def rows(found: list, schools: dict) -> list[dict]:
	"""Urban schools first: it is they that the norms are about."""
	translated = report.Translations()
	return [
		{
			"school": row.name, "location": translated[schools[row.name].location],
			"subdistrict": schools[row.name].subdistrict, **figures(row),
		}
		for row in sorted(found, key=lambda row: (schools[row.name].location != URBAN, row.name))
	]  # fmt: skip


def figures(row) -> dict:
	"""Numbers, shares and verdicts of a school or of all of them, as they stand in the table."""
	share_key, backbone_key = VERDICTS[row.share_met], VERDICTS[row.backbone_met]
	return {
		"eligible": row.eligible, "took_part": row.took_part, "share": row.share,
		"share_result": _(share_key) if share_key else "", "share_result_key": share_key,
		"backbone": row.backbone, "backbone_share": row.backbone_share,
		"backbone_result": _(backbone_key) if backbone_key else "", "backbone_result_key": backbone_key,
	}  # fmt: skip


def columns() -> list[dict]:
	return [
		report.link_column("school", _("School in Question"), "Community School", 180),
		report.column("location", _("Urban or Rural"), width=90),
		report.link_column("subdistrict", _("Education Subdistrict"), "Education Subdistrict"),
		report.column("eligible", _("Eligible by Years"), "Int", 130),
		report.column("took_part", _("Eligible Who Took Part"), "Int", 130),
		report.column("share", _("Share of Eligible Who Took Part"), "Percent", 130),
		report.column("share_result", _("Norm of Taking Part"), width=150),
		report.column("backbone", _("Backbone Teachers among Them"), "Int", 130),
		report.column("backbone_share", _("Share of Backbone Teachers"), "Percent", 130),
		report.column("backbone_result", _("Norm of Backbone Teachers"), width=150),
	]


def chart(found: list) -> dict | None:
	"""Both shares of the schools with most eligible people."""
	drawn = sorted(found, key=lambda row: -row.eligible)[:BARS]
	return report.bars(
		[row.name for row in drawn],
		[
			(_("Share of Eligible Who Took Part"), [row.share or 0 for row in drawn]),
			(_("Share of Backbone Teachers"), [row.backbone_share or 0 for row in drawn]),
		],
		of=len(found),
		fieldtype="Percent",
		colors=["#2490ef", "#f8a01c"],
	)


def summary(total) -> list[dict]:
	"""The two shares of all schools listed, in the colour of their verdict."""
	return [
		report.card(_("Eligible by Years"), total.eligible),
		report.card(_("Eligible Who Took Part"), total.took_part),
		report.card(_("Share of Eligible Who Took Part"), total.share, COLOURS[total.share_met], "Percent"),
		report.card(
			_("Share of Backbone Teachers"), total.backbone_share, COLOURS[total.backbone_met], "Percent"
		),
	]
