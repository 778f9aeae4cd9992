"""The five script reports: contents, rights, rows, filters, and a number of queries that does not grow with the rows.

Placements are written to the table directly: what a report counts does not depend on how a placement came to be, and the
rules of placements have their own tests.
"""

import itertools
import json
import re
from datetime import timedelta
from pathlib import Path

import builders
import frappe
import pytest
from frappe.desk.query_report import build_xlsx_data, run
from frappe.utils import getdate, now_datetime

from gongtongti.core import relations, report
from gongtongti.features import DECLARED
from gongtongti.gongtongti.report.community_coverage import community_coverage
from gongtongti.gongtongti.report.exchange_norms import exchange_norms
from gongtongti.gongtongti.report.exchange_roster import exchange_roster
from gongtongti.gongtongti.report.pending_approvals import pending_approvals
from gongtongti.gongtongti.report.subject_balance import subject_balance
from gongtongti.organisation import roles
from gongtongti.patches import put_service

MODULES = {
	"Community Coverage": community_coverage,
	"Exchange Roster": exchange_roster,
	"Subject Balance": subject_balance,
	"Exchange Norms": exchange_norms,
	"Pending Approvals": pending_approvals,
}
FOLDER = Path(exchange_roster.__file__).parents[1]
TODAY = getdate()
_numbers = itertools.count(1)


def write(doctype, rows):
	"""Rows of a DocType, straight into its table; their names."""
	now = now_datetime()
	for row in rows:
		row.setdefault("name", f"TEST-{next(_numbers):06}")
		row.update(creation=now, modified=now, owner="Administrator", modified_by="Administrator")
	fields = sorted({field for row in rows for field in row})
	ticks = {df.fieldname for df in frappe.get_meta(doctype).fields if df.fieldtype == "Check"}
	values = [tuple(row.get(field, 0 if field in ticks else None) for field in fields) for row in rows]
	frappe.db.bulk_insert(doctype, fields, values)
	return [row["name"] for row in rows]


def placement(small, home, host, staff=None, **values):
	"""A row of Exchange Placement: a Chinese teacher from `home` at `host` for this year, on duty unless said otherwise."""
	staff = staff or small.teacher[home]
	row = {
		"docstatus": 1,
		"workflow_state": "Placement Approved",
		"status": "Serving",
		"plan": small.plan,
		"school_year": small.next_year,
		"community": small.community if home in (small.urban, small.rural) else small.other_community,
		"kind": "Teacher Exchange",
		"mode": "Long-Term Fixed",
		"staff": staff,
		"staff_name": values.get("staff_name") or frappe.db.get_value("School Staff", staff, "staff_name"),
		"subject": small.subjects[0],
		"home_school": home,
		"host_school": host,
		"start_date": TODAY - timedelta(days=60),
		"end_date": TODAY + timedelta(days=100),
	}
	return row | values


def waiting(small, home, host, state="Awaiting Home Principal", days=1, **values):
	"""A placement that lies with a signer since `days` days."""
	since = now_datetime() - timedelta(days=days)
	return placement(
		small,
		home,
		host,
		docstatus=0,
		workflow_state=state,
		status="In Approval",
		pending_since=since,
		**values,
	)


@pytest.fixture
def two_communities(small):
	"""Two placements in each community; (names of the first, names of the second)."""
	own = [placement(small, small.urban, small.rural), placement(small, small.rural, small.urban)]
	others = [
		placement(small, small.other_urban, small.other_rural),
		placement(small, small.other_rural, small.other_urban),
	]
	return set(write("Exchange Placement", own)), set(write("Exchange Placement", others))


def rows_of(name, filters=None, user=None):
	"""The rows of a report as a user gets them."""
	frappe.set_user(user or "Administrator")
	try:
		return run(name, filters=json.dumps(filters or {}))["result"]
	finally:
		frappe.set_user("Administrator")


def summary_of(name, filters=None):
	return {card["label"]: card["value"] for card in MODULES[name].execute(filters or {})[4]}


# ------------------------------------------------------------------------------------------------- the files


