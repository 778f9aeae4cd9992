"""Makes open lessons, sheets and rubrics for tests: each builder returns the name of one document."""

import frappe
from activity_builders import year_of
from approvals import as_
from frappe.utils import add_days, getdate, nowdate

from gongtongti.activities import rubrics

LESSON, SHEET, RUBRIC = "Open Lesson", "Lesson Observation", "Observation Rubric"
TITLE = "测试评价表"


def rubric(title=TITLE, **values):
	"""A rubric in force: two parts of 10 and a bonus of 2; its name."""
	found = frappe.db.get_value(RUBRIC, {"title": title, **rubrics.CHOSEN})
	return found or rubric_draft(title, **values).submit().name


def rubric_draft(title=TITLE, **values):
	rows = [
		("目标", "目标明确", 10, ""),
		("过程", "衔接自然", 5, "5/4/3/2"),
		("过程", "面向全体", 5, "5/4/3/2"),
	]
	items = [dict(zip(("part", "item", "greatest", "steps"), row, strict=True)) for row in rows]
	items.append({"part": "加分", "item": "有特色", "greatest": 2, "is_bonus": 1})
	grades = [
		{"grade": grade, "least_share": share} for grade, share in (("良", 60), ("优", 90), ("待改进", 0))
	]
	return frappe.get_doc(
		{"doctype": RUBRIC, "title": title, "items": items, "grades": grades, **values}
	).insert()


def lesson(small, day=None, by=None, **values):
	"""An open lesson of the urban teacher at the rural school, yesterday; written by that school's leader in charge."""
	day = getdate(day or add_days(nowdate(), -1))
	year_of(day)
	fields = {
		"doctype": LESSON,
		"topic": "测试课题",
		"teacher": small.teacher[small.urban],
		"subject": small.subjects[0],
		"class_name": "三年级1班",
		"community": small.community,
		"school": small.rural,
		"lesson_date": day,
		"period": 2,
		**values,
	}
	return as_(by or small.leader_user[small.rural], frappe.get_doc(fields).insert).name


def sheet(lesson, by, scores=(9, 5, 4), bonus=None, submit=True, **values):
	"""A sheet by `by`; handed in unless told otherwise; its name."""
	doc = as_(by, frappe.get_doc({"doctype": SHEET, "lesson": lesson, "rubric": rubric(), **values}).insert)
	doc = as_(by, frappe.get_doc, SHEET, doc.name)
	for row, score in zip(doc.scores, (*scores, bonus), strict=True):
		row.score = score
	as_(by, doc.submit if submit else doc.save)
	return doc.name


def discuss(small, lesson, by=None, text="测试研讨"):
	doc = frappe.get_doc(LESSON, lesson)
	doc.update({"discussed_on": doc.lesson_date, "discussion": text})
	return as_(by or small.leader_user[small.rural], doc.save)


__all__ = [name for name in dir() if not name.startswith("_")]
