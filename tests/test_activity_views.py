"""What shows the activities of communities together: figures of the workspace, the report, the record on paper (ACT5, ACT12)."""

import re
from datetime import timedelta

import frappe
import pytest
from activity_builders import (
	ACTIVITY,
	RESEARCH_KIND,
	activity,
	held,
	kind,
	planned,
	sign,
	statements,
	year_of,
)
from approvals import as_, fresh_reach, no_mails  # noqa: F401
from frappe.desk.query_report import run
from frappe.utils import getdate, nowdate
from frappe.www.printview import get_html_and_style

from gongtongti.activities import holding, number_cards
from gongtongti.activities.statuses import Status
from gongtongti.core import report
from gongtongti.core.signers import SEND
from gongtongti.gongtongti.report.activity_completion import activity_completion
from gongtongti.gongtongti.report.pending_approvals import pending_approvals
from gongtongti.organisation import roles, school_years

# -- figures ---------------------------------------------------------------------------------------------------------------


def figure(user, of):
	"""A figure of the workspace, after holding the list that it leads to against it."""
	card = as_(user, of)
	doctype = card["route"][1]
	rows = as_(user, frappe.get_list, doctype, filters=card["route_options"], pluck="name", limit=0)
	assert len(rows) == card["value"]
	return card["value"]


def test_activities_of_this_week_are_counted_for_whoever_sees_them(small):
	monday = getdate() - timedelta(days=getdate().weekday())
	for day in (monday, monday + timedelta(days=6)):
		planned(small, day=day)
	for day in (monday - timedelta(days=1), monday + timedelta(days=7)):
		planned(small, day=day)
	off = planned(small, day=monday)
	as_(small.leader_user[small.urban], holding.call_off, off, "测试取消")
	activity(small, day=monday)
	for user, number in (
		(small.teacher_user[small.rural], 2),
		(small.users[roles.TEACHING_RESEARCH], 2),
		(small.principal_user[small.other_urban], 0),
	):
		assert figure(user, number_cards.this_week) == number, user


def test_what_is_over_and_not_recorded_is_counted(small):
	planned(small), held(small)
	planned(small, day=getdate(nowdate()) + timedelta(days=1))
	assert figure(small.leader_user[small.urban], number_cards.without_record) == 1
	assert figure(small.leader_user[small.other_urban], number_cards.without_record) == 0


def test_plans_are_among_the_documents_that_wait_for_me(small):
	user = small.users[roles.TEACHING_RESEARCH]
	before = as_(user, pending_approvals.waiting_for_me)["value"]
	sign(small.leader_user[small.urban], activity(small, RESEARCH_KIND), SEND)
	assert as_(user, pending_approvals.waiting_for_me)["value"] == before + 1


# -- the report ------------------------------------------------------------------------------------------------------------

KINDS = ("测试讲座", "测试学生交流")


@pytest.fixture
def year(small):
	"""A school year in which the community held three, missed one, called one off, and has one ahead; the other one held one."""
	name = year_of()
	first = school_years.of(name).start_date
	_write(small.community, KINDS[0], first + timedelta(days=9), Status.HELD, Status.HELD, Status.MISSED)
	_write(
		small.community, KINDS[1], first + timedelta(days=70), Status.HELD, Status.CALLED_OFF, Status.PLANNED
	)
	_write(small.community, KINDS[1], first + timedelta(days=70), "Draft", "In Approval", "Not Approved")
	_write(small.other_community, KINDS[0], first + timedelta(days=9), Status.HELD)
	_write(small.community, KINDS[0], first - timedelta(days=40), Status.HELD, year="1999-2000")
	return name


def _write(community, kind_name, day, *statuses, year=None):
	"""Activities straight into the table: what is counted does not depend on how they came to be."""
	for status in statuses:
		row = frappe.get_doc(
			{
				"doctype": ACTIVITY,
				"title": "测试活动",
				"community": community,
				"kind": kind(kind_name),
				"work_field": "Teaching Research" if kind_name == KINDS[0] else "Moral Education",
				"school_year": year or year_of(),
				"starts_on": f"{day} 09:00:00",
				"ends_on": f"{day} 10:00:00",
				"status": status,
			}
		)
		row.name = frappe.generate_hash(length=10)
		row.db_insert()


def completion(user="Administrator", **filters):
	"""Group -> (planned, held, missed, called off, ahead) as a reader sees them; every figure is held against its list."""
	_columns, found, _message, _chart, _summary, *_ = as_(user, activity_completion.execute, filters)
	for row in found:
		for figure, listed in row["lists"].items():
			names = as_(user, frappe.get_list, ACTIVITY, filters=listed, pluck="name", limit=0)
			assert len(names) == row[figure], (row["group"], figure)
	return {row["group"]: tuple(row[figure] for figure in activity_completion.FIGURES) for row in found}


def test_completion_by_community_kind_and_month(small, year):
	first = school_years.of(year).start_date
	months = [f"{first + timedelta(days=days):%Y-%m}" for days in (9, 70)]
	ours, other = (6, 3, 1, 1, 1), (1, 1, 0, 0, 0)
	assert completion(school_year=year) == {small.community: ours, small.other_community: other}
	assert completion(school_year=year, group_by="Kind of Activity") == {
		KINDS[0]: (4, 3, 1, 0, 0),
		KINDS[1]: (3, 1, 0, 1, 1),
	}
	assert completion(school_year=year, group_by="Calendar Month", community=small.community) == {
		months[0]: (3, 2, 1, 0, 0),
		months[1]: (3, 1, 0, 1, 1),
	}
	assert completion(school_year=year, work_field="Moral Education") == {small.community: (3, 1, 0, 1, 1)}
	assert completion(school_year=year, kind=KINDS[1]) == {small.community: (3, 1, 0, 1, 1)}