@pytest.mark.parametrize("name", MODULES)
def test_report_file_names_the_roles_of_the_table(name):
	scrubbed = frappe.scrub(name)
	doc = json.loads((FOLDER / scrubbed / f"{scrubbed}.json").read_text())
	assert {row["role"] for row in doc["roles"]} == set(DECLARED.runners[name])
	assert (doc["report_type"], doc["is_standard"], doc["prepared_report"]) == ("Script Report", "Yes", 0)


@pytest.mark.parametrize("name", MODULES)
def test_client_filters_are_those_that_the_report_knows(name):
	scrubbed = frappe.scrub(name)
	script = (FOLDER / scrubbed / f"{scrubbed}.js").read_text()
	assert set(re.findall(r'fieldname: "(\w+)"', script)) == set(MODULES[name].FILTERS)
	assert "/app/" not in script and "/desk/" not in script


@pytest.mark.parametrize("name", MODULES)
def test_everything_shown_is_in_chinese(name, small, two_communities):
	write("Exchange Placement", [waiting(small, small.urban, small.rural)])
	was, frappe.local.lang = frappe.local.lang, "zh"
	try:
		columns, _rows, message, chart, summary, *_ = MODULES[name].execute({"school_year": small.next_year})
	finally:
		frappe.local.lang = was
	shown = [column["label"] for column in columns] + [card["label"] for card in summary]
	shown += [dataset["name"] for dataset in chart["data"]["datasets"]] + ([message] if message else [])
	assert [
		text for text in shown if not re.search("[\u4e00-\u9fff]", text) or re.search("[A-Za-z]{3}", text)
	] == []


# ------------------------------------------------------------------------------------------------- rights and rows


@pytest.mark.parametrize("name", MODULES)
def test_runs_for_the_roles_of_the_table_and_for_nobody_else(name, small, two_communities):
	allowed = {}
	for role, user in {**small.users, "none": small.outsider}.items():
		try:
			rows_of(name, user=user)
			allowed[role] = True
		except frappe.PermissionError:
			allowed[role] = False
	held = {
		role: set(frappe.get_roles(user)) for role, user in {**small.users, "none": small.outsider}.items()
	}
	assert allowed == {role: bool(held[role] & set(DECLARED.runners[name])) for role in allowed}


def test_roster_shows_each_user_what_the_list_shows(small, two_communities):
	own, others = two_communities
	for user in {
		*small.users.values(),
		*small.principal_user.values(),
		*small.teacher_user.values(),
		small.west_user,
	}:
		frappe.set_user(user)
		if not frappe.has_permission("Exchange Placement", "report"):
			continue
		listed = set(
			frappe.get_list("Exchange Placement", filters={"name": ("in", [*own, *others])}, pluck="name")
		)
		shown = {row["name"] for row in rows_of("Exchange Roster", user=user)}
		assert shown & (own | others) == listed, user


def test_school_sees_nothing_of_placements_between_other_schools(small, two_communities):
	_own, others = two_communities
	write("Exchange Placement", [waiting(small, small.other_urban, small.other_rural)])
	hidden = {small.other_urban, small.other_rural, small.other_community, *others}
	for user in (
		small.principal_user[small.urban],
		small.leader_user[small.rural],
		small.teacher_user[small.urban],
	):
		for name in MODULES:
			frappe.set_user(user)
			try:
				answer = run(name, filters={})
			except frappe.PermissionError:
				continue
			text = json.dumps(
				[answer[part] for part in ("result", "chart", "message")], ensure_ascii=False, default=str
			)
			assert not [word for word in hidden if word in text], (user, name)


def test_totals_count_only_the_readers_rows(small, two_communities):
	principal = small.principal_user[small.urban]
	frappe.set_user(principal)
	roster = summary_of("Exchange Roster")
	norms = summary_of("Exchange Norms", {"school_year": small.next_year})
	balance = summary_of("Subject Balance", {"school_year": small.next_year})
	frappe.set_user("Administrator")
	assert roster["Listed and on Duty Now"] == 2
	assert (norms["Eligible by Years"], norms["Eligible Who Took Part"]) == (6, 1)
	assert (balance["Teachers Sent"], balance["Teachers Received"]) == (1, 1)


