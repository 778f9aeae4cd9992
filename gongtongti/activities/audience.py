"""Who may read what somebody wrote or shares: the author chooses, and three fields of the document say it (ACT8, ACT10)."""

import frappe

ONLY_ME, SCHOOL, COMMUNITY, EVERYONE = "Only Me", "My School", "The Community", "Everyone with a Role"
ALL = (ONLY_ME, SCHOOL, COMMUNITY, EVERYONE)
SHARED = ALL[1:]
# what reflections are written about
ABOUT = ("Community Activity", "Exchange Placement")


def spread(doc) -> None:
	"""Writes down whom the audience of a document lets at it; the policy looks at these fields (AUDIENCE).

	In: a document with audience, school and community.
	"""
	doc.seen_at = doc.school if doc.audience == SCHOOL else None
	doc.seen_in = doc.community if doc.audience == COMMUNITY else None
	doc.open_to = EVERYONE if doc.audience == EVERYONE else None


def staff_of(account: str) -> frappe._dict | None:
	"""The person in service that an account is of: a dict with name, staff_name, school."""
	person = {"user": account, "status": "In Service"}
	return frappe.db.get_value("School Staff", person, ["name", "staff_name", "school"], as_dict=True)
