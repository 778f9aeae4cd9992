"""The council of a community: its four areas of work, who sits in it today, and which areas a seat leads (ORG10, document 5 §1)."""

from collections import defaultdict

import frappe
from frappe.utils import nowdate

from gongtongti.organisation import roles

COUNCIL, SEAT = "Community Council", "Council Seat"
PARTY, RESEARCH, MORAL, SPECIAL = "Party Affairs", "Teaching Research", "Moral Education", "Special Features"
WORK_FIELDS = (PARTY, RESEARCH, MORAL, SPECIAL)


def seats_of_today():
	"""The seats that enabled accounts of people in service hold today in councils of communities that stand; nothing is
	selected yet. Out: the query, and its tables of seats and of councils."""
	seat, council, community, staff, user = (
		frappe.qb.DocType(d) for d in (SEAT, COUNCIL, "Education Community", "School Staff", "User")
	)
	today = nowdate()
	query = (
		frappe.qb.from_(seat)
		.join(council)
		.on((council.name == seat.parent) & (seat.parenttype == COUNCIL))
		.join(community)
		.on((community.name == council.community) & (community.status == "In Operation"))
		.join(staff)
		.on((staff.name == seat.staff) & (staff.status == "In Service"))
		.join(user)
		.on((user.name == seat.user) & (user.enabled == 1))
		.where((council.term_start <= today) & (council.term_end >= today))
		.where(seat.from_date.isnull() | (seat.from_date <= today))
		.where(seat.to_date.isnull() | (seat.to_date >= today))
	)
	return query, seat, council


def areas_of(user: str) -> set[tuple[str, str]]:
	"""The areas, (community, field of work), that an account leads today."""
	query, seat, council = seats_of_today()
	rows = query.select(council.community, seat.office, seat.work_field).where(seat.user == user).run()
	return {(community, field) for community, *row in rows for field in _led(*row)}


def leaders_of(communities) -> dict[tuple[str, str], set[str]]:
	"""(community, field of work) -> the accounts that lead that area of the community's council today. One query."""
	query, seat, council = seats_of_today()
	query = query.where(council.community.isin(sorted(communities) or [""]))
	found = defaultdict(set)
	for community, user, *row in query.select(
		council.community, seat.user, seat.office, seat.work_field
	).run():
		for field in _led(*row):
			found[community, field].add(user)
	return found


def _led(office, work_field) -> tuple[str, ...]:
	"""The fields of work that a seat leads."""
	if office in roles.LEADS_WHOLE_COUNCIL:
		return WORK_FIELDS
	return (work_field,) if work_field in WORK_FIELDS else ()


def bring_into_step(doc) -> list[str]:
	"""After a change of a person or a community: their seats name the person's account of today.

	In: a School Staff or Education Community document, as it was saved. Out: the names of the councils whose seats may give
	something else now.
	"""
	if doc.doctype == "Education Community":
		changed = doc.has_value_changed("status")
		return frappe.get_all(COUNCIL, {"community": doc.name}, pluck="name") if changed else []
	if not doc.has_value_changed("status") and not doc.has_value_changed("user"):
		return []
	seat = frappe.qb.DocType(SEAT)
	frappe.qb.update(seat).set(seat.user, doc.user).where(seat.staff == doc.name).run()
	return frappe.get_all(SEAT, {"staff": doc.name, "parenttype": COUNCIL}, pluck="parent", distinct=True)