def test_balance_leaves_out_schools_that_are_seen_in_part(small, two_communities):
	def schools(user):
		rows = rows_of("Subject Balance", {"school_year": small.next_year}, user)
		return {row["school"] for row in rows}

	assert schools(small.principal_user[small.urban]) == {small.urban}
	assert schools(small.east_user) == {small.rural}
	assert schools(small.users[roles.BUREAU_LEADER]) == {small.urban, small.rural}
	assert schools(small.users[roles.PERSONNEL]) == set(small.schools)


def test_link_column_is_plain_text_where_the_reader_may_not_read_the_linked_doctype(small):
	"""The framework refuses a report with such a link column."""

	def kind_of_column(user):
		frappe.set_user(user)
		return report.link_column("grant", "Grant", "Community Role Grant")["fieldtype"]

	assert kind_of_column(small.users[roles.DISCIPLINE]) == "Link"
	assert kind_of_column(small.principal_user[small.urban]) == "Data"


# ------------------------------------------------------------------------------------------------- Community Coverage


@pytest.fixture
def coverage(small):
	"""An uncovered rural school beside the two covered ones, founded 2020-09-01; targets for 2019 to 2021."""
	builders.school("测试边远小学", "Rural", subdistrict=small.east)
	for year, share in ((2019, 0), (2020, 60), (2021, 100)):
		builders.insert("Community Coverage Target", target_year=year, target_share=share)
	return small


def by_year(rows):
	return {row["label"]: row for row in rows if not row["indent"]}


def test_coverage_holds_the_real_share_against_the_target(coverage):
	rows = by_year(community_coverage.execute({"subdistrict": coverage.east})[1])
	assert list(rows) == [str(year) for year in range(TODAY.year, 2018, -1)]
	before, first, second = rows["2019"], rows["2020"], rows["2021"]
	assert (before["rural"], before["covered"], before["real"], before["result"]) == (2, 0, 0, "Target Met")
	assert (first["covered"], first["real"], first["gap"], first["result"]) == (1, 50, -10, "Target Not Met")
	assert (second["target"], second["gap"]) == (100, -50)
	assert (rows[str(TODAY.year)]["target"], rows[str(TODAY.year)]["result"]) == (100, "Target Not Met")


def test_coverage_before_the_first_target_has_no_verdict(small):
	builders.insert("Community Coverage Target", target_year=2022, target_share=100)
	_columns, rows, _message, chart, *_ = community_coverage.execute({})
	rows = by_year(rows)
	assert (rows["2021"]["target"], rows["2021"]["result"]) == (None, "")
	assert (rows["2022"]["target"], rows["2022"]["result"]) == (100, "Target Met")
	assert chart["data"]["labels"] == [str(year) for year in range(2022, TODAY.year + 1)]
	assert len(chart["data"]["datasets"]) == 2


def test_coverage_names_the_uncovered_schools_under_their_year(coverage):
	_columns, rows, message, *_ = community_coverage.execute({"subdistrict": coverage.east})
	this_year = rows.index(next(row for row in rows if row["label"] == "2020"))
	assert [row.get("school") for row in rows[this_year + 1 : this_year + 3]] == ["测试边远小学", None]
	assert "测试边远小学" in message and coverage.rural not in message


def test_coverage_of_a_school_that_left_or_closed(coverage):
	frappe.db.set_value("Community Member School", {"school": coverage.rural}, "left_on", "2021-06-30")
	frappe.db.set_value("Community School", "测试边远小学", {"status": "Closed", "closed_on": "2022-03-01"})
	rows = by_year(community_coverage.execute({"subdistrict": coverage.east})[1])
	assert [(rows[y]["rural"], rows[y]["covered"]) for y in ("2020", "2021", "2022")] == [
		(2, 1),
		(2, 0),
		(1, 0),
	]


def test_coverage_gives_no_verdict_on_a_part_of_the_district(coverage):
	def verdicts(user):
		return {row["result"] for row in rows_of("Community Coverage", user=user) if not row["indent"]}

	assert verdicts(coverage.users[roles.SUPERVISION]) > {"Target Not Met"}
	assert verdicts(coverage.east_user) > {"Target Not Met"}
	assert verdicts(coverage.principal_user[coverage.rural]) == {""}


