"""Service at schools is history: who was where, from when to when, in which position (NX1, EX4).

Each time stands in a row of School Staff (`services`, Staff Service), both days included. School, position, day of coming and
day of leaving of the record say what the last row says: whoever changes one of them goes on with the history, and whoever
keeps the records may put the rows themselves right. Figures of a past year ask the rows, never the record.

Not historical are the location, stage and subdistrict of a school, and the norms in Community Settings: they are today's.
"""

from itertools import pairwise

import frappe
from frappe import _
from frappe.utils import add_days, cstr, formatdate, getdate

SERVICE, STAFF = "Staff Service", "School Staff"
IN_SERVICE = "In Service"


class ServiceDatesError(frappe.ValidationError):
	"""Times of service that overlap, end before they begin, or do not go with the record."""


# -- asking ----------------------------------------------------------------------------------------------------------


def covering(table, day):
	"""The condition that a row of Staff Service (`table`) holds a day."""
	return (
		(table.parenttype == STAFF)
		& (table.from_date <= day)
		& (table.to_date.isnull() | (table.to_date >= day))
	)


def as_of(day, staff=None, school=None) -> dict[str, frappe._dict]:
	"""Who served where on a day: of some people (names of School Staff), of a school, or all. One query.

	Out: {School Staff: dict with school, position, at_school_since (of that school, without a break)}.
	"""
	table = frappe.qb.DocType(SERVICE)
	query = (
		frappe.qb.from_(table)
		.select(table.parent, table.school, table.position, table.at_school_since)
		.where(covering(table, getdate(day)))
	)
	if staff is not None:
		query = query.where(table.parent.isin(list(staff) or [""]))
	if school is not None:
		query = query.where(table.school == school)
	return {row.pop("parent"): row for row in query.run(as_dict=True)}


def latest_day(last_day):
	"""The day as of which something of a school year is looked at: today, or the last day of a year that is over."""
	return min(getdate(), getdate(last_day))


# -- keeping the record and its rows in step ---------------------------------------------------------------------------


def rows_of(staff) -> list[tuple]:
	"""What the rows of a record (a document) say, for comparing."""
	return [
		(
			row.school,
			row.position,
			cstr(row.from_date and getdate(row.from_date)),
			cstr(row.to_date and getdate(row.to_date)),
		)
		for row in staff.services
	]


def keep_in_step(staff) -> None:
	"""School Staff, validate: rows follow the record, or the record rows that were edited. Raises ServiceDatesError."""
	before = staff.get_doc_before_save()
	if staff.services and (not before or rows_of(staff) != rows_of(before)):
		_put_in_order(staff)
		_follow_rows(staff)
	else:
		_go_on(staff, before)
	_put_since(staff)
	staff.at_school_since = staff.services[-1].at_school_since


def _go_on(staff, before):
	"""The record was changed: the history gets one more row, or its last one an end."""
	since = getdate(staff.at_school_since)
	if not staff.services:
		_append(staff, since)
	last = staff.services[-1]
	came = not before or getdate(before.at_school_since) != since
	if staff.school != last.school:
		_move(staff, last, since if came else getdate())
	elif last.to_date and staff.status == IN_SERVICE:
		if came and since > getdate(last.to_date):
			_append(staff, since)
		else:
			last.to_date = None  # the leaving is taken back
	elif staff.position != last.position:
		if getdate(last.from_date) >= getdate():
			last.position = staff.position
		else:
			last.to_date = add_days(getdate(), -1)
			_append(staff, getdate())
	elif came:
		_run(staff)[0].from_date = since
	last = staff.services[-1]
	last.position = staff.position
	last.to_date = None if staff.status == IN_SERVICE else staff.left_on
	_put_in_order(staff)


def _move(staff, last, day):
	if day > getdate():
		frappe.throw(
			_("{0} is in the future. Enter the move to another school when it has happened.").format(
				formatdate(day)
			),
			ServiceDatesError,
		)
	if day < getdate(last.from_date):
		frappe.throw(
			_(
				"This person has been at {0} since {1}. Enter a later day of coming, or correct the service at schools."
			).format(last.school, formatdate(last.from_date)),
			ServiceDatesError,
		)
	if day == getdate(last.from_date):  # put right on the day itself
		last.school = staff.school
		return
	if not last.to_date or getdate(last.to_date) >= day:
		last.to_date = add_days(day, -1)
	_append(staff, day)


def _append(staff, day):
	staff.append("services", {"school": staff.school, "position": staff.position, "from_date": day})


def _run(staff) -> list:
	"""The last rows at one school without a break."""
	rows = list(staff.services)
	first = len(rows) - 1
	while first and _goes_on(rows[first - 1], rows[first]):
		first -= 1
	return rows[first:]


def _goes_on(row, following) -> bool:
	return (
		row.school == following.school
		and bool(row.to_date)
		and getdate(following.from_date) <= getdate(add_days(row.to_date, 1))
	)


def _put_in_order(staff):
	for row in staff.services:
		if not (row.school and row.from_date):
			frappe.throw(
				_("Service at schools, row {0}: enter the school and the first day.").format(row.idx),
				ServiceDatesError,
			)
	rows = sorted(staff.services, key=lambda row: (getdate(row.from_date), row.idx))
	for row, following in pairwise(rows):
		row.to_date = row.to_date or add_days(following.from_date, -1)
		if getdate(row.to_date) >= getdate(following.from_date):
			frappe.throw(
				_("Service at schools: two rows share the day {0}. Please correct the dates.").format(
					formatdate(following.from_date)
				),
				ServiceDatesError,
			)
	for idx, row in enumerate(rows, 1):
		row.idx = idx
		if row.to_date and getdate(row.to_date) < getdate(row.from_date):
			frappe.throw(
				_("Service at schools, row {0}: it ends before it begins.").format(idx), ServiceDatesError
			)
	staff.services = rows


def _follow_rows(staff):
	last = staff.services[-1]
	staff.school, staff.position = last.school, last.position or staff.position
	last.position = staff.position
	if staff.status == IN_SERVICE:
		if last.to_date:
			frappe.throw(
				_(
					"The last row of the service at schools has an end. Choose another status than In Service, or clear it."
				),
				ServiceDatesError,
			)
	else:
		last.to_date = last.to_date or staff.left_on
		staff.left_on = last.to_date


def _put_since(staff):
	former = None
	for row in staff.services:
		row.at_school_since = former.at_school_since if former and _goes_on(former, row) else row.from_date
		former = row
