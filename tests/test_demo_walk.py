"""The demonstration holds the district as the source writes it, and its walk takes placements through every approval.

The site is emptied, loaded and walked through once, inside a transaction that is rolled back at the end of the module;
each test is rolled back to that point.
"""

import contextlib
import io
import re
from collections import Counter

import frappe
import pytest
from test_demo import changed, empty_site, rows_of_all_tables

from gongtongti.core import relations, settings
from gongtongti.demo import aid, aid_walk, district, load, people, steps, walk
from gongtongti.organisation import roles

PASSWORD = "演示口令"


@pytest.fixture(scope="module", autouse=True)
def walked():
	"""What the walk prints."""
	frappe.set_user("Administrator")
	frappe.db.rollback()
	empty_site()
	mails = frappe.db.count("Email Queue")
	with contextlib.redirect_stdout(io.StringIO()) as printed:
		walk.run(PASSWORD)
	assert frappe.db.count("Email Queue") == mails, "the walk sends mail"
	yield printed.getvalue()
	frappe.set_user("Administrator")
	frappe.db.rollback()
	relations.forget()
	frappe.clear_cache()


@pytest.fixture(autouse=True)
def clean(walked):
	"""Instead of the suite's own, which would take the loaded district away after the first test."""
	frappe.set_user("Administrator")
	frappe.db.savepoint("demo_test")
	yield
	frappe.set_user("Administrator")
	frappe.db.rollback(save_point="demo_test")
	frappe.local.message_log = []
	frappe.clear_cache()


# -- the district is the source's --------------------------------------------------------------------------------------


def test_six_communities_stand_with_the_schools_of_the_source():
	communities = {}
	for name in frappe.get_all("Education Community", pluck="name"):
		doc = frappe.get_doc("Education Community", name)
		lead = [row.school for row in doc.members if row.member_role == "Lead School"]
		assert len(lead) == 1 and str(doc.founded_on) == "2010-06-18" and doc.status == "In Operation"
		communities[lead[0]] = {row.school for row in doc.members if row.member_role == "Member School"}
	assert communities == {
		"六中": {"高里街道初中", "固堤街道初中"},
		"实验中学": {"寒亭街道初中", "开元街道初中", "朱里街道初中"},
		"实验小学": {"高里街道小学"},
		"实验二小": {"寒亭街道小学", "开元街道小学"},
		"河西学校": {"固堤街道小学"},
		"外国语学校": {"朱里街道小学"},
	}


def test_sixteen_schools_lie_in_their_subdistricts():
	schools = frappe.get_all("Community School", fields=["name", "location", "subdistrict"])
	assert Counter(school.location for school in schools) == {"Urban": 6, "Rural": 10}
	assert all(school.name.startswith(school.subdistrict) for school in schools if school.location == "Rural")
	offices = dict(frappe.get_all("Education Subdistrict", fields=["name", "office_name"], as_list=True))
	assert offices == {
		f"{name}街道": f"{name}街道教管办" for name in ("寒亭", "开元", "固堤", "高里", "朱里")
	}


def test_the_leading_group_has_the_seats_of_the_annex():
	group = frappe.get_doc("Community Leading Group", district.LEADING_GROUP)
	assert group.document_no == "寒教字[2010]55号"
	assert Counter(seat.post for seat in group.seats) == {
		**dict.fromkeys(roles.GROUP_POSTS, 1),
		"Deputy Group Head": 2,
		"Deputy Director": 2,
		"School Principal": 6,
		"Subdistrict Office Director": 5,
	}
	assert len(group.seats) == 26 and all(seat.user for seat in group.seats)