def test_coverage_of_a_year_to_come_shows_the_target_only(coverage):
	builders.insert("Community Coverage Target", target_year=TODAY.year + 1, target_share=100)
	coming = by_year(community_coverage.execute({})[1])[str(TODAY.year + 1)]
	assert (coming["target"], coming["real"], coming["rural"], coming["result"]) == (100, None, None, "")


# ------------------------------------------------------------------------------------------------- Exchange Roster


def test_roster_shows_who_is_on_duty_on_a_day(small):
	on_duty, soon, past, draft = write(
		"Exchange Placement",
		[
			placement(small, small.urban, small.rural),
			placement(small, small.rural, small.urban, end_date=TODAY + timedelta(days=10)),
			placement(
				small, small.urban, small.rural, status="Completed", end_date=TODAY - timedelta(days=1)
			),
			placement(small, small.urban, small.rural, status="Draft", docstatus=0),
		],
	)
	ours = {on_duty, soon, past, draft}

	def shown(**filters):
		return {row["name"] for row in exchange_roster.execute(filters)[1]} & ours

	assert shown(on_duty_on=str(TODAY)) == {on_duty, soon}
	assert shown(on_duty_on=str(TODAY - timedelta(days=1))) == {on_duty, soon, past}
	assert shown() == {on_duty, soon, past}
	assert shown(status="Draft") == {draft}
	assert shown(school=small.rural, status="Serving") == {on_duty, soon}
	assert shown(school_year=small.year) == set()


def test_roster_says_until_when_and_on_which_weekdays(small):
	name = write(
		"Exchange Placement",
		[
			placement(
				small, small.urban, small.rural, mode="Fixed Weekdays", tuesday=1, friday=1,
				end_date=TODAY + timedelta(days=30),
			)
		],
	)[0]  # fmt: skip
	row = next(row for row in exchange_roster.execute({})[1] if row["name"] == name)
	assert (row["weekdays"], row["days_left"], row["ends_soon"]) == ("Tuesday、Friday", 30, 1)


def test_roster_sums_up_and_draws_what_it_lists(small, two_communities):
	write(
		"Exchange Placement",
		[
			placement(small, small.urban, small.rural, kind="Cadre Attachment"),
			placement(small, small.urban, small.rural, status="Completed"),
		],
	)
	_columns, _rows, _message, chart, summary, *_ = exchange_roster.execute({"community": small.community})
	cards = {card["label"]: card["value"] for card in summary}
	assert cards["Placements Listed"] == cards["Cadres Listed"] + cards["Teachers Listed"] == 1 + 3
	assert cards["Listed and on Duty Now"] == 3
	drawn = {dataset["name"]: dataset["values"] for dataset in chart["data"]["datasets"]}
	assert (chart["data"]["labels"], drawn) == (
		[small.community],
		{"Cadre Attachment": [1], "Teacher Exchange": [3]},
	)


def test_a_chart_of_the_first_few_says_of_how_many():
	assert report.bars(["甲", "乙"], [("一", [1, 2])], of=3)["title"] == "Drawn: 2 of 3"
	assert "title" not in report.bars(["甲", "乙"], [("一", [1, 2])], of=2)


# ------------------------------------------------------------------------------------------------- Subject Balance


def test_balance_by_school_and_subject_with_the_years_before(small):
	chinese, mathematics = small.subjects[:2]
	write(
		"Exchange Placement",
		[placement(small, small.urban, small.rural) for _ in range(3)]
		+ [placement(small, small.rural, small.urban)]
		+ [
			placement(small, small.urban, small.rural, subject=mathematics, status="In Approval")
			for _ in range(3)
		]
		+ [placement(small, small.urban, small.rural, subject=mathematics, school_year=small.year)]
		+ [placement(small, small.urban, small.rural, subject=mathematics, status="Cancelled")]
		+ [placement(small, small.urban, small.rural, kind="Cadre Appointment")],
	)
	frappe.db.set_single_value("Community Settings", "balance_tolerance", 2)
	columns, rows, *_ = subject_balance.execute(
		{"school_year": small.next_year, "community": small.community}
	)
	table = {(row["school"], row["subject"]): row for row in rows}
	at = table[small.urban, chinese]
	assert (at["sent"], at["received"], at["net"], at["state"], at["years_in_a_row"]) == (
		3,
		1,
		2,
		"In Balance",
		1,
	)
	at = table[small.urban, mathematics]
	assert (at["sent"], at["net"], at["state"], at["years_in_a_row"]) == (3, 3, "Out of Balance", 2)
	assert table[small.rural, mathematics]["net"] == -3
	labels = {column["fieldname"]: column["label"] for column in columns}
	assert [labels["net_0"], labels["net_1"]] == [
		f"Sent less Received {year}" for year in (small.next_year, small.year)
	]
	assert (at["net_0"], at["net_1"], table[small.urban, chinese]["net_1"]) == (3, 1, None)


