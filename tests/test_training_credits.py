"""The report Training Credits: hours of each person from held activities, for whoever sees the person (ACT13)."""

import re

import activity_builders as make
import frappe
import pytest
from frappe.desk.query_report import run
from frappe.utils import add_days, getdate, nowdate
from test_exports import asked
from test_reports import FOLDER, count_queries, write

from gongtongti.activities.policy import POLICY
from gongtongti.core import report as core_report
from gongtongti.gongtongti.report.training_credits import training_credits as report
from gongtongti.organisation import roles

NAME = "Training Credits"
DAY = getdate(add_days(nowdate(), -1))
CREDIT, BY_TIME, NO_CREDIT = "测试学时讲座", "测试学时听课", "测试无学时"


@pytest.fixture
def trained(small):
	"""Yesterday's trainings: three hours by the kind; an hour and a half long; one whose kind gives no credit."""
	make.kind(CREDIT, gives_credit=1, credit_hours=3)
	make.kind(BY_TIME, gives_credit=1)
	make.kind(NO_CREDIT)
	small.school_year = make.year_of(DAY)
	urban, rural = small.teacher[small.urban], small.teacher[small.rural]
	small.of_kind = held(
		small,
		CREDIT,
		[person(urban), person(rural, hours=1.5), person(small.teacher2[small.urban], attended=0)],
	)
	small.by_time = held(small, BY_TIME, [person(urban)])
	held(small, NO_CREDIT, [person(urban)])
	make.planned(small, CREDIT, participants=[person(urban)])
	return small


def held(small, kind, participants):
	return make.held(small, kind, participants=participants, title=f"测试{kind}")


def person(staff, **values):
	return {"staff": staff, "attended": 1, **values}


def rows(small, user="Administrator", **filters):
	frappe.set_user(user)
	try:
		return run(NAME, filters={"school_year": small.school_year, **filters})["result"]
	finally:
		frappe.set_user("Administrator")


def of(small, found):
	"""{(person, kind): hours} of the district's people."""
	ours = {*small.teacher.values(), *small.teacher2.values()}
	return {(row["staff"], row.get("kind")): row["credit"] for row in found if row["staff"] in ours}


def test_hours_are_the_participants_else_the_kinds_else_the_time_it_took(trained):
	urban, rural = trained.teacher[trained.urban], trained.teacher[trained.rural]
	assert of(trained, rows(trained)) == {(urban, CREDIT): 3, (rural, CREDIT): 1.5, (urban, BY_TIME): 1.5}
	(row,) = rows(trained, staff=rural)
	assert (row["title"], row["held_on"], row["school"]) == (f"测试{CREDIT}", DAY, trained.rural)


def test_a_person_has_one_line_with_the_sum_of_the_year(trained):
	(row,) = rows(trained, staff=trained.teacher[trained.urban], sums=1)
	assert (row["credit"], row["trainings"], row["school_year"]) == (4.5, 2, trained.school_year)
	assert {row["staff"] for row in rows(trained, sums=1, school=trained.rural)} == {
		trained.teacher[trained.rural]
	}


def test_what_is_no_longer_held_or_of_another_year_gives_no_hours(trained):
	frappe.db.set_value("Community Activity", trained.of_kind, "status", "Called Off")
	other = next(year for year in (trained.year, trained.next_year) if year != trained.school_year)
	frappe.db.set_value("Community Activity", trained.by_time, "school_year", other)
	assert of(trained, rows(trained)) == {}
	assert len(of(trained, rows(trained, school_year=other))) == 1


def test_a_reader_sees_the_hours_of_those_whom_he_sees(trained):
	urban, rural = trained.teacher[trained.urban], trained.teacher[trained.rural]

	def seen(user):
		return {staff for staff, _kind in of(trained, rows(trained, user))}

	assert seen(trained.principal_user[trained.urban]) == {urban}
	assert seen(trained.leader_user[trained.rural]) == {rural}
	assert seen(trained.teacher_user[trained.rural]) == {rural}
	assert seen(trained.cadre_user[trained.urban]) == set()
	assert seen(trained.east_user) == {rural}
	assert seen(trained.users[roles.PERSONNEL]) == {urban, rural}
	assert seen(trained.principal_user[trained.other_urban]) == set()


def test_one_asks_for_nobody_who_is_out_of_sight(trained):
	frappe.set_user(trained.teacher_user[trained.rural])
	with pytest.raises(core_report.ReportFilterError):
		report.execute({"staff": trained.teacher[trained.urban]})


def test_it_runs_for_its_roles_and_for_nobody_else(trained):
	for user in (*trained.users.values(), trained.outsider):
		held_roles = set(frappe.get_roles(user))
		if held_roles & set(POLICY.reports[NAME].roles):
			rows(trained, user)
		else:
			with pytest.raises(frappe.PermissionError):
				rows(trained, user)
	assert not set(POLICY.reports[NAME].roles) & {roles.FINANCE, roles.LOGISTICS}


def test_the_filters_of_the_page_are_those_that_the_report_knows():
	script = (FOLDER / "training_credits" / "training_credits.js").read_text()
	assert set(re.findall(r'fieldname: "(\w+)"', script)) == set(report.FILTERS)


def test_the_spreadsheet_has_the_headings_that_platforms_take(trained, monkeypatch):
	monkeypatch.setattr(frappe.local, "lang", "zh")
	frappe.db.set_value("Community Activity", trained.of_kind, "title", "=2+2")
	form = {
		"report_name": NAME,
		"file_format_type": "Excel",
		"filters": frappe.as_json(
			{"school_year": trained.school_year, "staff": trained.teacher[trained.rural]}
		),
		"visible_idx": "[0]",
	}
	heads, row = asked(trained.principal_user[trained.rural], "frappe.desk.query_report.export_query", form)[
		:2
	]
	assert heads[:7] == ["姓名", "工作单位", "学科", "培训名称", "培训时间", "学时", "学年"]
	assert row[1] == trained.rural and row[3] == "'=2+2" and row[5] == 1.5 and row[6] == trained.school_year
	assert not [head for head in heads if re.search("[A-Za-z]", head)]


def test_the_number_of_queries_does_not_grow(trained, monkeypatch):
	def ask():
		return report.execute({"school_year": trained.school_year})

	few, before = count_queries(ask, monkeypatch), len(ask()[1])
	write(
		"Activity Participant",
		[
			{"parent": trained.by_time, "parenttype": "Community Activity", "parentfield": "participants", "staff": staff,
			"attended": 1, "school": school, "idx": 9}
			for school, staff in trained.teacher2.items()
		],
	)  # fmt: skip
	assert len(ask()[1]) == before + 4
	assert count_queries(ask, monkeypatch) == few