def test_every_role_has_an_account_that_holds_it_by_its_post():
	held = frappe.get_all(
		"Has Role", {"parenttype": "User", "parent": ("like", load.OF_DEMO)}, ["parent", "role"], as_list=True
	)
	assert {role for _user, role in held} == set(roles.ROLES)
	cashier = (people.CASHIER, roles.FINANCE)
	assert cashier in held
	given = {row for row in held if row[1] not in (roles.ADMINISTRATOR, roles.PERSONNEL) and row != cashier}
	assert given == set(
		frappe.get_all(
			"Community Role Grant", {"role": ("!=", roles.PERSONNEL)}, ["user", "role"], as_list=True
		)
	)
	assert (people.account("head"), roles.GROUP_HEAD) in given
	users = frappe.get_all("User", {"name": ("like", load.OF_DEMO), "enabled": 1}, ["name", "user_type"])
	assert len(users) == 70 and {user.user_type for user in users} == {"System User"}


def test_targets_carry_their_clause():
	targets = frappe.get_all(
		"Community Coverage Target",
		fields=["target_year", "target_share", "source_clause"],
		order_by="target_year",
	)
	assert [(row.target_year, row.target_share) for row in targets] == [(2010, 60), (2011, 100)]
	assert all("寒教字[2010]55号" in row.source_clause for row in targets)


def test_the_password_opens_every_account_but_the_loader():
	from frappe.utils.password import check_password

	assert check_password(people.account("head"), PASSWORD) == people.account("head")
	assert not frappe.db.get_value("User", people.LOADER, "enabled")
	with pytest.raises(frappe.AuthenticationError):
		check_password(people.LOADER, PASSWORD)


def test_invented_people_have_plainly_invented_names():
	staff = frappe.get_all("School Staff", pluck="staff_name")
	assert len(staff) == len(set(staff)) == 140
	assert {name[0] for name in staff} == {"演", "示", "例"}


def test_a_second_load_says_that_it_is_loaded(capsys):
	before = rows_of_all_tables()
	assert load.load()["loaded"] is False
	assert "已在本站点" in capsys.readouterr().out
	assert changed(before) == {}


def test_documents_of_others_that_rest_on_the_demonstration_stop_its_removal():
	frappe.get_doc(
		{"doctype": "Community School", "school_name": "真小学", "stage": "Primary School", "location": "Rural",
			"subdistrict": "高里街道"}
	).insert()  # fmt: skip
	before = rows_of_all_tables()
	with pytest.raises(load.DemoInUseError, match="真小学"):
		load.remove()
	assert changed(before) == {}


# -- the walk ----------------------------------------------------------------------------------------------------------


def test_the_walk_approves_one_placement_of_each_kind(walked):
	approved = frappe.get_all(
		"Exchange Placement", {"workflow_state": "Placement Approved"}, ["kind", "docstatus"]
	)
	assert {row.kind for row in approved} == {case.kind for case in walk.ONE_OF_EACH}
	in_time = [case for case in walk.OTHERS_APPROVED if walk.Walk().is_in_time(case)]
	assert len(approved) == len(walk.ONE_OF_EACH) + len(in_time)
	assert {row.docstatus for row in approved} == {1}
	for case in walk.ONE_OF_EACH:
		assert frappe._(case.kind, lang="zh") in walked


def test_the_walk_is_signed_by_the_people_of_the_roles(walked):
	signatures = frappe.get_all("Approval Signature", ["parent", "signer", "step", "capacity", "remarks"])
	assert signatures and all(row.signer.endswith(f"@{people.DOMAIN}") for row in signatures)
	makers = set(frappe.get_all("Exchange Placement", pluck="owner"))
	assert makers <= {
		people.leader_account(school) for school in (*district.URBAN_SCHOOLS, *district.RURAL_SCHOOLS)
	}
	case = walk.ONE_OF_EACH[0]
	name = frappe.db.get_value("Exchange Placement", {"kind": case.kind, "docstatus": 1})
	assert [row.signer for row in frappe.get_doc("Exchange Placement", name).signatures] == [
		people.leader_account(case.home),
		people.principal_account(case.home),
		people.account("office.gaoli"),
		people.principal_account(case.host),
		people.account("personnel"),
		people.account("head"),
	]


