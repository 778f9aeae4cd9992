"""Pupils in hardship and applications for aid: what is refused, who signs, what is reserved and given back (AID2, AID3, AID4)."""

import json
import re
from types import SimpleNamespace

import aid_builders as aid
import builders
import engines
import frappe
import pytest
import test_doors as doors
from aid_builders import (
	APPROVED,
	BASIC,
	DRAFT,
	FINANCE,
	PRINCIPAL,
	REFUSED,
	application,
	bring,
	fund,
	pupil,
	sign,
)
from approvals import as_, everybody, stored, sweep_traces
from frappe import client
from frappe.utils import add_days, add_months, nowdate
from test_approval import asked, queries

from gongtongti.aid import applications, ledger, pupils
from gongtongti.core import approval, relations, signers
from gongtongti.features import DECLARED
from gongtongti.gongtongti.doctype.aid_application import aid_application as rules
from gongtongti.gongtongti.doctype.aided_pupil import aided_pupil as record
from gongtongti.gongtongti.doctype.community_school_year.community_school_year import SecondTermError
from gongtongti.organisation import roles, terms

AID, PUPIL = "Aid Application", "Aided Pupil"
SEND, BACK, NO = "Send for Approval", "Send Back", "Disagree"
KIN_WORDS = "测试家中变故"  # free text that stays in the application


def value(doctype, name, *fields):
	return frappe.db.get_value(doctype, name, fields[0] if len(fields) == 1 else list(fields))


def figures(name):
	return value("Aid Fund", name, "balance", "reserved", "available")


def edit(user, doctype, name, **values):
	def save():
		doc = frappe.get_doc(doctype, name)
		doc.update(values)
		return doc.save()

	return as_(user, save)


def leader(small):
	return small.leader_user[small.rural]


@pytest.fixture
def money(small):
	"""A community fund with 700 yuan."""
	return fund(small, balance=700)


# -- school years ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", ["2025-09-01", "2025-08-31", "2026-09-01", "2030-01-01"])
def test_second_term_begins_inside_the_year(small, day):
	with pytest.raises(SecondTermError):
		edit(small.admin, "Community School Year", small.year, second_term_start=day)


def test_terms_follow_from_the_day_on_which_the_second_begins(small):
	assert [str(day) for day in terms.days(small.year, "First Term")] == ["2025-09-01", "2026-02-28"]
	edit(small.admin, "Community School Year", small.year, second_term_start="2026-02-20")
	frappe.clear_document_cache("Community School Year", small.year)
	assert [str(day) for day in terms.days(small.year, "First Term")] == ["2025-09-01", "2026-02-19"]
	assert terms.of_day("2026-02-19") == (small.year, "First Term")
	assert terms.of_day("2026-02-20") == (small.year, "Second Term")
	frappe.clear_document_cache("Community School Year", small.year)


# -- pupils: who enters what -------------------------------------------------------------------------------------------


def test_pupils_are_entered_by_their_own_school_and_the_basic_education_section(small):
	may = {
		small.leader_user[small.rural],
		small.principal_user[small.rural],
		small.users[roles.BASIC_EDUCATION],
		"Administrator",
	}
	for user in everybody(small):
		frappe.db.savepoint("pupil")
		try:
			made = pupil(small, by=user)
		except frappe.PermissionError:
			made = None
		assert bool(made) == (user in may), user
		frappe.db.rollback(save_point="pupil")


@pytest.mark.parametrize(
	"typed, kept", [(" g1234ab ", "G1234AB"), ("Ｇ１２３４５６", "G123456"), ("12345678901234567890", None)]
)
def test_student_number_is_put_in_order(small, typed, kept):
	assert value(PUPIL, pupil(small, student_number=typed), "student_number") == (kept or typed)


@pytest.mark.parametrize(
	"typed", ["12345", "1" * 21, "G-123456", "G 123456", "学号123456", "G12345'", "½23456"]
)
def test_student_number_is_letters_and_digits(small, typed):
	with pytest.raises(record.StudentNumberError):
		pupil(small, student_number=typed)


def test_a_pupil_is_registered_once_and_the_answer_says_neither_where_nor_who(small):
	first = pupil(small, small.other_rural, student_number="TESTG0001", pupil_name="测试甲")
	with pytest.raises(record.AlreadyRegisteredError) as refused:
		pupil(small, student_number=" testg0001")
	for hidden in (first, "测试甲", small.other_rural, small.leader_user[small.other_rural]):
		assert hidden not in str(refused.value)
	assert "basic education section" in str(refused.value)


# what somebody may get wrong on purpose, so that nothing is put on record
MISTAKES = {
	"no guardian": {"guardian_name": None},
	"an account number": {"bank_account": "abc"},
	"a long name": {"class_name": "测" * 141},
	"markup": {"payee_name": "<b>"},
	"a choice": {"grade": "Grade 99"},
	"a school": {"school": "不存在的学校"},
	"leaving without a reason": {"status": "Left School"},
	"evidence": {"evidence": "/files/x.pdf"},
	"evidence in a folder": {"evidence": "/private/files/x/y.pdf"},
	"what the database refuses": {"idx": 10**30},
}


@pytest.mark.both
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_probe_with_a_mistake_is_answered_alike_whether_a_number_is_on_record(small, mistake):
	"""Neither in words, nor by how much is asked of the database (AID4)."""
	known = value(PUPIL, pupil(small, small.other_rural), "student_number")
	own = pupil(small)
	for probe in (
		lambda number: pupil(small, student_number=number, **MISTAKES[mistake]),
		lambda number: edit(leader(small), PUPIL, own, **{"student_number": number, **MISTAKES[mistake]}),
	):
		answers = []
		for number in ("PROBE00009", known, "PROBE00001"):
			frappe.db.savepoint("probe")
			frappe.local.message_log = []
			found = []
			count = queries(lambda n=number: found.append(refused(probe, n)))  # noqa: B023
			frappe.db.rollback(save_point="probe")
			words = [row.get("message") for row in frappe.get_message_log()]
			answers.append((*found, count, words))
		frappe.local.message_log = []
		assert answers[1] == answers[2]  # the first may have filled caches


def refused(door, number):
	"""What a door says when it refuses."""
	try:
		door(number)
	except Exception as error:
		return type(error).__name__, re.sub(r"\b(AP-)?\w*\d{5,}\w*", "", str(error))
	raise AssertionError("it was not refused")


@pytest.mark.both
def test_each_number_entered_is_on_record_whatever_becomes_of_the_request(small, monkeypatch):
	known = pupil(small, small.other_rural)
	number, user = value(PUPIL, known, "student_number"), leader(small)
	kept = []
	monkeypatch.setattr(frappe.db, "after_rollback", Callbacks())
	monkeypatch.setattr(frappe.db, "after_commit", Callbacks())
	monkeypatch.setattr(frappe.db, "commit", lambda: kept.append(frappe.db.count(LOOKS, WAY)))
	for typed, mistakes, found in (
		(number, {}, known),
		(number.lower(), {"guardian_name": None}, known),
		("PROBE00001", {"guardian_name": None}, None),
	):
		with pytest.raises((record.AlreadyRegisteredError, frappe.MandatoryError)):
			pupil(small, student_number=typed, **mistakes)
		for callbacks in (frappe.db.after_rollback, frappe.db.after_commit):
			frappe.db.delete(LOOKS)
			as_request_ends(callbacks, monkeypatch, user)
			assert frappe.get_all(LOOKS, fields=["pupil", "user", "way"]) == [
				{"pupil": found, "user": user, "way": "Student Number Entered"}
			]
	assert len(kept) == 6


LOOKS, WAY = "Pupil Record Access", {"way": "Student Number Entered"}


