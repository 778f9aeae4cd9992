"""Open lessons of the demonstration and what observers gave for them: planned, given, discussed. All of it is invented."""

from dataclasses import dataclass

import frappe
from frappe.utils import add_days, nowdate

from gongtongti.activities import rubrics
from gongtongti.demo import people
from gongtongti.demo.district import community_of
from gongtongti.demo.steps import acting_as

FIRST, SECOND = rubrics.SEEDS


@dataclass(frozen=True)
class Lesson:
	"""An open lesson at a school, `days` from today; `person`: the teacher's place in people.staff_of() of `home`.

	sheets: (account of the observer, rubric, points below the greatest score on every third item); drafts: accounts
	"""

	lead: str
	home: str
	school: str
	person: int
	topic: str
	class_name: str
	days: int
	period: int = 2
	given: bool = False
	sheets: tuple = ()
	drafts: tuple = ()
	discussion: str = ""
	late: tuple = ()


_principal, _leader = people.principal_account, people.leader_account
LESSONS = (
	Lesson("六中", "六中", "高里街道初中", 4, "背影", "八年级1班", 6),
	Lesson("实验小学", "高里街道小学", "高里街道小学", 5, "分数的初步认识", "三年级2班", -2, given=True),
	Lesson(
		"实验二小",
		"实验二小",
		"寒亭街道小学",
		4,
		"草船借箭",
		"五年级1班",
		-3,
		sheets=((_principal("寒亭街道小学"), FIRST, 1), (_leader("实验二小"), FIRST, 2)),
		drafts=(_leader("寒亭街道小学"),),
	),
	Lesson(
		"实验中学",
		"实验中学",
		"寒亭街道初中",
		5,
		"一次函数的图象",
		"八年级3班",
		-9,
		3,
		sheets=(
			(_principal("寒亭街道初中"), SECOND, 1),
			(_leader("寒亭街道初中"), SECOND, 2),
			(_leader("开元街道初中"), SECOND, 3),
		),
		discussion="目标明确，探究充分；个别学生跟不上节奏，建议分层布置练习。",
		late=((_principal("实验中学"), SECOND, 1),),
	),
)


def build(staff_of):
	"""staff_of: school -> names of its School Staff, in the order of people.staff_of()."""
	rubrics.seed()
	for lesson in LESSONS:
		_build(lesson, staff_of[lesson.home][lesson.person])


def _build(lesson, teacher):
	day = add_days(nowdate(), lesson.days)
	writer = _leader(lesson.school)
	with acting_as(writer):
		name = frappe.get_doc(
			{
				"doctype": "Open Lesson",
				"topic": lesson.topic,
				"teacher": teacher,
				"subject": frappe.db.get_value("School Staff", teacher, "subject"),
				"class_name": lesson.class_name,
				"community": community_of(lesson.lead),
				"school": lesson.school,
				"lesson_date": day,
				"period": lesson.period,
				"given": int(lesson.given),
			}
		).insert().name  # fmt: skip
	for account, rubric, less in lesson.sheets:
		sheet(name, account, rubric, less, hand_in=True)
	for account in lesson.drafts:
		sheet(name, account, FIRST, 1)
	if lesson.discussion:
		with acting_as(writer):
			doc = frappe.get_doc("Open Lesson", name)
			doc.update({"discussed_on": day, "discussion": lesson.discussion}).save()
	for account, rubric, less in lesson.late:
		sheet(name, account, rubric, less, hand_in=True)


def sheet(lesson, account, rubric, less, hand_in=False) -> str:
	"""A sheet of `account` with `less` points below the greatest score on every third item; its name."""
	with acting_as(account):
		doc = frappe.get_doc(
			{
				"doctype": "Lesson Observation",
				"lesson": lesson,
				"rubric": frappe.db.get_value(rubrics.RUBRIC, {"title": rubric, **rubrics.CHOSEN}),
				"comments": "环节清楚，学生参与面广。",
				"advice": "小结可以交给学生来做。",
			}
		).insert()
		for number, row in enumerate(row for row in doc.scores if not row.is_bonus):
			row.score = row.greatest - (0 if number % 3 else less)
		doc.submit() if hand_in else doc.save()
		return doc.name
