"""Takes one activity from its plan to its record, as the people who plan, approve and record it; and what is refused on the way."""

from datetime import datetime, time, timedelta

import frappe
from frappe.utils import getdate, now_datetime

from gongtongti.activities import holding, participants
from gongtongti.core import signers
from gongtongti.demo import people
from gongtongti.demo.activities_year import ACTIVITY
from gongtongti.demo.district import community_of
from gongtongti.demo.steps import acting_as, expect, heading, refused, sign, signer
from gongtongti.gongtongti.doctype.community_activity.community_activity import ReasonMissingError

LEAD, HOST, ELSEWHERE = "实验小学", "高里街道小学", "外国语学校"


def take():
	"""A joint lesson preparation at a rural school: planned, agreed to by the lead principal, held today, recorded (ACT1, ACT12)."""
	heading("一次集体备课：从计划到登记")
	leader, principal = people.leader_account(HOST), people.principal_account(LEAD)
	name = _draft(leader)
	sign(ACTIVITY, name, leader, signers.SEND)
	print("牵头校长还没有同意，分管校领导就要登记——")
	refused(leader, holding.NotOpenError, holding.record_held, name)
	sign(ACTIVITY, name, principal, signers.AGREE, "同意，请各校教师准时参加")
	expect(ACTIVITY, name, "Activity Plan Approved")
	print("改期却不写原因——")
	later = now_datetime() + timedelta(days=1)
	refused(leader, ReasonMissingError, holding.move, name, str(later), str(later + timedelta(hours=1)), " ")
	print("活动开始了，记录还没写完就要登记——")
	refused(leader, holding.NotHeldYetError, holding.record_held, name)
	print("别的共同体的学校来写记录——")
	refused(people.leader_account(ELSEWHERE), frappe.PermissionError, _record, name)
	with acting_as(leader):
		there, away = _record(name)
		print(f"   · {signer()} 登记出席 {there} 人、缺席 {away} 人，写了研讨内容和小结")
		holding.record_held(name)
		print(f"   ⇒ {name} 已登记为已开展")


def _draft(leader):
	today = getdate()
	starts = max(now_datetime().replace(microsecond=0) - timedelta(hours=2), datetime.combine(today, time()))
	with acting_as(leader):
		doc = frappe.get_doc(
			{
				"doctype": ACTIVITY,
				"title": "《分数的初步认识》集体备课",
				"kind": "集体备课",
				"community": community_of(LEAD),
				"host_school": HOST,
				"place": "录播教室",
				"organiser": frappe.db.get_value("School Staff", {"user": leader}),
				"starts_on": starts,
				"ends_on": starts + timedelta(minutes=90),
				"schools": [{"school": LEAD}],
				"arrangement": "两校各备一课时，先说课后研讨。",
			}
		).insert()
		print(f"   · {signer()} 起草 {doc.name}：{doc.title}")
	return doc.name


def _record(name) -> tuple[int, int]:
	"""Puts down who was there and what was said; how many were there, and how many were not."""
	doc = frappe.get_doc(ACTIVITY, name)
	people_there = participants.offered(name)
	doc.set("participants", [{"staff": person.staff} for person in people_there])
	doc.participants[-1].update({"attended": 0, "absence_reason": "外出培训"})
	doc.discussion = "先认识几分之一，再比较大小；乡村班级多用折纸操作。"
	doc.wrap_up = "形成两课时教案，下周两校同上，互相听课。"
	doc.save()
	return len(people_there) - 1, 1