class Callbacks(list):
	add = list.append


def as_request_ends(callbacks, monkeypatch, user):
	with monkeypatch.context() as patched:
		patched.setitem(frappe.flags, "in_test", False)
		frappe.set_user(user)
		[callback for callback in callbacks if callback is not relations.forget][-1]()
		frappe.set_user("Administrator")


def test_names_of_people_are_kept_as_they_are_written(small):
	name = pupil(small, pupil_name="  测试  奥·N'Go 🐼 ", guardian_name='测试"监\\护人%')
	assert value(PUPIL, name, "pupil_name", "guardian_name") == ("测试奥·N'Go 🐼", '测试"监\\护人%')
	for bad in ("测试<b>", "测" * 141):
		with pytest.raises(record.names.NameUnfitError):
			pupil(small, pupil_name=bad)
	with pytest.raises(frappe.MandatoryError):
		pupil(small, guardian_name="  ")


def test_pupils_are_of_rural_schools_of_an_active_community(small):
	section = small.users[roles.BASIC_EDUCATION]
	alone = builders.school("测试独立村小", "Rural", subdistrict=small.east)
	for school in (small.urban, alone):
		with pytest.raises(record.NotRuralMemberError):
			pupil(small, school, by=section)
	assert pupil(small, small.other_rural, by=section)
	frappe.db.set_value(
		"Community Member School",
		{"parent": small.community, "school": small.rural},
		"left_on",
		add_days(nowdate(), -1),
	)
	with pytest.raises(record.NotRuralMemberError):
		pupil(small)


def test_a_record_of_a_school_that_left_its_community_can_still_be_edited(small):
	name = pupil(small)
	frappe.db.set_value(
		"Community Member School",
		{"parent": small.community, "school": small.rural},
		"left_on",
		add_days(nowdate(), -1),
	)
	edit(leader(small), PUPIL, name, class_name="2")
	assert value(PUPIL, name, "class_name") == "2"


SPECIAL = {
	"Extreme Poverty Support",
	"Orphan",
	"De Facto Unattended Child",
	"Pupil with Disability",
	"Serious Illness",
	"Sudden Family Misfortune",
}


def test_special_hardship_follows_from_the_kind_of_hardship(small):
	kinds = [kind for kind in frappe.get_meta(PUPIL).get_field("hardship").options.split("\n") if kind]
	assert pupils.SPECIAL == SPECIAL < set(kinds)
	name = pupil(small)
	for kind in kinds:
		edit(leader(small), PUPIL, name, hardship=kind, special_hardship=int(kind not in SPECIAL))
		assert value(PUPIL, name, "special_hardship") == int(kind in SPECIAL), kind
	assert value(PUPIL, pupil(small, special_hardship=1), "special_hardship") == 0


@pytest.mark.parametrize("account", ["6217 0000 1234", "６２１７００", "62 17", "\ufeff6217\u200b00"])
def test_account_numbers_of_digits_and_blanks(small, account):
	assert set(value(PUPIL, pupil(small, bank_account=account), "bank_account")) <= set("0123456789 ")


@pytest.mark.parametrize("account", ["6217-0000", "账号6217", "6217a", "6217; DROP", "+6217"])
def test_account_numbers_with_anything_else(small, account):
	with pytest.raises(record.AccountNumberError):
		pupil(small, bank_account=account)


# -- pupils: evidence --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	"url",
	[
		"/files/a.pdf",
		"https://example.com/private/files/a.pdf",
		"private/files/a.pdf",
		"/private/files/../../files/a.pdf",
	],
)
def test_evidence_is_a_private_file(small, url):
	with pytest.raises(record.EvidenceError):
		pupil(small, evidence=url)


def uploaded(user, content, **values):
	def insert():
		doc = {"doctype": "File", "file_name": "evidence.txt", "content": content, "is_private": 1, **values}
		return frappe.get_doc(doc).insert()

	return as_(user, insert).file_url


def test_evidence_is_a_file_of_this_pupil_or_one_that_the_writer_has_just_uploaded(small):
	theirs = pupil(small, small.other_rural, evidence=None)
	url = uploaded(
		small.leader_user[small.other_rural],
		f"测试材料 {frappe.generate_hash()}",
		attached_to_doctype=PUPIL,
		attached_to_name=theirs,
	)
	edit(small.leader_user[small.other_rural], PUPIL, theirs, evidence=url)
	with pytest.raises(record.EvidenceError):
		pupil(small, evidence=url)
	loose = uploaded(small.leader_user[small.other_rural], f"测试材料 {frappe.generate_hash()}")
	with pytest.raises(record.EvidenceError):
		pupil(small, evidence=loose)
	own = uploaded(leader(small), f"测试材料 {frappe.generate_hash()}")
	name = pupil(small, evidence=own)
	edit(small.principal_user[small.rural], PUPIL, name, class_name="3")
	assert value(PUPIL, name, "evidence") == own


# -- pupils: kept ------------------------------------------------------------------------------------------------------


def test_a_record_is_neither_deleted_nor_renamed_by_anybody(small):
	name = pupil(small)
	for user in (leader(small), small.users[roles.BASIC_EDUCATION], "Administrator"):
		for take_away in (
			frappe.delete_doc,
			client.delete,
			lambda dt, n: frappe.rename_doc(dt, n, "AP-X", force=True),
		):
			with pytest.raises((record.PupilKeptError, frappe.PermissionError, frappe.ValidationError)):
				as_(user, take_away, PUPIL, name)
	with pytest.raises(record.PupilKeptError):
		frappe.delete_doc(PUPIL, name, force=True)
	assert frappe.db.exists(PUPIL, name)


def test_records_are_not_imported(small):
	name = pupil(small)
	frappe.flags.in_import = True
	try:
		with pytest.raises(record.PupilImportError):
			pupil(small)
		with pytest.raises(record.PupilImportError):
			edit("Administrator", PUPIL, name, class_name="9")
	finally:
		frappe.flags.in_import = False
	assert not frappe.get_meta(PUPIL).allow_import


def test_changes_of_a_record_leave_no_version(small, live):
	name = pupil(small)
	edit(leader(small), PUPIL, name, guardian_name="测试另一监护人")
	doc = frappe.get_doc(AID, application(small, name, fund(small)))
	edit(leader(small), AID, doc.name, need="测试另一理由")
	assert not frappe.get_all("Version", {"docname": ("in", [name, doc.name])})


# -- pupils: moving and leaving ----------------------------------------------------------------------------------------


def test_a_pupil_is_moved_by_the_basic_education_section_only(small):
	name = pupil(small)
	for user in everybody(small):
		if user in (small.users[roles.BASIC_EDUCATION], "Administrator"):
			continue
		with pytest.raises(frappe.PermissionError):
			edit(user, PUPIL, name, school=small.other_rural)
	assert value(PUPIL, name, "school") == small.rural
	edit(small.users[roles.BASIC_EDUCATION], PUPIL, name, school=small.other_rural)
	assert value(PUPIL, name, "school") == small.other_rural
	with pytest.raises(record.NotRuralMemberError):
		edit(small.users[roles.BASIC_EDUCATION], PUPIL, name, school=small.urban)


def test_a_principal_of_two_schools_moves_no_pupil_between_them(small):
	name = pupil(small)
	both = small.leader_user[small.rural]
	frappe.db.set_value("Community School", small.other_rural, "leader_user", both)
	relations.forget()
	with pytest.raises(record.TransferError):
		edit(both, PUPIL, name, school=small.other_rural)