def test_completion_without_a_filter_is_of_the_running_school_year(small, year):
	assert completion() == completion(school_year=year)


def test_readers_count_what_they_see(small, year):
	assert set(completion(small.principal_user[small.rural], school_year=year)) == {small.community}
	assert set(completion(small.principal_user[small.other_rural], school_year=year)) == {
		small.other_community
	}
	assert len(completion(small.users[roles.SUPERVISION], school_year=year)) == 2


def test_summary_and_chart_say_the_same(small, year):
	_columns, _rows, _message, chart, summary, *_ = activity_completion.execute({"school_year": year})
	assert [card["value"] for card in summary] == [7, 4, 1, 1, 80.0]
	assert {dataset["name"]: sum(dataset["values"]) for dataset in chart["data"]["datasets"]} == {
		"Held and Recorded": 4,
		"Not Held": 1,
		"Called Off": 1,
		"Planned for a Day": 1,
	}


@pytest.mark.parametrize("wrong", [{"group_by": "status"}, {"work_field": "x"}, {"kind": ["in", ["x"]]}])
def test_a_filter_that_means_nothing_gets_a_clear_answer(small, wrong):
	with pytest.raises(report.ReportFilterError):
		activity_completion.execute(wrong)


def test_statements_of_the_report_do_not_grow_with_the_rows(small, year):
	few = statements(lambda: activity_completion.execute({"school_year": year}))
	day = school_years.of(year).start_date
	for number in range(30):
		_write(f"测试共同体{number}", KINDS[0], day + timedelta(days=number), Status.HELD)
	assert statements(lambda: activity_completion.execute({"school_year": year})) == few
	assert len(completion_groups := activity_completion.execute({"school_year": year})[1]) == 32, (
		completion_groups
	)


def test_the_report_is_in_chinese_and_runs_for_its_roles(small, year):
	filters = {"school_year": year, "group_by": "Calendar Month"}
	was, frappe.local.lang = frappe.local.lang, "zh"
	try:
		columns, _rows, _message, chart, summary, *_ = activity_completion.execute(filters)
	finally:
		frappe.local.lang = was
	shown = [column["label"] for column in columns] + [card["label"] for card in summary]
	shown += [dataset["name"] for dataset in chart["data"]["datasets"]]
	assert [text for text in shown if not re.search("[\u4e00-\u9fff]", text)] == []
	with pytest.raises(frappe.PermissionError):
		as_(small.outsider, run, "Activity Completion", filters=filters)
	assert as_(small.leader_user[small.rural], run, "Activity Completion", filters=filters)["result"]


# -- on paper --------------------------------------------------------------------------------------------------------------

EVIL, ESCAPED = "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"


def printed(user, name):
	was, frappe.local.lang = frappe.local.lang, "zh"
	try:
		return as_(user, get_html_and_style, ACTIVITY, name=name, print_format="活动记录")["html"]
	finally:
		frappe.local.lang = was


def test_the_record_on_paper_has_the_headings_that_schools_use(small):
	name = planned(
		small,
		place="第一会议室",
		arrangement="甲校备课，乙校试讲",
		participants=[
			{"staff": small.teacher[small.urban], "part": "Speaker"},
			{"staff": small.teacher2[small.urban], "part": "Note Taker"},
			{"staff": small.teacher2[small.rural]},
		],
	)
	doc = frappe.get_doc(ACTIVITY, name)
	doc.participants[2].update({"attended": 0, "absence_reason": "公假"})
	doc.update({"wrap_up": "形成教案一份", "pupil_count": 45})
	as_(small.leader_user[small.urban], doc.save)
	frappe.db.set_value(ACTIVITY, name, "discussion", f"研讨{EVIL}")  # a save would take it out
	html = printed(small.teacher_user[small.rural], name)
	text = re.sub(r"\s+", " ", re.sub(r"<style.*?</style>|<[^>]+>", " ", html, flags=re.S))
	for heading, said in (
		("活动主题", "测试活动"), ("地点", "第一会议室"), ("主持人", "城区小学教师一"), ("记录人", "城区小学教师二"),
		("参加人员（2 人）", f"{small.urban}："), ("缺席及原因", "乡村小学教师二 （公假）"), ("活动安排", "甲校备课，乙校试讲"),
		("研讨内容", f"研讨{ESCAPED}"), ("活动成果与小结", "形成教案一份"), ("参加学生人数", "45"),
	):  # fmt: skip
		assert heading in text, heading
		assert said.replace(" ", "") in text.replace(" ", ""), said
	assert EVIL not in html and "（主讲人）" in text.replace(" ", "")


def test_whoever_does_not_see_the_activity_prints_nothing_of_it(small):
	name = held(small)
	for user in (
		small.teacher_user[small.other_urban],
		small.principal_user[small.other_rural],
		small.outsider,
	):
		with pytest.raises(frappe.PermissionError):
			printed(user, name)


def test_the_record_is_printed_by_itself(small):
	assert frappe.get_meta(ACTIVITY).default_print_format == "活动记录"