def test_the_walk_shows_refusals(walked):
	refusals = [line for line in walked.splitlines() if line.startswith("   ✗ ")]
	assert len(refusals) == 4 + 9 + 2 + 1 + 4 and all(
		re.search("[一-鿿]", line.split("：", 1)[1]) for line in refusals
	)


def test_a_walk_in_which_nothing_is_refused_does_not_pass(monkeypatch):
	monkeypatch.setattr(walk.approval, "sign", lambda *args, **kwargs: None)
	with pytest.raises(steps.WalkError):
		steps.refused_signature(
			"Exchange Placement", "x", people.account("personnel"), "Agree", walk.approval.NotYourStepError
		)


def test_the_walk_leaves_placements_at_every_step(walked):
	states = Counter(frappe.get_all("Exchange Placement", pluck="workflow_state"))
	assert set(states) == {
		"Placement Draft", "Awaiting Home Principal", "Awaiting Host Principal", "Awaiting Personnel Section",
		"Awaiting Leading Group", "Placement Approved", "Placement Not Approved", "Placement Withdrawn",
	}  # fmt: skip
	assert frappe.db.count("Exchange Placement", {"status": "Serving"}) > 0
	changes = ["Change Awaiting Personnel Section"] if frappe.utils.getdate() < walk.Walk().last_day else []
	assert frappe.get_all("Placement Change", pluck="workflow_state") == changes
	soon = frappe.utils.add_days(frappe.utils.nowdate(), 14)
	assert frappe.db.count("Exchange Placement", {"status": "Serving", "end_date": ("<=", soon)}) > 0


def test_the_walk_prints_its_reports_with_rows(walked):
	assert len(walk.REPORTS) > 10
	for report in walk.REPORTS:
		part = walked.split(f"── 报表：{frappe._(report, lang='zh')}（")[1].split("\n\n── ")[0].splitlines()
		rule = next(number for number, line in enumerate(part) if re.match("─+  ─", line))
		assert len(part) > rule + 1, report
	assert "Administrator" not in walked


def test_the_walk_lists_the_accounts_with_their_password(walked):
	accounts = walked.split("── 演示账号 ")[1]
	for user in frappe.get_all("User", {"name": ("like", load.OF_DEMO), "enabled": 1}, pluck="name"):
		assert user in accounts
	assert PASSWORD in accounts and people.LOADER not in accounts


# -- activities ---------------------------------------------------------------------------------------------------------


def test_activities_stand_in_every_state_and_each_community_has_a_year():
	from gongtongti.activities import statuses

	rows = frappe.get_all(
		"Community Activity", fields=["status", "workflow_state", "community", "school_year"]
	)
	assert {row.status for row in rows} == set(statuses.ALL)
	assert {row.workflow_state for row in rows} >= {
		"Activity Awaiting Lead Principal", "Activity Awaiting Teaching Research", "Activity Awaiting Basic Education",
	}  # fmt: skip
	last, this = sorted({row.school_year for row in rows})
	held = Counter(
		row.community for row in rows if (row.status, row.school_year) == (statuses.Status.HELD, last)
	)
	assert len(held) == 6 and set(held.values()) == {3}
	assert len({row.community for row in rows if row.school_year == this}) == 6


def test_the_walk_takes_a_lesson_from_its_plan_to_its_record(walked):
	part = walked.split("── 一次集体备课：从计划到登记 ")[1].split("\n── ")[0]
	assert part.count("   ✗ ") == 4 and part.count("   ✓ ") == 2
	name = re.search(r"⇒ (CA-\d{4}-\d{5}) 已登记为已开展", part)[1]
	doc = frappe.get_doc("Community Activity", name)
	assert doc.status == "Held and Recorded" and str(doc.starts_on)[:10] == frappe.utils.nowdate()
	assert [row.absence_reason for row in doc.participants if not row.attended] == ["外出培训"]