def test_undecided_applications_go_along_with_the_pupil(small, money):
	name = pupil(small)
	waiting = application(small, name, money, to=BASIC)
	draft = application(small, name, money, purpose="Books and Supplies", amount=100)
	granted = application(small, name, money, term="First Term", to=APPROVED)
	edit(small.users[roles.BASIC_EDUCATION], PUPIL, name, school=small.other_rural)
	assert value(AID, waiting, "school") == value(AID, draft, "school") == small.other_rural
	assert value(AID, granted, "school") == small.rural
	# a fund of the community that the pupil has left
	with pytest.raises(rules.NotOfFundError):
		sign(small.users[roles.BASIC_EDUCATION], waiting)
	sign(small.users[roles.BASIC_EDUCATION], waiting, BACK, "测试理由")
	district = fund(small, "测试全区基金", "District", balance=1000)
	edit(small.leader_user[small.other_rural], AID, waiting, fund=district)
	assert bring(small, waiting, APPROVED)


LEAVING = {"status": "Left School", "left_on": "2026-10-01", "leaving_reason": "测试原因"}


@pytest.mark.parametrize(
	"missing", [{"left_on": None}, {"leaving_reason": " "}, {"left_on": add_days(nowdate(), 1)}]
)
def test_leaving_has_a_day_that_has_come_and_a_reason(small, missing):
	name = pupil(small)
	for user in (leader(small), small.users[roles.BASIC_EDUCATION]):
		with pytest.raises(record.LeavingError):
			edit(user, PUPIL, name, **{**LEAVING, **missing})


def test_back_at_school_nothing_of_the_leaving_is_left(small):
	name = pupil(small)
	edit(leader(small), PUPIL, name, **{**LEAVING, "left_on": nowdate()})
	edit(leader(small), PUPIL, name, status="At School")
	assert value(PUPIL, name, "status", "left_on", "leaving_reason") == ("At School", None, None)


@pytest.mark.parametrize("status", ["Changed School", "Graduated", "Left School"])
def test_aid_of_a_pupil_who_leaves_is_stopped_and_the_money_is_free(small, money, status):
	other_fund = fund(small, "测试全区基金", "District", balance=500)
	name, other = pupil(small), pupil(small)
	stopped = [
		application(small, name, money, to=APPROVED),
		application(small, name, other_fund, 200, "Books and Supplies", to=APPROVED),
	]
	kept = application(small, other, money, 100, to=APPROVED)
	waiting = application(small, name, money, 50, term="First Term", to=FINANCE)
	assert figures(money) == (700, 400, 300)
	edit(leader(small), PUPIL, name, **{**LEAVING, "status": status})
	for one in stopped:
		assert value(AID, one, "status", "claim", "docstatus", "stopped_by") == (
			"Stopped",
			None,
			1,
			leader(small),
		)
		assert str(value(AID, one, "stopped_on")) == nowdate()
		# the school's words stay in the record: the finance section reads applications
		assert value(AID, one, "stop_reason") == f"The pupil is no longer at the school: {status}"
	assert value(AID, kept, "status") == "Finally Approved"
	assert figures(money) == (700, 100, 600)
	assert figures(other_fund) == (500, 0, 500)
	with pytest.raises(rules.PupilNotAtSchoolError):
		sign(small.users[roles.FINANCE], waiting)
	with pytest.raises(rules.PupilNotAtSchoolError):
		application(small, name, money, purpose="Books and Supplies", amount=10)
	sign(small.users[roles.FINANCE], waiting, NO, "测试理由")
	assert ledger.verify() == {}


def test_funds_are_locked_before_the_record_of_a_pupil_who_leaves(small, money, monkeypatch):
	name = pupil(small)
	application(small, name, fund(small, "测试全区基金", "District", balance=500), to=APPROVED)
	application(small, name, money, purpose="Books and Supplies", amount=100, to=APPROVED)
	locked, original = [], frappe.local.db.get_value

	def get_value(doctype, *args, **kwargs):
		if kwargs.get("for_update"):
			locked.append((doctype, args[0] if args else kwargs.get("filters")))
		return original(doctype, *args, **kwargs)

	monkeypatch.setattr(frappe.local.db, "get_value", get_value)
	edit(leader(small), PUPIL, name, **LEAVING)
	assert locked[:3] == [*(("Aid Fund", each) for each in sorted([money, "测试全区基金"])), (PUPIL, name)]


# -- applications: what is refused -------------------------------------------------------------------------------------


def test_applications_are_written_by_the_leaders_of_the_pupils_school(small, money):
	name = pupil(small)
	may = {small.leader_user[small.rural], small.principal_user[small.rural], "Administrator"}
	for user in everybody(small):
		for pretended in ({}, {"school": small.urban}, {"school": small.other_rural}):
			frappe.db.savepoint("draft")
			try:
				made = application(small, name, money, by=user, **pretended)
			except frappe.PermissionError:
				made = None
			assert bool(made) == (user in may), (user, pretended)
			if made:
				assert value(AID, made, "school", "grade", "special_hardship") == (small.rural, "Grade 3", 0)
			frappe.db.rollback(save_point="draft")


def test_a_draft_does_not_pass_to_a_pupil_of_another_school(small, money):
	theirs, own = pupil(small, small.other_rural), pupil(small)
	draft = application(small, own, fund(small, "测试全区基金", "District"))
	for change in (
		{"pupil": theirs},
		{"pupil": theirs, "school": small.rural},
		{"pupil": theirs, "school": small.rural, "workflow_state": PRINCIPAL},
	):
		with pytest.raises(frappe.PermissionError):
			edit(leader(small), AID, draft, **change)
	assert value(AID, draft, "pupil", "school", "workflow_state") == (own, small.rural, DRAFT)


def test_school_grade_and_hardship_are_the_pupils(small, money):
	name = pupil(small, hardship="Orphan", grade="Grade 5")
	draft = application(small, name, money, school=small.urban, grade="Grade 1", special_hardship=0)
	assert value(AID, draft, "school", "grade", "special_hardship") == (small.rural, "Grade 5", 1)
	edit(leader(small), PUPIL, name, hardship="Other Low Income")
	edit(leader(small), AID, draft, special_hardship=1, need="测试")
	assert value(AID, draft, "special_hardship") == 0


def test_a_community_fund_is_for_rural_schools_of_its_community(small, money):
	theirs = pupil(small, small.other_rural)
	with pytest.raises(rules.NotOfFundError):
		application(small, theirs, money)
	district = fund(small, "测试全区基金", "District")
	assert application(small, theirs, district)
	assert application(small, pupil(small), district)


def test_a_school_that_left_every_community_gets_nothing_from_the_district_either(small):
	district, name = fund(small, "测试全区基金", "District"), pupil(small)
	left = {"parent": small.community, "school": small.rural}
	frappe.db.set_value("Community Member School", left, "left_on", add_days(nowdate(), -1))
	with pytest.raises(rules.NotOfFundError):
		application(small, name, district)


def test_a_closed_fund_gives_nothing(small, money):
	name = pupil(small)
	waiting = application(small, name, money, to=FINANCE)
	frappe.db.set_value("Aid Fund", money, "status", "Closed")
	with pytest.raises(rules.FundNotOpenError):
		application(small, name, money, purpose="Books and Supplies", amount=10)
	with pytest.raises(rules.FundNotOpenError):
		sign(small.users[roles.FINANCE], waiting)
	assert value(AID, waiting, "workflow_state") == FINANCE


def test_a_fund_gives_for_its_purposes(small, money):
	with pytest.raises(rules.PurposeError):
		application(small, pupil(small), money, purpose="Transport")


