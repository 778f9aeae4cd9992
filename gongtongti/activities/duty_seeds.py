"""The duties that a site starts with: those of documents 1 and 4, and sets of other places, which are switched off (PRACTICE §2.1)."""

import frappe
from frappe.utils import nowdate

from gongtongti.activities import kinds
from gongtongti.activities.duties import COMMUNITY, DUTY, PAIR, TEACHER
from gongtongti.activities.holding import ACTIVITY
from gongtongti.activities.occurrences import SOURCES
from gongtongti.activities.periods import MONTH, TERM, WEEK, YEAR

_MEETING, _VISIT, _LESSON = "Joint Meeting", "Guidance Visit", "Open Lesson"
_RESEARCH = ("专题讲座", "观摩教学", "听课评课", "集体备课", "试题研制")
_FIELDS = ("duty_name", "counts", "kinds", "times", "period", "per", "in_use", "source_clause")
SEEDS = (
	("共同体联席会议", _MEETING, (), 1, MONTH, COMMUNITY, 1, "文四一2"),
	("校长到伙伴学校指导", _VISIT, (), 2, MONTH, PAIR, 1, "文四一2"),
	("共同文化活动", ACTIVITY, ("文体活动",), 1, TERM, COMMUNITY, 1, "文四二1"),
	("学生校际交流", ACTIVITY, ("校际学生交流", "城乡学生手拉手"), 1, YEAR, COMMUNITY, 1, "文四二1"),
	("骨干教师到成员学校交流", ACTIVITY, ("观摩教学", "教师互换", "名师巡讲"), 1, TERM, COMMUNITY, 1, "文四三1"),
	("支教教师公开课", _LESSON, (), 2, WEEK, TEACHER, 1, "文四三1（1）"),
	("共同教研活动", ACTIVITY, _RESEARCH, 1, TERM, COMMUNITY, 1, "文一四（四）"),
	("线下联合教研", ACTIVITY, _RESEARCH, 4, YEAR, COMMUNITY, 0, "余姚 2021"),
	("名师工作室活动", ACTIVITY, ("名师工作室活动",), 1, YEAR, COMMUNITY, 0, "浙教办基〔2022〕7号"),
	("校长指导", _VISIT, (), 2, TERM, PAIR, 0, "深圳百校扶百校"),
	("学期联席会议", _MEETING, (), 1, TERM, COMMUNITY, 0, "深圳百校扶百校"),
	("管理团队共同学习", ACTIVITY, ("教师培训",), 2, TERM, COMMUNITY, 0, "深圳百校扶百校"),
)  # fmt: skip


def seed() -> None:
	"""Gives a site the duties that it lacks, from today on: what was before is asked of nobody. At installing, and by a patch."""
	there = set(frappe.get_all(DUTY, pluck="duty_name"))
	known = set(frappe.get_all(kinds.KIND, pluck="name"))
	for row in SEEDS:
		duty = dict(zip(_FIELDS, row, strict=True))
		# a duty whose kinds the bureau has taken away would count activities of any kind
		countable = duty["counts"] in SOURCES and known.issuperset(duty["kinds"])
		if countable and duty["duty_name"] not in there:
			duty["kinds"] = [{"kind": kind} for kind in duty["kinds"]]
			frappe.get_doc({"doctype": DUTY, "in_force_from": nowdate(), **duty}).insert(
				ignore_permissions=True
			)
