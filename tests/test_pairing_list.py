"""Pairing List and its paper, and the paper of a two-help-one group: who is named to whom (ACT3, ACT4, SUM2, AID4)."""

import json
import re
from pathlib import Path

import frappe
import pytest
from activity_builders import year_of
from approvals import as_, fresh_reach, no_mails  # noqa: F401
from frappe.desk.query_report import run
from frappe.utils import nowdate
from pairing_builders import PAIRING, bring, group, pairing, pupil, running, session, span
from test_aid_privacy import printed

from gongtongti.activities.pairings import CLASS, FAMILY, GRADE, KINDS, TEACHER, Status
from gongtongti.core import report
from gongtongti.gongtongti.report.pairing_list import pairing_list
from gongtongti.organisation import roles, terms

REPORT, PAPER, SHEET = "Pairing List", "结对名单", "两帮一帮扶记录"


@pytest.fixture
def families(small):
	"""A running pairing of families: its name, and the names of its pupils by school."""
	name = pairing(small, FAMILY)
	named = {small.urban: "测试城里画眉", small.rural: "测试乡里画眉"}
	for school, pupil_name in named.items():
		pupil(small, school, pupil_name=pupil_name, pairings=[{"pairing": name}])
	return bring(small, name), named


def rows_of(user, **filters):
	answer = as_(user, run, REPORT, filters=json.dumps({"school_year": year_of(), **filters}))
	return {row["name"]: row for row in answer["result"] if isinstance(row, dict)}


def cards(small, user, **filters):
	filters = {"school_year": year_of(), "community": small.community, **filters}
	return {card["label"]: card["value"] for card in as_(user, pairing_list.execute, filters)[4]}


def test_filters_of_the_script_are_those_that_the_report_knows():
	script = Path(pairing_list.__file__).with_suffix(".js").read_text("utf-8")
	assert re.findall(r'fieldname: "(\w+)"', script) == list(pairing_list.FILTERS)


def test_each_kind_says_its_sides_and_the_order_is_that_of_the_list(small, families):
	made = {
		GRADE: running(small, GRADE),
		CLASS: running(small),
		TEACHER: running(small, TEACHER),
		FAMILY: families[0],
	}
	found = rows_of(small.users[roles.FINANCE], community=small.community)
	assert set(found) == set(made.values())
	said = {kind: (found[name]["side_a"], found[name]["side_b"]) for kind, name in made.items()}
	assert said == {
		GRADE: ("Grade 4", "Grade 4"),
		CLASS: ("Grade 4 1班", "Grade 4 2班"),
		TEACHER: ("城区小学教师一", "乡村小学教师一"),
		FAMILY: ("1 pupils", "1 pupils"),
	}
	assert [row["kind"] for row in found.values()] == sorted(KINDS)
	assert [row["number"] for row in found.values()] == [1, 2, 3, 4]


def test_pupils_are_named_to_their_own_school_and_not_to_whoever_may_export(small, families):
	name, named = families
	told = {
		small.leader_user[small.urban]: {small.urban},
		small.principal_user[small.rural]: {small.rural},
		small.teacher_user[small.urban]: set(),
		small.users[roles.BASIC_EDUCATION]: set(),
		small.users[roles.TEACHING_RESEARCH]: set(),
		"Administrator": set(),
	}
	for user, schools in told.items():
		row = rows_of(user)[name]
		for school, side in ((small.urban, "side_a"), (small.rural, "side_b")):
			assert (named[school] in row[side]) is (school in schools), user
			assert row[side].startswith("1 pupils")
		assert (schools and as_(user, frappe.has_permission, PAIRING, "export")) in (set(), False), user


def test_other_communities_see_other_rows(small, families):
	assert rows_of(small.leader_user[small.other_urban]) == {}
	assert rows_of(small.users[roles.BUREAU_LEADER])
	with pytest.raises(report.ReportFilterError):
		rows_of(small.leader_user[small.other_urban], community=small.community)
	with pytest.raises(frappe.PermissionError):
		as_(small.outsider, run, REPORT, filters="{}")


def test_drafts_and_other_years_are_left_out(small):
	draft, run_ = pairing(small, GRADE), running(small)
	user = small.leader_user[small.urban]
	assert set(rows_of(user)) == {run_}
	assert set(rows_of(user, status=Status.DRAFT)) == {draft}
	assert set(rows_of(user, kind=GRADE)) == set()
	frappe.db.set_value(
		PAIRING, run_, "school_year", small.year if year_of() != small.year else small.next_year
	)
	assert set(rows_of(user)) == set()


def test_a_term_has_what_ran_in_it(small):
	year, user, name = year_of(), small.leader_user[small.urban], running(small)
	first, second = (terms.days(year, term) for term in terms.TERMS)
	for days, wanted in (
		((first[0], first[1]), ("First Term",)),
		((second[0], second[1]), ("Second Term",)),
		((first[1], second[0]), terms.TERMS),
	):
		frappe.db.set_value(PAIRING, name, {"from_date": days[0], "to_date": days[1]})
		found = tuple(term for term in terms.TERMS if name in rows_of(user, term=term))
		assert found == wanted


