"""Duties of the demonstration, beside those that a site starts with, which are in force from the day of installing."""

import frappe

from gongtongti.activities.duties import COMMUNITY, DUTY
from gongtongti.activities.holding import ACTIVITY
from gongtongti.activities.lessons import LESSON
from gongtongti.activities.periods import MONTH, TERM

CLAUSE = "演示数据"


def build(last_year: int, this_year: int) -> None:
	"""Last year's duty, which has ended, and what took its place this year. The names are the years in which they begin."""
	_add("共同活动", ACTIVITY, TERM, f"{last_year}-09-01", f"{this_year}-08-31")
	_add("每月共同活动", ACTIVITY, MONTH, f"{this_year}-09-01")
	_add("每月公开课", LESSON, MONTH, f"{this_year}-09-01")


def _add(name, counts, period, first, last=None):
	duty = frappe.get_doc(
		{
			"doctype": DUTY,
			"duty_name": name,
			"source_clause": CLAUSE,
			"counts": counts,
			"times": 1,
			"period": period,
			"per": COMMUNITY,
			"in_force_from": first,
			"in_force_to": last,
			"in_use": 0,
		}
	).insert(ignore_permissions=True)
	# whoever enters a duty adds nothing to years that are over; the demonstration has had them
	frappe.db.set_value(DUTY, duty.name, "in_use", 1, update_modified=False)