def test_balance_filters_rows_but_not_the_verdict(small):
	"""A school balanced over its communities stays so when the reader looks at one of them."""
	write(
		"Exchange Placement",
		[placement(small, small.urban, small.rural) for _ in range(3)]
		+ [placement(small, small.rural, small.urban, community=small.other_community) for _ in range(3)],
	)
	filters = {"school_year": small.next_year, "community": small.community, "school": small.urban}
	rows = subject_balance.execute(filters)[1]
	assert [(row["net"], row["net_of_school"], row["state"]) for row in rows] == [(3, 0, "In Balance")]
	assert subject_balance.execute(filters | {"unbalanced_only": 1})[1] == []


# ------------------------------------------------------------------------------------------------- Exchange Norms


def test_a_move_of_today_changes_no_year_that_has_passed(small):
	"""Six eligible of whom one took part stay six, for every reader, whatever becomes of the people afterwards."""
	urban, last_week = small.urban, str(TODAY - timedelta(days=7))

	def figures():
		for user in ("Administrator", small.clerk, small.principal_user[urban]):
			rows = rows_of("Exchange Norms", {"school_year": small.year}, user)
			yield next(
				(row["eligible"], row["took_part"], row["share"]) for row in rows if row["school"] == urban
			)

	def change(staff, **values):
		return frappe.get_doc("School Staff", staff).update(values).save()

	row = placement(small, urban, small.rural, school_year=small.year, status="Completed")
	write("Exchange Placement", [row | {"start_date": "2025-09-01", "end_date": "2026-06-30"}])
	as_it_was = [(6, 1, 16.7)] * 3
	assert list(figures()) == as_it_was
	moved = change(small.teacher[urban], school=small.rural, at_school_since=last_week)
	change(small.teacher2[urban], status="Retired", left_on=last_week)
	change(small.cadre[urban], position="Teacher", cadre_status="Not a Cadre")
	change(small.reserve[urban], school=small.rural)
	assert list(figures()) == as_it_was
	assert [(row.school, str(row.from_date), str(row.to_date or "")) for row in moved.services] == [
		(urban, "2015-09-01", str(TODAY - timedelta(days=8))),
		(small.rural, last_week, ""),
	]


def test_norms_by_school_and_the_total_of_the_sums(small):
	"""Six people with eleven years at each school, twelve at one; two of one school and one of another take part."""
	urban, other = small.urban, small.other_urban
	person = {"staff_name": "测试", "school": other, "status": "In Service", "at_school_since": "2010-09-01"}
	write("School Staff", [dict(person) for _ in range(6)])
	put_service.execute()
	write(
		"Exchange Placement",
		[
			placement(small, urban, small.rural, is_backbone=1),
			placement(small, urban, small.rural, is_backbone=1, mode="Short Swap"),
			placement(small, urban, small.rural, staff=small.teacher2[urban], status="Ended Early"),
			placement(small, other, small.other_rural, status="Finally Approved"),
			placement(small, small.rural, urban, status="In Approval"),
			placement(small, small.other_rural, other, status="Cancelled"),
		],
	)
	rows = {row["school"]: row for row in exchange_norms.execute({"school_year": small.next_year})[1]}
	at = rows[urban]
	assert (at["eligible"], at["took_part"], at["share"], at["share_result"]) == (6, 2, 33.3, "Norm Met")
	assert (at["backbone"], at["backbone_share"], at["backbone_result"]) == (1, 50, "Norm Met")
	assert (rows[other]["eligible"], rows[other]["share"], rows[other]["share_result"]) == (
		12,
		8.3,
		"Norm Not Met",
	)
	assert rows[other]["backbone_result"] == "Norm Not Met"
	at = rows[small.rural]
	assert (at["took_part"], at["share_result"], at["backbone_share"]) == (0, "Norm Not Met", None)
	total = next(row for row in rows.values() if row.get("is_total"))
	assert (total["eligible"], total["took_part"], total["backbone"]) == (30, 3, 1)
	assert (total["share"], total["backbone_share"]) == (10, 33.3)
	assert (total["share_result"], total["backbone_result"]) == ("Norm Met", "Norm Met")


