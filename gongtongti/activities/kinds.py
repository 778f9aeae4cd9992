"""Kinds of activities: what the code names of them, and those that a new site starts with (ACT1, ACT3, ACT5, ACT9)."""

import frappe

from gongtongti.organisation.council import MORAL, PARTY, RESEARCH, SPECIAL

KIND = "Activity Kind"
RESEARCH_OFFICE, BASIC_EDUCATION, LEAD_PRINCIPAL, NOBODY = (
	"Teaching Research Office",
	"Basic Education Section",
	"Lead Principal",
	"Nobody",
)
# who approves the plan of an activity -> the field of Community Activity that says so (ORG4)
APPROVERS = {
	RESEARCH_OFFICE: "needs_teaching_research",
	BASIC_EDUCATION: "needs_basic_education",
	LEAD_PRINCIPAL: "needs_lead_principal",
	NOBODY: None,
}

_FIELDS = ("kind_name", "work_field", "approver", "needs_attendance", "needs_wrap_up", "needs_discussion",
	"least_pictures", "least_observations", "gives_credit", "credit_hours", "source_clause")  # fmt: skip
_DOC1_STUDENTS, _DOC1_RESEARCH = "文一四（三）学生交流", "文一四（四）教研交流"
# what a new site starts with; the bureau edits them
SEEDS = (
	("专题讲座", RESEARCH, RESEARCH_OFFICE, 1, 1, 0, 0, 0, 1, 0, _DOC1_RESEARCH),
	("观摩教学", RESEARCH, RESEARCH_OFFICE, 1, 1, 1, 0, 1, 1, 0, _DOC1_RESEARCH),
	("听课评课", RESEARCH, NOBODY, 1, 0, 1, 0, 1, 1, 0, _DOC1_RESEARCH),
	("集体备课", RESEARCH, LEAD_PRINCIPAL, 1, 1, 1, 0, 0, 1, 0, _DOC1_RESEARCH),
	("试题研制", RESEARCH, RESEARCH_OFFICE, 1, 1, 0, 0, 0, 1, 0, _DOC1_RESEARCH),
	("教师培训", RESEARCH, RESEARCH_OFFICE, 1, 1, 0, 0, 0, 1, 0, "文一四（四）四同三共享"),
	("教师互换", RESEARCH, LEAD_PRINCIPAL, 1, 1, 0, 0, 0, 0, 0, "文四三1（3）"),
	("名师工作室活动", RESEARCH, LEAD_PRINCIPAL, 1, 1, 0, 1, 0, 1, 0, "文五二 教研工作"),
	("名师巡讲", RESEARCH, RESEARCH_OFFICE, 1, 1, 0, 1, 0, 1, 0, "文五二 教研工作"),
	("城乡学生手拉手", MORAL, BASIC_EDUCATION, 0, 1, 0, 1, 0, 0, 0, _DOC1_STUDENTS),
	("校际学生交流", MORAL, BASIC_EDUCATION, 0, 1, 0, 1, 0, 0, 0, "文四二1"),
	("德育活动", MORAL, BASIC_EDUCATION, 0, 1, 0, 1, 0, 0, 0, "文五二 德育工作"),
	("家长活动", MORAL, LEAD_PRINCIPAL, 0, 1, 0, 1, 0, 0, 0, _DOC1_STUDENTS),
	("文体活动", SPECIAL, LEAD_PRINCIPAL, 0, 1, 0, 1, 0, 0, 0, "文四二1"),
	("党务活动", PARTY, LEAD_PRINCIPAL, 1, 1, 0, 1, 0, 0, 0, "文五二 党务工作"),
)  # fmt: skip


def seed() -> None:
	"""Gives a site the kinds that it lacks. At installing, and by a patch."""
	for row in SEEDS:
		if not frappe.db.exists(KIND, row[0]):
			kind = frappe.get_doc({"doctype": KIND, **dict(zip(_FIELDS, row, strict=True))})
			kind.insert(ignore_permissions=True)
