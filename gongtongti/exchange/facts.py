"""What the rules of a placement need to know about its person, schools, plan and community."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import frappe
from frappe.utils import add_years, getdate

from gongtongti.core import settings
from gongtongti.exchange import kinds
from gongtongti.organisation import membership, school_years, service


@dataclass(frozen=True)
class Facts:
	"""One reading of everything that a placement refers to; see `read`."""

	staff: frappe._dict  # School Staff: those of _STAFF
	locations: dict[str, str]  # school -> Urban or Rural
	plan: frappe._dict  # status, school_year, start_date, end_date
	community_status: str | None
	members: frozenset[
		str
	]  # schools that are in the community on the first and on the last day of the placement
	team: frappe._dict | None
	team_subjects: dict[str, int]  # subject -> teachers asked for
	settings: frappe._dict

	@cached_property
	def years(self) -> float:
		return years_between(self.staff.at_school_since, self.plan.start_date)

	@cached_property
	def staff_subjects(self) -> frozenset[str]:
		rows = frappe.get_all("Staff Subject", filters={"parent": self.staff.name}, pluck="subject")
		return frozenset([self.staff.subject, *rows]) - {None, ""}


# what is read of each document that a placement refers to
_STAFF = (
	"name",
	"staff_name",
	"school",
	"status",
	"position",
	"cadre_status",
	"subject",
	"is_backbone",
	"at_school_since",
)
_PLAN = ("name", "status", "school_year")
_TEAM = ("name", "community", "school_year", "host_school", "status")


def read(placement) -> Facts:
	"""Reads the facts of an Exchange Placement whose links are filled in and exist. Two queries, four with a support team."""
	row = _referred_to(placement)
	staff = frappe._dict({field: row[f"staff_{field}"] for field in _STAFF})
	plan = frappe._dict({field: row[f"plan_{field}"] for field in _PLAN})
	year = school_years.of(plan.school_year)
	plan.update(start_date=year.start_date, end_date=year.end_date)
	if plan.end_date < getdate():  # where the person was then
		staff.update(service.as_of(plan.end_date, [staff.name]).get(staff.name, {}))
	team = placement.support_team and frappe.db.get_value(
		"Rural Support Team", placement.support_team, _TEAM, as_dict=True
	)
	return Facts(
		staff=staff,
		locations={placement.home_school: row.home_location, placement.host_school: row.host_location},
		plan=plan,
		community_status=row.community_status,
		members=membership.schools_on(placement.community, (placement.start_date, placement.end_date)),
		team=team or None,
		team_subjects=_team_subjects(team.name) if team else {},
		settings=read_settings(),
	)


def _referred_to(placement) -> frappe._dict:
	"""The documents that a placement names, each found by its name, in one row."""
	staff, plan, community = (
		frappe.qb.DocType(doctype) for doctype in ("School Staff", "Exchange Plan", "Education Community")
	)
	home, host = (frappe.qb.DocType("Community School").as_(alias) for alias in ("home", "host"))
	return (
		frappe.qb.from_(staff)
		.left_join(home)
		.on(home.name == placement.home_school)
		.left_join(host)
		.on(host.name == placement.host_school)
		.left_join(community)
		.on(community.name == placement.community)
		.left_join(plan)
		.on(plan.name == placement.plan)
		.select(*(staff[field].as_(f"staff_{field}") for field in _STAFF))
		.select(*(plan[field].as_(f"plan_{field}") for field in _PLAN))
		.select(community.status.as_("community_status"))
		.select(home.location.as_("home_location"), host.location.as_("host_location"))
		.where(staff.name == placement.staff)
		.run(as_dict=True)
	)[0]


def read_settings() -> frappe._dict:
	"""The exchange settings: years, days and tolerance as numbers, policies as Refuse or Warn Only."""
	names = ("eligibility_years", "exchange_share_norm", "backbone_share_norm", "short_swap_days", "quota_policy", "balance_policy",
		"balance_tolerance", "rotation_policy")  # fmt: skip
	return frappe._dict({name: settings.get(name) for name in names})


def years_between(since: date | str, until: date | str) -> float:
	"""Years from one day to another, to one decimal, rounded down: 6.0 means six full years have passed. Not below 0."""
	since, until = getdate(since), getdate(until)
	if since >= until:
		return 0.0
	full = until.year - since.year
	if getdate(add_years(since, full)) > until:
		full -= 1
	anniversary, following = getdate(add_years(since, full)), getdate(add_years(since, full + 1))
	tenths = (until - anniversary).days * 10 // (following - anniversary).days
	return full + min(tenths, 9) / 10


def names_weekdays(placement) -> bool:
	return any(int(placement.get(day) or 0) for day in kinds.WEEKDAYS)


def _team_subjects(team: str) -> dict[str, int]:
	rows = frappe.get_all("Support Team Subject", filters={"parent": team}, fields=["subject", "headcount"])
	return {row.subject: row.headcount for row in rows}