def test_norms_come_from_the_settings_and_are_not_met_by_rounding(small):
	write("Exchange Placement", [placement(small, small.urban, small.rural)])

	def verdict(norm):
		frappe.db.set_single_value("Community Settings", "exchange_share_norm", norm)
		rows = exchange_norms.execute({"school_year": small.next_year, "only_urban": 1})[1]
		return next(row for row in rows if row["school"] == small.urban)["share_result"]

	assert [verdict(norm) for norm in (16.6, 16.7)] == ["Norm Met", "Norm Not Met"]  # 1 of 6 is 16.67 %


def test_norms_count_nobody_for_a_reader_without_rights_on_staff(small, monkeypatch):
	may = frappe.has_permission
	monkeypatch.setattr(
		frappe, "has_permission", lambda doctype, *a, **k: doctype != "School Staff" and may(doctype, *a, **k)
	)
	_columns, rows, message, chart, *_ = exchange_norms.execute({"school_year": small.next_year})
	assert (rows, chart) == ([], None)
	assert "Staff records are not among what you may see" in message


def test_norms_of_urban_schools_or_of_one_community(small):
	def listed(**filters):
		rows = exchange_norms.execute({"school_year": small.next_year, **filters})[1]
		return {row["school"] for row in rows if not row.get("is_total")}

	assert listed() == set(small.schools)
	assert listed(only_urban=1) == {small.urban, small.other_urban}
	assert listed(community=small.other_community) == {small.other_urban, small.other_rural}
	assert listed(only_urban="1", community=small.community) == {small.urban}


# ------------------------------------------------------------------------------------------------- Pending Approvals


@pytest.fixture
def pending(small):
	"""A placement with the home principal since 9 days, one with the host principal, one with the personnel section, and
	an early end with the personnel section; (their names in this order)."""
	frappe.db.set_single_value("Community Settings", "approval_days", 5)
	placements = write(
		"Exchange Placement",
		[
			waiting(small, small.urban, small.rural, days=9),
			waiting(small, small.urban, small.rural, "Awaiting Host Principal", days=5),
			waiting(small, small.urban, small.rural, "Awaiting Personnel Section", days=2),
			placement(small, small.urban, small.rural),
			placement(
				small, small.urban, small.rural, docstatus=0, workflow_state="Placement Draft", status="Draft"
			),
		],
	)
	change = write(
		"Placement Change",
		[
			{
				"docstatus": 0,
				"workflow_state": "Change Awaiting Personnel Section",
				"placement": placements[3],
				"change_type": "Early End",
				"reason": "测试",
				"home_school": small.urban,
				"host_school": small.rural,
				"community": small.community,
				"staff": small.teacher[small.urban],
				"staff_name": "测试城区小学教师一",
				"pending_since": now_datetime() - timedelta(days=6),
			}
		],
	)
	return [*placements[:3], *change]


def full_name(user):
	return frappe.db.get_value("User", user, "full_name")


def test_pending_says_with_whom_and_for_how_long(small, pending):
	rows = {row["name"]: row for row in pending_approvals.execute({})[1]}
	assert set(rows) == set(pending)
	first, second, third, change = (rows[name] for name in pending)
	assert first["with_whom"] == full_name(small.principal_user[small.urban])
	assert second["with_whom"] == full_name(small.principal_user[small.rural])
	section = {full_name(small.users[roles.PERSONNEL]), full_name(small.clerk)}
	assert set(third["with_whom"].split("、")) >= section
	assert [row["waiting_days"] for row in (first, second, third, change)] == [9, 5, 2, 6]
	assert [row["overdue_days"] for row in (first, second, third, change)] == [4, 0, 0, 1]
	assert (change["document_type"], change["subject_matter"], change["doctype"]) == (
		"Placement Change",
		"Early End",
		"Placement Change",
	)


