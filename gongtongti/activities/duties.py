"""Which duties of the communities are kept, which are missed: the one engine that everything reads (ACT5, ACT6, ACT7, EX12).

What a duty asks for: so many times (`times`) in each of its periods, for each community, school pair or visiting teacher.

- For whom. A school pair is a lead school with a member that is no lead; in an area of equals, which has no lead, any two of its
  schools. It stands while both are members. A visiting teacher is a placement in a teacher exchange that came into force, and does
  not lead from the country into town; it stands from its start to its end. A community stands from its founding to its end.
- When it is due. Of the school days of a period at least half must be days on which both the duty is in force and the community,
  pair or placement stands: whoever comes late or leaves early is held to the period that it was there for, and a period without
  school days (holidays) is never due. Nor is one that has not begun.
- What counts. Whatever was held on a day of the period, once for each document: the day counts, neither the day that it was planned for
  nor the day on which it was put on record. One activity counts for every duty that its kind belongs to. For a pair both schools must
  have taken part, for a teacher it must name the placement.
- Until when. A duty is due until its last school day in the period (`due_on`), and missed when the days on which it could still be
  kept are over; what is put on record later still counts.

Restricted to nobody's rows: whoever shows a row to somebody passes the communities that they may see.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from itertools import combinations

import frappe
from frappe.utils import getdate

from gongtongti.activities.occurrences import SOURCES
from gongtongti.activities.periods import Calendar
from gongtongti.core import access
from gongtongti.core.report import as_date
from gongtongti.exchange.kinds import RURAL_TO_URBAN, TEACHER_EXCHANGE
from gongtongti.exchange.statuses import TOOK_PART
from gongtongti.organisation import membership, relations, school_years

DUTY, KIND_ROWS = "Community Duty", "Duty Kind"
COMMUNITY, PAIR, TEACHER = "Each Community", "Each School Pair", "Each Visiting Teacher"
FOR_WHOM = (COMMUNITY, PAIR, TEACHER)
KEPT, DUE, MISSED, NOT_DUE = "Kept", "Still Due", "Not Kept", "Not Due"
STATES = (MISSED, DUE, KEPT, NOT_DUE)
LEAD = "Lead School"


@dataclass(slots=True)
class Kept:
	"""How a duty stands in a period."""

	duty: str
	duty_name: str
	counts: str  # the DocType of the documents
	community: str
	pair: tuple[str, str] | None
	placement: str | None
	first_day: date
	last_day: date
	due_on: date | None  # None where it is not due
	times: int
	documents: tuple[str, ...]
	state: str

	@property
	def done(self) -> int:
		return len(self.documents)


def kept(first_day, last_day, communities=None, duties=None, today=None) -> list[Kept]:
	"""How the duties in use stand in each period that shares a day with a stretch of time.

	In: two dates; names of communities and of duties (default: all); the day that counts as today.
	Out: a row for each duty, community (pair, placement) and period. One query for each of: duties, memberships, placements, and
	each source, and three for the calendar.
	"""
	first_day, last_day, today = getdate(first_day), getdate(last_day), getdate(today)
	wanted = _duties(first_day, last_day, duties)
	if not wanted:
		return []
	calendar = Calendar(first_day, last_day)
	spans = {
		duty.name: calendar.periods(duty.period, max(first_day, duty.first), min(last_day, duty.last))
		for duty in wanted
	}
	days = [day for periods in spans.values() for span in periods for day in span]
	if not days:
		return []
	whole = (min(days), max(days))
	units = _units(wanted, whole, communities)
	held = _held(wanted, whole, communities)
	due_on = cache(partial(_due_on, calendar))  # most units stand on the same days
	return [
		row
		for duty in wanted
		for unit in units[duty.per]
		for row in _rows(duty, unit, spans[duty.name], held[duty.counts], due_on, today)
	]


# -- what is asked for -------------------------------------------------------------------------------------------------


def _duties(first_day, last_day, names) -> list[frappe._dict]:
	duty, kind = frappe.qb.DocType(DUTY), frappe.qb.DocType(KIND_ROWS)
	query = (
		frappe.qb.from_(duty)
		.left_join(kind)
		.on((kind.parent == duty.name) & (kind.parenttype == DUTY))
		.select(
			duty.name,
			duty.duty_name,
			duty.counts,
			duty.period,
			duty.per,
			duty.times,
			duty.in_force_from,
			duty.in_force_to,
			kind.kind,
		)
		.where((duty.in_use == 1) & (duty.in_force_from <= last_day))
		.where(duty.in_force_to.isnull() | (duty.in_force_to >= first_day))
		.orderby(duty.in_force_from, duty.name)
	)
	if names is not None:
		query = query.where(duty.name.isin(sorted(names) or [""]))
	found = {}
	for row in query.run(as_dict=True):
		duty = found.setdefault(row.name, row)
		duty.setdefault("kinds", set())
		if row.kind:
			duty.kinds.add(row.kind)
	for duty in found.values():
		duty.first, duty.last = as_date(duty.in_force_from), as_date(duty.in_force_to) or date.max
	# a source that an app no longer brings cannot be asked
	return [duty for duty in found.values() if duty.counts in SOURCES]


# -- for whom ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Unit:
	"""A community, a pair of its schools or a placement, and the days on which it stands."""

	community: str
	pair: tuple[str, str] | None
	placement: str | None
	spans: list[tuple[date, date]]


def _units(duties, whole, communities) -> dict[str, list[_Unit]]:
	per = {duty.per for duty in duties}
	stays = membership.stays(communities=communities, during=whole) if per - {TEACHER} else []
	of_community = defaultdict(list)
	for stay in stays:
		of_community[stay.community].append(stay)
	return {
		COMMUNITY: [
			_Unit(
				name, None, None, [(as_date(rows[0].founded_on), as_date(rows[0].dissolved_on) or date.max)]
			)
			for name, rows in of_community.items()
		],
		PAIR: [unit for name, rows in of_community.items() for unit in _pairs(name, rows)],
		TEACHER: _visiting(whole, communities) if TEACHER in per else [],
	}


def _pairs(community, stays) -> list[_Unit]:
	"""The pairs of schools of a community, each with the days on which both are members."""
	found = defaultdict(list)
	has_lead = any(stay.member_role == LEAD for stay in stays)
	for one, other in combinations(stays, 2):
		if one.school == other.school:
			continue
		if has_lead and (one.member_role == LEAD) == (other.member_role == LEAD):
			continue
		first = max(one.first_day, other.first_day)
		last = min(one.last_day or date.max, other.last_day or date.max)
		if first <= last:
			lead_first = sorted((one, other), key=lambda stay: (stay.member_role != LEAD, stay.school))
			found[tuple(stay.school for stay in lead_first)].append((first, last))
	return [_Unit(community, pair, None, spans) for pair, spans in found.items()]


def _visiting(whole, communities) -> list[_Unit]:
	table = frappe.qb.DocType("Exchange Placement")
	query = (
		frappe.qb.from_(table)
		.select(table.name, table.community, table.start_date, table.end_date)
		.where((table.kind == TEACHER_EXCHANGE) & (table.direction != RURAL_TO_URBAN))
		.where(table.status.isin(TOOK_PART))
		.where((table.start_date <= whole[1]) & (table.end_date >= whole[0]))
		.orderby(table.community, table.name)
	)
	if communities is not None:
		query = query.where(table.community.isin(sorted(communities) or [""]))
	return [
		_Unit(community, None, name, [(as_date(first), as_date(last))])
		for name, community, first, last in query.run()
	]


# -- what was held -----------------------------------------------------------------------------------------------------


class _Held:
	"""What was held, by day: each document of a source once."""

	def __init__(self, found):
		self._by_unit = defaultdict(list)
		for row in found:
			of_row = (row.day, row.name, frozenset(row.schools))
			for unit in {row.community, row.placement} - {None}:
				self._by_unit[unit, None].append(of_row)
				if row.kind:
					self._by_unit[unit, row.kind].append(of_row)

	def of(self, unit: _Unit, kinds):
		"""(days, documents) of what counts for a unit, in the order of the days."""
		name = unit.placement or unit.community
		rows = [row for kind in kinds or (None,) for row in self._by_unit.get((name, kind), ())]
		if unit.pair:
			rows = [row for row in rows if row[2].issuperset(unit.pair)]
		rows.sort(key=lambda row: row[:2])
		return [day for day, _name, _schools in rows], [name for _day, name, _schools in rows]


def _held(duties, whole, communities) -> dict[str, _Held]:
	return {
		doctype: _Held(SOURCES[doctype](*whole, communities)) for doctype in {duty.counts for duty in duties}
	}


# -- how it stands -----------------------------------------------------------------------------------------------------


def _rows(duty, unit, periods, held, due_on, today):
	days, documents = held.of(unit, duty.kinds)
	standing = [(max(first, duty.first), min(last, duty.last)) for first, last in unit.spans]
	standing = [(start, end) for start, end in standing if start <= end]
	for first, last in periods:
		within = tuple(
			(max(first, start), min(last, end)) for start, end in standing if start <= last and end >= first
		)
		if not within:
			continue  # it did not stand at all
		done = tuple(documents[bisect_left(days, first) : bisect_right(days, last)])
		due = due_on(first, last, within) if first <= today else None
		yield Kept(
			duty.name, duty.duty_name, duty.counts, unit.community, unit.pair, unit.placement, first, last, due,
			duty.times, done, _state(due, len(done) >= duty.times, max(end for _start, end in within), today),
		)  # fmt: skip


def _due_on(calendar, first, last, within) -> date | None:
	"""The last school day on which it can be kept; None where too few of them fall to it."""
	of_period = calendar.school_days(first, last)
	own = sum(calendar.school_days(*span) for span in within)
	if not of_period or 2 * own < of_period:
		return None
	return max(day for span in within if (day := calendar.last_school_day(*span)))


def _state(due_on, is_kept, last_standing_day, today) -> str:
	if not due_on:
		return NOT_DUE
	if is_kept:
		return KEPT
	return MISSED if last_standing_day < today else DUE


# -- a community at a glance -------------------------------------------------------------------------------------------


def of_community(community: str) -> dict:
	"""duties_kept, duties_due, duties_missed of this school year: numbers (`community_state` of the policy)."""
	year = school_years.on(getdate())
	if not year:
		return {"duties_kept": None, "duties_due": None, "duties_missed": None}
	days = school_years.of(year)
	states = [row.state for row in kept(days.start_date, days.end_date, [community])]
	return {
		"duties_kept": states.count(KEPT),
		"duties_due": states.count(DUE),
		"duties_missed": states.count(MISSED),
	}


def visible_communities() -> list[str]:
	"""The communities that the reader may see, by name. One query."""
	table = frappe.qb.DocType(relations.COMMUNITY)
	query = frappe.qb.from_(table).select(table.name).orderby(table.name)
	return access.visible(query, relations.COMMUNITY, table).run(pluck=True)
