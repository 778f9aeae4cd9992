"""The report Community Duties: a map of what is kept, in words and colours, down to the documents (ACT5, ACT6, ACT7)."""

import json
import re
from datetime import date

import builders
import frappe
import pytest
from frappe.desk.query_report import run
from test_duties import ACTIVITY, MONTH, PAIR, TERM, VISITS, YEAR, duty, held  # noqa: F401
from test_reports import FOLDER, count_queries

from gongtongti.activities import duties
from gongtongti.activities.policy import POLICY
from gongtongti.core import report as core_report
from gongtongti.gongtongti.report.community_duties import community_duties as report
from gongtongti.organisation import roles

NAME, SCHOOL_YEAR = "Community Duties", "2031-2032"


@pytest.fixture
def district(small, held, monkeypatch):  # noqa: F811
	"""A monthly duty kept in September and October 2031, missed from November to January; today is 20 February 2032."""
	kept = duties.kept
	monkeypatch.setattr(duties, "kept", lambda *given, **more: kept(*given, today=date(2032, 2, 20), **more))
	small.monthly = duty()
	small.held = [held("2031-09-10"), held("2031-10-10")]
	small.add = held
	return small


def execute(user="Administrator", **filters):
	frappe.set_user(user)
	try:
		return report.execute({"school_year": SCHOOL_YEAR, **filters})
	finally:
		frappe.set_user("Administrator")


def line(rows, key, name):
	(found,) = [row for row in rows if row.get(key) == name]
	return found


def test_a_community_is_a_line_and_a_month_a_column(district):
	columns, rows, _message, chart, cards = execute()
	row = line(rows, "community", district.community)
	assert (row["m2031_09"], row["m2031_09_state"]) == ("Kept 1/1", "Kept")
	assert (row["m2031_11"], row["m2031_11_state"]) == ("Not Kept 0/1", "Not Kept")
	assert (row["m2032_02"], row["m2032_03"]) == ("Still Due 0/1", "Not Due")
	assert (row["kept"], row["missed"]) == (2, 3)
	assert [column["label"] for column in columns][1:3] == ["2031-09", "2031-10"] and len(columns) == 15
	assert chart["data"]["labels"][0] == "2031-09"
	shown = {card["label"]: card["value"] for card in execute(community=district.community)[4]}
	assert shown == {
		"Duties Kept": 2,
		"Duties Still Due": 1,
		"Duties Not Kept": 3,
		"Share of Duties Kept": 40.0,
	}
	assert cards[0]["value"] >= 2


def test_a_cell_with_several_duties_says_the_state_that_asks_for_most_attention(district):
	duty(kinds=("测试党务",))
	row = line(execute()[1], "community", district.community)
	assert (row["m2031_09"], row["m2031_09_state"]) == ("Not Kept 1/2", "Not Kept")


def test_of_one_community_its_duties_are_the_lines_and_longer_periods_stand_where_they_end(district):
	term = duty(TERM)
	year = duty(YEAR)
	rows = execute(community=district.community)[1]
	assert {row["duty"] for row in rows} == {district.monthly, term, year}
	assert {key for key in line(rows, "duty", term) if re.fullmatch(r"m\d+_\d+", key)} == {
		"m2032_02",
		"m2032_08",
	}
	assert line(rows, "duty", year)["m2032_08"] == "Kept 1/1"
	only = execute(community=district.community, duty=term)[1]
	assert [row["duty"] for row in only] == [term]


def test_one_by_one_names_the_documents_that_prove_it(district):
	more = {"community": district.community, "one_by_one": 1}
	rows = execute(**more)[1]
	assert [row["documents"] for row in rows[:3]] == [*district.held, ""]
	assert rows[0]["counts_key"] == ACTIVITY and rows[0]["state_key"] == "Kept"
	assert [row["first_day"] for row in execute(**more, month="2031-10-20")[1]] == [date(2031, 10, 1)]
	assert {row["state_key"] for row in execute(**more, state="Not Kept")[1]} == {"Not Kept"}
	assert len(execute(**more, term="First Term")[1]) == 6
	duty(per=PAIR, counts=VISITS)
	pairs = {row["pair"] for row in execute(**more)[1] if row["pair"]}
	assert pairs == {f"{district.urban}、{district.rural}"}


def test_a_reader_sees_the_communities_that_are_his_and_nothing_of_others(district):
	district.add("2031-09-11", community=district.other_community)
	hidden = {district.other_community, district.other_urban, district.other_rural, "T-3"}
	assert district.other_community in {row["community"] for row in execute()[1]}
	for user in (
		district.principal_user[district.urban],
		district.leader_user[district.rural],
		district.teacher_user[district.urban],
		district.east_user,
		district.users[roles.BUREAU_LEADER],
	):
		for more in ({}, {"one_by_one": 1}):
			answer = execute(user, **more)
			assert answer[1], (user, more)
			text = json.dumps(answer[1:], ensure_ascii=False, default=str)
			assert not [word for word in hidden if word in text], (user, more)
		with pytest.raises(core_report.ReportFilterError):
			execute(user, community=district.other_community)


def test_it_runs_for_whoever_has_a_role_and_for_nobody_else(district):
	assert set(POLICY.reports[NAME].roles) == set(roles.ROLES)
	for user in {*district.users.values(), district.teacher_user[district.urban]}:
		frappe.set_user(user)
		assert run(NAME, filters={"school_year": SCHOOL_YEAR})["columns"]
	frappe.set_user(district.outsider)
	with pytest.raises(frappe.PermissionError):
		run(NAME, filters={"school_year": SCHOOL_YEAR})


@pytest.mark.parametrize("wrong", [{"state": "Late"}, {"term": "Third"}, {"month": "soon"}, {"duty": "DU-0"}])
def test_filters_that_mean_nothing_are_refused(district, wrong):
	with pytest.raises(core_report.ReportFilterError):
		execute(**wrong)


def test_the_filters_of_the_page_are_those_that_the_report_knows():
	script = (FOLDER / "community_duties" / "community_duties.js").read_text()
	assert set(re.findall(r'fieldname: "(\w+)"', script)) == set(report.FILTERS)


def test_it_is_shown_in_chinese(district, monkeypatch):
	monkeypatch.setattr(frappe.local, "lang", "zh")
	for more in ({}, {"one_by_one": 1}):
		columns, rows, _message, chart, cards = execute(**more)
		shown = [column["label"] for column in columns] + [card["label"] for card in cards]
		shown += [dataset["name"] for dataset in chart["data"]["datasets"]]
		shown += [row[key] for row in rows for key in ("m2031_09", "state", "counts") if key in row]
		assert not [text for text in shown if re.search("[A-Za-z]{3}", text)]


def test_the_number_of_queries_does_not_grow(district, monkeypatch):
	principal = district.principal_user[district.urban]
	for user in ("Administrator", principal):
		few = count_queries(lambda user=user: execute(user), monkeypatch)
		duty(TERM, kinds=("测试党务",))
		duty(MONTH)
		for n in range(5):
			schools = [builders.school(f"测试职责小学{user[:2]}{n}{m}") for m in range(2)]
			builders.community(
				f"测试职责共同体{user[:2]}{n}", schools[0], schools[1:], founded_on="2025-09-01"
			)
		assert count_queries(lambda user=user: execute(user), monkeypatch) == few