def test_pending_longest_wait_first_and_summed_up(small, pending):
	_columns, rows, _message, chart, summary, *_ = pending_approvals.execute({})
	assert [row["waiting_days"] for row in rows] == [9, 6, 5, 2]
	assert [card["value"] for card in summary] == [4, 2, 0, 9]
	in_time, late = (dataset["values"] for dataset in chart["data"]["datasets"])
	assert (in_time, late) == ([0, 1, 1, 0], [1, 0, 0, 1])


def test_pending_filters(small, pending):
	first, second, third, change = pending

	def shown(user=None, **filters):
		return {row["name"] for row in rows_of("Pending Approvals", filters, user)}

	assert shown(overdue_only=1) == {first, change}
	assert shown(step="Awaiting Host Principal") == {second}
	assert shown(community=small.other_community) == set()
	assert shown(mine_only=1) == set()
	assert shown(small.principal_user[small.rural], mine_only=1) == {second}
	assert shown(small.clerk, mine_only=1) == {third, change}


def test_pending_for_the_principals_own_placement_waits_for_the_leader_in_charge(small):
	staff = small.principal[small.urban]
	name = write("Exchange Placement", [waiting(small, small.urban, small.rural, staff=staff)])[0]
	row = next(row for row in pending_approvals.execute({})[1] if row["name"] == name)
	assert row["with_whom"] == full_name(small.leader_user[small.urban])


def test_pending_with_nobody_says_so(small):
	frappe.db.set_value("Community School", small.rural, "principal_user", None)
	name = write("Exchange Placement", [waiting(small, small.urban, small.rural, "Awaiting Host Principal")])[
		0
	]
	row = next(row for row in pending_approvals.execute({})[1] if row["name"] == name)
	assert (row["with_whom"], row["nobody"]) == ("Nobody: put an account on the post", 1)


# ------------------------------------------------------------------------------------------------- filters

BAD = [
	("Community Coverage", {"stage": "Kindergarten"}),
	("Community Coverage", {"stage": ["Primary School"]}),
	("Community Coverage", {"subdistrict": "没有的街道"}),
	("Exchange Roster", {"community": "没有的共同体"}),
	("Exchange Roster", {"school": {"name": ["like", "%"]}}),
	("Exchange Roster", {"kind": "x' OR '1'='1"}),
	("Exchange Roster", {"school": "x' OR '1'='1"}),
	("Exchange Roster", {"on_duty_on": "31.02.2026"}),
	("Exchange Roster", {"on_duty_on": 20260901}),
	("Exchange Roster", {"status": "Running'; DROP TABLE `tabExchange Placement`; --"}),
	("Subject Balance", {"school_year": "1900-1901"}),
	("Subject Balance", {"subject": ["in", ["测试语文"]]}),
	("Exchange Norms", {"community": "没有的共同体"}),
	("Pending Approvals", {"step": "Placement Approved"}),
	("Pending Approvals", {"school": 7}),
]


@pytest.mark.parametrize("name,filters", BAD)
def test_bad_filter_gets_a_clear_answer(name, filters, small, two_communities):
	with pytest.raises(
		report.ReportFilterError, match=r"Choose one from the list|Enter it as year-month-day"
	):
		MODULES[name].execute(filters)


@pytest.mark.parametrize(
	"filters", [None, "{}", "[]", [], {"unknown": "x"}, {"mine_only": "x' OR 1"}, {"step": ""}]
)
@pytest.mark.parametrize("name", MODULES)
def test_odd_but_harmless_filters_change_nothing(name, filters, small, two_communities):
	assert MODULES[name].execute(filters)[1] == MODULES[name].execute({})[1]


def test_filter_does_not_tell_what_exists_out_of_reach(small, two_communities):
	frappe.set_user(small.principal_user[small.urban])
	answers = []
	for community in (small.other_community, "没有的共同体"):
		with pytest.raises(report.ReportFilterError) as caught:
			exchange_roster.execute({"community": community})
		answers.append(str(caught.value).replace(community, "…"))
	assert answers[0] == answers[1]


