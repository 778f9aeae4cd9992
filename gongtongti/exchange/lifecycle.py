"""Placements begin and end on their dates without anyone's click (EX13)."""

from datetime import date

import frappe
from frappe import _
from frappe.utils import formatdate, getdate

from gongtongti.core import jobs
from gongtongti.exchange import endings
from gongtongti.exchange.statuses import OPEN, Status


def daily(today: date | str | None = None) -> dict[str, int]:
	"""Hook `scheduler_events.daily`: what is approved runs from its start date and is over the day after its end date.

	The end date is the last day of service. May run any number of times a day, and catches up on days that were missed.
	Each placement stands for itself: what fails is logged and left for the next day.

	First, placements that outlive their person's service end with it (exchange/endings.py).

	Out: how many have begun and ended: {"begun": …, "ended": …}
	"""
	today = getdate(today)
	done = {"begun": 0, "ended": 0}
	for row in endings.outlived():
		if row.status in OPEN:
			_apart(row.name, lambda row=row: endings.end(row))
	ended_early = _ended_early(today)
	for name in _to_end(today):
		done["ended"] += _one(name, lambda doc: _end(doc, today, doc.name in ended_early))
	for name in _to_begin(today):
		done["begun"] += _one(name, lambda doc: _begin(doc, today))
	return done


def _table():
	return frappe.qb.DocType("Exchange Placement")


def _to_end(today) -> list[str]:
	table = _table()
	query = frappe.qb.from_(table).select(table.name).where((table.docstatus == 1) & table.status.isin(OPEN))
	return query.where(table.end_date < today).orderby(table.end_date).run(pluck=True)


def _to_begin(today) -> list[str]:
	table = _table()
	query = frappe.qb.from_(table).select(table.name)
	query = query.where((table.docstatus == 1) & (table.status == Status.APPROVED))
	return (
		query.where((table.start_date <= today) & (table.end_date >= today))
		.orderby(table.start_date)
		.run(pluck=True)
	)


def _ended_early(today) -> set[str]:
	"""Placements about to end on the date that an approved early end gave them."""
	table, change = _table(), frappe.qb.DocType("Placement Change")
	query = (
		frappe.qb.from_(table)
		.join(change)
		.on((change.placement == table.name) & (change.new_end_date == table.end_date))
		.select(table.name)
		.where((change.docstatus == 1) & (change.change_type == "Early End"))
		.where((table.docstatus == 1) & table.status.isin(OPEN) & (table.end_date < today))
	)
	return set(query.run(pluck=True))


def _one(name: str, step) -> bool:
	"""Takes one placement one step on, apart from all others. Out: whether it was done."""
	return _apart(name, lambda: step(frappe.get_doc("Exchange Placement", name, for_update=True)))


def _apart(name: str, step) -> bool:
	return bool(jobs.apart(_("Placement {0} could not be moved on").format(name), step))


def _begin(doc, today) -> bool:
	# read again under the lock: an early end or a cancellation may have come first
	if (
		doc.docstatus != 1
		or doc.status != Status.APPROVED
		or not getdate(doc.start_date) <= today <= getdate(doc.end_date)
	):
		return False
	doc.db_set("status", Status.RUNNING)
	return True


def _end(doc, today, early: bool) -> bool:
	if doc.docstatus != 1 or doc.status not in OPEN or getdate(doc.end_date) >= today:
		return False
	doc.db_set({"status": Status.ENDED_EARLY if early else Status.COMPLETED, "ended_on": doc.end_date})
	doc.add_comment("Info", _("Placement ended on {0}").format(formatdate(doc.end_date)))
	return True