@pytest.mark.parametrize(
	"hardship, purpose, amount, passes",
	[
		("Minimum Living Security", "Living Allowance", 500, True),
		("Minimum Living Security", "Living Allowance", 500.01, False),
		("Minimum Living Security", "Books and Supplies", 200.5, True),
		("Minimum Living Security", "Books and Supplies", 200.51, False),
		("Orphan", "Living Allowance", 1000, True),
		("Orphan", "Living Allowance", 1000.01, False),
	],
)
def test_the_ceiling_holds_to_the_cent_and_is_higher_for_special_hardship(
	small, money, hardship, purpose, amount, passes
):
	name = pupil(small, hardship=hardship)
	if passes:
		assert value(AID, application(small, name, money, amount, purpose), "amount") == amount
	else:
		with pytest.raises(rules.CeilingError):
			application(small, name, money, amount, purpose)


@pytest.mark.parametrize("amount", [0, -1, 0.001, 100.005, "不是数", 1e12])
def test_an_amount_is_yuan_and_cents_above_zero(small, money, amount):
	with pytest.raises((rules.money.AmountError, frappe.NonNegativeError)):
		application(small, pupil(small), money, amount)


def test_the_ceiling_of_the_day_of_the_signature_counts(small, money):
	waiting = application(small, pupil(small), money, 400, to=FINANCE)
	row = {"parent": money, "purpose": "Living Allowance"}
	frappe.db.set_value("Aid Fund Purpose", row, "ceiling", 399.99)
	with pytest.raises(rules.CeilingError):
		sign(small.users[roles.FINANCE], waiting)


@pytest.mark.parametrize("days, passes", [(0, True), (-1, False)])
def test_a_term_that_was_over_a_year_ago_is_settled(small, money, days, passes):
	name = pupil(small)
	last = add_days(add_months(nowdate(), -rules.MONTHS_AFTER_TERM), days)
	dates = {"start_date": add_days(last, -364), "end_date": last, "second_term_start": add_days(last, -180)}
	frappe.db.set_value("Community School Year", small.current_year, dates)
	frappe.clear_document_cache("Community School Year", small.current_year)
	try:
		if passes:
			assert application(small, name, money)
		else:
			with pytest.raises(rules.TermOverError):
				application(small, name, money)
		assert application(small, name, money, school_year=small.coming_year)
	finally:
		frappe.clear_document_cache("Community School Year", small.current_year)


def test_the_fast_track_is_for_special_hardship_with_a_reason(small, money):
	special, ordinary = pupil(small, hardship="Serious Illness"), pupil(small)
	for name, reason in ((ordinary, "测试急需"), (special, None), (special, "  ")):
		with pytest.raises(rules.FastTrackError):
			application(small, name, money, fast_track=1, fast_track_reason=reason)
	fast = application(small, special, money, fast_track=1, fast_track_reason="测试急需", to=BASIC)
	assert [row["step"] for row in stored(AID, fast)["signatures"]] == [DRAFT]
	plain = application(small, ordinary, money, fast_track_reason="没有勾选")
	assert value(AID, plain, "fast_track_reason") is None


def test_the_fast_track_ends_with_the_special_hardship(small, money):
	name = pupil(small, hardship="Serious Illness")
	fast = application(small, name, money, fast_track=1, fast_track_reason="测试急需", to=BASIC)
	edit(leader(small), PUPIL, name, hardship="Other Low Income")
	with pytest.raises(rules.FastTrackError):
		sign(small.users[roles.BASIC_EDUCATION], fast)
	sign(small.users[roles.BASIC_EDUCATION], fast, BACK, "测试理由")
	assert value(AID, fast, "workflow_state") == DRAFT


@pytest.mark.parametrize(
	"count, passes", [(0, False), (1, False), (2, True), (12, True), (13, False), (-3, False)]
)
def test_aid_over_several_terms_is_for_two_to_twelve(small, money, count, passes):
	name = pupil(small)
	if passes:
		assert value(AID, application(small, name, money, recurring=1, terms=count), "terms") == count
	else:
		with pytest.raises((rules.TermsError, frappe.NonNegativeError)):
			application(small, name, money, recurring=1, terms=count)
	once = application(small, name, money, purpose="Books and Supplies", amount=100, terms=5)
	assert value(AID, once, "terms") == 0


def test_nothing_is_given_twice_for_the_same(small, money):
	name, other = pupil(small), pupil(small)
	first = application(small, name, money)
	with pytest.raises(applications.AlreadyClaimedError, match=first):
		application(small, name, money, 20)
	district = fund(small, "测试全区基金", "District")
	with pytest.raises(applications.AlreadyClaimedError):
		application(small, name, district)
	for different in (
		{"purpose": "Books and Supplies", "amount": 10},
		{"term": "First Term"},
		{"school_year": small.coming_year},
	):
		assert application(small, name, money, **different)
	assert application(small, other, money)
	second = application(small, pupil(small), money)
	with pytest.raises(applications.AlreadyClaimedError):
		edit(leader(small), AID, second, pupil=name)


def test_the_other_application_is_named_to_those_who_may_read_it(small):
	"""The pupil has come from another school; what was decided there is read by the school where the pupil is now."""
	district, name = fund(small, "测试全区基金", "District", balance=1000), pupil(small, small.other_rural)
	theirs = application(small, name, district, to=APPROVED)
	edit(small.users[roles.BASIC_EDUCATION], PUPIL, name, school=small.rural)
	with pytest.raises(applications.AlreadyClaimedError) as refused:
		application(small, name, district)
	assert theirs in str(refused.value)
	assert not as_(small.leader_user[small.other_rural], frappe.has_permission, AID, "read", doc=theirs)


def test_the_database_lets_nothing_be_claimed_twice_where_the_check_saw_nothing(small, money, monkeypatch):
	name = pupil(small)
	application(small, name, money)
	monkeypatch.setattr(rules.AidApplication, "check_claim", lambda self: None)
	with pytest.raises((frappe.UniqueValidationError, frappe.DuplicateEntryError)):
		application(small, name, money)


def test_a_refused_application_may_be_followed_by_another(small, money):
	name = pupil(small)
	refused = application(small, name, money, to=REFUSED)
	assert value(AID, refused, "status", "claim") == ("Not Approved", None)
	assert application(small, name, money, to=APPROVED)


@pytest.mark.parametrize("missing", ["need", "fund", "school_year", "amount"])
def test_what_is_missing_is_named(small, money, missing):
	name = pupil(small)
	fund_name = None if missing == "fund" else money
	values = {} if missing == "fund" else {missing: "  " if missing == "need" else None}
	with pytest.raises((frappe.MandatoryError, rules.money.AmountError, frappe.ValidationError)) as refused:
		application(small, name, fund_name, **values)
	assert not isinstance(refused.value, frappe.LinkValidationError)


def test_sending_needs_evidence_unless_it_is_fast(small, money):
	bare = application(small, pupil(small, evidence=None), money)
	with pytest.raises(rules.EvidenceMissingError):
		sign(leader(small), bare, SEND)
	assert value(AID, bare, "workflow_state") == DRAFT
	quick = pupil(small, evidence=None, hardship="Sudden Family Misfortune")
	assert application(small, quick, money, fast_track=1, fast_track_reason="测试急需", to=BASIC)


def test_the_principal_lets_the_leader_in_charge_send(small, money):
	head = small.principal_user[small.rural]
	own = application(small, pupil(small), money, by=head)
	with pytest.raises(signers.OwnSchoolSenderError, match="leader in charge"):
		sign(head, own, SEND)
	sign(leader(small), own, SEND)
	sign(head, own)
	assert value(AID, own, "workflow_state") == BASIC
	special = pupil(small, hardship="Orphan")
	fast = application(small, special, money, by=head, fast_track=1, fast_track_reason="测试急需")
	sign(head, fast, SEND)
	assert value(AID, fast, "workflow_state") == BASIC