def test_filter_for_a_partner_school_shows_no_more_than_the_reader_sees(small, two_communities):
	user = small.teacher_user[small.urban]
	rows = rows_of("Exchange Roster", {"school": small.rural}, user)
	assert {row["staff_name"] for row in rows} == {"城区小学教师一"}


def test_answer_to_a_bad_filter_holds_no_markup(small):
	with pytest.raises(report.ReportFilterError) as caught:
		exchange_roster.execute({"community": "<img src=x onerror=alert(1)>"})
	assert "<img" not in str(caught.value)


# ------------------------------------------------------------------------------------------------- Excel and queries


@pytest.mark.parametrize("name", MODULES)
def test_excel_holds_the_columns_of_the_screen(name, small, two_communities, pending):
	data = frappe._dict(run(name, filters=json.dumps({"school_year": small.next_year})))
	data.filters = {}
	sheet = build_xlsx_data(data, [], include_indentation=1)[0]
	assert sheet[0] == [column["label"] for column in data.columns]
	assert len(sheet) == len(data.result) + 1 > 1


def many(small, number):
	"""`number` placements and as many that wait, by different people of new schools in a new community each."""
	tag = f"{number}-{next(_numbers)}"
	schools = [f"测试多校{tag}-{i}" for i in range(max(2, number // 5))]
	write(
		"Community School",
		[
			{
				"name": s,
				"school_name": s,
				"location": ("Urban", "Rural")[i % 2],
				"stage": "Primary School",
				"status": "In Operation",
			}
			for i, s in enumerate(schools)
		],
	)
	people = write(
		"School Staff",
		[
			{
				"name": f"ST-{tag}-{i}", "staff_name": f"测试{i}", "school": schools[i % len(schools)],
				"status": "In Service", "at_school_since": "2010-09-01",
			}
			for i in range(number)
		],
	)  # fmt: skip
	put_service.execute()
	pairs = [
		(schools[i % len(schools)], schools[(i + 1) % len(schools)], person)
		for i, person in enumerate(people)
	]
	write(
		"Exchange Placement",
		[placement(small, home, host, person, staff_name="测试") for home, host, person in pairs],
	)
	states = pending_approvals.steps()[:4]
	write(
		"Exchange Placement",
		[
			waiting(small, h, t, states[i % 4], staff=p, staff_name="测试", submitted_by=small.clerk)
			for i, (h, t, p) in enumerate(pairs)
		],
	)


def count_queries(function, monkeypatch):
	"""Statements that a function sends, caches being warm."""
	function()
	sent, sql = [], frappe.db.sql
	with monkeypatch.context() as patch:
		patch.setattr(frappe.db, "sql", lambda *args, **kwargs: (sent.append(args), sql(*args, **kwargs))[1])
		function()
	return len(sent)


@pytest.mark.parametrize("who", ["Administrator", "principal"])
@pytest.mark.parametrize("name", MODULES)
def test_number_of_queries_does_not_grow_with_the_rows(name, who, small, monkeypatch):
	user = small.principal_user[small.urban] if who == "principal" else who

	def report():
		frappe.set_user(user)
		relations.forget()
		return MODULES[name].execute({"school_year": small.next_year})

	def rows():
		return len(report()[1])

	write(
		"Exchange Placement",
		[placement(small, small.urban, small.rural), waiting(small, small.urban, small.rural)],
	)
	many(small, 5)
	few, few_rows = count_queries(report, monkeypatch), rows()
	frappe.set_user("Administrator")
	many(small, 200)
	home = [placement(small, small.urban, small.rural, subject=small.subjects[i % 3]) for i in range(100)]
	write("Exchange Placement", [*home, *(waiting(small, small.urban, small.rural) for _ in range(100))])
	lots, lots_rows = count_queries(report, monkeypatch), rows()
	assert lots == few
	assert lots_rows > few_rows or (name, who) in (
		("Community Coverage", "Administrator"), ("Community Coverage", "principal"), ("Exchange Norms", "principal")
	)  # fmt: skip
