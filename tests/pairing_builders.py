"""Makes pairings, pupils of exchange and two-help-one groups for tests, with plainly invented content; each answers a name."""

import frappe
from activity_builders import sign, year_of
from approvals import as_
from builders import insert
from frappe.utils import add_days, getdate, nowdate

from gongtongti.activities import pairings
from gongtongti.core.signers import SEND
from gongtongti.organisation import roles

PAIRING, PUPIL, GROUP = "School Pairing", "Exchange Pupil", "Two Help One Group"
OF_SIDE = {
	pairings.GRADE: {"grade_a": "Grade 4", "grade_b": "Grade 4"},
	pairings.CLASS: {"grade_a": "Grade 4", "class_a": "1班", "grade_b": "Grade 4", "class_b": "2班"},
	pairings.FAMILY: {},
}


def span(days=30):
	"""The first and the last day of a pairing that runs today, inside one school year."""
	today = getdate(nowdate())
	year = frappe.get_doc("Community School Year", year_of(today))
	first = max(getdate(year.start_date), getdate(add_days(today, -days)))
	return str(first), str(min(getdate(year.end_date), getdate(add_days(today, days))))


def pairing(small, kind=pairings.CLASS, by=None, **values):
	"""A draft between the two schools of the first community, written by the leader in charge of the urban one (or `by`)."""
	first, last = span()
	sides = OF_SIDE.get(kind) or {
		"teacher_a": small.teacher[small.urban],
		"teacher_b": small.teacher[small.rural],
	}
	fields = {
		"doctype": PAIRING, "kind": kind, "community": small.community, "school_a": small.urban,
		"school_b": small.rural, "from_date": first, "to_date": last, "goal": "测试结对目标",
		**(OF_SIDE[kind] if kind in OF_SIDE else sides), **values,
	}  # fmt: skip
	return as_(by or small.leader_user[small.urban], frappe.get_doc(fields).insert).name


def bring(small, name, to=pairings.PAIRING_APPROVED):
	"""Sends a draft and lets whoever is asked agree, or disagree."""
	kind, school = frappe.db.get_value(PAIRING, name, ["kind", "school_a"])
	sign(small.leader_user[school], name, SEND, doctype=PAIRING)
	section = roles.TEACHING_RESEARCH if kind == pairings.TEACHER else roles.BASIC_EDUCATION
	if to in (pairings.PAIRING_APPROVED, pairings.PAIRING_NOT_APPROVED):
		action, why = ("Agree", None) if to == pairings.PAIRING_APPROVED else ("Disagree", "测试理由")
		sign(small.users[section], name, action, why, doctype=PAIRING)
	return name


def running(small, kind=pairings.CLASS, **values):
	"""An approved pairing; of families, with a pupil of each school."""
	name = pairing(small, kind, **values)
	if kind == pairings.FAMILY:
		for school in (small.urban, small.rural):
			pupil(small, school, pairings=[{"pairing": name}])
	return bring(small, name)


def pupil(small, school=None, by=None, **values):
	"""A pupil, entered by the leader in charge of the school."""
	school = school or small.rural
	fields = {"pupil_name": "测试学生", "school": school, "grade": "Grade 4", "class_name": "1班", **values}
	return as_(by or small.leader_user[school], insert, PUPIL, **fields).name


def group(small, by=None, **values):
	"""A running group of the rural school: its own two pupils and its first teacher; sessions only if they are given."""
	school = values.pop("school", small.rural)
	fields = {
		"school": school,
		"struggling_pupil": values.pop("struggling_pupil", None)
		or pupil(small, school, pupil_name="测试受帮扶"),
		"excellent_pupil": values.pop("excellent_pupil", None) or pupil(small, school, pupil_name="测试优秀"),
		"teacher": small.teacher[school],
		"community": small.community if school in (small.urban, small.rural) else small.other_community,
		"subject": small.subjects[0],
		"started_on": span()[0],
		"weak_points": "测试薄弱项",
		"goals": "测试帮扶目标",
		"measures": "测试帮扶措施",
		**values,
	}
	return as_(by or small.leader_user[school], insert, GROUP, **fields).name


def session(**values):
	"""A session of today, as a row."""
	return {"held_on": nowdate(), "place": "教室", "content": "测试内容", "reaction": "测试反应", **values}


__all__ = [name for name in dir() if not name.startswith("_")]
