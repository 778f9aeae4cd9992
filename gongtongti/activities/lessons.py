"""Open lessons and the sheets of those who observe them: when a sheet is seen, and what they come to (ACT2, EX12).

Observers are independent of each other: until the discussion of a lesson is on record, a sheet is seen by its observer alone,
and no figure that is made of sheets is stored anywhere.
"""

import statistics

import frappe
from frappe.query_builder.functions import Count
from frappe.utils import cint, cstr, flt, getdate

from gongtongti.core import access
from gongtongti.organisation import membership
from gongtongti.organisation.relations import Person, SchoolLeader

LESSON, SHEET = "Open Lesson", "Lesson Observation"
# who writes an open lesson and puts on record what came of it
WRITERS = (Person("teacher"), SchoolLeader("school"))
# what stands in a sheet once it is no longer its observer's alone
DISCLOSED = "After the Discussion"


class Status:
	PLANNED = "Lesson Planned"
	GIVEN = "Given"
	DISCUSSED = "Discussed"


ALL = (Status.PLANNED, Status.GIVEN, Status.DISCUSSED)
COUNTED = (Status.GIVEN, Status.DISCUSSED)

# what the report Open Lessons and Guidance Days shows, one at a time
OPEN_LESSONS, GUIDANCE = SHOWN = ("Open Lessons Given", "Days of Guidance")


@frappe.whitelist()
@frappe.validate_and_sanitize_search_inputs
def search_teachers(doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: dict | str):
	"""Link query: people in service of the schools of a community that is the reader's, visiting teachers' own schools included.

	In: filters with community and day (default: today). Out: [(name, staff name, school)]; nothing without a community.
	"""
	wanted = frappe._dict(frappe.parse_json(filters) or {})
	if not wanted.community:
		return []
	frappe.has_permission(LESSON, "create", throw=True)
	access.refuse_unseen("Education Community", wanted.community)
	staff, text = frappe.qb.DocType("School Staff"), f"%{cstr(txt).strip()}%"
	return (
		frappe.qb.from_(staff)
		.select(staff.name, staff.staff_name, staff.school)
		.where(staff.school.isin(sorted(membership.schools_of(wanted.community, wanted.day)) or [""]))
		.where(staff.status == "In Service")
		.where(staff.name.like(text) | staff.staff_name.like(text) | staff.school.like(text))
		.orderby(staff.school, staff.staff_name)
		.limit(cint(page_len))
		.offset(cint(start))
		.run()
	)


def locked(name: str) -> frappe._dict:
	"""What a sheet needs to know of its lesson, read with the lock: a discussion that is being recorded is waited for."""
	fields = ["community", "lesson_date", "discussed_on"]
	return frappe.db.get_value(LESSON, name, fields, as_dict=True, for_update=True)


def sheets_of(lesson: str) -> int:
	"""How many sheets of a lesson are handed in."""
	return frappe.db.count(SHEET, {"lesson": lesson, "docstatus": 1})


def note_sheet(lesson: str) -> None:
	"""After a sheet is handed in: its lesson was given, whoever says so."""
	values = {"sheets": sheets_of(lesson), "given": 1}
	if frappe.db.get_value(LESSON, lesson, "status") == Status.PLANNED:
		values["status"] = Status.GIVEN
	frappe.db.set_value(LESSON, lesson, values, update_modified=False)


def summary(lesson: str) -> dict:
	"""Average, spread and standard deviation of what independent observers gave, as shares of the greatest total.

	In: a lesson that is locked. A locking read: a plain one would not see the sheet that was just waited for.
	"""
	sheets = {"lesson": lesson, "docstatus": 1, "late": 0}
	shares = [
		flt(row.share)
		for row in frappe.db.get_values(SHEET, sheets, ["share"], as_dict=True, for_update=True)
	]
	if not shares:
		return {}
	return {
		"average": round(statistics.fmean(shares), 1),
		"deviation": round(statistics.pstdev(shares), 1),
		"least": min(shares),
		"greatest": max(shares),
	}


def disclose(lesson: str, community: str) -> None:
	"""The sheets handed in so far are seen by the community and the bureau. One statement."""
	frappe.db.set_value(
		SHEET,
		{"lesson": lesson, "docstatus": 1},
		{"seen_in": community, "disclosed": DISCLOSED},
		update_modified=False,
	)


def handed_in(activity: str) -> int:
	"""How many sheets are handed in for the lessons of an activity."""
	sheet, lesson = frappe.qb.DocType(SHEET), frappe.qb.DocType(LESSON)
	return (
		frappe.qb.from_(sheet)
		.join(lesson)
		.on(lesson.name == sheet.lesson)
		.select(Count("*"))
		.where((lesson.activity == activity) & (sheet.docstatus == 1))
		.run()
	)[0][0]


def occurrences(first_day, last_day, communities=None) -> list[frappe._dict]:
	"""The open lessons that were given: a source of activities/occurrences.py (EX12)."""
	lesson = frappe.qb.DocType(LESSON)
	query = (
		frappe.qb.from_(lesson)
		.select(lesson.name, lesson.community, lesson.lesson_date.as_("day"), lesson.school, lesson.placement)
		.where(lesson.status.isin(COUNTED) & lesson.lesson_date[first_day:last_day])
		.orderby(lesson.lesson_date, lesson.name)
	)
	if communities is not None:
		query = query.where(lesson.community.isin(sorted(communities) or [""]))
	found = query.run(as_dict=True)
	for row in found:
		row.update(doctype=LESSON, day=getdate(row.day), kind=None, schools=(row.pop("school"),))
	return found
