"""What grows beside the lessons of the demonstration: reflections, mentors, shared resources. All of it is invented."""

import frappe
from frappe.utils import add_days, nowdate

from gongtongti.activities import audience, hosting, kinds, mentoring, sharing
from gongtongti.core import approval
from gongtongti.demo import people
from gongtongti.demo.district import community_of
from gongtongti.demo.steps import acting_as
from gongtongti.organisation import school_years

LEAD, MEMBER = "实验小学", "高里街道小学"
FIRST_TEACHER = 4  # of people.staff_of()
# account of the author, title, audience, words
REFLECTIONS = (
	(
		people.leader_account(MEMBER),
		"一次听课的三点收获",
		audience.COMMUNITY,
		"课堂提问少而精，留给学生思考的时间更长；板书一目了然；小结由学生来做。回校后先从小结试起。",
	),
	(
		people.account(f"teacher.{people.code(MEMBER)}"),
		"我的课堂还缺什么",
		audience.ONLY_ME,
		"总担心讲不完，学生动手的时间被我占了。下周先减掉一半例题。",
	),
	(
		people.leader_account(LEAD),
		"送教路上想到的",
		audience.SCHOOL,
		"送教不是表演，要按对方学生的基础来备课。建议本校送教前先到对方班里听一节课。",
	),
	(
		people.principal_account(LEAD),
		"共同体教研一年小结",
		audience.EVERYONE,
		"两校教师互听互评已成习惯，下一步把好课例整理成共享资源。",
	),
)
# title, kind, audience, summary, whether it comes in a second version, why it is withdrawn
RESOURCES = (
	(
		"《荷花》两课时教案",
		"Lesson Plan",
		audience.COMMUNITY,
		"三年级语文，附课堂练习和板书设计。",
		True,
		None,
	),
	("识字教学课件", "Courseware", audience.EVERYONE, "一年级识字课件，含笔顺动画的网址。", False, None),
	(
		"三年级语文期中试卷",
		"Test Paper",
		audience.SCHOOL,
		"本校期中检测用卷，附答案。",
		False,
		"答案有误，更正后重新上传",
	),
)
GUIDANCES = (
	("听课", "听徒弟的常态课，课后交流提问方式。"),
	("评课", "逐环节分析课堂录像，指出导入过长。"),
	("备课", "一起修改《荷花》教学设计。"),
	("示范课", "徒弟观摩师傅的阅读教学示范课。"),
	("说课", "徒弟说课，师傅点评重难点的处理。"),
)


def build(builder) -> None:
	_reflections(builder)
	for concluded in (False, True):
		_mentorship(builder, concluded)
	_resources()


def _mentorship(builder, concluded):
	"""Between the first teachers of the two schools, who have accounts: one that runs, or one that is concluded."""
	mentor, trainee = (builder.staff_of[school][FIRST_TEACHER] for school in (LEAD, MEMBER))
	year = school_years.of(school_years.on(nowdate()))
	doc = frappe.get_doc(
		{
			"doctype": "Mentorship",
			"community": community_of(LEAD),
			"mentor": mentor,
			"trainee": trainee,
			"subject": frappe.db.get_value("School Staff", mentor, "subject"),
			"from_date": year.start_date,
			"to_date": year.end_date,
			"goals": "一学年内能独立上好校级公开课。"
			if concluded
			else "熟悉本学段教材，形成自己的课堂常规。",
		}
	)
	for form, content in GUIDANCES if concluded else GUIDANCES[:2]:
		doc.append("guidances", {"guided_on": nowdate(), "form": form, "content": content})
	if concluded:
		doc.result = "徒弟上校级公开课一节，获好评。"
	with acting_as(people.leader_account(MEMBER)):
		doc.insert()
	for school in (LEAD, MEMBER) if concluded else ():
		with acting_as(people.account(f"teacher.{people.code(school)}")):
			mentoring.confirm(doc.name)


def _resources():
	author, reader = (people.account(f"teacher.{people.code(school)}") for school in (LEAD, MEMBER))
	for title, kind, chosen, summary, again, reason in RESOURCES:
		fields = {
			"doctype": "Shared Resource",
			"title": title,
			"kind": kind,
			"audience": chosen,
			"community": community_of(LEAD),
			"summary": summary,
			"subject": "语文",
			"grade": "Grade 3",
			"licence": sharing.LICENCES[0],
			"link": f"https://resources.example.com/{frappe.generate_hash(length=8)}",
		}
		with acting_as(author):
			name = frappe.get_doc(fields).insert().name
			if again:
				name = frappe.get_doc({**fields, "replaces": name}).insert().name
			if reason:
				sharing.withdraw(name, reason)
		if chosen != audience.SCHOOL:
			with acting_as(reader):
				sharing.use(name)
				sharing.rate(name, 5 if again else 4)


def _reflections(builder) -> None:
	activity = _activity(builder)
	for account, title, chosen, words in REFLECTIONS:
		with acting_as(account):
			frappe.get_doc(
				{
					"doctype": "Reflection",
					"title": title,
					"about_type": "Community Activity",
					"about": activity,
					"audience": chosen,
					"words": words,
				}
			).insert()


def _activity(builder):
	"""An observed lesson of some days ago, whose kind nobody approves; its name."""
	kinds.seed()
	hosting.seed()
	day = add_days(nowdate(), -5)
	with acting_as(people.leader_account(LEAD)):
		name = frappe.get_doc(
			{
				"doctype": "Community Activity",
				"title": "城乡同课异构听课评课",
				"kind": "听课评课",
				"community": community_of(LEAD),
				"host_school": LEAD,
				"place": "录播教室",
				"organiser": builder.staff_of[LEAD][1],
				"starts_on": f"{day} 09:00:00",
				"ends_on": f"{day} 11:00:00",
				"schools": [{"school": MEMBER}],
				"arrangement": "两校各上一节，课后共同评课。",
			}
		).insert().name  # fmt: skip
		approval.sign("Community Activity", name, approval.SEND)
	return name


def provide(placements) -> str | None:
	"""Of the first of these approved placements whose person has an account: what the host school provides, and the receipt.

	Out: the name of its Host Support.
	"""
	for name in frappe.get_all(
		"Host Support", {"placement": ("in", placements)}, pluck="name", order_by="name"
	):
		support = frappe.get_doc("Host Support", name)
		account = frappe.db.get_value("School Staff", support.staff, "user")
		if not account:
			continue
		with acting_as(people.leader_account(support.host_school)):
			for row in support.items:
				row.asked_on = row.given_on = nowdate()
			support.append(
				"talks", {"talk_date": nowdate(), "content": "了解住宿、用餐和课务安排，征求意见。"}
			)
			support.save()
		with acting_as(account):
			hosting.confirm_receipt(name)
		return name
	return None
