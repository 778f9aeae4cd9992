"""Pupils who take part in exchange: their names stand in one place, and who may open it is told them elsewhere (ACT3, ACT4, AID4).

Seen by the leaders of a pupil's own school and the basic education section; for everybody else a pupil is a number and part
of a count.
"""

from collections import Counter, defaultdict

import frappe
from frappe import _
from frappe.query_builder.functions import Count

from gongtongti.core import access

PUPIL, ROW, GROUP = "Exchange Pupil", "Exchange Pupil Pairing", "Two Help One Group"
AT_SCHOOL = "At School"


def _of(pairings):
	"""(query, row, pupil): the pupils that take part in these pairings."""
	row, pupil = frappe.qb.DocType(ROW), frappe.qb.DocType(PUPIL)
	query = frappe.qb.from_(row).join(pupil).on((pupil.name == row.parent) & (row.parenttype == PUPIL))
	return query.where(row.pairing.isin(list(pairings) or [""])), row, pupil


def counted(pairings) -> Counter:
	"""(pairing, school) -> how many of the school's pupils take part, whatever the reader's rows. One query."""
	query, row, pupil = _of(pairings)
	found = query.select(row.pairing, pupil.school, Count("*")).groupby(row.pairing, pupil.school).run()
	return Counter({(pairing, school): number for pairing, school, number in found})


def named(pairings) -> dict[tuple[str, str], list[str]]:
	"""(pairing, school) -> name, grade and class of each pupil whose record the reader may open. One query."""
	if not frappe.has_permission(PUPIL, "read"):
		return {}
	query, row, pupil = _of(pairings)
	query = query.select(row.pairing, pupil.school, pupil.pupil_name, pupil.grade, pupil.class_name)
	found = defaultdict(list)
	for one in access.visible(query.orderby(pupil.name), PUPIL, pupil).run(as_dict=True):
		found[one.pairing, one.school].append(_in_words(one))
	return found


def shown(name: str) -> str:
	"""A pupil as a paper says it: with name, grade and class for whoever may open the record, for others by number."""
	pupil = frappe.get_doc(PUPIL, name)
	return f"{name} {_in_words(pupil)}" if pupil.has_permission("read") else name


def _in_words(pupil) -> str:
	return f"{pupil.pupil_name} {in_class(pupil.grade, pupil.class_name)}".strip()


def in_class(grade: str | None, class_name: str | None) -> str:
	"""A grade and a class in the reader's language."""
	return " ".join(filter(None, (grade and _(grade), class_name)))
