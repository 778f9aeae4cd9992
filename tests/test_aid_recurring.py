"""Aid over several terms is proposed anew each term until it ends, is stopped, or the pupil leaves (AID3)."""

import json

import aid_builders as aid
import builders
import engines
import frappe
import pytest
from aid_builders import APPROVED, BASIC, DRAFT, REFUSED, application, bring, fund, pupil, sign
from approvals import as_, sweep_traces
from builders import BEGAN
from frappe import client
from test_approval import asked, queries

from gongtongti.aid import applications, ledger, recurring, watch
from gongtongti.core import signers
from gongtongti.gongtongti.doctype.aid_application import aid_application as rules
from gongtongti.organisation import roles

AID, PUPIL = "Aid Application", "Aided Pupil"
# days in the terms of this school year and the next
SPRING = f"{BEGAN + 1}-04-15"
NEXT_AUTUMN, NEXT_SPRING = f"{BEGAN + 1}-10-15", f"{BEGAN + 2}-04-15"
VALUES = ("pupil", "fund", "purpose", "amount", "need", "recurring", "terms", "term_no", "first_application", "school",
	"school_year", "term", "workflow_state", "status", "docstatus", "owner")  # fmt: skip


def value(name, *fields, doctype=AID):
	return frappe.db.get_value(doctype, name, fields[0] if len(fields) == 1 else list(fields))


def leader(small):
	return small.leader_user[small.rural]


@pytest.fixture
def money(small):
	return fund(small, balance=5000)


def chain(small, money, to=APPROVED, of=None, terms=3, **values):
	"""Aid over several terms that begins in the second term of this school year; the first application."""
	return application(small, of or pupil(small), money, recurring=1, terms=terms, to=to, **values)


def pay(*names):
	applications.mark_paid(list(names), None, "2026-05-05")


def test_it_is_one_of_the_schedulers():
	assert (
		"gongtongti.gongtongti_daily.propose_recurring_aid" in frappe.get_hooks("scheduler_events")["daily"]
	)


def test_three_terms_and_then_no_more(small, money):
	first = chain(small, money)
	of = value(first, "pupil")
	assert recurring.propose(SPRING) == []  # the term of the first application itself
	aid.disbursement(small, money, [first])
	[second] = recurring.propose(NEXT_AUTUMN)
	assert dict(zip(VALUES, value(second, *VALUES), strict=True)) == {
		"pupil": of,
		"fund": money,
		"purpose": "Living Allowance",
		"amount": 300,
		"need": "测试理由",
		"recurring": 1,
		"terms": 3,
		"term_no": 2,
		"first_application": first,
		"school": small.rural,
		"school_year": small.coming_year,
		"term": "First Term",
		"workflow_state": DRAFT,
		"status": "Draft",
		"docstatus": 0,
		"owner": "Administrator",
	}
	assert recurring.propose(NEXT_AUTUMN) == []
	# the school writes what it needs now; the next term takes it from there
	edited = as_(leader(small), frappe.get_doc, AID, second)
	edited.update({"amount": 250, "need": "测试第二学期"})
	as_(leader(small), edited.save)
	bring(small, second, APPROVED)
	[third] = recurring.propose(NEXT_SPRING)
	assert value(third, "term_no", "amount", "need", "first_application") == (3, 250, "测试理由", first)
	assert value(third, "school_year", "term") == (small.coming_year, "Second Term")
	bring(small, third, APPROVED)
	builders.school_year(f"{BEGAN + 2}-{BEGAN + 3}")
	assert recurring.propose(f"{BEGAN + 2}-10-15") == []
	assert ledger.verify() == {}


def test_nothing_is_proposed_on_a_day_of_no_school_year(small, money):
	chain(small, money)
	assert recurring.propose("2019-10-15") == []
	assert recurring.propose(f"{BEGAN + 5}-10-15") == []


def test_a_day_in_the_first_year_of_all_proposes_nothing(small, money):
	application(small, pupil(small), money, recurring=1, terms=4, term="First Term", to=APPROVED)
	assert recurring.propose("2025-10-15") == []  # the first of the small district's years
	assert len(recurring.propose(SPRING)) == 1


