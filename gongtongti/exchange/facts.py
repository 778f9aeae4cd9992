"""What the rules of a placement need to know about its person, schools, plan and community."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import frappe
from frappe.utils import add_years, getdate

from gongtongti.exchange import kinds
from gongtongti.organisation import membership, service


@dataclass(frozen=True)
class Facts:
	"""One reading of everything that a placement refers to; see `read`."""

	staff: (
		frappe._dict
	)  # School Staff: staff_name, school, status, cadre_status, subject, user, is_backbone, …
	staff_subjects: frozenset[str]
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


def read(placement) -> Facts:
	"""Reads the facts of an Exchange Placement whose links are filled in and exist. A fixed number of queries."""
	staff_fields = ("name", "staff_name", "school", "status", "position", "cadre_status", "subject", "user", "is_backbone",
		"at_school_since")  # fmt: skip
	staff = frappe.db.get_value("School Staff", placement.staff, staff_fields, as_dict=True)
	plan = read_plan(placement.plan)
	if plan.end_date < getdate():  # where the person was then
		staff.update(service.as_of(plan.end_date, [staff.name]).get(staff.name, {}))
	schools = frappe.get_all(
		"Community School",
		filters={"name": ("in", [placement.home_school, placement.host_school])},
		fields=["name", "location"],
	)
	team = placement.support_team and frappe.db.get_value(
		"Rural Support Team",
		placement.support_team,
		["name", "community", "school_year", "host_school", "status"],
		as_dict=True,
	)
	return Facts(
		staff=staff,
		staff_subjects=frozenset([staff.subject, *_child_subjects("Staff Subject", placement.staff)])
		- {None, ""},
		locations={school.name: school.location for school in schools},
		plan=plan,
		community_status=frappe.db.get_value("Education Community", placement.community, "status"),
		members=membership.schools_of(placement.community, placement.start_date)
		& membership.schools_of(placement.community, placement.end_date),
		team=team or None,
		team_subjects=_team_subjects(team.name) if team else {},
		settings=read_settings(),
	)


def read_plan(name: str) -> frappe._dict:
	"""Status, school year and its first and last day, of an Exchange Plan."""
	plan, year = frappe.qb.DocType("Exchange Plan"), frappe.qb.DocType("Community School Year")
	rows = (
		frappe.qb.from_(plan)
		.join(year)
		.on(year.name == plan.school_year)
		.select(plan.name, plan.status, plan.school_year, year.start_date, year.end_date)
		.where(plan.name == name)
		.run(as_dict=True)
	)
	row = rows[0]
	row.start_date, row.end_date = getdate(row.start_date), getdate(row.end_date)
	return row


def read_settings() -> frappe._dict:
	"""The exchange settings with their defaults: years, days and tolerance as numbers, policies as Refuse or Warn."""
	stored = frappe.get_cached_doc("Community Settings")

	def number(fieldname, default):
		# 0 is a value that somebody chose; only what was never saved falls back
		value = stored.get(fieldname)
		return default if value is None or value == "" else value

	return frappe._dict(
		eligibility_years=int(number("eligibility_years", 6)),
		exchange_share_norm=float(number("exchange_share_norm", 10)),
		backbone_share_norm=float(number("backbone_share_norm", 20)),
		short_swap_days=int(number("short_swap_days", 31)),
		quota_policy=stored.quota_policy or "Refuse",
		balance_policy=stored.balance_policy or "Warn Only",
		balance_tolerance=int(number("balance_tolerance", 2)),
		rotation_policy=stored.rotation_policy or "Warn Only",
	)


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


def _child_subjects(child: str, parent: str) -> list[str]:
	return frappe.get_all(child, filters={"parent": parent}, pluck="subject")


def _team_subjects(team: str) -> dict[str, int]:
	rows = frappe.get_all("Support Team Subject", filters={"parent": team}, fields=["subject", "headcount"])
	return {row.subject: row.headcount for row in rows}
