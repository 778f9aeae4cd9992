"""The part of the walk about open lessons: one is given, observed and discussed, by the demonstration's people (ACT2, EX12)."""

import frappe
from frappe import _
from frappe.utils import nowdate

from gongtongti.activities.lessons import LESSON, SHEET
from gongtongti.demo import people
from gongtongti.demo.activities_lessons import FIRST, sheet
from gongtongti.demo.district import community_of
from gongtongti.demo.steps import WalkError, acting_as, heading, refused, signer

# the visiting teacher whose placement the walk has just taken through its approvals
HOME, HOST, TEACHER = "实验小学", "高里街道小学", 5
OBSERVERS = ((people.principal_account(HOST), 1), (people.leader_account(HOME), 2))


class LessonWalk:
	def take(self):
		heading("公开课：上课、听课、研讨")
		name = self.give()
		sheets = [self.observe(name, *observer) for observer in OBSERVERS]
		first, (second, _less) = sheets[0], OBSERVERS[1]
		refused(second, frappe.PermissionError, lambda: frappe.get_doc(SHEET, first).check_permission())
		self.discuss(name)
		with acting_as(second):
			frappe.get_doc(SHEET, first).check_permission()

	def give(self):
		number = people.staff_of(HOME)[TEACHER]["staff_no"]
		teacher = frappe.db.get_value(
			"School Staff", {"staff_no": number}, ["name", "staff_name", "subject"], as_dict=True
		)
		with acting_as(people.leader_account(HOST)):
			lesson = frappe.get_doc(
				{
					"doctype": LESSON,
					"topic": "鸡兔同笼",
					"teacher": teacher.name,
					"subject": teacher.subject,
					"class_name": "四年级1班",
					"community": community_of(HOME),
					"school": HOST,
					"lesson_date": nowdate(),
					"period": 3,
				}
			).insert()
			print(f"   ✓ {signer()} 登记公开课《{lesson.topic}》，执教者{teacher.staff_name}")
		return lesson.name

	def observe(self, lesson, account, less):
		name = sheet(lesson, account, FIRST, less, hand_in=True)
		with acting_as(account):
			print(f"   ✓ {signer()} 交听课记录表 {name}")
		return name

	def discuss(self, name):
		with acting_as(people.leader_account(HOST)):
			lesson = frappe.get_doc(LESSON, name)
			lesson.update(
				{"discussed_on": nowdate(), "discussion": "假设法讲得透彻，可再给学生画图的时间。"}
			).save()
			print(
				f"   ✓ {signer()} 登记研讨：{_('Average of the Shares')} {lesson.average:g}%，"
				f"{_('Least Share')} {lesson.least:g}%，{_('Greatest Share')} {lesson.greatest:g}%"
			)
		if not lesson.average:
			raise WalkError(f"{name}: no summary")
