"""The places of a yearly plan, and what has been used of them (EX7, document 1 §4.2).

A row of the plan gives places to a kind of exchange in a community: with a subject for that subject only, without one
for all subjects together. A placement needs a free place in every row that it falls under. No row, no place.
"""

from collections import Counter
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.query_builder import functions as fn

from gongtongti.core.locks import locking
from gongtongti.exchange.statuses import COUNTED


class QuotaExceededError(frappe.ValidationError):
	"""No place is left for this kind (and subject) in the community."""


class NoQuotaError(QuotaExceededError):
	"""The plan gives the community no place for this kind (and subject)."""


@dataclass(frozen=True)
class Shortage:
	"""A row without a free place (places: its quota), or no row at all (places None)."""

	community: str
	kind: str
	subject: str | None
	places: int | None

	@property
	def error(self) -> type[QuotaExceededError]:
		return NoQuotaError if self.places is None else QuotaExceededError

	def message(self) -> str:
		what = _(self.kind) + (f" ({self.subject})" if self.subject else "")
		if self.places is None:
			return _(
				"The exchange plan gives {0} no place for {1}. Ask the personnel section to add one to the plan."
			).format(self.community, what)
		return _(
			"All {0} places of {1} for {2} are taken. Ask the personnel section for another place or withdraw a placement."
		).format(self.places, self.community, what)


def shortages(placement, for_update: bool = False) -> list[Shortage]:
	"""The rows of the plan that have no place for this placement, which itself is not counted. Empty: it fits."""
	rows = _rows(placement, for_update)
	rows = [row for row in rows if not row.subject or row.subject == placement.subject]
	if not rows:
		return [Shortage(placement.community, placement.kind, placement.subject or None, None)]
	used = _used_by_subject(placement, for_update)
	return [
		Shortage(placement.community, placement.kind, row.subject or None, row.quota)
		for row in rows
		if (used[row.subject] if row.subject else sum(used.values())) >= row.quota
	]


def refuse_shortage(placement) -> None:
	"""Raises NoQuotaError or QuotaExceededError if the plan has no place for this placement as things stand."""
	for short in shortages(placement):
		frappe.throw(short.message(), short.error)


def _rows(placement, for_update):
	table = frappe.qb.DocType("Exchange Quota")
	query = (
		frappe.qb.from_(table)
		.select(table.subject, table.quota)
		.where((table.parent == placement.plan) & (table.community == placement.community))
		.where(table.kind == placement.kind)
	)
	return locking(query, for_update).run(as_dict=True)


def _used_by_subject(placement, for_update) -> Counter:
	table = frappe.qb.DocType("Exchange Placement")
	query = (
		frappe.qb.from_(table)
		.select(table.subject)
		.where((table.plan == placement.plan) & (table.community == placement.community))
		.where((table.kind == placement.kind) & table.status.isin(COUNTED))
		.where(table.name != (placement.name or ""))
	)
	return Counter(row[0] or "" for row in locking(query, for_update).run())


def used_of_plan(plan: str, for_update: bool = False) -> dict[tuple[str, str, str], int]:
	"""Counted placements of a plan: (community, kind, subject or "") -> number. One query."""
	table = frappe.qb.DocType("Exchange Placement")
	query = (
		frappe.qb.from_(table)
		.select(table.community, table.kind, table.subject, fn.Count(table.name))
		.where((table.plan == plan) & table.status.isin(COUNTED))
		.groupby(table.community, table.kind, table.subject)
	)
	used = Counter()
	for community, kind, subject, number in locking(query, for_update).run():
		used[community, kind, subject or ""] += number
	return used


def used_of_row(row, used: dict) -> int:
	"""How many of the placements in `used` (see `used_of_plan`) count against a row of the plan."""
	return sum(
		number
		for (community, kind, subject), number in used.items()
		if (community, kind) == (row.community, row.kind) and (not row.subject or subject == row.subject)
	)