def test_cards_count_what_runs_what_is_silent_and_the_groups(small, families):
	reader = small.teacher_user[small.rural]
	before = cards(small, reader)
	running(small, GRADE)
	doc = frappe.get_doc(PAIRING, running(small))
	doc.append("notes", {"noted_on": nowdate(), "what": "测试互寄书信"})
	as_(small.leader_user[small.rural], doc.save)
	group(small)
	group(small, small.leader_user[small.other_rural], school=small.other_rural)
	after = cards(small, reader)
	assert {label: after[label] - before[label] for label in after} == {
		"Pairings Listed": 2,
		"Pairings Running": 2,
		"Running without Notes": 1,
		"Pupils in Family Pairings": 0,
		"Two-Help-One Groups Running": 1,
		"Two-Help-One Groups Concluded": 0,
	}
	assert before["Pupils in Family Pairings"] == 2
	row = rows_of(reader)[doc.name]
	assert (row["notes"], str(row["last_note"])) == (1, nowdate())


def test_everything_shown_is_in_chinese(small, families):
	was, frappe.local.lang = frappe.local.lang, "zh"
	try:
		columns, _rows, message, chart, summary, *_ = pairing_list.execute({"school_year": year_of()})
	finally:
		frappe.local.lang = was
	shown = [column["label"] for column in columns] + [card["label"] for card in summary] + [message]
	shown += [dataset["name"] for dataset in chart["data"]["datasets"]]
	assert not [text for text in shown if not re.search("[\u4e00-\u9fff]", text)]
	assert [c["label"] for c in columns[:5]] == [
		"序号", "学校（甲）", "姓名/班级/年级（甲）", "学校（乙）", "姓名/班级/年级（乙）",
	]  # fmt: skip


def test_the_number_of_statements_does_not_grow_with_the_rows(small, families, monkeypatch):
	asked = []
	sql = frappe.db.sql
	monkeypatch.setattr(
		frappe.db, "sql", lambda *args, **kwargs: (asked.append(args), sql(*args, **kwargs))[1]
	)

	def statements():
		asked.clear()
		as_(small.leader_user[small.urban], pairing_list.execute, {"school_year": year_of()})
		return len(asked)

	statements()
	few = statements()
	for number in range(5):
		running(small, class_a=f"{number + 2}班")
	statements()
	assert statements() == few


# -- papers --------------------------------------------------------------------------------------------------------------


def test_the_paper_names_pupils_to_whoever_may_open_their_records(small, families):
	_name, named = families
	urban, rural = named[small.urban], named[small.rural]
	for user, told in (
		(small.leader_user[small.urban], {urban}),
		(small.principal_user[small.rural], {rural}),
		(small.users[roles.BASIC_EDUCATION], {urban, rural}),
		(small.teacher_user[small.urban], set()),
		(small.users[roles.SUPERVISION], set()),
	):
		paper = as_(user, printed, "Education Community", small.community, PAPER)
		assert {word for word in (urban, rural) if word in paper} == told, user
		assert ("Personal data of pupils" in paper) is bool(told)
		assert small.urban in paper and "测试结对目标" in paper and year_of() in paper
	with pytest.raises((frappe.PermissionError, frappe.DoesNotExistError)):
		as_(small.leader_user[small.other_urban], printed, "Education Community", small.community, PAPER)


def test_the_paper_is_of_the_year_and_term_asked_for(small):
	name, community = running(small), frappe.get_doc("Education Community", small.community)
	assert [row.name for row in community.pairing_list({}).rows] == [name]
	term = next(t for t in terms.TERMS if span()[0] <= str(terms.days(year_of(), t)[1]))
	found = community.pairing_list({"school_year": year_of(), "term": term})
	assert [row.name for row in found.rows] == [name] and found.term == term
	other = small.year if year_of() != small.year else small.next_year
	assert community.pairing_list({"school_year": other}).rows == []
	assert community.pairing_list({"school_year": "no such", "term": "x"}).rows == []


def test_the_paper_of_a_group_names_its_pupils_to_their_school_and_not_to_its_teacher(small):
	helped, helper = pupil(small, pupil_name="测试白头翁"), pupil(small, small.urban, pupil_name="测试黄雀")
	name = group(
		small,
		struggling_pupil=helped,
		excellent_pupil=helper,
		sessions=[session()],
		stages=[{"assessed_on": nowdate(), "progress": "Some Progress", "findings": "测试阶段"}],
		cause_emotion=1,
	)
	for user, told in (
		(small.leader_user[small.rural], {"测试白头翁"}),  # the one who helps is of another school
		(small.teacher_user[small.rural], set()),
		(small.users[roles.BASIC_EDUCATION], {"测试白头翁", "测试黄雀"}),
	):
		paper = as_(user, printed, "Two Help One Group", name, SHEET)
		assert {word for word in ("测试白头翁", "测试黄雀") if word in paper} == told, user
		assert (
			helped in paper and "测试内容" in paper and "测试阶段" in paper and "Causes in Emotion" in paper
		)
	for user in (small.leader_user[small.urban], small.users[roles.SUPERVISION], "Guest"):
		with pytest.raises((frappe.PermissionError, frappe.DoesNotExistError)):
			as_(user, printed, "Two Help One Group", name, SHEET)