def test_without_a_day_it_is_today(small, money, monkeypatch):
	chain(small, money)
	monkeypatch.setattr(
		recurring.terms, "of_day", lambda day=None, real=recurring.terms.of_day: real(day or NEXT_AUTUMN)
	)
	assert len(recurring.propose()) == 1


@pytest.mark.parametrize("to", [DRAFT, BASIC, REFUSED])
def test_only_what_was_approved_goes_on(small, money, to):
	chain(small, money, to=to)
	assert recurring.propose(NEXT_AUTUMN) == []


@pytest.mark.parametrize("to", [DRAFT, BASIC, REFUSED])
def test_a_term_that_was_not_approved_ends_it(small, money, to):
	chain(small, money, terms=5)
	[second] = recurring.propose(NEXT_AUTUMN)
	if to != DRAFT:
		bring(small, second, to)
	assert recurring.propose(NEXT_AUTUMN) == []
	assert recurring.propose(NEXT_SPRING) == []


def test_aid_for_one_term_is_not_proposed_again(small, money):
	application(small, pupil(small), money, to=APPROVED)
	assert recurring.propose(NEXT_AUTUMN) == []


def test_the_school_of_the_pupil_is_asked_to_send_it_without_a_name(small, money):
	of = pupil(small, pupil_name="测试隐名生", guardian_name="测试隐名长辈")
	since = frappe.utils.now()
	chain(small, money, of=of, need="测试隐由")
	[second] = recurring.propose(NEXT_AUTUMN)
	assert asked(second) == {leader(small)}  # the principal signs it and so could not send it
	frappe.set_user(small.principal_user[small.rural])
	assert not frappe.get_doc(AID, second).may_sign
	frappe.set_user("Administrator")
	told = frappe.get_all("Notification Log", {"document_name": second}, pluck="for_user")
	assert set(told) == asked(second)
	for doctype in ("ToDo", "Notification Log", "Comment", "Email Queue"):
		for row in frappe.get_all(doctype, {"creation": (">=", since)}, ["*"]):
			assert "测试隐" not in json.dumps(row, default=str, ensure_ascii=False), (doctype, row)
	sign(leader(small), second, "Send for Approval")
	assert asked(second) == {small.principal_user[small.rural]}


def test_a_deleted_draft_is_proposed_again_until_the_aid_is_stopped(small, money):
	first = chain(small, money)
	pay(first)
	[second] = recurring.propose(NEXT_AUTUMN)
	as_(leader(small), client.delete, AID, second)
	[again] = recurring.propose(NEXT_AUTUMN)
	as_(leader(small), client.delete, AID, again)
	as_(leader(small), applications.stop, first, "测试不再需要")
	assert value(first, "status", "stop_reason", "claim")[:2] == ("Paid Out", "测试不再需要")
	assert value(first, "claim")
	assert recurring.propose(NEXT_AUTUMN) == []


def test_stopping_the_first_stops_what_followed_from_it(small, money):
	first = chain(small, money, terms=4)
	pay(first)
	[second] = recurring.propose(NEXT_AUTUMN)
	bring(small, second, APPROVED)
	[third] = recurring.propose(NEXT_SPRING)
	before = aid.frappe.db.get_value("Aid Fund", money, "reserved")
	as_(small.users[roles.BASIC_EDUCATION], applications.stop, first, "测试不再需要")
	assert value(first, "status") == "Paid Out"
	assert value(second, "status", "claim") == ("Stopped", None)
	assert frappe.db.get_value("Aid Fund", money, "reserved") == before - 300
	# a draft that is left cannot be sent
	with pytest.raises(rules.ChainStoppedError):
		sign(leader(small), third, "Send for Approval")
	as_(leader(small), client.delete, AID, third)


def test_stopping_a_later_one_leaves_the_earlier_to_be_paid(small, money):
	first = chain(small, money, terms=4)
	[second] = recurring.propose(NEXT_AUTUMN)
	bring(small, second, APPROVED)
	as_(leader(small), applications.stop, second, "测试不再需要")
	assert value(first, "status") == "Finally Approved"
	assert value(second, "status") == "Stopped"
	assert recurring.propose(NEXT_AUTUMN) == []
	assert recurring.propose(NEXT_SPRING) == []
	assert applications.lock_for_payment([first], money)
	assert ledger.verify() == {}


