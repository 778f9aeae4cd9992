"""Pairings of the demonstration, at every state of their approval, with the pupils behind them and two-help-one groups. All invented."""

import frappe
from frappe.utils import add_days, getdate, nowdate

from gongtongti.activities import helping, pairings
from gongtongti.activities.pairings import CLASS, FAMILY, GRADE, PAIRING, TEACHER
from gongtongti.activities.pupils import GROUP, PUPIL
from gongtongti.core.signers import AGREE, DISAGREE, SEND, WITHDRAW
from gongtongti.demo import people
from gongtongti.demo.district import community_of
from gongtongti.demo.steps import acting_as, sign

FIRST_TEACHER = 4  # of people.staff_of()
APPROVED, REFUSED, WITHDRAWN = (
	pairings.PAIRING_APPROVED,
	pairings.PAIRING_NOT_APPROVED,
	pairings.PAIRING_WITHDRAWN,
)
WAITING, ENDED = "waiting", "ended"
_FOURTH = {"grade_a": "Grade 4", "grade_b": "Grade 4"}
_EIGHTH = {"grade_a": "Grade 8", "grade_b": "Grade 8"}

# (kind, lead school, member school, what is said of the sides, goal, state)
PAIRINGS = (
	(CLASS, "六中", "高里街道初中", {**_EIGHTH, "class_a": "1班", "class_b": "1班"}, "书信往来，共读一本书", APPROVED),
	(GRADE, "实验中学", "寒亭街道初中", _EIGHTH, "同上一节班会课，同办一次运动会", APPROVED),
	(FAMILY, "实验小学", "高里街道小学", {}, "城乡家庭手拉手，周末互访", APPROVED),
	(TEACHER, "实验二小", "寒亭街道小学", {"subject": "语文"}, "每月互听两节课", APPROVED),
	(CLASS, "河西学校", "固堤街道小学", {**_FOURTH, "class_a": "2班", "class_b": "1班"}, "结为友好班级", None),
	(GRADE, "外国语学校", "朱里街道小学", _FOURTH, "英语角线上交流", WAITING),
	(TEACHER, "实验中学", "开元街道初中", {"subject": "数学"}, "共同备课", WAITING),
	(CLASS, "六中", "固堤街道初中", {**_EIGHTH, "class_a": "2班", "class_b": "1班"}, "互寄班刊", ENDED),
	(GRADE, "实验中学", "朱里街道初中", _EIGHTH, "联合春游", REFUSED),
	(CLASS, "实验二小", "开元街道小学", {**_FOURTH, "class_a": "1班", "class_b": "3班"}, "图书漂流", WITHDRAWN),
)  # fmt: skip


def build(builder) -> None:
	"""Makes them as the people who would: leaders write, the sections approve."""
	first = max(getdate(f"{builder.this_year}-09-01"), getdate(add_days(nowdate(), -60)))
	last = min(getdate(f"{builder.this_year + 1}-08-31"), getdate(add_days(nowdate(), 120)))
	pupils = _Pupils()
	for kind, lead, member, said, goal, state in PAIRINGS:
		if kind == TEACHER:
			said = {
				**said,
				"teacher_a": builder.staff_of[lead][FIRST_TEACHER],
				"teacher_b": builder.staff_of[member][FIRST_TEACHER],
			}
		name = _insert(
			people.leader_account(lead), PAIRING, kind=kind, community=community_of(lead), school_a=lead,
			school_b=member, from_date=first, to_date=last, goal=goal, **said,
		)  # fmt: skip
		if kind == FAMILY:
			for school in (lead, member):
				pupils.enter(school, pairings=[{"pairing": name}])
		_bring(name, kind, lead, state)
	_note(PAIRINGS[0], first)
	_groups(builder, pupils, first)


def _bring(name, kind, lead, state):
	if not state:
		return
	leader = people.leader_account(lead)
	sign(PAIRING, name, leader, SEND, quiet=True)
	section = people.account("research" if kind == TEACHER else "basic")
	if state in (APPROVED, ENDED):
		sign(PAIRING, name, section, AGREE, quiet=True)
	elif state == REFUSED:
		sign(PAIRING, name, section, DISAGREE, "活动与期中考试冲突，请调整后再报", quiet=True)
	elif state == WITHDRAWN:
		sign(PAIRING, name, leader, WITHDRAW, "班级有调整", quiet=True)
	if state == ENDED:
		with acting_as(leader):
			pairings.end(name, "固堤街道初中班级合并")


def _note(pairing, first):
	_kind, lead, member, *_rest = pairing
	with acting_as(people.leader_account(member)):
		doc = frappe.get_doc(PAIRING, {"school_a": lead, "school_b": member})
		doc.append("notes", {"noted_on": first, "what": "两班交换了第一批书信"})
		doc.save()


def _groups(builder, pupils, first):
	for lead, member, state in (
		("实验小学", "高里街道小学", helping.RUNNING),
		("实验二小", "开元街道小学", helping.CONCLUDED),
	):
		leader = people.leader_account(member)
		name = _insert(
			leader,
			GROUP,
			school=member,
			struggling_pupil=pupils.enter(member),
			excellent_pupil=pupils.enter(member),
			teacher=builder.staff_of[member][FIRST_TEACHER],
			community=community_of(lead),
			subject="数学",
			started_on=first,
			weak_points="（演示）计算不熟，应用题读不懂题意",
			cause_knowledge=1,
			cause_emotion=1,
			goals="学期末计算正确率达到八成",
			measures="每周两次课后辅导，同桌互助",
			sessions=[
				{"held_on": first, "place": "教室", "content": "分数加减", "reaction": "能独立完成一半"},
				{"held_on": nowdate(), "place": "教室", "content": "应用题读题", "reaction": "愿意提问"},
			],
			stages=[{"assessed_on": nowdate(), "progress": "Some Progress", "findings": "计算有进步"}],
		)
		if state == helping.CONCLUDED:
			with acting_as(leader):
				doc = frappe.get_doc(GROUP, name)
				doc.update(
					{"status": state, "parents_feedback": "孩子愿意做作业了", "conclusion": "达到目标"}
				)
				doc.save()


class _Pupils:
	"""Pupils with plainly invented names, one after the other."""

	def __init__(self):
		self.number = 40  # those before are pupils of the aid fund

	def enter(self, school, **values):
		self.number += 1
		return _insert(
			people.leader_account(school), PUPIL, pupil_name=f"学{people.cycle(self.number)}", school=school,
			grade="Grade 4", class_name="1班", **values,
		)  # fmt: skip


def _insert(user, doctype, **values):
	with acting_as(user):
		return frappe.get_doc({"doctype": doctype, **values}).insert().name