def test_nothing_is_sent_to_a_principal_who_is_not_there(small, money):
	name = application(small, pupil(small), money)
	frappe.db.set_value("Community School", small.rural, "principal_user", None)
	with pytest.raises(rules.NoPrincipalError):
		sign(leader(small), name, SEND)
	assert value(AID, name, "workflow_state") == DRAFT


def test_whoever_sends_is_told_when_the_fund_is_short_and_may_send(small):
	name = fund(small, balance=299.99)
	frappe.local.message_log = []
	waiting = application(small, pupil(small), name, 300, to=PRINCIPAL)
	told = [str(message) for message in frappe.get_message_log()]
	assert any("299.99" in text for text in told), told
	frappe.local.message_log = []
	sign(small.principal_user[small.rural], waiting)
	assert not [text for text in frappe.get_message_log() if "299.99" in str(text)]
	assert value(AID, waiting, "workflow_state") == BASIC


# -- approval ----------------------------------------------------------------------------------------------------------


def test_the_way_of_an_application(small, money):
	name = application(small, pupil(small), money)
	steps = [
		(leader(small), SEND, PRINCIPAL, "In Approval"),
		(small.principal_user[small.rural], "Agree", BASIC, "In Approval"),
		(small.users[roles.BASIC_EDUCATION], "Agree", FINANCE, "In Approval"),
		(small.users[roles.FINANCE], "Agree", APPROVED, "Finally Approved"),
	]
	assert value(AID, name, "status") == "Draft"
	for user, action, state, status in steps:
		for other in everybody(small):
			if other not in rightful(small, name):
				with pytest.raises(frappe.PermissionError):
					sign(other, name, action)
		sign(user, name, action)
		assert value(AID, name, "workflow_state", "status") == (state, status)
	assert value(AID, name, "docstatus", "submitted_by", "pending_since") == (1, leader(small), None)
	assert [row["signer"] for row in stored(AID, name)["signatures"]] == [step[0] for step in steps]


def rightful(small, name):
	"""The accounts whose step it is, in plain words."""
	state, school = value(AID, name, "workflow_state", "school")
	return {
		DRAFT: {small.leader_user[school]},
		PRINCIPAL: {small.principal_user[school]},
		BASIC: {small.users[roles.BASIC_EDUCATION]},
		FINANCE: {small.users[roles.FINANCE]},
	}.get(state, set())


@pytest.mark.parametrize("state", [PRINCIPAL, BASIC, FINANCE])
def test_sent_back_it_is_a_draft_again_and_goes_on_after_it(small, money, state):
	name = application(small, pupil(small), money, to=state)
	user = aid.signer(small, name)
	with pytest.raises(approval.RemarksMissingError):
		sign(user, name, BACK)
	sign(user, name, BACK, "测试请补充")
	assert value(AID, name, "workflow_state", "status", "docstatus") == (DRAFT, "Draft", 0)
	edit(leader(small), AID, name, amount=250)
	bring(small, name, APPROVED)
	assert figures(money) == (700, 250, 450)


@pytest.mark.parametrize("state", [BASIC, FINANCE])
def test_refused_for_good(small, money, state):
	name = application(small, pupil(small), money, to=state)
	with pytest.raises(approval.RemarksMissingError):
		sign(aid.signer(small, name), name, NO)
	sign(aid.signer(small, name), name, NO, "测试不符合条件")
	assert value(AID, name, "workflow_state", "status", "docstatus") == (REFUSED, "Not Approved", 0)
	for user in everybody(small):
		with pytest.raises(frappe.PermissionError):
			sign(user, name)
	assert figures(money) == (700, 0, 700)


def test_the_principal_has_no_refusal_for_good(small, money):
	name = application(small, pupil(small), money, to=PRINCIPAL)
	with pytest.raises(Exception):  # the framework's own, by version
		sign(small.principal_user[small.rural], name, NO, "测试理由")
	assert value(AID, name, "workflow_state") == PRINCIPAL


# -- who applies does not approve --------------------------------------------------------------------------------------


def give(user, *extra):
	frappe.get_doc("User", user).add_roles(*extra)
	relations.forget()
	frappe.clear_cache(user=user)


@pytest.mark.parametrize(
	"role, state", [(roles.BASIC_EDUCATION, BASIC), (roles.FINANCE, FINANCE)], ids=["section", "finance"]
)
def test_whoever_sent_it_does_not_sign_for_a_section(small, money, role, state):
	give(leader(small), role)
	name = application(small, pupil(small), money, to=state)
	with pytest.raises(signers.SecondSignatureError):
		sign(leader(small), name)
	assert bring(small, name, APPROVED)


def test_nobody_signs_for_the_school_and_for_a_section(small, money):
	head = small.principal_user[small.rural]
	give(head, roles.BASIC_EDUCATION, roles.FINANCE)
	name = application(small, pupil(small), money, to=BASIC)
	with pytest.raises(signers.SecondSignatureError):
		sign(head, name)
	sign(small.users[roles.BASIC_EDUCATION], name)
	with pytest.raises(signers.SecondSignatureError):
		sign(head, name)


def test_nobody_signs_for_both_sections(small, money):
	section = small.users[roles.BASIC_EDUCATION]
	give(section, roles.FINANCE)
	name = application(small, pupil(small), money, to=FINANCE)
	with pytest.raises(signers.SecondSignatureError):
		sign(section, name)
	sign(small.users[roles.FINANCE], name)
	assert value(AID, name, "workflow_state") == APPROVED


def test_the_same_account_on_both_posts_of_a_school_sends_the_fast_track_only(small, money):
	"""Nobody else could sign the principal's step, so an ordinary application is refused before it is stuck."""
	head = small.principal_user[small.rural]
	frappe.db.set_value("Community School", small.rural, "leader_user", head)
	relations.forget()
	name = application(small, pupil(small, by=head), money, by=head)
	with pytest.raises(signers.OwnSchoolSenderError):
		sign(head, name, SEND)


def test_a_fast_application_sent_by_the_principal_is_not_signed_by_the_principal_again(small, money):
	head = small.principal_user[small.rural]
	give(head, roles.BASIC_EDUCATION)
	special = pupil(small, hardship="Orphan")
	name = application(small, special, money, by=head, fast_track=1, fast_track_reason="测试急需")
	sign(head, name, SEND)
	with pytest.raises(signers.SecondSignatureError):
		sign(head, name)


@pytest.mark.parametrize("user", ["Administrator", "Guest"])
def test_system_accounts_sign_nothing(small, money, user):
	for state in (DRAFT, PRINCIPAL, BASIC, FINANCE):
		name = application(small, pupil(small), money, 10, to=state)
		with pytest.raises(frappe.PermissionError):
			sign(user, name, SEND if state == DRAFT else "Agree")


# -- money -------------------------------------------------------------------------------------------------------------


def test_what_is_approved_is_reserved_until_there_is_no_more(small, money):
	names = [application(small, pupil(small), money, amount, to=FINANCE) for amount in (300, 299.99, 100.02)]
	finance = small.users[roles.FINANCE]
	assert figures(money) == (700, 0, 700)
	sign(finance, names[0])
	sign(finance, names[1])
	assert figures(money) == (700, 599.99, 100.01)
	before = stored(AID, names[2])
	with pytest.raises(ledger.NotEnoughMoneyError):
		sign(finance, names[2])
	# without any rollback: refused before anything was written
	assert stored(AID, names[2]) == before
	assert figures(money) == (700, 599.99, 100.01)
	assert ledger.verify() == {}
	aid.contribution(small, money, 0.01)
	sign(finance, names[2])
	assert figures(money) == (700.01, 700.01, 0)
	assert ledger.verify() == {}


