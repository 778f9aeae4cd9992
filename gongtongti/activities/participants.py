"""Who takes part in an activity: people of the community's schools on that day, and those placed there (ACT12, ACT13)."""

import frappe
from frappe import _
from frappe.utils import cint, cstr, flt, format_date, getdate

from gongtongti.exchange import people
from gongtongti.organisation import membership, service

HOURS_OF_A_DAY = 24


class ParticipantTwiceError(frappe.ValidationError):
	"""Somebody or some school stands twice on one list."""


class StrangerError(frappe.ValidationError):
	"""Somebody took part who was of no school of the community on that day, and not placed at one."""


class CountError(frappe.ValidationError):
	"""Hours or heads that there cannot be."""


def check(activity, before=None) -> None:
	"""Checks the participants of an activity (a document), and writes down for which school each takes part.

	before: the document as it stood; who is on its list already is not looked up again, so that later corrections of somebody's
	service do not hold up the record. Raises ParticipantTwiceError, StrangerError, CountError.
	"""
	names = [row.staff for row in activity.participants]
	if len(set(names)) != len(names):
		frappe.throw(_("Each participant stands once: take the second row off."), ParticipantTwiceError)
	_check_hours(activity)
	_place(activity, before)
	if not activity.has_begun():
		for row in activity.participants:
			row.attended = 0  # nobody has attended what has not begun


def _check_hours(activity):
	for row in activity.participants:
		if not 0 <= flt(row.hours) <= HOURS_OF_A_DAY:
			frappe.throw(
				_("Participants, row {0}: {1} hours cannot be. Enter 0 to {2}.").format(
					row.idx, row.hours, HOURS_OF_A_DAY
				),
				CountError,
			)


def _place(activity, before):
	day, listed = getdate(activity.starts_on), {}
	if before and getdate(before.starts_on) == day and before.community == activity.community:
		listed = {row.staff: row for row in before.participants if row.school}
	new = {row.staff for row in activity.participants} - set(listed)
	schools = _schools_of(new, activity.community, day) if new else {}
	for row in activity.participants:
		if row.staff in listed:
			row.update({field: listed[row.staff].get(field) for field in ("school", "staff_name")})
			continue
		row.school = schools.get(row.staff)
		if not row.school:
			frappe.throw(
				_(
					"Participants, row {0}: {1} is of no school of {2} on {3}, nor placed at one. Choose somebody who is."
				).format(row.idx, row.staff_name or row.staff, activity.community, format_date(day)),
				StrangerError,
			)


def _schools_of(staff, community, day) -> dict[str, str]:
	"""Person -> the school of the community that they serve or are placed at on a day. Three queries."""
	members = membership.schools_on(community, (day,))
	served, placed = service.as_of(day, staff), people.hosts_on(day, staff)
	found = {}
	for person in staff:
		at = [served[person].school] if person in served else []
		school = next((school for school in (*at, *placed.get(person, ())) if school in members), None)
		if school:
			found[person] = school
	return found


def check_heads(activity) -> None:
	"""Raises CountError where pupils or visitors are fewer than none."""
	numbers = [activity.pupils_expected, activity.pupil_count, *(row.number for row in activity.visitors)]
	if min(cint(number) for number in numbers) < 0:
		frappe.throw(_("Pupils and visitors cannot be fewer than none. Enter 0 or more."), CountError)


@frappe.whitelist()
def offered(name: str) -> list[dict]:
	"""The people of the schools that take part in an activity, on its day, for whoever writes it down.

	Leaders see the staff of their own school only; of the partners they are told names here, as the record will tell them.
	Out: dicts with staff, staff_name, school. One query beside the activity. Raises PermissionError.
	"""
	activity = frappe.get_doc("Community Activity", cstr(name))
	activity.check_permission("write")
	activity.refuse_foreign_drafter()
	staff, served = frappe.qb.DocType(service.STAFF), frappe.qb.DocType(service.SERVICE)
	schools = [activity.host_school, *(row.school for row in activity.schools)]
	return (
		frappe.qb.from_(served)
		.join(staff)
		.on(staff.name == served.parent)
		.select(staff.name.as_("staff"), staff.staff_name, served.school)
		.where(service.covering(served, getdate(activity.starts_on)) & served.school.isin(schools))
		.orderby(served.school, staff.staff_name, staff.name)
		.run(as_dict=True)
	)
