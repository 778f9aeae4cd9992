"""The leaders of a community are told of what is soon due, once for each duty and period (ACT5, ACT6, ACT7, EX12).

One notice names everything that is new for a community on that day. What was told is kept (Duty Reminder), in the same transaction
as the notice: a run that is cut off goes on where it stopped, and another one tells nobody twice.
"""

import hashlib
from collections import defaultdict

import frappe
from frappe import _
from frappe.utils import add_days, cint, escape_html, format_date, getdate, now_datetime

from gongtongti.activities import duties
from gongtongti.core import jobs, notices, settings
from gongtongti.organisation import membership, posts, relations

REMINDER = "Duty Reminder"


def remind() -> list[str]:
	"""Daily: of what falls due within `duty_notice_days` of the settings; at 0 nobody is told.

	Out: the communities whose leaders were told. The number of queries before the notices does not depend on the rows.
	"""
	days = cint(settings.get("duty_notice_days"))
	due = _due(days) if days else {}
	leaders = _leaders(due)
	return [
		community
		for community, wanted in due.items()
		if jobs.apart(f"Duties of {community}", _tell, community, wanted, leaders[community])
	]


def _due(days: int) -> dict[str, list]:
	"""Community -> what of the periods that run today is due within so many days and was not told yet."""
	today, found = getdate(), defaultdict(list)
	rows = [
		row
		for row in duties.kept(today, today)
		if row.state == duties.DUE and today <= row.due_on <= getdate(add_days(today, days))
	]
	told = _told(min((row.first_day for row in rows), default=today))
	for row in rows:
		if _key(row) not in told:
			found[row.community].append(row)
	return found


def _told(since) -> set[str]:
	return set(frappe.get_all(REMINDER, {"period_start": (">=", since)}, pluck="name"))


def _key(row) -> str:
	"""The name of the reminder: the same for all pairs and teachers of a community, and there can be but one."""
	said = "/".join((row.duty, str(row.first_day), row.community))
	return hashlib.sha256(said.encode()).hexdigest()[:20]


def _leaders(communities) -> dict[str, set[str]]:
	"""Community -> the enabled accounts of the principals and leaders in charge of its schools. Two queries."""
	found = {community: set() for community in communities}
	stays = membership.stays(communities=communities, during=membership.today()) if communities else []
	if stays:
		school = frappe.qb.DocType(relations.SCHOOL)
		query, principal, leader = posts.schools_with_leaders()
		query = query.select(school.name, principal.name, leader.name)
		query = query.where(school.name.isin(sorted({stay.school for stay in stays})))
		of_school = {name: set(accounts) for name, *accounts in query.run()}
		for stay in stays:
			found[stay.community] |= of_school.get(stay.school, set())
	return {community: accounts - {None, ""} for community, accounts in found.items()}


def _tell(community, rows, accounts) -> bool:
	by_duty = defaultdict(list)
	for row in rows:
		by_duty[_key(row)].append(row)
	subject = _("Duties of {0} that are soon due: {1}").format(
		escape_html(community), "; ".join(_in_words(same) for same in by_duty.values())
	)
	told = notices.tell(accounts, subject, relations.COMMUNITY, community)
	for name, (row, *_same) in by_duty.items() if told else ():
		frappe.get_doc(
			{
				"doctype": REMINDER,
				"name": name,
				"duty": row.duty,
				"community": community,
				"period_start": row.first_day,
				"told_on": now_datetime(),
			}
		).db_insert()
	return bool(told)


def _in_words(rows) -> str:
	lacking = sum(row.times - row.done for row in rows)
	return _("{0} (still {1}, until {2})").format(
		escape_html(rows[0].duty_name), lacking, format_date(min(row.due_on for row in rows))
	)
