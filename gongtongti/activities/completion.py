"""Planned against held: how many activities of a school year came to what, by community, kind or month (ACT5, ACT12)."""

import calendar
from collections import defaultdict
from datetime import date

import frappe
from frappe.query_builder.functions import Count

from gongtongti.activities.statuses import APPROVED
from gongtongti.core import access
from gongtongti.core.report import as_date

ACTIVITY = "Community Activity"
COMMUNITY, KIND, MONTH = "Community", "Kind of Activity", "Calendar Month"
# how it is counted -> the field that it is counted by
GROUPS = {COMMUNITY: "community", KIND: "kind", MONTH: "starts_on"}


def counts(group_by: str, **fields) -> dict[str, dict[str, int]]:
	"""Approved activities that the reader sees, by group and status: {group: {status: number}}, groups in order. One query.

	In: one of GROUPS; fields that they must have, as far as a value is given. A month is the first of its days.
	"""
	table = frappe.qb.DocType(ACTIVITY)
	group = table[GROUPS[group_by]]
	query = (
		frappe.qb.from_(table)
		.select(group, table.status, Count("*"))
		.where(table.status.isin(APPROVED))
		.groupby(group, table.status)
	)
	for fieldname, value in fields.items():
		if value:
			query = query.where(table[fieldname] == value)
	found = defaultdict(lambda: defaultdict(int))
	for value, status, number in access.visible(query, ACTIVITY, table).run():
		found[as_date(value).replace(day=1) if group_by == MONTH else value][status] += number
	return {group: dict(found[group]) for group in sorted(found)}


def in_list(group_by: str, group, **fields) -> dict:
	"""The filters of the list that holds the activities of a group."""
	days = None
	if isinstance(group, date):
		last = group.replace(day=calendar.monthrange(group.year, group.month)[1])
		days = {"starts_on": ["between", [str(group), str(last)]]}
	return {**{name: value for name, value in fields.items() if value}, **(days or {GROUPS[group_by]: group})}