def test_many_signatures_stop_where_the_money_ends(small, money):
	"""Each stands for itself; the fund's figures agree afterwards. (sign_many commits: only its refusals are looked at.)"""
	name = application(small, pupil(small), fund(small, "测试空基金"), 10, to=FINANCE)
	frappe.db.commit()
	try:
		answer = as_(small.users[roles.FINANCE], approval.sign_many, AID, [name], "Agree")
		assert answer["done"] == []
		assert answer["refused"][0]["name"] == name
		assert value(AID, name, "workflow_state", "docstatus") == (FINANCE, 0)
		assert figures("测试空基金") == (0, 0, 0)
	finally:
		aid.take_away("测试空基金", money)


def test_an_application_is_paid_and_returned(small, money):
	"""The three calls of payments; they touch no money."""
	name, other = (application(small, pupil(small), money, amount, to=APPROVED) for amount in (300, 100))
	rows = applications.lock_for_payment([other, name], money)
	assert [(row.name, row.amount, row.fund) for row in rows] == [(name, 30000, money), (other, 10000, money)]
	applications.mark_paid([name], None, "2026-10-10")
	assert value(AID, name, "status") == "Paid Out"
	assert str(value(AID, name, "paid_on")) == "2026-10-10"
	for wrong in ([name], [other, name], ["AA-0000-00000"], [application(small, pupil(small), money, 5)]):
		with pytest.raises(applications.NotPayableError):
			applications.lock_for_payment(wrong)
	with pytest.raises(applications.NotPayableError):
		applications.lock_for_payment([other], fund(small, "测试另一基金"))
	with pytest.raises(applications.NotPaidError):
		applications.mark_returned(other, True)
	applications.mark_returned(name, True, "测试账号错误")
	assert value(AID, name, "status", "paid_on", "stop_reason") == ("Finally Approved", None, None)
	applications.mark_paid([name], None, "2026-10-11")
	applications.mark_returned(name, False, "测试不再需要")
	assert value(AID, name, "status", "claim", "stop_reason") == ("Stopped", None, "测试不再需要")
	assert figures(money) == (700, 400, 300)


# -- stopping ----------------------------------------------------------------------------------------------------------


def test_aid_is_stopped_by_the_school_and_the_basic_education_section(small, money):
	name = application(small, pupil(small), money, to=APPROVED)
	may = {leader(small), small.principal_user[small.rural], small.users[roles.BASIC_EDUCATION]}
	for user in everybody(small):
		frappe.db.savepoint("stop")
		try:
			as_(user, applications.stop, name, "测试不再需要")
			done = True
		except frappe.PermissionError:
			done = False
		assert done == (user in may), user
		assert (value(AID, name, "status") == "Stopped") == done
		assert figures(money) == ((700, 0, 700) if done else (700, 300, 400))
		if done:
			assert value(AID, name, "stopped_by", "stop_reason", "claim") == (user, "测试不再需要", None)
			assert ledger.verify() == {}
		frappe.db.rollback(save_point="stop")


def test_stopping_needs_a_reason_and_something_to_stop(small, money):
	name = pupil(small)
	once = application(small, name, money, to=APPROVED)
	for reason in (None, "", "  "):
		with pytest.raises(applications.StopReasonError):
			as_(leader(small), applications.stop, once, reason)
	others = [
		application(small, name, money, 10, "Books and Supplies", to=state, term=term)
		for state, term in ((DRAFT, "First Term"), (FINANCE, "Second Term"))
	]
	applications.mark_paid([once], None, nowdate())
	for what in (*others, once):
		with pytest.raises(applications.NotStoppableError):
			as_(leader(small), applications.stop, what, "测试")
	assert application(small, pupil(small), money, to=APPROVED)


def test_stopping_twice_gives_the_money_back_once(small, money):
	name = application(small, pupil(small), money, to=APPROVED)
	application(small, pupil(small), money, 400, to=APPROVED)
	as_(leader(small), applications.stop, name, "测试")
	with pytest.raises(applications.NotStoppableError):
		as_(leader(small), applications.stop, name, "测试")
	assert figures(money) == (700, 400, 300)


def test_what_was_stopped_may_be_applied_for_again(small, money):
	name = pupil(small)
	as_(leader(small), applications.stop, application(small, name, money, to=APPROVED), "测试")
	assert application(small, name, money, to=APPROVED)
	assert figures(money) == (700, 300, 400)


def test_the_school_that_a_pupil_has_left_does_not_stop_the_aid(small):
	district, name = fund(small, "测试全区基金", "District", balance=1000), pupil(small)
	granted = application(small, name, district, to=APPROVED)
	edit(small.users[roles.BASIC_EDUCATION], PUPIL, name, school=small.other_rural)
	with pytest.raises(frappe.PermissionError):
		as_(leader(small), applications.stop, granted, "测试")
	for user in (small.users[roles.BASIC_EDUCATION], small.leader_user[small.other_rural]):
		frappe.db.savepoint("stop")
		as_(user, applications.stop, granted, "测试")
		frappe.db.rollback(save_point="stop")


# -- deleting, telling -------------------------------------------------------------------------------------------------


def test_drafts_are_deleted_by_their_school_and_leave_no_words_behind(small, money):
	for user in everybody(small):
		special = pupil(small, hardship="Orphan")
		draft = application(
			small, special, money, 10, need=KIN_WORDS, fast_track=1, fast_track_reason=f"{KIN_WORDS}二"
		)
		try:
			as_(user, client.delete, AID, draft)
		except frappe.PermissionError:
			pass
		gone = not frappe.db.exists(AID, draft)
		assert gone == (user in (leader(small), small.principal_user[small.rural], "Administrator")), user
		if gone:
			copy = value("Deleted Document", {"deleted_name": draft}, "data")
			assert special in copy
			assert KIN_WORDS not in json.dumps(json.loads(copy), ensure_ascii=False)


def test_what_was_sent_is_not_deleted(small, money):
	for state in (PRINCIPAL, BASIC, FINANCE, REFUSED, APPROVED):
		name = application(small, pupil(small), money, 10, to=state)
		for user in (leader(small), small.users[roles.FINANCE], "Administrator"):
			with pytest.raises((frappe.PermissionError, frappe.ValidationError)):
				as_(user, client.delete, AID, name)
		assert frappe.db.exists(AID, name)
	name = application(small, pupil(small), money, 10, to=PRINCIPAL)
	sign(small.principal_user[small.rural], name, BACK, "测试")
	with pytest.raises(approval.UnderReviewError):
		as_(leader(small), client.delete, AID, name)


def test_tasks_notices_and_comments_name_no_pupil(small, money):
	secret = {
		"pupil_name": "测试隐名生",
		"guardian_name": "测试隐名长辈",
		"hardship_details": "测试隐情",
		"address": "测试隐址",
	}
	since = frappe.utils.now()
	name = application(small, pupil(small, **secret), money, need="测试隐由")
	bring(small, name, FINANCE, signed=True)
	sign(small.users[roles.FINANCE], name, BACK, "测试隐言")
	bring(small, name, FINANCE)
	sign(small.users[roles.FINANCE], name, NO, "测试隐言")
	edit(leader(small), PUPIL, value(AID, name, "pupil"), **{**LEAVING, "leaving_reason": "测试隐离"})
	seen = 0
	for doctype in (
		"ToDo",
		"Notification Log",
		"Comment",
		"Email Queue",
		"Version",
		"Communication",
		"Activity Log",
	):
		for row in frappe.get_all(doctype, {"creation": (">=", since)}, ["*"]):
			seen += 1
			assert "测试隐" not in json.dumps(row, default=str, ensure_ascii=False), (doctype, row)
	assert seen >= 6
	assert {
		row.allocated_to for row in frappe.get_all("ToDo", {"reference_name": name}, ["allocated_to"])
	} >= {
		small.principal_user[small.rural],
		small.users[roles.BASIC_EDUCATION],
		small.users[roles.FINANCE],
		leader(small),
	}


