"""The two national shares of a school year (NX1, 教师〔2014〕4号).

Eligible: in service on the first day of the school year, with the years of the settings (6) at one school. Where people
served then is asked of the history (organisation/service.py): a move of today changes no year that has passed.
Took part: those of them with an approved placement in that school year, whatever became of it but cancellation.
First share: took part / eligible, at least 10 %. Second: backbone teachers / took part, at least 20 %.
"""

from collections.abc import Iterable
from datetime import date

import frappe
from frappe.query_builder import functions as fn
from frappe.utils import add_years, getdate

from gongtongti.exchange.facts import read_settings
from gongtongti.exchange.statuses import TOOK_PART
from gongtongti.organisation import membership, school_years, service

SCHOOL, COMMUNITY, TOTAL = "school", "community", "total"


def norms(
	school_year: str, by: str = SCHOOL, location: str | None = None, schools: Iterable[str] | None = None
) -> list[frappe._dict]:
	"""Both shares of a school year against their norms (NX1). A number of queries that does not depend on the rows.

	by: "school", "community" (as it stood during the year; a school of two communities counts in both) or "total"
	location: only schools that lie there, "Urban" or "Rural"
	schools: only these, for a reader who may know everybody there; None counts all

	Out: rows with name (school, community, or None), eligible, took_part, backbone (people), and share, backbone_share
	(percentages to one decimal; None where there is nobody to divide by), share_norm, backbone_norm (percentages), share_met,
	backbone_met (True, False, or None).
	"""
	year = school_years.of(school_year)
	settings = read_settings()
	counts = _merge(
		_eligible(year, settings.eligibility_years, location, schools),
		_took_part(year, settings.eligibility_years, location, schools),
	)
	groups: dict = {}
	if by == TOTAL:
		groups = {None: list(counts)}
	elif by == SCHOOL:
		groups = {school: [school] for school in counts}
	else:
		for community, school in _members_during(year):
			if school in counts:
				groups.setdefault(community, []).append(school)
	return [
		_row(name, [counts[school] for school in groups[name]], settings) for name in sorted(groups, key=str)
	]


def _row(name, counts, settings) -> frappe._dict:
	row = frappe._dict(
		name=name,
		eligible=sum(count.eligible for count in counts),
		took_part=sum(count.took_part for count in counts),
		backbone=sum(count.backbone for count in counts),
		share_norm=settings.exchange_share_norm,
		backbone_norm=settings.backbone_share_norm,
	)
	row.share, row.share_met = _share(row.took_part, row.eligible, row.share_norm)
	row.backbone_share, row.backbone_met = _share(row.backbone, row.took_part, row.backbone_norm)
	return row


def _share(part: int, whole: int, norm: float) -> tuple[float | None, bool | None]:
	if not whole:
		return None, None
	# compared before rounding: 9.96 % is not 10 %
	return round(100 * part / whole, 1), 100 * part >= norm * whole


def _merge(eligible, took_part) -> dict[str, frappe._dict]:
	counts = {school: frappe._dict(eligible=number, took_part=0, backbone=0) for school, number in eligible}
	for school, people, backbone in took_part:
		counts[school].update(took_part=people, backbone=int(backbone or 0))
	return counts


def _eligible_stays(year, years: int, location, schools):
	"""The table of service, and a query from it that holds the rows of those eligible on the first day of the year."""
	first_day: date = getdate(year.start_date)
	stay = frappe.qb.DocType(service.SERVICE)
	query = (
		frappe.qb.from_(stay)
		.where(service.covering(stay, first_day))
		.where(stay.at_school_since <= add_years(first_day, -years))
	)
	if schools is not None:
		query = query.where(stay.school.isin(sorted(schools) or [""]))
	if location:
		school = frappe.qb.DocType("Community School")
		query = query.join(school).on(school.name == stay.school).where(school.location == location)
	return stay, query


def _eligible(year, years, location, schools):
	stay, query = _eligible_stays(year, years, location, schools)
	return query.select(stay.school, fn.Count(stay.parent)).groupby(stay.school).run()


def _took_part(year, years, location, schools):
	placement = frappe.qb.DocType("Exchange Placement")
	placed = (
		frappe.qb.from_(placement)
		# a person with two placements took part once; the placement says whether it was as a backbone teacher
		.select(placement.staff, fn.Max(placement.is_backbone).as_("backbone"))
		.where((placement.school_year == year.name) & placement.status.isin(TOOK_PART))
		.groupby(placement.staff)
	).as_("placed")
	stay, query = _eligible_stays(year, years, location, schools)
	return (
		query.join(placed)
		.on(placed.staff == stay.parent)
		.select(stay.school, fn.Count(stay.parent), fn.Sum(placed.backbone))
		.groupby(stay.school)
		.run()
	)


def _members_during(year):
	"""Pairs (community, school) of all memberships that overlap with the school year."""
	during = getdate(year.start_date), getdate(year.end_date)
	return {(stay.community, stay.school) for stay in membership.stays(during=during)}
