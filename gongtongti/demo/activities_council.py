"""Invented councils of the real communities, their joint meetings of this school year, and days of guidance."""

import frappe
from frappe.utils import add_days, getdate

from gongtongti.activities import decisions, meetings, visits
from gongtongti.demo import district, people
from gongtongti.demo.steps import acting_as
from gongtongti.organisation import council

# office, area of work, whose: (place of the school in the community, place in the school's list of people)
SEATS = (
	("Council Chair", None, (0, 0)),
	("Council Vice Chair", council.PARTY, (1, 0)),
	("Secretary General", None, (0, 1)),
	("Deputy Secretary General", council.MORAL, (1, 1)),
	("Council Director", council.RESEARCH, (0, 2)),
	("Council Director", council.SPECIAL, (0, 3)),
)


def councils(builder) -> None:
	"""A council of this school year for each community; one had another before it, for one the next is named already."""
	this = builder.this_year
	terms = {number: [(this, this + 1)] for number in range(len(district.COMMUNITIES))}
	terms[0] = [(this - 3, this), *terms[0]]
	terms[1] = [*terms[1], (this + 1, this + 2)]
	for number, (lead, _stage, members) in enumerate(district.COMMUNITIES):
		schools = (lead, *members)
		for first, last in terms[number]:
			frappe.get_doc(
				{
					"doctype": council.COUNCIL,
					"community": district.community_of(lead),
					"term_start": f"{first}-09-01",
					"term_end": f"{last}-08-31",
					"seats": [
						{
							"office": office,
							"work_field": field,
							"staff": builder.staff_of[schools[school]][person],
						}
						for office, field, (school, person) in SEATS
					],
				}
			).insert(ignore_permissions=True)


# theme, minutes, decisions
MEETINGS = (
	(
		"新学期交流工作安排",
		"各校汇报交流教师到岗情况，商定本学期听课、送教和学生活动安排。",
		("各校报送本学期开放课安排", "成员学校整理交流教师住宿需求"),
	),
	(
		"课堂教学质量分析",
		"教研领域负责人通报听课情况，各校就备课与作业设计交换意见。",
		("组织一次联合集体备课", "完成单元作业样例汇编"),
	),
	(
		"学生手拉手活动准备",
		"讨论结对年级、活动时间与安全预案。",
		("制定手拉手活动方案", "落实活动车辆与安全责任人"),
	),
	("德育与特色活动交流", "交流社团开设与家校活动做法。", ("互派一次社团展示", "编印家长活动手册")),
)
# what becomes of the meetings of a community that are past, one after the other; other communities begin further on
FATES = ("held", "moved and held", "missed", "held", "called off")
RESULTS = ("done", "open", "given up")


def meetings_of_this_year(builder) -> None:
	"""A rule since the beginning of the school year, and the meetings that it has given until today and for the days ahead."""
	frappe.get_doc(
		{
			"doctype": meetings.RULE,
			"rule_name": "演示：每月第一个星期六",
			# not a day on which the site may have got its own rule
			"since": f"{builder.this_year}-08-31",
			"week_of_month": meetings.WEEKS[0],
			"weekday": "Saturday",
			"start_time": "09:00:00",
			"minutes": 120,
			"host": meetings.ROTATION,
		}
	).insert(ignore_permissions=True)
	today = getdate()
	planned = [row for row in meetings.planned(today) if row.community in _LEADS]
	for row in planned:
		meetings.make(row, today)
	names = {
		(row.community, getdate(row.month)): row.name
		for row in frappe.get_all(meetings.MEETING, fields=["name", "community", "month"])
	}
	past = sorted((row for row in planned if row.day < today), key=lambda row: (row.month, row.community))
	nth = dict.fromkeys(_LEADS, 0)
	for row in past:
		number = nth[row.community] + list(_LEADS).index(row.community)
		nth[row.community] += 1
		with acting_as(people.principal_account(_LEADS[row.community])):
			_let_happen(builder, names[row.community, row.month], row, number)
	meetings.mark_missed(today)


# community -> its lead school
_LEADS = {district.community_of(lead): lead for lead, _stage, _members in district.COMMUNITIES}


def _let_happen(builder, name, row, number):
	fate, (subject, minutes, decided) = FATES[number % len(FATES)], MEETINGS[number % len(MEETINGS)]
	if fate == "called off":
		meetings.call_off(name, "当日全区统一组织考试")
	elif fate != "missed":
		if fate == "moved and held" and (later := getdate(add_days(row.day, 1))) < getdate():
			meetings.move(name, f"{later} 09:00:00", "原定时间场地被占用")
		_hold(builder, name, subject, minutes, decided, number)


def _hold(builder, name, subject, minutes, decided, number):
	doc = frappe.get_doc(meetings.MEETING, name)
	doc.update({"subject": subject, "minutes": minutes, "chair": doc.attendees[0].staff})
	doc.note_taker = doc.attendees[1].staff
	for place, attendee in enumerate(doc.attendees):
		attendee.attended = int(place != len(doc.attendees) - 1)
		attendee.absence_reason = None if attendee.attended else "外出开会"
	doc.append("agenda", {"subject": subject, "school": doc.host_school, "notes": "各校依次发言"})
	doc.save()
	day, made = getdate(doc.starts_on), []
	for place, text in enumerate(decided):
		values = {
			"doctype": decisions.DECISION,
			"meeting": name,
			"decision": text,
			"owner_staff": doc.attendees[(number + place) % len(doc.attendees)].staff,
			"due_date": add_days(day, 20 + 14 * place),
		}
		made.append(frappe.get_doc(values).insert().name)
	meetings.close(name)
	frappe.db.set_value(meetings.MEETING, name, "closed_on", f"{day} 17:30:00")
	for place, decision in enumerate(made):
		result = RESULTS[(number + 2 * place) % len(RESULTS)]
		if result == "done":
			decisions.carry_out(decision, "已按要求完成，材料存学校办公室。")
		elif result == "given up":
			decisions.give_up(decision, "上级另有统一安排，不再单独实施。")


def guidance(builder) -> None:
	"""The lead principals' days at a partner school this school year: two in most months, one in some, as it happens."""
	today, first = getdate(), getdate(f"{builder.this_year}-09-01")
	for number, (lead, _stage, members) in enumerate(district.COMMUNITIES):
		with acting_as(people.principal_account(lead)):
			for week, day in enumerate(range(10 + number, (today - first).days, 14)):
				if (week + number) % 5 == 4:
					continue
				_guide(builder, lead, members[week % len(members)], add_days(first, day), week)


def _guide(builder, lead, school, day, week):
	values = {
		"doctype": visits.VISIT,
		"staff": builder.staff_of[lead][0],
		"community": district.community_of(lead),
		"visited_school": school,
		"visited_on": getdate(),
		"work_field": council.WORK_FIELDS[week % len(council.WORK_FIELDS)],
		"guided": "听课后与任课教师座谈，查看教学常规，就薄弱环节提出改进建议。",
		"lessons_heard": 1 + week % 3,
		"talks": 1,
		"teachers_guided": 2 + week % 4,
	}
	name = frappe.get_doc(values).insert().name
	# entered today, it stands on record as on its day
	frappe.db.set_value(visits.VISIT, name, {"visited_on": day, "checked_in_on": f"{day} 16:00:00"})