# -- the aid fund ------------------------------------------------------------------------------------------------------


def test_invented_pupils_have_private_evidence_and_plainly_invented_names():
	pupils = frappe.get_all(
		"Aided Pupil", fields=["name", "pupil_name", "guardian_name", "student_number", "evidence", "school"]
	)
	assert len(pupils) == 24 and {pupil.school for pupil in pupils} <= set(district.RURAL_SCHOOLS)
	assert {(pupil.pupil_name[0], pupil.guardian_name[0]) for pupil in pupils} == {("学", "护")}
	assert all(pupil.student_number.startswith("G000000") for pupil in pupils)
	files = frappe.get_all(
		"File",
		{"attached_to_doctype": "Aided Pupil", "attached_to_field": "evidence", "is_private": 1},
		["attached_to_name", "file_url"],
		as_list=True,
	)
	assert set(files) == {(pupil.name, pupil.evidence) for pupil in pupils} and len(files) == 24


def test_groups_of_aided_pupils_are_large_and_small():
	smallest = settings.get("smallest_group")
	groups = Counter((pupil.school, pupil.grade) for pupil in aid.PUPILS)
	assert sum(size >= smallest for size in groups.values()) >= 2
	assert any(size < smallest for size in groups.values())


def test_the_report_by_school_and_grade_shows_some_groups_and_hides_small_ones(walked):
	part = walked.split(f"── 报表：{frappe._('Aid by School and Grade', lang='zh')}（")[1].split("\n\n── ")[0]
	assert re.search("高里街道小学 +四年级 +6 ", part)
	assert re.search(r"固堤街道初中 +八年级 +5 +5 +1100.00", part)
	assert "不足 5 人" in part


def test_the_walk_leaves_applications_at_every_step():
	states = Counter(frappe.get_all("Aid Application", pluck="workflow_state"))
	assert set(states) == {
		"Aid Draft", "Awaiting School Principal", "Awaiting Basic Education Section", "Awaiting Finance Section",
		"Aid Approved", "Aid Not Approved", "Aid Withdrawn",
	}  # fmt: skip
	frappe.set_user(people.CASHIER)
	assert len(aid_walk.payments.payable(aid.DISTRICT_FUND)) >= 3
	frappe.set_user(people.account("finance"))
	assert aid_walk.payments.payable(aid.DISTRICT_FUND) == []


def test_aid_is_signed_and_paid_by_the_people_whose_task_it_is():
	def signers(case):
		name = frappe.db.get_value(
			"Aid Application", {"pupil": number_of(case), "purpose": case.purpose, "status": "Paid Out"}
		)
		return [row.signer for row in frappe.get_doc("Aid Application", name).signatures]

	basic, finance = people.account("basic"), people.account("finance")
	case = aid_walk.EVERY_STEP
	assert signers(case) == [case.leader, case.principal, basic, finance]
	assert signers(aid_walk.FAST_TRACK) == [aid_walk.FAST_TRACK.leader, basic, finance]
	assert set(frappe.get_all("Aid Disbursement", pluck="paid_by")) == {people.CASHIER}
	assert not frappe.db.exists(
		"Approval Signature", {"parenttype": "Aid Application", "signer": people.CASHIER}
	)


def test_the_books_agree_to_the_fen_and_do_not_go_back():
	assert aid_walk.ledger.verify() == {}
	for fund in aid.FUNDS:
		rows = frappe.get_all(
			"Aid Fund Entry", {"fund": fund}, ["posting_date", "kind"], order_by="seq", as_list=True
		)
		days = [day for day, _kind in rows]
		assert days == sorted(days) and days[0] < days[-1] <= frappe.utils.getdate()
	kinds = frappe.get_all("Aid Fund Entry", pluck="kind")
	assert set(kinds) == {"Contribution", "Aid Payment", "Returned Payment", "Correction"}
	assert frappe.get_all("Aid Fund Contribution", {"anonymous": 1}, pluck="donor_name") == [None]
	assert {row.source for row in frappe.get_all("Aid Fund Contribution", fields=["source"])} == {
		"Appropriation",
		"School",
		"Social Donation",
	}


