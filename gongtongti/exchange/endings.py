"""What ends a placement besides its term (EX13): its person leaves, its school closes or leaves the community, which may dissolve.

- A placement lasts no longer than its person's service at the home school. Retiring, leaving the service and moving to another
  school end what runs on the last day of service and cancel what has not begun by then, by a Placement Change of the system;
  what is still under approval can no longer be agreed to. The personnel section and the leaders of both schools are told.
- A school is not closed, and leaves no community, and no community is dissolved, while approved placements last beyond that
  day: they are ended or cancelled first, by people, because others' lessons hang on them.
- An account that is disabled ends nothing: the person still serves.
"""

import frappe
from frappe import _
from frappe.desk.doctype.notification_log.notification_log import enqueue_create_notification
from frappe.query_builder import functions as fn
from frappe.utils import formatdate, getdate
from pypika import Case

from gongtongti.core import relations, tasks
from gongtongti.exchange.locks import lock
from gongtongti.exchange.statuses import OPEN, Status
from gongtongti.organisation import roles, service

PLACEMENT = "Exchange Placement"
SHOWN = 5


class PlacementsBeyondError(frappe.ValidationError):
	"""Placements last longer than the school, the membership or the community that they belong to."""


# -- people ------------------------------------------------------------------------------------------------------------


def outlived(staff: str | None = None) -> list[frappe._dict]:
	"""Approved placements, and those under approval, that last longer than their person serves at the home school.

	Out: dicts with name, staff, plan, status, start_date, home_school, host_school and last_day (of service). One query.
	"""
	table, stay = frappe.qb.DocType(PLACEMENT), frappe.qb.DocType(service.SERVICE)
	fields = ("name", "staff", "plan", "status", "start_date", "end_date", "home_school", "host_school")
	query = (
		frappe.qb.from_(table)
		.join(stay)
		.on(
			(stay.parent == table.staff)
			& (stay.parenttype == service.STAFF)
			& (stay.school == table.home_school)
		)
		.select(*(table[field] for field in fields))
		.select(fn.Max(stay.to_date).as_("last_day"))
		.select(fn.Sum(Case().when(stay.to_date.isnull(), 1).else_(0)).as_("still"))
		.where((table.docstatus < 2) & table.status.isin([*OPEN, Status.IN_APPROVAL]))
		.groupby(*(table[field] for field in fields))
	)
	if staff:
		query = query.where(table.staff == staff)
	found = [row for row in query.run(as_dict=True) if not int(row.still or 0)]
	for row in found:
		row.last_day = getdate(row.last_day)
	return [row for row in found if getdate(row.end_date) > row.last_day]


def end_outlived(staff: str) -> None:
	"""School Staff, on_update (its row is locked): placements do not outlive the person's service at the home school."""
	for row in outlived(staff):
		if row.status in OPEN:
			end(row)
		else:
			_tell(
				row,
				_("cannot be approved any more, because the person leaves the school on {0}").format(
					formatdate(row.last_day)
				),
			)


def end(row) -> None:
	"""Ends or cancels one of the approved placements of `outlived`, and tells who has to do with it."""
	lock(row.staff, row.plan, row.name)
	reason = _("The person's service at {0} ends on {1}.").format(row.home_school, formatdate(row.last_day))
	begins = getdate(row.start_date) <= row.last_day
	frappe.new_doc("Placement Change").record_by_system(row.name, row.last_day if begins else None, reason)
	_tell(
		row,
		_("ends on {0}, with the person's service").format(formatdate(row.last_day))
		if begins
		else _("is cancelled, because the person has left before it begins"),
	)


def _tell(row, what: str) -> None:
	doc = frappe.get_doc(PLACEMENT, row.name)
	schools = frappe.get_all(
		"Community School",
		{"name": ("in", [row.home_school, row.host_school])},
		["principal_user", "leader_user"],
	)
	users = {account for school in schools for account in school.values()}
	users |= relations.holders([roles.PERSONNEL])[roles.PERSONNEL]
	users = sorted(user for user in users if tasks.can_be_asked(doc, user))
	if users:
		enqueue_create_notification(
			users,
			{
				"type": "Alert",
				"document_type": PLACEMENT,
				"document_name": doc.name,
				"subject": _("{0} {1}: {2}").format(
					_(PLACEMENT), frappe.utils.escape_html(doc.describe()), what
				),
				"from_user": frappe.session.user,
			},
		)


# -- schools and communities -----------------------------------------------------------------------------------------------


def refuse_beyond(last_days: dict[str | None, object], community: str | None = None) -> None:
	"""Raises PlacementsBeyondError if an approved placement lasts beyond the last day of what it belongs to.

	last_days: school -> its last day; None -> that of the community itself. community: only placements of it. One query.
	"""
	last_days = {school: getdate(day) for school, day in last_days.items() if day}
	if not last_days:
		return
	table = frappe.qb.DocType(PLACEMENT)
	query = (
		frappe.qb.from_(table)
		.select(table.name, table.home_school, table.host_school, table.end_date)
		.where((table.docstatus == 1) & table.status.isin(OPEN))
		.where(table.end_date > min(last_days.values()))
		.orderby(table.name)
	)
	if community:
		query = query.where(table.community == community)
	names = [
		row.name
		for row in query.run(as_dict=True)
		if any(
			school in last_days and getdate(row.end_date) > last_days[school]
			for school in (None, row.home_school, row.host_school)
		)
	]
	if names:
		frappe.throw(
			_("These placements last longer: {0}. End or cancel them by a Placement Change first.").format(
				"、".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")
			),
			PlacementsBeyondError,
		)