def test_of_the_finance_section_the_chief_signs_and_the_cashier_only_where_the_chief_cannot(small, money):
	"""Whoever signs is barred from paying."""
	name = application(small, pupil(small), money, to=FINANCE)
	chief, cashier = small.users[roles.FINANCE], small.cashier
	assert asked(name) == {chief}
	with pytest.raises(signers.NotYourStepError):
		sign(cashier, name)
	frappe.db.set_value("User", chief, "enabled", 0)
	assert signers.waiting_on([frappe.get_doc(AID, name)])[name] == [cashier]
	sign(cashier, name)
	assert value(AID, name, "workflow_state") == APPROVED


def test_what_is_sent_back_is_a_task_for_whoever_may_send_it_today(small, money):
	name = application(small, pupil(small), money, to=BASIC)
	sent_by = leader(small)
	frappe.db.set_value("Community School", small.rural, "leader_user", small.outsider)
	give(small.outsider, roles.LEADER_IN_CHARGE)
	relations.forget()
	sign(small.users[roles.BASIC_EDUCATION], name, BACK, "测试")
	assert asked(name) == {small.outsider} != {sent_by}


# -- print -------------------------------------------------------------------------------------------------------------


def test_the_form_names_the_pupil_to_those_who_read_the_record_and_puts_it_on_record(small, money):
	one = pupil(small, pupil_name="测试学生印", bank_account="6217000011112222")
	name = application(small, one, money, 120.5, to=APPROVED)
	doc = frappe.get_doc(AID, name)
	assert doc.amount_in_chinese() == "壹佰贰拾元零伍角整"
	readers = {
		leader(small),
		small.principal_user[small.rural],
		small.users[roles.BASIC_EDUCATION],
		"Administrator",
	}
	for user in everybody(small):
		frappe.db.delete("Pupil Record Access", {"pupil": one})
		data = as_(user, frappe.get_doc(AID, name).form_data)
		logged = frappe.get_all("Pupil Record Access", {"pupil": one}, ["user", "way"])
		assert data["identified"] == (user in readers), user
		if user in readers:
			assert (data["pupil_name"], data["bank_account"]) == ("测试学生印", "6217000011112222")
			assert [(row.user, row.way) for row in logged] == [(user, "Application Printed")]
		else:
			assert data == {"pupil": one, "identified": False}
			assert logged == []


def test_a_forged_application_prints_nothing_of_a_pupil_of_another_school(small, money):
	theirs = pupil(small, small.other_rural)
	forged = frappe.get_doc({"doctype": AID, "pupil": theirs, "school": small.rural})
	assert as_(leader(small), forged.form_data) == {"pupil": theirs, "identified": False}


# -- the framework's other doors ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def papers(small, no_mails):
	"""One committed application at each state; SimpleNamespace(fund, pupil, state={state: name})."""
	frappe.set_user("Administrator")
	relations.forget()
	began = frappe.utils.now()
	made = SimpleNamespace(fund=fund(small, "测试门禁基金", balance=10000), state={})
	for state in (DRAFT, PRINCIPAL, BASIC, FINANCE, APPROVED, REFUSED):
		made.state[state] = application(small, pupil(small), made.fund, to=state)
	made.pupil = pupil(small)
	frappe.db.commit()
	yield made
	frappe.set_user("Administrator")
	frappe.db.rollback()
	aid.take_away(made.fund)
	sweep_traces(began)
	frappe.db.commit()


def cast(small):
	return [
		small.leader_user[small.rural],
		small.principal_user[small.rural],
		small.principal_user[small.urban],
		small.leader_user[small.other_rural],
		small.users[roles.BASIC_EDUCATION],
		small.users[roles.FINANCE],
		small.cashier,
		small.users[roles.GROUP_HEAD],
		small.users[roles.DISCIPLINE],
		small.admin,
		"Administrator",
	]


def found(papers, *states):
	return [(AID, papers.state[state]) for state in states or papers.state]


def test_nobody_submits_without_a_signature(small, papers):
	assert doors.breaches(doors.SUBMITTING, found(papers), cast(small)) == []


def test_nobody_cancels_deletes_discards_or_renames_what_is_on_record(small, papers):
	assert (
		doors.breaches(doors.REMOVING, found(papers, PRINCIPAL, FINANCE, APPROVED, REFUSED), cast(small))
		== []
	)


def test_the_next_state_is_set_by_nobody_but_whoever_signs_next(small, papers):
	every = {**doors.NEXT_STATE, **doors.BUTTONS, **doors.BULK_BUTTONS}
	assert doors.breaches(every, found(papers), cast(small), lambda u, dt, n: u in rightful(small, n)) == []


def test_no_step_is_skipped(small, papers):
	def last(user, doctype, name):
		return value(AID, name, "workflow_state") == FINANCE and user in rightful(small, name)

	assert doors.breaches(doors.LAST_STATE, found(papers), cast(small), last) == []


@pytest.mark.parametrize("state", [DRAFT, PRINCIPAL, BASIC, FINANCE])
def test_the_rightful_pass(small, papers, state):
	"""A door that is closed to all would prove nothing."""
	name = papers.state[state]
	for label, door in {**doors.BUTTONS, "save": doors.NEXT_STATE["save"]}.items():
		for user in rightful(small, name):
			error = doors.attempt(door, user, AID, name)
			assert error is None, (label, user, error)
			assert value(AID, name, "workflow_state") == doors.NEXT[state]
			assert stored(AID, name)["signatures"][-1]["signer"] == user
			doors.undo(AID, name)


EDITS = (
	{"amount": 499},
	{"purpose": "Books and Supplies"},
	{"pupil": None},
	{"fund": "测试另一门禁基金"},
	{"need": "改写"},
	{"recurring": 1, "terms": 3},
	{"term": "First Term"},
)
COMPUTED = {
	"status": "Paid Out",
	"claim": None,
	"paid_on": "2026-10-10",
	"stopped_on": "2026-10-10",
	"stopped_by": "head@gtt.test",
	"stop_reason": "伪造",
	"submitted_by": "head@gtt.test",
	"first_application": "",
	"term_no": 9,
	"special_hardship": 1,
	"grade": "Grade 9",
	"pending_since": "2020-01-01 00:00:00",
	"signatures": [],
}


@pytest.mark.parametrize("change", EDITS, ids=str)
def test_nothing_is_edited_under_review_or_afterwards(small, papers, change):
	"""Not by the finance section either, whose signature is for the amount that the others have signed."""
	change = {"pupil": papers.pupil} if "pupil" in change else change
	writing = doors.writing_doors(change)
	if "amount" not in change:
		writing = {label: writing[label] for label in ("client.save", "client.set_value")}
	users = [user for user in cast(small) if user != small.admin]
	assert doors.breaches(writing, found(papers, PRINCIPAL, FINANCE, APPROVED, REFUSED), users) == []


@pytest.mark.parametrize("fieldname", COMPUTED)
def test_what_the_server_computes_is_typed_in_by_nobody(small, papers, fieldname):
	typed = papers.state[APPROVED] if fieldname == "first_application" else COMPUTED[fieldname]
	writing = doors.writing_doors({fieldname: typed})
	if fieldname != "status":  # one through every door, the others through two
		writing = {label: writing[label] for label in ("client.save", "client.set_value")}
	finance = small.users[roles.FINANCE]
	for state, user in (
		(DRAFT, leader(small)),
		(DRAFT, "Administrator"),
		(FINANCE, finance),
		(APPROVED, finance),
	):
		name, before = papers.state[state], stored(AID, papers.state[state])
		for label, door in writing.items():
			doors.attempt(door, user, AID, name)
			now = stored(AID, name)
			assert now["row"].get(fieldname) == before["row"].get(fieldname), (label, user, state)
			assert len(now["signatures"]) == len(before["signatures"]), (label, user, state)
			doors.undo(AID, name)


