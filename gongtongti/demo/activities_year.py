"""Activities of the six communities: a school year that is over, and what this one has in every state. All of it is invented."""

import io
from dataclasses import dataclass

import frappe
from frappe.utils import add_days, getdate, nowdate
from PIL import Image, ImageDraw

from gongtongti.activities import holding, kinds, pictures
from gongtongti.core import approval, signers
from gongtongti.demo import district, people
from gongtongti.demo.steps import acting_as

ACTIVITY = "Community Activity"
APPROVER = {
	kinds.RESEARCH_OFFICE: lambda lead: people.account("research"),
	kinds.BASIC_EDUCATION: lambda lead: people.account("basic"),
	kinds.LEAD_PRINCIPAL: people.principal_account,
}
RESULTS = "形成活动方案、照片和小结一套，两校约定下次继续。"


@dataclass(frozen=True)
class Plan:
	"""An activity: its kind and subject; on which day (month-day) of the school year that is over, or how many days from today."""

	kind: str
	title: str
	day: str | int
	place: str
	with_picture: bool = False
	talk: str = ""


# every community, in the year that is over
LAST_YEAR = (
	Plan(
		"集体备课",
		"同年级同学科集体备课",
		"10-16",
		"录播教室",
		talk="统一单元目标，分工设计三课时，各校按学情调整练习。",
	),
	Plan("文体活动", "城乡学校迎新年文艺展演", "12-28", "操场", with_picture=True),
	Plan("校际学生交流", "城乡学生互换体验日", "04-17", "报告厅", with_picture=True),
)
MISSED = Plan("家长活动", "家长学校公开课", "05-15", "报告厅")
CALLED_OFF = Plan("教师培训", "信息技术应用培训", "06-05", "计算机教室")
# this year, one for each of the six communities, and how far its approval has come
AHEAD = Plan("听课评课", "城乡同课异构听课评课", 9, "录播教室")
THIS_YEAR = (
	(Plan("专题讲座", "作业设计专题讲座", 16, "报告厅"), "sent"),
	(Plan("城乡学生手拉手", "手拉手共读一本书", 18, "图书室"), "sent"),
	(Plan("集体备课", "期末复习集体备课", 20, "会议室"), "sent"),
	(Plan("名师巡讲", "名师巡讲进乡村", 23, "报告厅"), "draft"),
	(Plan("教师培训", "实验教学培训", 25, "实验室"), "refused"),
	(Plan("德育活动", "清明祭扫活动", 27, "烈士陵园"), "withdrawn"),
)


def build(builder) -> None:
	kinds.seed()
	year = builder.last_year
	for number, (lead, _stage, members) in enumerate(district.COMMUNITIES):
		hosts = (lead, *members)
		for turn, plan in enumerate(LAST_YEAR):
			name = _approved(builder, lead, hosts[turn % len(hosts)], plan, _day_of(year, plan.day))
			_hold(builder, name, plan, (number, turn))
		_approved(builder, lead, lead, AHEAD, _day_ahead(builder, AHEAD.day + number))
		plan, state = THIS_YEAR[number]
		_left_at(builder, lead, plan, state, _day_ahead(builder, plan.day))
	missed, called_off, moved = (community[0] for community in district.COMMUNITIES[:3])
	_approved(builder, missed, missed, MISSED, _day_of(year, MISSED.day))
	name = _approved(builder, called_off, called_off, CALLED_OFF, _day_of(year, CALLED_OFF.day))
	with acting_as(people.leader_account(called_off)):
		holding.call_off(name, "培训人员因汛期值守不能到场")
	_move(builder, moved)
	holding.mark_missed()


def _day_of(year, month_and_day):
	"""A day of the school year that begins in September of `year`."""
	return getdate(f"{year if month_and_day >= '09' else year + 1}-{month_and_day}")


def _day_ahead(builder, days):
	return min(getdate(add_days(nowdate(), days)), getdate(f"{builder.this_year + 1}-08-31"))


