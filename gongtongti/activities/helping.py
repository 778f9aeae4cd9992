"""Two-help-one: where a group stands, and how many there are, which is all that others learn of them (ACT4)."""

import frappe
from frappe.query_builder.functions import Count

from gongtongti.activities.pupils import GROUP

COMMUNITY = "Education Community"
RUNNING, CONCLUDED = "Help Running", "Help Concluded"
STATUSES = (RUNNING, CONCLUDED)
CAUSES = ("cause_knowledge", "cause_behaviour", "cause_emotion", "cause_surroundings")


def counted(communities, school_year: str | None = None) -> dict[str, int]:
	"""Status -> how many groups these communities have, whatever the reader's rows: a number tells of nobody. One query."""
	group = frappe.qb.DocType(GROUP)
	query = frappe.qb.from_(group).select(group.status, Count("*")).groupby(group.status)
	query = query.where(group.community.isin(list(communities) or [""]))
	if school_year:
		query = query.where(group.school_year == school_year)
	return dict(query.run())