def new_one(small, papers):
	return {
		"doctype": AID,
		"pupil": papers.pupil,
		"fund": papers.fund,
		"school_year": small.current_year,
		"term": "Second Term",
		"purpose": "Living Allowance",
		"amount": 10,
		"need": "测试",
	}


@pytest.mark.parametrize(
	"preset",
	[
		{"docstatus": 1},
		{"workflow_state": APPROVED, "docstatus": 1},
		{"workflow_state": FINANCE},
		{"status": "Paid Out"},
	],
	ids=str,
)
def test_nothing_is_born_approved(small, papers, preset):
	fields = {**new_one(small, papers), **preset, **doors.FORGED}
	for label, door in doors.creating(fields).items():
		for user in (leader(small), small.users[roles.FINANCE], "Administrator"):
			doors.attempt(door, user, AID, "")
			for row in frappe.get_all(
				AID, {"pupil": papers.pupil}, ["workflow_state", "docstatus", "status"]
			):
				assert (row.workflow_state, row.docstatus, row.status) == (DRAFT, 0, "Draft"), (label, user)
			frappe.db.rollback()


def test_applications_are_not_amended(small, papers):
	approved = papers.state[APPROVED]
	for user, refusal in (
		(leader(small), signers.WrongDoorError),
		(small.users[roles.FINANCE], frappe.PermissionError),
		("Administrator", signers.WrongDoorError),
	):
		copy = frappe.copy_doc(frappe.get_doc(AID, approved), ignore_no_copy=False)
		copy.update({"amended_from": approved, "term": "First Term", "docstatus": 0, "workflow_state": None})
		error = doors.attempt(lambda dt, n, doc=copy: doc.insert(), user, AID, approved)
		assert isinstance(error, refusal), user
		assert not frappe.get_all(AID, {"amended_from": approved})


def test_signatures_stay_as_they_were_given(small, papers):
	for state in (BASIC, APPROVED):
		name = papers.state[state]
		row = stored(AID, name)["signatures"][0]["name"]
		loose = {
			"set_value": lambda dt, n, r=row: client.set_value("Approval Signature", r, "remarks", "伪造"),
			"delete": lambda dt, n, r=row: client.delete("Approval Signature", r),
		}
		assert doors.breaches(loose, [(AID, name)], cast(small)) == []


def test_data_import_brings_in_nothing(small, papers):
	"""The DocType takes no imports; what the importer does, an insert and a submit, is refused as well."""
	assert not frappe.get_meta(AID).allow_import
	for role in DECLARED.rights[AID]:
		assert not DECLARED.may(role, AID, "import")
	fields = new_one(small, papers)
	frappe.flags.in_import = True
	try:
		for user in (leader(small), small.users[roles.FINANCE], "Administrator"):
			for preset in ({}, {"workflow_state": APPROVED}):
				door = doors.creating({**fields, **preset})["insert and submit"]
				assert isinstance(
					doors.attempt(door, user, AID, ""), (signers.WrongDoorError, frappe.PermissionError)
				)
				assert not frappe.get_all(AID, {"pupil": papers.pupil})
	finally:
		frappe.flags.in_import = False


def test_rest_changes_nothing_without_a_signature(small, papers, http, capfd):
	users = [
		leader(small),
		small.users[roles.FINANCE],
		small.users[roles.BASIC_EDUCATION],
		small.outsider,
		"Guest",
	]
	for state in (FINANCE, APPROVED):
		name = papers.state[state]
		before = stored(AID, name)
		for label, method, path, body in doors.rest_doors(AID, name, before["signatures"][0]["name"]):
			signs = state == FINANCE and body and body.get("workflow_state") == APPROVED
			for user in users:
				if user == small.users[roles.FINANCE] and (
					signs or label in ("cmd", "set_value", "v2 run_doc_method")
				):
					continue  # a signature of whoever's step it is
				http(user, method, path, body)
				assert doors.without_stamp(stored(AID, name)) == doors.without_stamp(before), (label, user)
		amount = http(small.users[roles.FINANCE], "PUT", f"/api/resource/{AID}/{name}", {"amount": 1})
		assert amount.status >= 400
		assert doors.without_stamp(stored(AID, name)) == doors.without_stamp(before)
	capfd.readouterr()


# -- at the same instant -----------------------------------------------------------------------------------------------


def agree_now(name):
	return approval.sign(AID, name, "Agree").workflow_state


def leave_or_agree(task, name):
	if task == "agree":
		frappe.set_user(f"finance@{builders.DOMAIN}")
		return agree_now(name)
	frappe.set_user(f"leader.rural@{builders.DOMAIN}")
	doc = frappe.get_doc(PUPIL, value(AID, name, "pupil"))
	doc.update(LEAVING)
	doc.save()
	return doc.status


@pytest.mark.mariadb
def test_the_last_money_is_promised_once_at_the_same_instant(small):
	name = fund(small, "测试并发基金", balance=700)
	try:
		waiting = [application(small, pupil(small), name, 300, to=FINANCE) for _number in range(4)]
		frappe.db.commit()
		finance = small.users[roles.FINANCE]
		outcomes = engines.run_in_processes("test_aid_applications:agree_now", 4, each=waiting, user=finance)
		assert sorted(outcome.error for outcome in outcomes) == ["", "", *["NotEnoughMoneyError"] * 2]
		frappe.db.rollback()
		assert figures(name) == (700, 600, 100)
		assert frappe.db.count(AID, {"name": ("in", waiting), "status": "Finally Approved"}) == 2
		assert ledger.verify(name) == {}
	finally:
		aid.take_away(name)


@pytest.mark.mariadb
def test_leaving_and_approving_at_the_same_instant(small):
	name = fund(small, "测试并发基金", balance=700)
	try:
		waiting = application(small, pupil(small), name, 300, to=FINANCE)
		frappe.db.commit()
		outcomes = engines.run_in_processes(
			"test_aid_applications:leave_or_agree", 2, each=["agree", "leave"], args=[waiting]
		)
		assert [outcome.error for outcome in outcomes] in (["", ""], ["PupilNotAtSchoolError", ""]), outcomes
		frappe.db.rollback()
		assert value(AID, waiting, "status") in ("Stopped", "In Approval")
		assert figures(name) == (700, 0, 700)
		assert ledger.verify(name) == {}
	finally:
		aid.take_away(name)


# -- withdrawing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [DRAFT, PRINCIPAL, BASIC, FINANCE])
def test_an_application_that_was_sent_is_withdrawn_and_its_claim_is_free(small, money, at):
	"""One that was sent back, too: it can be neither deleted nor sent by somebody who has left."""
	number = pupil(small)
	name = application(small, number, money, to=PRINCIPAL if at == DRAFT else at)
	if at == DRAFT:
		sign(small.principal_user[small.rural], name, "Send Back", "测试理由")
	with pytest.raises(frappe.ValidationError):
		application(small, number, money)
	sign(leader(small), name, signers.WITHDRAW, "测试不再申请")
	assert value(AID, name, "workflow_state", "status", "claim", "docstatus") == (
		"Aid Withdrawn",
		"Aid Withdrawn",
		None,
		0,
	)
	assert not frappe.db.exists("ToDo", {"reference_name": name, "status": "Still Open"})
	assert application(small, number, money)
