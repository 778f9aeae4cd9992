"""Rubrics of lesson observation: their versions, what may be scored, and those that a new site starts with (ACT2)."""

import frappe
from frappe import _
from frappe.utils import cint, cstr, flt

from gongtongti.core import figures

RUBRIC = "Observation Rubric"


class Status:
	DRAFT = "Draft"
	IN_FORCE = "In Force"
	SUPERSEDED = "Superseded"


ALL = (Status.DRAFT, Status.IN_FORCE, Status.SUPERSEDED)
# what is chosen for new sheets: the newest version, unless the bureau no longer uses the rubric
CHOSEN = {"status": Status.IN_FORCE, "out_of_use": 0}


class StepsError(frappe.ValidationError):
	"""The scores to choose from cannot be read, or do not go with the greatest score."""


@frappe.whitelist(methods=["POST"])
def draft_next(name: str):
	"""Drafts the next version of a rubric, with everything that this one says.

	In: the name of a rubric in force. Out: the draft. Raises PermissionError, and VersionDraftedError where there is a draft.
	"""
	rubric = frappe.get_doc(RUBRIC, cstr(name))
	rubric.check_permission("read")
	rows = {
		table: [
			{df.fieldname: row.get(df.fieldname) for df in frappe.get_meta(row.doctype).fields}
			for row in rubric.get(table)
		]
		for table in ("items", "grades")
	}
	return frappe.get_doc({"doctype": RUBRIC, "title": rubric.title, **rows}).insert()


def last_version(title: str) -> int:
	"""The number of the newest version of a rubric, drafts included; 0 where there is none."""
	return max(frappe.get_all(RUBRIC, {"title": title}, pluck="version_no"), default=0)


def allowed(item) -> list[int]:
	"""The scores that may be given for an item (a row), the greatest first. Raises StepsError."""
	greatest, steps = cint(item.greatest), cstr(item.steps).strip()
	if not steps:
		return list(range(greatest, -1, -1))
	found = {_whole(step) for step in steps.replace("／", "/").replace("、", "/").split("/")}
	if None in found or max(found) != greatest:
		frappe.throw(
			_(
				"{0}: write the scores to choose from like 5/4/3/2, as whole numbers from the greatest score, {1}, down."
			).format(item.item, greatest),
			StepsError,
		)
	return sorted(found, reverse=True)


def _whole(text) -> int | None:
	figure = figures.plain(text)
	return int(figure) if figure and figure.isdigit() else None


def grade(rubric, share: float) -> str | None:
	"""The grade that a rubric (a document) gives for a share (per cent) of the greatest score, if it has grades."""
	reached = [row for row in rubric.grades if flt(row.least_share) <= share]
	return max(reached, key=lambda row: flt(row.least_share)).grade if reached else None


# -- what a new site starts with; the bureau makes new versions of them --------------------------------------------------

_FIVE_TO_TWO = "5/4/3/2"
# title -> (parts: name -> ((items), greatest score of each, scores to choose from, whether it is a bonus), grades)
SEEDS = {
	"课堂教学评价表（五维二十项）": (
		(
			("教学目标", ("目标具体，符合课程标准和学段要求", "目标切合本班学生实际，重点难点明确"), 5),
			(
				"教学内容",
				("内容准确，无知识性错误", "容量适当，详略得当，突出重点", "联系学生生活和已有经验，用好教材"),
				5,
			),
			(
				"教学过程",
				(
					"导入自然，能引起学习兴趣",
					"环节清楚，衔接紧凑，时间分配合理",
					"问题有思考价值，难点突破有办法",
					"面向全体，关注学习有困难的学生",
					"练习和小结有针对性，反馈及时",
				),
				5,
			),
			(
				"教学方法",
				(
					"方法灵活，适合教学内容和学生年龄",
					"学生主动参与，有独立思考的时间",
					"组织合作学习有效，分工明确",
					"启发引导得当，重视学法指导",
					"评价语言恰当，鼓励学生质疑",
					"实验、教具和信息技术使用合理",
				),
				5,
			),
			(
				"教师素养",
				(
					"教态亲切自然，尊重学生",
					"语言规范简练，普通话标准",
					"板书工整，设计合理",
					"善于调控课堂，处理突发情况得当",
				),
				5,
			),
		),
		(("加分", "有可供共同体各校借鉴的特色做法", 2), ("加分", "学生表现突出，教学效果显著", 3)),
		_FIVE_TO_TWO,
		(("优秀", 90), ("良好", 80), ("中等", 70), ("合格", 60), ("待改进", 0)),
	),
	"课堂教学评价表（四维十六项）": (
		(
			("教学理念", ("以学生发展为本，落实立德树人", "尊重差异，让每个学生都有收获"), 5),
			(
				"教学设计",
				("目标明确，可以检测", "学情分析准确", "内容组织合理，重点突出", "活动设计服务于目标"),
				5,
			),
			(
				"教学活动",
				(
					"情境真实，问题有启发性",
					"学生自主学习充分",
					"合作探究有实效",
					"师生互动平等，指导及时",
					"资源和技术运用恰当",
				),
				8,
			),
			(
				"教学效果",
				("学习目标达成度高", "学生思维活跃，敢于表达", "良好习惯得到培养", "不同层次学生都有提高", "课堂气氛和谐有序"),
				6,
			),
		),
		(),
		"",
		(("优秀", 90), ("良好", 80), ("合格", 60), ("待改进", 0)),
	),
}  # fmt: skip


def seed() -> None:
	"""Gives a site the rubrics that it lacks, in force. At installing, and by a patch."""
	for title, (parts, bonus, steps, grades) in SEEDS.items():
		if last_version(title):
			continue
		items = [
			{"part": part, "item": item, "greatest": greatest, "steps": steps}
			for part, names, greatest in parts
			for item in names
		]
		items += [
			{"part": part, "item": item, "greatest": greatest, "is_bonus": 1}
			for part, item, greatest in bonus
		]
		rubric = frappe.get_doc(
			{
				"doctype": RUBRIC,
				"title": title,
				"items": items,
				"grades": [{"grade": name, "least_share": share} for name, share in grades],
			}
		)
		rubric.flags.ignore_permissions = True
		rubric.insert()
		rubric.submit()