def test_a_chain_that_is_stopped_under_review_is_not_approved(small, money):
	first = chain(small, money)
	[second] = recurring.propose(NEXT_AUTUMN)
	bring(small, second, BASIC)
	as_(leader(small), applications.stop, first, "测试不再需要")
	with pytest.raises(rules.ChainStoppedError):
		sign(small.users[roles.BASIC_EDUCATION], second)


def test_the_last_term_that_is_paid_has_nothing_to_stop(small, money):
	first = chain(small, money, terms=2)
	pay(first)
	[second] = recurring.propose(NEXT_AUTUMN)
	bring(small, second, APPROVED)
	pay(second)
	with pytest.raises(applications.NotStoppableError):
		as_(leader(small), applications.stop, second, "测试")


def test_a_pupil_who_has_left_gets_no_further_proposal(small, money):
	first = chain(small, money)
	pay(first)
	doc = frappe.get_doc(PUPIL, value(first, "pupil"))
	doc.update({"status": "Left School", "left_on": "2026-06-30", "leaving_reason": "测试"})
	as_(leader(small), doc.save)
	assert value(first, "status") == "Paid Out"
	assert value(first, "stopped_on")
	assert recurring.propose(NEXT_AUTUMN) == []
	# back at school, aid begins with a new application, not by itself
	doc.reload()
	doc.status = "At School"
	as_(leader(small), doc.save)
	assert recurring.propose(NEXT_AUTUMN) == []


def test_the_new_school_of_a_pupil_gets_the_proposal(small):
	district = fund(small, "测试全区基金", "District", balance=5000)
	first = chain(small, district)
	doc = frappe.get_doc(PUPIL, value(first, "pupil"))
	doc.school = small.other_rural
	as_(small.users[roles.BASIC_EDUCATION], doc.save)
	[second] = recurring.propose(NEXT_AUTUMN)
	assert value(second, "school") == small.other_rural
	assert asked(second) == {small.leader_user[small.other_rural]}


def test_what_the_school_has_applied_for_by_itself_is_not_proposed_too(small, money):
	first = chain(small, money)
	application(small, value(first, "pupil"), money, school_year=small.coming_year, term="First Term")
	errors = frappe.db.count("Error Log")
	assert recurring.propose(NEXT_AUTUMN) == []
	assert frappe.db.count("Error Log") == errors


def test_the_terms_and_the_pupil_of_a_chain_are_those_of_its_first_application(small, money):
	chain(small, money)
	[second] = recurring.propose(NEXT_AUTUMN)
	doc = as_(leader(small), frappe.get_doc, AID, second)
	doc.update({"terms": 12, "recurring": 0, "first_application": None, "term_no": 1})
	as_(leader(small), doc.save)
	assert value(second, "terms", "recurring", "term_no") == (3, 1, 2)
	doc = as_(leader(small), frappe.get_doc, AID, second)
	doc.pupil = pupil(small)
	with pytest.raises(rules.ChainPupilError):
		as_(leader(small), doc.save)


def test_one_chain_that_fails_holds_up_no_other_and_is_watched(small, money):
	closed = fund(small, "测试将关闭基金", balance=1000)
	of = pupil(small, pupil_name="测试隐名生", guardian_name="测试隐名长辈")
	names = [chain(small, money), chain(small, closed, of=of, need="测试隐由"), chain(small, money)]
	frappe.db.set_value("Aid Fund", closed, "status", "Closed")
	before = set(frappe.get_all("Error Log", pluck="name"))
	drafts = recurring.propose(NEXT_AUTUMN)
	assert [value(name, "first_application") for name in drafts] == [names[0], names[2]]
	[log] = [row for row in frappe.get_all("Error Log", fields=["*"]) if row.name not in before]
	said = json.dumps(log, default=str, ensure_ascii=False)
	assert (log.reference_doctype, log.reference_name) == (AID, names[1])
	assert "FundNotOpenError" in said
	assert "测试隐" not in said
	assert of not in said
	risks = frappe.get_all("Dropout Risk", {"pupil": of}, ["cause", "status"])
	assert [(risk.cause, risk.status) for risk in risks] == [(watch.Cause.AID_ENDING, "Still Open")]
	# what was missing is there: the next day goes on
	frappe.db.set_value("Aid Fund", closed, "status", "In Operation")
	assert len(recurring.propose(NEXT_AUTUMN)) == 1
	assert len(frappe.get_all("Dropout Risk", {"pupil": of})) == 1