def _draft(builder, lead, host, plan, day):
	"""A draft by the leader in charge of the host school; its name."""
	members = next(members for first, _stage, members in district.COMMUNITIES if first == lead)
	with acting_as(people.leader_account(host)):
		return frappe.get_doc(
			{
				"doctype": ACTIVITY,
				"title": plan.title,
				"kind": plan.kind,
				"community": district.community_of(lead),
				"host_school": host,
				"place": plan.place,
				"organiser": builder.staff_of[host][1],
				"starts_on": f"{day} 14:00:00",
				"ends_on": f"{day} 15:30:00",
				"schools": [{"school": school} for school in (lead, *members) if school != host],
				"pupils_expected": 60 if plan.with_picture else 0,
				"arrangement": "承办学校准备场地和设备，参加学校各派教师和学生，活动后共同小结。",
				"procedure": "一、签到；二、活动；三、交流；四、小结。",
			}
		).insert().name  # fmt: skip


def _sign(user, name, action, remarks=None):
	with acting_as(user):
		approval.sign(ACTIVITY, name, action, remarks)


def _approved(builder, lead, host, plan, day):
	name = _draft(builder, lead, host, plan, day)
	_sign(people.leader_account(host), name, signers.SEND)
	if signer := APPROVER.get(frappe.get_cached_value(kinds.KIND, plan.kind, "approver")):
		_sign(signer(lead), name, signers.AGREE)
	return name


def _left_at(builder, lead, plan, state, day):
	name, leader = _draft(builder, lead, lead, plan, day), people.leader_account(lead)
	if state != "draft":
		_sign(leader, name, signers.SEND)
	if state == "refused":
		_sign(people.account("research"), name, signers.DISAGREE, "与市里培训时间重复")
	elif state == "withdrawn":
		_sign(leader, name, signers.WITHDRAW, "改由街道统一组织")


def _move(builder, lead):
	plan = Plan("党务活动", "联合主题党日", 12, "党员活动室")
	name = _approved(builder, lead, lead, plan, _day_ahead(builder, plan.day))
	day = _day_ahead(builder, plan.day + 2)
	with acting_as(people.leader_account(lead)):
		holding.move(name, f"{day} 15:00:00", f"{day} 16:30:00", "与期中考试冲突")


def _hold(builder, name, plan, number):
	doc = frappe.get_doc(ACTIVITY, name)
	with acting_as(people.leader_account(doc.host_school)):
		for school in (doc.host_school, *(row.school for row in doc.schools)):
			leader, teacher = builder.staff_of[school][1], builder.staff_of[school][4]
			doc.append("participants", {"staff": leader, "part": "Participant"})
			doc.append("participants", {"staff": teacher, "part": "Speaker"})
		doc.participants[1].part = "Note Taker"
		doc.participants[-2].update({"attended": 0, "absence_reason": "外出学习"})
		doc.update({"wrap_up": RESULTS, "discussion": plan.talk, "pupil_count": doc.pupils_expected})
		if plan.with_picture:
			doc.append(
				"pictures", {"picture": _picture(doc, *number), "caption": f"{plan.title}现场（示意图）"}
			)
			doc.append(
				"coverage",
				{"medium": "演示教育网", "title": plan.title, "published_on": getdate(doc.ends_on)},
			)
			doc.append("visitors", {"visitor": "演示街道考察组", "from_unit": "演示街道", "number": 6})
		doc.save()
		holding.record_held(name)


def _picture(activity, community, turn) -> str:
	"""A drawing, of which no two are alike; its address."""
	image = Image.new("RGB", (320, 200), (90 + 25 * community, 150, 210 - 40 * turn))
	ImageDraw.Draw(image).ellipse((30 + 30 * community, 40, 130 + 30 * community, 140), "white")
	drawn = io.BytesIO()
	image.save(drawn, "PNG")
	return pictures.keep(activity, "drawing", drawn.getvalue(), "png").file_url
