"""Subjects sent and received stay balanced for each school and school year (EX3, document 1 §4.2).

For a school, school year and subject: net = teachers sent − teachers received, over the counted teacher placements in
all its communities. Out of balance when |net| is greater than the tolerance of the settings.
"""

from collections.abc import Callable
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.query_builder import functions as fn

from gongtongti.core import access
from gongtongti.core.locks import locking
from gongtongti.exchange.facts import read_settings
from gongtongti.exchange.kinds import TEACHER_EXCHANGE
from gongtongti.exchange.statuses import COUNTED
from gongtongti.organisation import relations


class BalanceError(frappe.ValidationError):
	"""The placement would bring a subject of a school out of balance."""


@dataclass(frozen=True)
class Imbalance:
	"""A school whose subject would be out of balance with a placement."""

	school: str
	subject: str
	sent: int
	received: int
	tolerance: int

	@property
	def net(self) -> int:
		return self.sent - self.received

	def message(self, with_figures: bool) -> str:
		"""with_figures: False where somebody may read it who must not learn of the school's other placements."""
		if not with_figures:
			return _("{0} would be out of balance in {1}: the net number of teachers exceeds {2}.").format(
				self.school, self.subject, self.tolerance
			)
		return _(
			"{0} would be out of balance in {1}: {2} sent, {3} received, and the net number may not exceed {4}."
			" Choose another subject or place a teacher the opposite way."
		).format(self.school, self.subject, self.sent, self.received, self.tolerance)


def imbalances(placement, for_update: bool = False) -> list[Imbalance]:
	"""The schools that this teacher placement would bring, or further bring, out of balance. Itself is not counted.

	A placement that brings a school nearer to balance is never among them.
	"""
	if placement.kind != TEACHER_EXCHANGE or not placement.subject:
		return []
	tolerance = read_settings().balance_tolerance
	ways = _ways(placement, for_update)
	found = []
	for school, step in ((placement.home_school, 1), (placement.host_school, -1)):
		sent = sum(home == school for home, _host in ways)
		received = sum(host == school for _home, host in ways)
		net = sent - received
		if abs(net + step) > tolerance and abs(net + step) > abs(net):
			found.append(
				Imbalance(school, placement.subject, sent + (step > 0), received + (step < 0), tolerance)
			)
	return found


def may_see_figures(school: str) -> bool:
	"""Whether the session's user sees all placements of a school, and so may read how many there are."""
	if access.fields_within("Exchange Placement") is None:
		return True
	return school in relations.schools(frappe.session.user)


def _ways(placement, for_update) -> list[tuple[str, str]]:
	table = frappe.qb.DocType("Exchange Placement")
	schools = [placement.home_school, placement.host_school]
	query = (
		frappe.qb.from_(table)
		.select(table.home_school, table.host_school)
		.where((table.school_year == placement.school_year) & (table.subject == placement.subject))
		.where((table.kind == TEACHER_EXCHANGE) & table.status.isin(COUNTED))
		.where(table.home_school.isin(schools) | table.host_school.isin(schools))
		.where(table.name != (placement.name or ""))
	)
	return list(locking(query, for_update).run())


def balance(
	school_year: str | None = None, community: str | None = None, visible: Callable | None = None
) -> list[frappe._dict]:
	"""Sent and received teachers by school year, community, subject and school. Two queries, whatever the number of rows.

	visible: restricts the query to the reader's rows, as `access.visible` does; None counts every placement

	Out: rows with school_year, community, subject, school, sent, received, net, and net_of_school with out_of_balance,
	which are of the school, year and subject over all communities that were asked for. Sorted by these names.
	"""
	rows: dict[tuple, frappe._dict] = {}
	for school_field, column in (("home_school", "sent"), ("host_school", "received")):
		for *key, number in _counted_by(school_field, school_year, community, visible):
			row = rows.setdefault(tuple(key), _empty_row(key))
			row[column] += number

	of_school: dict[tuple, int] = {}
	for row in rows.values():
		row.net = row.sent - row.received
		key = (row.school_year, row.subject, row.school)
		of_school[key] = of_school.get(key, 0) + row.net
	tolerance = read_settings().balance_tolerance
	for row in rows.values():
		row.net_of_school = of_school[row.school_year, row.subject, row.school]
		row.out_of_balance = abs(row.net_of_school) > tolerance
	return [rows[key] for key in sorted(rows, key=lambda key: tuple(str(part or "") for part in key))]


def _empty_row(key) -> frappe._dict:
	names = ("school_year", "community", "subject", "school")
	return frappe._dict(zip(names, key, strict=True), sent=0, received=0)


def _counted_by(school_field, school_year, community, visible):
	table = frappe.qb.DocType("Exchange Placement")
	by = (table.school_year, table.community, table.subject, table[school_field])
	query = (
		frappe.qb.from_(table)
		.select(*by, fn.Count(table.name))
		.where((table.kind == TEACHER_EXCHANGE) & table.status.isin(COUNTED))
		.groupby(*by)
	)
	if school_year:
		query = query.where(table.school_year == school_year)
	if community:
		query = query.where(table.community == community)
	return (visible(query, "Exchange Placement", table) if visible else query).run()
