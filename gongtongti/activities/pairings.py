"""Pairings between two schools of a community: grades, classes, families and teachers that keep in touch (ACT3, SUM2)."""

from collections import Counter

import frappe
from frappe import _
from frappe.utils import cstr, getdate, nowdate

from gongtongti.activities import pupils
from gongtongti.core import access
from gongtongti.organisation import school_years, terms

PAIRING = "School Pairing"
GRADE, CLASS, FAMILY, TEACHER = "Grade Pairing", "Class Pairing", "Family Pairing", "Teacher Pairing"
# what each kind says of either side, as the beginnings of the names of fields
SAID = {GRADE: ("grade",), CLASS: ("grade", "class"), FAMILY: (), TEACHER: ("teacher",)}
KINDS = tuple(SAID)
SIDES = ("a", "b")


def said(kind: str | None) -> tuple[str, ...]:
	"""What a kind of pairing says of either side."""
	return SAID.get(kind, ())


class Status:
	DRAFT = "Draft"
	IN_APPROVAL = "In Approval"
	RUNNING = "Pairing Running"
	ENDED = "Pairing Ended"
	NOT_APPROVED = "Not Approved"
	WITHDRAWN = "Pairing Withdrawn"


STATUSES = tuple(value for name, value in vars(Status).items() if name.isupper())
# approved, whatever came after: what an official list holds
APPROVED = (Status.RUNNING, Status.ENDED)
# the same two sides are not paired a second time beside one of these
ALIVE = (Status.DRAFT, Status.IN_APPROVAL, Status.RUNNING)

# States of the workflow "School Pairing Approval"; every other one is a step of the approval
PAIRING_DRAFT = "Pairing Draft"
PAIRING_APPROVED = "Pairing Approved"
PAIRING_NOT_APPROVED = "Pairing Not Approved"
PAIRING_WITHDRAWN = "Pairing Proposal Withdrawn"
OF_STATE = {
	PAIRING_DRAFT: Status.DRAFT,
	PAIRING_APPROVED: Status.RUNNING,
	PAIRING_NOT_APPROVED: Status.NOT_APPROVED,
	PAIRING_WITHDRAWN: Status.WITHDRAWN,
}


class NotRunningError(frappe.ValidationError):
	"""The pairing has ended, or has not begun yet."""


# -- what becomes of it ------------------------------------------------------------------------------------------------


@frappe.whitelist(methods=["POST"])
def end(name: str, reason: str):
	"""Ends an approved pairing today, for whoever writes its draft. Out: the document.

	Raises NotRunningError, ReasonMissingError, PermissionError. ACT3.
	"""
	pairing = frappe.get_doc(PAIRING, cstr(name))
	pairing.check_permission("write")
	pairing.end(reason)
	pairing.save()
	return pairing


def end_over() -> None:
	"""Daily: pairings whose last day is past have ended on it. One statement."""
	pairing = frappe.qb.DocType(PAIRING)
	(
		frappe.qb.update(pairing)
		.set(pairing.status, Status.ENDED)
		.set(pairing.ended_on, pairing.to_date)
		.set(pairing.end_reason, _("Its last day is past."))
		.where((pairing.docstatus == 1) & (pairing.status == Status.RUNNING))
		.where(pairing.to_date < getdate(nowdate()))
		.run()
	)


# -- the list (SUM2) ---------------------------------------------------------------------------------------------------


def listed(filters, days=None) -> list[frappe._dict]:
	"""The pairings that the reader sees, in the order of the official list: by community, kind and schools. One query.

	filters: field -> value, empty ones left out; status: default those that were approved; days: (first, last) that a pairing
	shares a day with.
	Out: dicts with the fields of the pairing.
	"""
	pairing = frappe.qb.DocType(PAIRING)
	query = (
		frappe.qb.from_(pairing)
		.select(
			pairing.name, pairing.community, pairing.school_year, pairing.kind, pairing.status, pairing.subject,
			pairing.goal, pairing.remarks, pairing.from_date, pairing.to_date, pairing.ended_on,
			*(pairing[f"{said}_{side}"] for side in SIDES for said in ("school", "grade", "class")),
			*(pairing[f"teacher_{side}_name"] for side in SIDES),
		)
		.where(pairing.status.isin([filters["status"]] if filters.get("status") else APPROVED))
		.orderby(pairing.community, pairing.kind, pairing.school_a, pairing.school_b, pairing.name)
	)  # fmt: skip
	for fieldname in ("community", "school_year", "kind"):
		if filters.get(fieldname):
			query = query.where(pairing[fieldname] == filters[fieldname])
	if days:
		query = query.where((pairing.from_date <= days[1]) & (pairing.to_date >= days[0]))
	return access.visible(query, PAIRING, pairing).run(as_dict=True)


def put_sides(found, with_names: bool) -> None:
	"""Sets on rows of `listed` what stands on each side, in the reader's language, and how many pupils of families there are.

	with_names: names of pupils as well, of those whose record the reader may open (AID4).
	"""
	families = [row.name for row in found if row.kind == FAMILY]
	counts = pupils.counted(families) if families else Counter()
	named = pupils.named(families) if families and with_names else {}
	for row in found:
		for side in SIDES:
			at = row.name, row[f"school_{side}"]
			row[f"pupils_{side}"] = counts[at]
			row[f"side_{side}"] = side_of(row, side, counts[at], named.get(at))
		row.names_pupils = any((row.name, row[f"school_{side}"]) in named for side in SIDES)


def official_list(community: str, school_year: str | None = None, term: str | None = None) -> frappe._dict:
	"""The pairing list of a community as its paper says it (SUM2): of a school year (default: the running one) or a term of it.

	Out: dict with school_year, term, rows, and names_pupils: whether pupils' names stand there, as they do for whoever may open
	their records (AID4).
	"""
	year = school_years.meant(school_years.newest_first(), school_year)
	term = term if term in terms.TERMS else None
	if not year:
		return frappe._dict(rows=[])
	days = terms.days(year.name, term) if term else None
	found = listed({"community": community, "school_year": year.name}, days)
	put_sides(found, with_names=True)
	return frappe._dict(
		school_year=year.name, term=term, rows=found, names_pupils=any(row.names_pupils for row in found)
	)


def side_of(row, side: str, number: int = 0, named=None) -> str:
	"""What stands on one side of a pairing, in the reader's language."""
	if row.kind == FAMILY:
		in_short = _("{0} pupils").format(number)
		return f"{in_short}: {'; '.join(named)}" if named else in_short
	if row.kind == TEACHER:
		return cstr(row.get(f"teacher_{side}_name"))
	return pupils.in_class(row.get(f"grade_{side}"), row.get(f"class_{side}"))