def test_somebody_who_was_faster_is_no_failure(small, money, monkeypatch):
	"""The other run has made the draft after this one has read."""
	chain(small, money)
	seen = recurring._to_continue((small.coming_year, "First Term"), (small.current_year, "Second Term"))
	[made] = recurring.propose(NEXT_AUTUMN)
	errors = frappe.db.count("Error Log")
	monkeypatch.setattr(recurring, "_to_continue", lambda now, before: seen)
	assert recurring.propose(NEXT_AUTUMN) == []
	monkeypatch.setattr(
		rules.AidApplication, "check_claim", lambda self: None
	)  # where only the database knows
	assert recurring.propose(NEXT_AUTUMN) == []
	assert frappe.db.count("Error Log") == errors
	assert frappe.get_all(AID, {"first_application": ("is", "set")}, pluck="name") == [made]
	assert not frappe.get_all("Dropout Risk")


def test_looking_for_chains_asks_as_often_for_many_as_for_few(small, money, monkeypatch):
	made = []
	monkeypatch.setattr(recurring, "_one", lambda row, now: made.append(row.first))
	for _number in range(2):
		chain(small, money, amount=10)
	recurring.propose(NEXT_AUTUMN)  # whatever is kept for a while is read once
	few = queries(lambda: recurring.propose(NEXT_AUTUMN))
	for _number in range(6):
		chain(small, money, amount=10)
	made.clear()
	assert queries(lambda: recurring.propose(NEXT_AUTUMN)) == few > 0
	assert len(made) == 8


def test_each_draft_costs_the_same(small, money):
	def cost():
		recurring.propose(NEXT_AUTUMN)  # whatever is kept for a while is read once
		for name in frappe.get_all(AID, {"first_application": ("is", "set")}, pluck="name"):
			frappe.delete_doc(AID, name, force=True)
		return queries(lambda: recurring.propose(NEXT_AUTUMN))

	for _number in range(2):
		chain(small, money, amount=10)
	two = cost()
	for name in frappe.get_all(AID, {"first_application": ("is", "set")}, pluck="name"):
		frappe.delete_doc(AID, name, force=True)
	for _number in range(2):
		chain(small, money, amount=10)
	assert cost() <= 2 * two


def propose_now(day):
	return recurring.propose(day)


@pytest.mark.mariadb
def test_two_schedulers_at_once_make_one_draft_each_chain(small):
	began = frappe.utils.now()
	name = fund(small, "测试并发基金", balance=5000)
	try:
		firsts = [chain(small, name, amount=10) for _number in range(3)]
		frappe.db.commit()
		outcomes = engines.run_in_processes("test_aid_recurring:propose_now", 3, args=[NEXT_AUTUMN])
		frappe.db.rollback()
		made = frappe.get_all(AID, {"first_application": ("in", firsts)}, pluck="first_application")
		assert sorted(made) == sorted(firsts), outcomes
		assert not any(outcome.error for outcome in outcomes), outcomes
	finally:
		aid.take_away(name)
		sweep_traces(began)
		frappe.db.commit()


def test_approval_of_a_proposal_reserves_like_any_other(small, money):
	first = chain(small, money)
	[second] = recurring.propose(NEXT_AUTUMN)
	bring(small, second, APPROVED)
	assert frappe.db.get_value("Aid Fund", money, "reserved") == 600
	assert value(first, "claim") != value(second, "claim")
	with pytest.raises(signers.NotYourStepError):
		sign(small.users[roles.FINANCE], second)
	assert ledger.verify() == {}
