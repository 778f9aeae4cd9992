"""Makes activities of communities for tests: each builder returns the name of one document, with plainly invented content."""

import frappe
from approvals import as_
from builders import insert, school_year
from frappe.utils import add_days, getdate, nowdate

from gongtongti.activities import kinds
from gongtongti.core import approval

ACTIVITY = "Community Activity"
RESEARCH_KIND, FREE_KIND, PRINCIPAL_KIND, PUPIL_KIND = "测试讲座", "测试听课", "测试备课", "测试学生交流"
_APPROVER = {
	RESEARCH_KIND: kinds.RESEARCH_OFFICE,
	FREE_KIND: kinds.NOBODY,
	PRINCIPAL_KIND: kinds.LEAD_PRINCIPAL,
	PUPIL_KIND: kinds.BASIC_EDUCATION,
}


def year_of(day=None):
	"""The school year that a day (default: today) lies in; made if it is not there."""
	day = getdate(day or nowdate())
	first = day.year if day.month >= 9 else day.year - 1
	return school_year(f"{first}-{first + 1}")


def kind(name, **values):
	if frappe.db.exists("Activity Kind", name):
		return name
	return insert(
		"Activity Kind",
		kind_name=name,
		work_field=values.pop("work_field", kinds.RESEARCH),
		approver=values.pop("approver", _APPROVER.get(name, kinds.NOBODY)),
		**{"needs_wrap_up": 1, **values},
	).name


def fields(small, kind_name=FREE_KIND, day=None, **values):
	"""The fields of a draft that passes its checks; `day`: default yesterday."""
	day = str(getdate(day or add_days(nowdate(), -1)))
	year_of(day)
	return {
		"doctype": ACTIVITY,
		"title": "测试活动",
		"kind": kind(kind_name),
		"community": small.community,
		"host_school": small.urban,
		"organiser": small.teacher[small.urban],
		"starts_on": f"{day} 09:00:00",
		"ends_on": f"{day} 10:30:00",
		"schools": [{"school": small.rural}],
		**values,
	}


def activity(small, kind_name=FREE_KIND, day=None, by=None, **values):
	"""A draft, written by the leader in charge of the host school (or `by`); its name."""
	given = fields(small, kind_name, day, **values)
	by = by or small.leader_user[given["host_school"]]
	return as_(by, frappe.get_doc(given).insert).name


def sign(user, name, action="Agree", remarks=None, doctype=ACTIVITY):
	return as_(user, approval.sign, doctype, name, action, remarks)


def planned(small, kind_name=FREE_KIND, day=None, **values):
	"""An approved activity of a kind that nobody approves; its name."""
	name = activity(small, kind_name, day, **values)
	sign(small.leader_user[frappe.db.get_value(ACTIVITY, name, "host_school")], name, approval.SEND)
	return name


def held(small, kind_name=FREE_KIND, day=None, **values):
	"""An activity that is held and recorded; its name."""
	name = planned(small, kind_name, day, **values)
	doc = frappe.get_doc(ACTIVITY, name)
	doc.wrap_up = "测试小结"
	by = small.leader_user[doc.host_school]
	as_(by, doc.save)
	from gongtongti.activities import holding

	as_(by, holding.record_held, name)
	return name


def statements(function) -> int:
	"""How many SQL statements a call sends."""
	database, sent = frappe.local.db, []
	original = database.sql

	def sql(*args, **kwargs):
		sent.append(args)
		return original(*args, **kwargs)

	database.sql = sql
	try:
		function()
	finally:
		del database.sql
	return len(sent)


__all__ = [name for name in dir() if not name.startswith("_")]