def test_long_help_goes_on_and_the_watch_has_something_to_do():
	proposed = frappe.get_all(
		"Aid Application", {"first_application": ("is", "set")}, ["workflow_state", "term_no", "school_year", "term"]
	)  # fmt: skip
	now = aid_walk.terms.of_day()
	assert len(proposed) == 3 and {(row.term_no, row.school_year, row.term) for row in proposed} == {
		(2, *now)
	}
	assert Counter(row.workflow_state for row in proposed)["Awaiting School Principal"] == 1
	risks = frappe.get_all("Dropout Risk", ["pupil", "status", "level", "told_on", "cause"])
	risks = {row.pupil: row for row in risks if row.cause != "Aid Ending"}
	visited, overdue, resolved = (risks[number_of(case)] for case, _values in aid_walk.AT_RISK)
	assert (visited.status, visited.level) == ("Family Visited", "High")
	assert (overdue.status, overdue.level) == ("Still Open", "High") and overdue.told_on
	assert resolved.status == "Risk Resolved"


def test_who_has_looked_is_on_record(walked):
	rows = frappe.get_all("Pupil Record Access", ["pupil", "user", "way", "inspection_case"])
	case = frappe.get_doc("Aid Inspection Case", {"opened_by": people.account("discipline")})
	looked = [row for row in rows if row.user == people.account("discipline")]
	assert {(row.pupil, row.inspection_case) for row in looked} == {(case.pupil, case.name)}
	lists = {row.pupil for row in rows if (row.user, row.way) == (people.CASHIER, "Payment List")}
	assert lists == {number_of(case) for case in aid_walk.PAID_NOW if case.fund == aid.COMMUNITY_FUND}
	printed = walked.split("── 纪检查阅，留下记录 ")[1].split("\n\n── ")[0]
	assert re.search(f"{case.pupil} +演示纪工委书记 +打开档案 +{case.name}", printed)


def test_what_identifies_a_pupil_stands_in_the_pupils_record_only():
	pupils = frappe.get_all(
		"Aided Pupil", fields=["pupil_name", "guardian_name", "student_number", "bank_account"]
	)
	known = {value for pupil in pupils for value in pupil.values()}
	assert len(known) == 4 * 24
	found = {}
	for table, rows in rows_of_all_tables().items():
		if rows and table not in ("tabAided Pupil", "__Auth"):
			text = str(frappe.db.sql(f"select * from `{table}`"))
			if here := {value for value in known if value in text}:
				found[table] = here
	# to whom aid was paid is kept, where the pupil's circle alone reads it
	paid = {pupil.guardian_name for pupil in pupils} | {pupil.bank_account for pupil in pupils}
	assert found.pop("tabPupil Account Record") <= paid
	assert found == {}


def number_of(case):
	return frappe.db.get_value("Aided Pupil", {"student_number": case.of.student_number})


# -- all of it ---------------------------------------------------------------------------------------------------------


def test_a_second_walk_changes_nothing(capsys):
	before = rows_of_all_tables()
	walk.run(PASSWORD)
	assert "已经走过" in capsys.readouterr().out
	assert changed(before) == {}


def test_the_walk_speaks_chinese_only(walked):
	"""No English word but what stands in numbers of documents and in addresses."""
	body = re.sub(rf"\S+@{re.escape(people.DOMAIN)}|(EP|PC|PL|ST|TM|AA|AC|AD|AI|AP|AV|DR)-[\d-]+", "", walked)
	assert sorted(set(re.findall(r"[A-Za-z]{3,}", body))) == []
