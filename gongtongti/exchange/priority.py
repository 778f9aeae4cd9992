"""Who goes first, computed and explained, never typed in (EX4).

城区区级以上优秀教师、教学能手优先交流 (document 1 §4.2). Four groups, and within a group: the higher honour, then those
who have the years, then the longer service at the school, then the name.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import frappe
from frappe import _
from frappe.utils import cint, getdate

from gongtongti.exchange.facts import read_settings, years_between
from gongtongti.exchange.kinds import URBAN

# from low to high; the options of Staff Honour.level
LEVELS = ("School Level", "District Level", "City Level", "Provincial Level", "National Level")
DISTRICT = LEVELS.index("District Level")
NAMED_HONOURS = ("Excellent Teacher", "Teaching Expert")

NAMED, OTHER_HONOUR, BACKBONE, REST = 1, 2, 3, 4


@dataclass(frozen=True)
class Ranked:
	"""A person's place in the order. order: 1 comes first; years: at the present school, rounded down to 0.1."""

	staff: str
	staff_name: str
	tier: int
	honour: str | None
	level: str | None
	years: float
	is_eligible: bool
	order: int = 0
	of: int = 0

	def reason(self) -> str:
		"""Why the person stands here, in the reader's language."""
		why = {
			NAMED: _("urban teacher with a named honour of district level or higher"),
			OTHER_HONOUR: _("honour of district level or higher"),
			BACKBONE: _("backbone teacher"),
			REST: _("no honour of district level or higher"),
		}[self.tier]
		if self.honour:
			why += f" ({_(self.level)} · {_(self.honour)})"
		years = (
			_("{0} years at the school, eligible")
			if self.is_eligible
			else _("{0} years at the school, not yet eligible")
		)
		return _("{0} of {1}: {2}; {3}").format(self.order, self.of, why, years.format(self.years))


def rank(
	staff_names: Iterable[str], on_date: date | str | None = None, served: dict | None = None
) -> list[Ranked]:
	"""Orders people by priority for exchange (EX4). A fixed number of queries, however many people.

	staff_names: names of School Staff; on_date: the day that years are counted to, usually the first of the school year;
	served: where they served on a day, as `service.as_of` answers (default: as their records say).
	Honours count from the day they were awarded, also when that day lies between on_date and today.
	"""
	names = list(staff_names)
	if not names:
		return []
	on_date = getdate(on_date)
	eligible_from = read_settings().eligibility_years
	honours = _honours(names, max(on_date, getdate()))
	people = [
		_place(row, honours.get(row.name, []), on_date, eligible_from) for row in _people(names, served or {})
	]
	people.sort(key=_order)
	return [
		Ranked(**{**vars(person), "order": order, "of": len(people)})
		for order, person in enumerate(people, start=1)
	]


def _order(person: Ranked) -> tuple:
	level = LEVELS.index(person.level) if person.level else -1
	return (person.tier, -level, not person.is_eligible, -person.years, person.staff_name, person.staff)


def _place(row, honours, on_date, eligible_from) -> Ranked:
	high = [honour for honour in honours if LEVELS.index(honour.level) >= DISTRICT]
	named = [honour for honour in high if honour.honour in NAMED_HONOURS and row.location == URBAN]
	if named:
		tier, counts = NAMED, named
	elif high:
		tier, counts = OTHER_HONOUR, high
	elif row.is_backbone:
		tier, counts = BACKBONE, [honour for honour in honours if honour.honour == "Backbone Teacher"]
	else:
		tier, counts = REST, []
	best = max(counts, key=lambda honour: (LEVELS.index(honour.level), honour.honour), default=None)
	years = years_between(row.at_school_since, on_date)
	return Ranked(
		staff=row.name,
		staff_name=row.staff_name,
		tier=tier,
		honour=best and best.honour,
		level=best and best.level,
		years=years,
		is_eligible=years >= eligible_from,
	)


def _people(names, served):
	staff, school = frappe.qb.DocType("School Staff"), frappe.qb.DocType("Community School")
	rows = (
		frappe.qb.from_(staff)
		.join(school)
		.on(school.name == staff.school)
		.select(staff.name, staff.staff_name, staff.at_school_since, staff.is_backbone)
		.select(school.name.as_("school"), school.location)
		.where(staff.name.isin(names))
		.run(as_dict=True)
	)
	locations = {row.school: row.location for row in rows}
	locations |= _locations({stay.school for stay in served.values()} - locations.keys())
	for row in rows:
		row.is_backbone = cint(row.is_backbone)
		stay = served.get(row.name)
		if stay:
			row.at_school_since = stay.at_school_since
			row.location = locations.get(stay.school, row.location)
	return rows


def _locations(schools) -> dict[str, str]:
	if not schools:
		return {}
	rows = frappe.get_all("Community School", {"name": ("in", sorted(schools))}, ["name", "location"])
	return {row.name: row.location for row in rows}


def _honours(names, until) -> dict[str, list]:
	honour = frappe.qb.DocType("Staff Honour")
	rows = (
		frappe.qb.from_(honour)
		.select(honour.parent, honour.honour, honour.level)
		.where((honour.parenttype == "School Staff") & honour.parent.isin(names))
		.where(honour.awarded_on.isnull() | (honour.awarded_on <= until))
		.run(as_dict=True)
	)
	by_person: dict[str, list] = {}
	for row in rows:
		by_person.setdefault(row.parent, []).append(row)
	return by_person
