"""Aid over several terms goes on by itself as far as a draft: the school looks at it and sends it (AID3).

A chain is a first application, approved for several terms, and those that followed from it. Each term it gets one draft;
a further one only if the term before was granted, the pupil is at school and nobody has stopped the aid.
"""

import traceback
from datetime import date

import frappe
from frappe import _
from frappe.utils import add_days

from gongtongti.aid import applications, pupils, watch
from gongtongti.aid.applications import APPLICATION, PUPIL
from gongtongti.core import jobs, signers, tasks
from gongtongti.organisation import terms

_SAVEPOINT = "aid_chain"
# the claim is taken; in a deadlock the other one goes on, and tomorrow's run looks again
_SOMEBODY_WAS_FASTER = (
	applications.AlreadyClaimedError,
	frappe.UniqueValidationError,
	frappe.DuplicateEntryError,
	frappe.QueryDeadlockError,
)
# taken over from the term before
_GOES_ON = ("pupil", "fund", "purpose", "amount")


def propose(day: date | str | None = None) -> list[str]:
	"""Hook `scheduler_events.daily`: drafts the applications of the term that `day` (default: today) lies in.

	May run any number of times, and in two processes at once: what is there is not made again. Each chain stands for
	itself; what fails is logged, and the pupil is watched.

	Out: numbers of the drafts, in order of their chains. Queries beyond those of each draft: five.
	"""
	now = terms.of_day(day)
	before = now and _term_before(*now)
	if not before:
		return []
	drafts = []
	for chain in _to_continue(now, before):
		if name := _one(chain, now):
			drafts.append(name)
	return drafts


def _term_before(school_year: str, term: str) -> tuple[str, str] | None:
	if term == terms.SECOND:
		return (school_year, terms.FIRST)
	first_day = terms.days(school_year, terms.FIRST)[0]
	return terms.of_day(add_days(first_day, -1))


def _to_continue(now, before) -> list[frappe._dict]:
	"""The chains that have no application for the term yet and may go on; three queries.

	Out: dicts with first, need, terms, term_no (of the new one), pupil, fund, purpose, amount.
	"""
	granted = _granted(before)
	if not granted:
		return []
	firsts = sorted({row.first for row in granted})
	over = _over(firsts, now)
	claims = {applications.claim(row.pupil, *now, row.purpose) for row in granted}
	claimed = set(frappe.get_all(APPLICATION, filters={"claim": ("in", sorted(claims))}, pluck="claim"))
	return [
		row
		for row in granted
		if row.first not in over and applications.claim(row.pupil, *now, row.purpose) not in claimed
	]


def _granted(before) -> list[frappe._dict]:
	first, last, pupil = (
		frappe.qb.DocType(APPLICATION),
		frappe.qb.DocType(APPLICATION).as_("last"),
		frappe.qb.DocType(PUPIL),
	)
	rows = (
		frappe.qb.from_(first)
		.join(last)
		.on((last.name == first.name) | (last.first_application == first.name))
		.join(pupil)
		.on(pupil.name == first.pupil)
		.select(first.name.as_("first"), first.need, first.terms, last.term_no)
		.select(*(last[fieldname] for fieldname in _GOES_ON))
		.where((first.docstatus == 1) & first.status.isin(applications.GRANTED))
		.where((first.recurring == 1) & first.first_application.isnull())
		.where((last.docstatus == 1) & last.status.isin(applications.GRANTED))
		.where((last.school_year == before[0]) & (last.term == before[1]))
		.where((last.term_no < first.terms) & (pupil.status == pupils.AT_SCHOOL))
		.orderby(first.name)
		.run(as_dict=True)
	)
	for row in rows:
		row.term_no += 1
	return rows


def _over(firsts, now) -> set[str]:
	"""Of these chains, those that have been stopped or have an application for the term."""
	table = frappe.qb.DocType(APPLICATION)
	rows = (
		frappe.qb.from_(table)
		.select(table.name, table.first_application)
		.where(table.name.isin(firsts) | table.first_application.isin(firsts))
		.where(table.stopped_on.isnotnull() | ((table.school_year == now[0]) & (table.term == now[1])))
		.run()
	)
	return {first or name for name, first in rows}


def _one(chain, now) -> str | None:
	"""Drafts one application, apart from all others. Out: its number, None where there is one already or it failed."""
	frappe.db.savepoint(_SAVEPOINT)
	try:
		doc = _draft(chain, now)
		_tell(doc)
		jobs.keep()
		return doc.name
	except _SOMEBODY_WAS_FASTER:
		_undo()
	except Exception as error:
		_undo()
		_failed(chain, error)
		jobs.keep()
	return None


def _draft(chain, now):
	doc = frappe.get_doc(
		{
			"doctype": APPLICATION,
			**{fieldname: chain[fieldname] for fieldname in _GOES_ON},
			"school_year": now[0],
			"term": now[1],
			"need": chain.need,
			"recurring": 1,
			"terms": chain.terms,
		}
	)
	doc.flags.chain = (chain.first, chain.term_no)
	return doc.insert(ignore_permissions=True)


def _tell(doc) -> None:
	"""A task for whoever may send it at the pupil's school, by the number of the application."""
	text = _("Aid over several terms, term {0}: look at the draft and send it. {1}").format(
		doc.term_no, doc.describe()
	)
	tasks.ask(doc, signers.waiting_on([doc])[doc.name], text)


def _failed(chain, error) -> None:
	"""Says in the Error Log which chain failed and where, without the values that stand in a traceback."""
	frappe.log_error(
		title=_("No draft for the next term of {0}").format(chain.first),
		message="".join(traceback.format_tb(error.__traceback__)) + type(error).__name__,
		reference_doctype=APPLICATION,
		reference_name=chain.first,
	)
	frappe.clear_messages()
	details = _("Aid over several terms could not be proposed for this term: {0}.").format(chain.first)
	watch.open_risk(chain.pupil, watch.Cause.AID_ENDING, details)


def _undo() -> None:
	jobs.undo(_SAVEPOINT)
	frappe.clear_messages()
