"""The reports of the aid fund: statement, aid by school and grade, contributions (AID4, AID5).

Books are written to the tables directly, because what a report says does not depend on how money came to move, and because
books that do not agree cannot be made in any other way; one test goes through the documents.
"""

import json
import random
import re
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise, permutations

import aid_builders
import frappe
import pytest
from approvals import as_
from frappe.desk.query_report import build_xlsx_data, run
from frappe.utils import getdate
from test_reports import FOLDER, count_queries, rows_of, write

from gongtongti.aid import contributions
from gongtongti.core import relations, report
from gongtongti.features import DECLARED
from gongtongti.gongtongti.report.aid_by_school_and_grade import aid_by_school_and_grade
from gongtongti.gongtongti.report.aid_by_school_and_grade.small_groups import (
	FEWER,
	SHOWN,
	WITHHELD,
	Cell,
	Figures,
	publish,
)
from gongtongti.gongtongti.report.aid_contributions import aid_contributions
from gongtongti.gongtongti.report.aid_contributions_for_internal_use import aid_contributions_for_internal_use
from gongtongti.gongtongti.report.aid_fund_statement import aid_fund_statement
from gongtongti.organisation import roles, school_years

STATEMENT, BY_SCHOOL, CONTRIBUTIONS = "Aid Fund Statement", "Aid by School and Grade", "Aid Contributions"
INTERNAL = "Aid Contributions for Internal Use"
MODULES = {
	STATEMENT: aid_fund_statement,
	BY_SCHOOL: aid_by_school_and_grade,
	CONTRIBUTIONS: aid_contributions,
	INTERNAL: aid_contributions_for_internal_use,
}
FUND, OTHER_FUND, DISTRICT_FUND = "测试一号基金", "测试二号基金", "测试区级基金"
MONEY_READERS = (
	roles.GROUP_HEAD,
	roles.BASIC_EDUCATION,
	roles.FINANCE,
	roles.SUPERVISION,
	roles.DISCIPLINE,
)
SECRET_DONOR, OPEN_DONOR, PAYMENT_REFERENCE = "测试不愿公开者", "测试愿公开者", "REF-7788"


def answer_of(name, filters=None, user=None):
	"""Everything that the framework hands over to a reader's browser, as text and as it is."""
	answer = as_(user or "Administrator", run, name, filters=json.dumps(filters or {}, default=str))
	return json.dumps(answer, ensure_ascii=False, default=str), answer


class Books:
	"""A fund with entries and documents that agree, written past the ledger. Amounts in fen."""

	def __init__(self, name=FUND, community=None, level="District"):
		self.fund, self.community, self.balance = name, community, 0
		self.entries, self.contributions, self.payments, self.items = [], [], [], []
		write(
			"Aid Fund",
			[
				{
					"name": name, "fund_name": name, "fund_level": level, "community": community, "status": "In Operation",
					"opened_on": "2020-09-01", "currency": "CNY",
				}
			],
		)  # fmt: skip

	def _entry(self, day, kind, fen, doctype, name, **more):
		self.balance += fen
		self.entries.append(
			{
				"name": f"{self.fund}-{len(self.entries) + 1:06}", "fund": self.fund, "community": self.community,
				"seq": len(self.entries) + 1, "posting_date": day, "kind": kind, "amount": Decimal(fen) / 100,
				"balance_after": Decimal(self.balance) / 100, "reference_doctype": doctype, "reference_name": name,
				"posting_key": frappe.generate_hash(length=20), "currency": "CNY", **more,
			}
		)  # fmt: skip

	def contribute(self, day, fen, source="Appropriation", reversed_on=None, **more):
		name = f"AC-{self.fund}-{len(self.contributions) + 1}"
		if source == "Appropriation":
			more.setdefault("donor_name", "测试区财政")
		self.contributions.append(
			{
				"name": name, "docstatus": 1, "fund": self.fund, "community": self.community, "source": source,
				"amount": Decimal(fen) / 100, "received_on": day, "posting_date": day, "currency": "CNY",
				"status": "Reversed" if reversed_on else "In the Ledger", "payment_reference": PAYMENT_REFERENCE, **more,
			}
		)  # fmt: skip
		self._entry(day, "Contribution", fen, "Aid Fund Contribution", name)
		if reversed_on:
			self._entry(
				reversed_on, "Correction", -fen, "Aid Fund Contribution", name, remarks="测试冲销原因"
			)
		return name

	def pay(self, day, *amounts, returned=()):
		name = f"AD-{self.fund}-{len(self.payments) + 1}"
		self.payments.append(
			{
				"name": name, "docstatus": 1, "fund": self.fund, "community": self.community, "posting_date": day,
				"status": "Paid Out", "total": Decimal(sum(amounts)) / 100, "method": "Bank Transfer",
			}
		)  # fmt: skip
		for number, fen in enumerate(amounts):
			self.items.append(
				{
					"name": f"{name}-{number}", "parent": name, "parenttype": "Aid Disbursement", "parentfield": "items",
					"idx": number + 1, "application": f"AA-9999-{number:05}", "pupil": f"AP-9{number:04}",
					"amount": Decimal(fen) / 100, "status": "Returned by Bank" if number in returned else "Paid Out",
				}
			)  # fmt: skip
			application = {"application": f"AA-9999-{number:05}", "purpose": "Meals"}
			self._entry(day, "Aid Payment", -fen, "Aid Disbursement", name, **application)
		for number in returned:
			self._entry(day, "Returned Payment", amounts[number], "Aid Disbursement", name, purpose="Meals")
		return name

	def keep(self):
		"""Writes everything down, and the balance into the fund; the books."""
		for doctype, found in (
			("Aid Fund Entry", self.entries), ("Aid Fund Contribution", self.contributions),
			("Aid Disbursement", self.payments), ("Aid Disbursement Item", self.items),
		):  # fmt: skip
			if found:
				write(doctype, [dict(row) for row in found])
		frappe.db.set_value("Aid Fund", self.fund, "balance", Decimal(self.balance) / 100)
		return self


@pytest.fixture
def books(small):
	"""A fund of the first community with money in, out, back and put right; all in 2026."""
	made = Books(community=small.community, level="Community")
	made.contribute("2026-01-10", 1_000_010)
	made.contribute("2026-01-10", 33_33, reversed_on="2026-02-03")
	made.pay("2026-03-02", 10_01, 20_02, 30_03, returned=[1])
	made.contribute("2026-03-02", 5, "School", school=small.urban)
	made.pay("2026-05-31", 99_99)
	return made.keep()


def statement(fund=FUND, first=None, last=None, user=None):
	"""(rows, message, cards) of a statement."""
	filters = {"fund": fund, "from_date": first, "to_date": last}
	_columns, rows, message, _chart, summary, *_ = as_(
		user or "Administrator", MODULES[STATEMENT].execute, filters
	)
	return rows, message, [card["value"] for card in summary]


def verdicts(message):
	"""What is said of each of the three comparisons."""
	return re.findall(r'indicator-pill (?:green|red)">([^<]*)<', message)


AGREES = ["Agrees"] * 3


# ------------------------------------------------------------------------------------------------- all three


@pytest.fixture
def filled(small, books):
	"""Something for each report to show."""
	aid(small, small.rural, "Grade 3", 6)
	return {"fund": FUND, "school_year": small.year, "from_date": "2026-01-01", "to_date": "2026-12-31"}


@pytest.mark.parametrize("name", MODULES)
def test_report_file_names_the_roles_of_the_table(name):
	scrubbed = frappe.scrub(name)
	doc = json.loads((FOLDER / scrubbed / f"{scrubbed}.json").read_text())
	assert {row["role"] for row in doc["roles"]} == set(DECLARED.runners[name])
	assert (doc["report_type"], doc["is_standard"], doc["prepared_report"]) == ("Script Report", "Yes", 0)
	assert doc["add_total_row"] == 0  # it would add up what is hidden


@pytest.mark.parametrize("name", MODULES)
def test_client_filters_are_those_that_the_report_knows(name):
	scrubbed = frappe.scrub(name)
	script = (FOLDER / scrubbed / f"{scrubbed}.js").read_text()
	shared = (FOLDER.parents[1] / "public" / "js" / "report.js").read_text()
	if "filters: gongtongti.report.contribution_filters()" in script:
		script = re.search(r"contribution_filters = .*?\n\];", shared, re.DOTALL)[0]
	assert set(re.findall(r'fieldname: "(\w+)"', script)) == set(MODULES[name].FILTERS)


@pytest.mark.parametrize("name", MODULES)
def test_everything_shown_is_in_chinese(name, small, filled):
	was, frappe.local.lang = frappe.local.lang, "zh"
	try:
		columns, rows, message, chart, summary, *_ = MODULES[name].execute(filled)
	finally:
		frappe.local.lang = was
	shown = [column["label"] for column in columns] + [card["label"] for card in summary]
	shown += [dataset["name"] for dataset in chart["data"]["datasets"]]
	shown += re.sub(r"<[^>]+>", "\n", message).split("\n")
	shown += [row[key] for row in rows for key in ("kind", "purpose", "source", "grade") if row.get(key)]
	shown = [text for text in shown if text.strip()]
	assert len(shown) > 8
	assert [
		text for text in shown if not re.search("[\u4e00-\u9fff]", text) or re.search("[A-Za-z]{3}", text)
	] == []


@pytest.mark.parametrize("name", MODULES)
def test_runs_for_the_roles_of_the_table_and_for_nobody_else(name, small, filled):
	users = {**small.users, "none": small.outsider}
	allowed, held = {}, {}
	for role, user in users.items():
		held[role] = set(frappe.get_roles(user))
		try:
			rows_of(name, user=user)
			allowed[role] = True
		except frappe.PermissionError:
			allowed[role] = False
	assert allowed == {role: bool(held[role] & set(DECLARED.runners[name])) for role in users}
	assert set(allowed.values()) == {True, False}


LONG = "测" * 500
BAD = [
	(STATEMENT, {"fund": "没有的基金"}),
	(STATEMENT, {"fund": f"{FUND}' OR '1'='1"}),
	(STATEMENT, {"fund": LONG}),
	(STATEMENT, {"fund": ["like", "%"]}),
	(STATEMENT, {"fund": FUND, "from_date": "31.02.2026"}),
	(STATEMENT, {"fund": FUND, "to_date": "2026-02-30"}),
	(STATEMENT, {"fund": FUND, "to_date": {"a": 1}}),
	(STATEMENT, {"fund": FUND, "to_date": LONG}),
	(BY_SCHOOL, {"school_year": "1900-1901"}),
	(BY_SCHOOL, {"school_year": "2025-2026'; DROP TABLE `tabAid Fund`; --"}),
	(BY_SCHOOL, {"school_year": {"name": ["like", "%"]}}),
	(CONTRIBUTIONS, {"fund": "'; --"}),
	(CONTRIBUTIONS, {"source": "Donor' OR '1'='1"}),
	(CONTRIBUTIONS, {"source": ["in", ["Social Donation"]]}),
	(CONTRIBUTIONS, {"from_date": 20260101}),
	(CONTRIBUTIONS, {"to_date": ["2026-01-01"]}),
]


@pytest.mark.parametrize("name,filters", BAD)
def test_bad_filter_gets_a_clear_answer(name, filters, small, books):
	with pytest.raises(
		report.ReportFilterError, match=r"Choose one from the list|Enter it as year-month-day"
	):
		MODULES[name].execute(filters)


@pytest.mark.parametrize("filters", [None, "{}", "[]", {"unknown": "x"}, {"public_version": "x' OR 1"}])
@pytest.mark.parametrize("name", MODULES)
def test_odd_but_harmless_filters_change_nothing(name, filters, small, filled):
	assert MODULES[name].execute(filters)[1] == MODULES[name].execute({})[1]


@pytest.mark.parametrize("name,filters", [(STATEMENT, {"fund": FUND}), (CONTRIBUTIONS, {})])
def test_period_that_ends_before_it_begins_is_refused(name, filters, small, books):
	backwards = {"from_date": "2026-03-02", "to_date": "2026-03-01"}
	with pytest.raises(report.ReportFilterError, match="is after the last day"):
		MODULES[name].execute(filters | backwards)


@pytest.mark.parametrize("name", MODULES)
def test_excel_holds_the_columns_of_the_screen(name, small, filled):
	data = frappe._dict(answer_of(name, filled)[1])
	data.filters = {}
	sheet = build_xlsx_data(data, [], include_indentation=1)[0]
	assert sheet[0] == [column["label"] for column in data.columns]
	assert len(sheet) == len(data.result) + 1 > 2


@pytest.mark.parametrize("who", ["Administrator", "finance", "leader", "principal"])
@pytest.mark.parametrize("name", MODULES)
def test_number_of_queries_does_not_grow_with_the_rows(name, who, small, filled, monkeypatch):
	user = {
		"finance": small.users[roles.FINANCE],
		"leader": small.users[roles.BUREAU_LEADER],
		"principal": small.principal_user[small.rural],
	}.get(who, who)
	if name in (STATEMENT, INTERNAL) and who == "principal":
		pytest.skip("principals do not run it")

	def report():
		frappe.set_user(user)
		relations.forget()
		return MODULES[name].execute(filled)

	few, few_rows = count_queries(report, monkeypatch), len(report()[1])
	frappe.set_user("Administrator")
	more = Books(OTHER_FUND, small.community, "Community")
	for number in range(100):
		more.contribute("2026-06-01", 100 + number)
	more.keep()
	for table in ("Aid Fund Entry", "Aid Fund Contribution"):
		frappe.db.set_value(table, {"fund": OTHER_FUND}, "fund", FUND)
	for grade in range(4, 10):
		aid(small, small.rural, f"Grade {grade}", 30)
	assert count_queries(report, monkeypatch) == few
	assert len(report()[1]) > few_rows


# ------------------------------------------------------------------------------------------------- Aid Fund Statement


def test_statement_of_a_period(small, books):
	rows, message, cards = statement(first="2026-02-01", last="2026-03-02")
	opening, *between, closing = rows
	assert (opening["kind"], opening["balance"]) == ("Balance at the Start", 10_033.43)
	assert [(row["kind"], row["came_in"], row["went_out"], row["balance"]) for row in between] == [
		("Correction", None, 33.33, 10_000.10),
		("Aid Payment", None, 10.01, 9_990.09),
		("Aid Payment", None, 20.02, 9_970.07),
		("Aid Payment", None, 30.03, 9_940.04),
		("Returned Payment", 20.02, None, 9_960.06),
		("Contribution", 0.05, None, 9_960.11),
	]
	assert (closing["kind"], closing["came_in"], closing["went_out"]) == ("Balance at the End", 20.07, 93.39)
	assert closing["balance"] == 9_960.11
	assert cards == [10_033.43, 20.07, 93.39, 9_960.11]
	assert verdicts(message) == AGREES
	assert [row["seq"] for row in between] == [3, 4, 5, 6, 7, 8]
	first = between[0]
	assert (first["document_type"], first["document"]) == ("Aid Fund Contribution", f"AC-{FUND}-2")
	assert (first["remarks"], between[1]["purpose"]) == ("测试冲销原因", "Meals")


def test_statement_is_exact_between_any_two_days(small):
	"""Against sums of decimals that are added up here; the amounts are those that floating point cannot hold."""
	rnd, made, day = random.Random(11), Books(), date(2025, 9, 1)
	for _number in range(300):
		day += timedelta(days=rnd.randrange(3))
		if made.balance > 100_000 and rnd.random() < 0.5:
			amounts = [rnd.randrange(1, 9_000) for _item in range(rnd.randrange(1, 4))]
			made.pay(day, *amounts, returned=[0] if rnd.random() < 0.3 else [])
		else:
			fen = rnd.choice([10, 20, 30, 7_000_001, 110, rnd.randrange(1, 90_000)])
			made.contribute(day, fen, reversed_on=day if rnd.random() < 0.1 else None)
	made.keep()
	for _trial in range(25):
		first = date(2025, 8, 25) + timedelta(days=rnd.randrange(320))
		last = first + timedelta(days=rnd.randrange(0, 200))

		earlier = [row["amount"] for row in made.entries if row["posting_date"] < first]
		within = [row["amount"] for row in made.entries if first <= row["posting_date"] <= last]
		opening = sum(earlier, Decimal(0))
		came_in = sum((amount for amount in within if amount > 0), Decimal(0))
		went_out = -sum((amount for amount in within if amount < 0), Decimal(0))
		_rows, message, cards = statement(made.fund, first, last)
		expected = [opening, came_in, went_out, opening + came_in - went_out]
		assert [Decimal(str(card)) for card in cards] == expected, (first, last)
		assert verdicts(message) == AGREES


def test_statements_of_neighbouring_periods_join(small, books):
	edges = [date(2026, month, 1) for month in range(1, 8)]
	closing = None
	for first, next_first in pairwise(edges):
		_rows, _message, cards = statement(first=first, last=next_first - timedelta(days=1))
		assert closing is None or cards[0] == closing
		closing = cards[3]
	assert closing == books.balance / 100


def test_sum_of_thousands_of_cents_is_exact(small):
	made = Books()
	for _number in range(3000):
		made.contribute("2026-01-01", 10)
	made.keep()
	for first, expected in (("2026-01-01", [0, 300, 0, 300]), ("2026-01-02", [300, 0, 0, 300])):
		_rows, message, cards = statement(made.fund, first, "2026-02-01")
		assert (cards, verdicts(message)) == (expected, AGREES)


def _sets(doctype, filters, field, value):
	return lambda: frappe.db.set_value(doctype, filters, field, value)


@pytest.mark.parametrize(
	"which,difference,spoil",
	[
		(0, "-0.01", _sets("Aid Fund Entry", {"fund": FUND, "seq": 5}, "balance_after", 9970.08)),
		(0, "100.00", _sets("Aid Fund Entry", {"fund": FUND, "seq": 2}, "balance_after", 9933.43)),
		(1, "0.01", _sets("Aid Fund", FUND, "balance", 9860.11)),
		(2, "-0.02", _sets("Aid Fund Contribution", f"AC-{FUND}-1", "amount", 10000.12)),
		(2, "33.33", _sets("Aid Fund Contribution", f"AC-{FUND}-3", "status", "Reversed")),
		(2, "-33.33", _sets("Aid Fund Contribution", f"AC-{FUND}-2", "status", "In the Ledger")),
		(2, "0.01", _sets("Aid Disbursement Item", f"AD-{FUND}-1-0", "amount", 10.02)),
		(2, "-10.01", _sets("Aid Disbursement Item", f"AD-{FUND}-1-0", "status", "Returned by Bank")),
		(2, "-99.99", _sets("Aid Disbursement", f"AD-{FUND}-2", "docstatus", 0)),
	],
)
def test_statement_says_what_does_not_agree_and_by_how_much(which, difference, spoil, small, books):
	spoil()
	if which == 2 and difference == "33.33":
		difference = "0.05"  # that one is of five fen
	# the entry that was spoilt second stands before this period: it is what the opening balance is held against
	first = "2026-02-01" if difference == "100.00" else "2026-03-01"
	_rows, message, _cards = statement(first=first, last="2026-12-31")
	expected = [*AGREES]
	expected[which] = f"Differs by {difference} yuan"
	assert verdicts(message) == expected
	assert message.count("indicator-pill red") == 1


def test_statement_notices_an_entry_that_is_gone(small, books):
	frappe.db.delete("Aid Fund Entry", {"fund": FUND, "seq": 9})
	_rows, message, _cards = statement(first="2026-01-01", last="2026-12-31")
	assert verdicts(message) == ["Agrees", "Differs by 99.99 yuan", "Differs by 99.99 yuan"]
	frappe.db.delete("Aid Fund Entry", {"fund": FUND, "seq": 4})
	_rows, message, _cards = statement(first="2026-01-01", last="2026-12-31")
	assert verdicts(message)[0] == "Differs by 10.01 yuan"


def test_statement_of_a_fund_without_entries_is_all_noughts(small):
	Books().keep()
	rows, message, cards = statement()
	assert cards == [0, 0, 0, 0]
	assert [row["balance"] for row in rows] == [0, 0]
	assert verdicts(message) == AGREES
	assert MODULES[STATEMENT].execute({"fund": FUND})[3] is None


def test_statement_opens_with_the_fund_that_moved_last_of_those_that_the_reader_sees(small, books):
	filters = {"to_date": "9999-12-31", "from_date": "0001-01-01"}
	newest = frappe.get_all("Aid Fund Entry", ["fund"], order_by="creation desc", limit=1)[0].fund
	for user in ("Administrator", small.users[roles.FINANCE]):
		opened = as_(user, MODULES[STATEMENT].execute, filters)
		assert opened[1:3] == as_(user, MODULES[STATEMENT].execute, filters | {"fund": newest})[1:3]
		assert newest in opened[2]
	frappe.db.delete("Aid Fund Entry")
	_columns, rows, message, chart, summary, *_ = MODULES[STATEMENT].execute({})
	assert (rows, chart, summary, message) == ([], None, [], "There is no entry that you may read.")


def test_statement_runs_from_the_beginning_of_the_school_year_to_today(small, books):
	year = school_years.meant(school_years.newest_first(), None)
	rows, *_ = statement()
	assert (rows[0]["posting_date"], rows[-1]["posting_date"]) == (year.start_date, getdate())
	rows, *_ = statement(last="2026-03-01")
	assert rows[0]["posting_date"] == date(2025, 9, 1)
	rows, *_ = statement(last="1999-03-01")
	assert rows[0]["posting_date"] == rows[-1]["posting_date"] == date(1999, 3, 1)


def test_statement_of_other_funds_is_another(small, books):
	other = Books(OTHER_FUND)
	other.contribute("2026-03-02", 777)
	other.keep()
	assert statement(OTHER_FUND, "2026-01-01", "2026-12-31")[2] == [0, 7.77, 0, 7.77]
	assert statement(FUND, "2026-01-01", "2026-12-31")[2][3] == 9_860.12


def test_bureau_leader_gets_the_statement_of_the_own_communities_and_no_half_one(small, books):
	"""A leader sees no entry of other funds: a statement of theirs would be all noughts, and wrong."""
	Books(OTHER_FUND, small.other_community, "Community").keep()
	Books(DISTRICT_FUND).keep()
	leader = small.users[roles.BUREAU_LEADER]
	assert verdicts(statement(first="2026-01-01", user=leader)[1]) == AGREES
	assert statement(first="2026-01-01", user=leader)[2][3] == 9_860.12
	answers = set()
	for fund in (OTHER_FUND, DISTRICT_FUND, "没有的基金"):
		with pytest.raises(report.ReportFilterError) as caught:
			statement(fund, user=leader)
		answers.add(str(caught.value).replace(fund, "…"))
	assert len(answers) == 1
	for role in MONEY_READERS:
		assert statement(DISTRICT_FUND, user=small.users[role])[2] == [0, 0, 0, 0]


def test_statement_names_no_pupil_no_school_and_no_application(small, books):
	for user in (small.users[roles.FINANCE], small.users[roles.BUREAU_LEADER]):
		text, answer = answer_of(STATEMENT, {"fund": FUND, "from_date": "2026-01-01"}, user)
		assert len(answer["result"]) == 11
		assert not re.search(r"AP-|AA-", text)
		assert not [school for school in small.schools if school in text]


def test_statement_links_documents_only_for_who_may_read_them(small, books, monkeypatch):
	def kind_of_column():
		columns = MODULES[STATEMENT].execute({"fund": FUND})[0]
		return next(column["fieldtype"] for column in columns if column["fieldname"] == "document")

	assert as_(small.users[roles.SUPERVISION], kind_of_column) == "Dynamic Link"
	may = frappe.has_permission
	monkeypatch.setattr(
		frappe,
		"has_permission",
		lambda doctype, *a, **k: doctype != "Aid Disbursement" and may(doctype, *a, **k),
	)
	assert kind_of_column() == "Data"


def test_statement_is_drawn_by_month_and_over_many_years_by_year(small, books):
	chart = MODULES[STATEMENT].execute({"fund": FUND, "from_date": "0001-01-01", "to_date": "9999-12-31"})[3]
	assert chart["data"]["labels"] == [f"2026-0{month}" for month in range(1, 6)]
	drawn = {dataset["name"]: dataset["values"] for dataset in chart["data"]["datasets"]}
	assert drawn == {"Money In": [10_033.43, 0, 20.07, 0, 0], "Money Out": [0, 33.33, 60.06, 0, 99.99]}
	frappe.db.set_value("Aid Fund Entry", {"fund": FUND, "seq": 1}, "posting_date", "2019-12-31")
	chart = MODULES[STATEMENT].execute({"fund": FUND, "from_date": "0001-01-01"})[3]
	assert chart["data"]["labels"] == [str(year) for year in range(2019, 2027)]


def test_statement_agrees_when_the_money_went_through_the_documents(small):
	"""Booked, put right, paid, come back: by the people and doors that there are."""
	from gongtongti.aid import payments

	fund = aid_builders.fund(small, balance=1000.10)
	wrong = aid_builders.contribution(small, fund, 33.33)
	as_(small.users[roles.FINANCE], contributions.reverse, wrong, "测试冲销")
	names = [
		aid_builders.application(
			small, aid_builders.pupil(small), fund, amount=amount, to=aid_builders.APPROVED
		)
		for amount in (100.01, 200.02)
	]
	paid = aid_builders.disbursement(small, fund, names)
	assert verdicts(statement(fund)[1]) == AGREES
	item = frappe.db.get_value("Aid Disbursement Item", {"parent": paid, "application": names[0]}, "name")
	as_(small.cashier, payments.return_payment, paid, item, "测试退回", 1)
	rows, message, cards = statement(fund, last=getdate())
	assert verdicts(message) == AGREES
	assert cards[3] == 800.08
	assert len(rows) == 8


# ------------------------------------------------------------------------------------------------- small groups


def tables(schools, grades, most):
	"""Every table of so many schools and grades with at most `most` pupils, as (numbers in order, table)."""

	def numbers(cells, left):
		if not cells:
			yield ()
			return
		for number in range(left + 1):
			for rest in numbers(cells - 1, left - number):
				yield (number, *rest)

	for found in numbers(schools * grades, most):
		table = {}
		for place, pupils in enumerate(found):
			if pupils:
				school, grade = divmod(place, grades)
				table.setdefault(school, {})[grade] = Figures(pupils)
		if table:
			yield found, table


@pytest.mark.parametrize(
	"schools,grades,most,smallest",
	[
		(1, 3, 12, 2), (1, 3, 14, 3), (1, 3, 18, 5), (1, 4, 12, 4), (1, 5, 9, 3), (2, 2, 9, 2), (2, 2, 12, 4), (2, 3, 8, 3),
		(3, 1, 14, 3), (3, 2, 8, 3), (3, 2, 8, 2), (4, 1, 14, 4),
	],
)  # fmt: skip
def test_nobody_who_has_the_table_and_knows_the_rule_learns_of_a_small_group(schools, grades, most, smallest):
	"""The attacker tries every table that there can be and keeps those that would have been published in the same way.

	Of each group that is small in truth, and of each school that is small as a whole, these must leave open that it is not
	small, or each small number; where it is not even named also that there is nobody.
	"""
	same = defaultdict(list)
	for numbers, table in tables(schools, grades, most):
		published = publish(table, smallest)
		same[repr(published)].append((numbers, published))
	tried = 0
	for members in same.values():
		published, _total = members[0][1]
		for school in range(schools):
			whole = slice(school * grades, (school + 1) * grades)
			seen = published.get(school)
			rows = [
				(slice(place, place + 1), seen and seen.groups.get(place - whole.start))
				for place in range(whole.start, whole.stop)
			]
			for where, cell in [(whole, seen and seen.total), *rows]:
				possible = {sum(numbers[where]) for numbers, _published in members}
				if not any(0 < number < smallest for number in possible):
					continue
				tried += 1
				assert cell is None or cell.how != SHOWN
				every_small_one = smallest > 2 and possible >= set(range(1, smallest))
				open_ = max(possible) >= smallest or every_small_one
				assert open_ or (cell is None and 0 in possible), (members[0], where, possible)
				if cell and cell.how == FEWER:
					assert every_small_one and max(possible) < smallest
	assert tried > 20


def random_table(rnd):
	return {
		f"school {school}": {
			f"Grade {grade}": Figures(
				pupils := rnd.choice([1, 2, 3, 4, 5, 6, 9, 20]), pupils * 2, rnd.randrange(10**6)
			)
			for grade in rnd.sample(range(1, 10), rnd.randrange(1, 7))
		}
		for school in range(rnd.randrange(1, 7))
	}


@pytest.mark.parametrize("seed", range(5))
def test_what_is_left_by_subtraction_is_of_many_pupils_and_of_several_groups(seed):
	rnd = random.Random(seed)
	for _trial in range(400):
		table, smallest = random_table(rnd), rnd.choice([2, 3, 5, 8])
		schools, total = publish(table, smallest)
		wholes = {name: sum(groups.values(), Figures()) for name, groups in table.items()}
		levels = [(wholes, {name: school.total for name, school in schools.items()}, total)]
		levels += [(table[name], school.groups, school.total) for name, school in schools.items()]
		for truth, cells, whole in levels:
			shown = {name: cell.figures for name, cell in cells.items() if cell.how == SHOWN}
			assert shown == {name: truth[name] for name in shown}
			assert all(cell.figures is None for cell in cells.values() if cell.how != SHOWN)
			assert all(figures.pupils >= smallest for figures in shown.values())
			if whole.how == SHOWN:
				assert whole.figures == sum(truth.values(), Figures()) and whole.figures.pupils >= smallest
				hidden = [figures.pupils for name, figures in truth.items() if name not in shown]
				assert not hidden or (len(hidden) > 1 and sum(hidden) >= smallest)
			else:
				assert not shown


@pytest.mark.parametrize("seed", range(3))
def test_figures_that_are_withheld_could_be_exchanged_among_each_other(seed):
	"""With their applications and their money: so none of these can be told to belong to a certain group either."""
	rnd, exchanged = random.Random(seed), 0
	for _trial in range(300):
		table = random_table(rnd)
		published = publish(table, 5)
		for name, school in published[0].items():
			hidden = [group for group, cell in school.groups.items() if cell.how == WITHHELD]
			for order in list(permutations(hidden))[:6]:
				other = {group: table[name][place] for group, place in zip(hidden, order, strict=True)}
				assert publish(table | {name: table[name] | other}, 5) == published
				exchanged += order != tuple(hidden)
	assert exchanged > 50


def test_rule_does_not_look_at_names():
	rnd = random.Random(5)
	for _trial in range(200):
		table = random_table(rnd)
		renamed = {f"z{99 - int(name.split()[1])}": groups for name, groups in reversed(table.items())}
		schools, total = publish(table, 5)
		others, other_total = publish(renamed, 5)
		assert total == other_total
		assert {f"z{99 - int(name.split()[1])}": school for name, school in schools.items()} == others


def of(*pupils):
	return {f"Grade {number}": Figures(n, n, 100 * n) for number, n in enumerate(pupils, start=1)}


def hows(groups, smallest=5):
	"""(how each grade is published, whether the school's total is) of a school beside larger ones."""
	schools, _total = publish({"a": groups, "b": of(80), "c": of(90)}, smallest)
	school = schools["a"]
	return [cell.how for cell in school.groups.values()], school.total.how == SHOWN


@pytest.mark.parametrize(
	"pupils,expected",
	[
		((5, 6), ([SHOWN, SHOWN], True)),
		((4, 6, 9), ([WITHHELD, WITHHELD, SHOWN], True)),  # one small one alone would be what is left over
		((4, 6, 6, 9), ([WITHHELD, WITHHELD, WITHHELD, SHOWN], True)),
		((2, 3, 9), ([FEWER, FEWER, SHOWN], True)),  # 1 + 4, 2 + 3, 3 + 2, 4 + 1
		((1, 3, 9), ([], True)),  # of four together none is a four
		((4, 4, 9, 12), ([WITHHELD, WITHHELD, WITHHELD, SHOWN], True)),  # 8 in two can only be 4 + 4
		((4, 6), ([], True)),
		((4, 4), ([], True)),
		((1, 1, 3), ([], False)),
		((3,), ([], False)),
	],
)
def test_what_a_school_may_say(pupils, expected):
	assert hows(of(*pupils)) == expected


def test_school_that_may_say_nothing_takes_the_next_smallest_with_it():
	schools, total = publish({"a": of(3), "b": of(6, 7), "c": of(30)}, 5)
	assert schools["a"].total == schools["b"].total == Cell(WITHHELD)
	assert schools["b"].groups == {}  # or the total would be what these add up to
	assert schools["c"].total.figures.pupils == 30
	assert total.figures == Figures(46, 46, 4600)
	assert publish({"a": of(3)}, 5) == ({}, Cell(WITHHELD))
	assert publish({"a": of(3), "b": of(9)}, 5) == ({}, Cell(SHOWN, Figures(12, 12, 1200)))
	assert publish({}, 5)[0] == {}


def test_group_of_one_is_never_a_group():
	with pytest.raises(ValueError):
		publish({"a": of(9)}, 1)


# ------------------------------------------------------------------------------------------------- Aid by School and Grade


def aid(small, school, grade, pupils, **more):
	"""An application for each of so many new pupils: 100 yuan, approved and paid, this year; the pupils."""
	found = [f"AP-{frappe.generate_hash(length=8)}" for _pupil in range(pupils)]
	write("Aid Application", [given(small, school, grade, pupil, **more) for pupil in found])
	return found


def given(small, school, grade, pupil, **more):
	return {
		"docstatus": 1, "pupil": pupil, "school": school, "grade": grade, "fund": FUND, "school_year": small.year,
		"term": "First Term", "purpose": "Meals", "amount": 100, "status": "Paid Out", "workflow_state": "Aid Approved",
		**more,
	}  # fmt: skip


def by_school(small, user=None, **filters):
	return rows_of(BY_SCHOOL, {"school_year": small.year, **filters}, user)


def as_table(rows):
	return {
		(row["school"], row.get("grade")): (row["pupils"], row["applications"], row["paid"]) for row in rows
	}


@pytest.fixture
def district(small):
	"""Three schools that may say something, 13, 14 and 20 pupils, and one that may not, 4. All paid but one group."""
	aid(small, small.urban, "Grade 1", 6)
	aid(small, small.urban, "Grade 2", 7, status="Finally Approved")
	aid(small, small.rural, "Grade 1", 2, amount=123.45)
	aid(small, small.rural, "Grade 2", 3, amount=234.56)
	aid(small, small.rural, "Grade 3", 9)
	aid(small, small.other_urban, "Grade 5", 20)
	aid(small, small.other_rural, "Grade 5", 4, amount=345.67)
	return small


# what could give a hidden group away: its money, and its money with that of the group hidden with it is not among these
GIVEAWAYS = ("123.45", "246.9", "234.56", "703.68", "345.67", "1382.68")


def test_groups_are_counted_and_small_ones_hidden(district):
	small = district
	table = as_table(by_school(small))
	assert table[small.rural, "Grade 1"] == table[small.rural, "Grade 2"] == ("Fewer than 5", None, None)
	assert table[small.rural, "Grade 3"] == (9, 9, 900)
	assert table[small.rural, "All Grades"] == (14, 14, 1850.58)
	# with the school of four goes the next smallest one, of thirteen, both without their grades
	for school in (small.other_rural, small.urban):
		found = {grade: row for (name, grade), row in table.items() if name == school}
		assert found == {"All Grades": ("Not Shown", None, None)}
	assert table[small.other_urban, "Grade 5"] == table[small.other_urban, "All Grades"] == (20, 20, 2000)
	assert table["All Schools Listed", None] == (51, 51, 5833.26)
	assert len(table) == 9


def test_nothing_that_is_sent_to_the_reader_holds_a_hidden_figure(district):
	for user in {"Administrator", *district.users.values(), *district.principal_user.values()}:
		try:
			text, answer = answer_of(BY_SCHOOL, {"school_year": district.year}, user)
		except frappe.PermissionError:
			continue
		assert not [figure for figure in GIVEAWAYS if figure in text], user
		hidden = [row for row in answer["result"] if not isinstance(row["pupils"], int)]
		assert all(row["applications"] is None and row["paid"] is None for row in hidden)
		drawn = (answer["chart"] or {"data": {"labels": []}})["data"]["labels"]
		assert not set(drawn) & {district.other_rural, district.urban}


def test_summary_and_chart_show_what_the_rows_show(district):
	_columns, _rows, message, chart, summary, *_ = MODULES[BY_SCHOOL].execute({"school_year": district.year})
	assert {card["label"]: card["value"] for card in summary} == {
		"Pupils": 51, "Applications Approved": 51, "Sum Paid": 5833.26,
	}  # fmt: skip
	assert chart["data"]["labels"] == [district.other_urban, district.rural]
	assert chart["data"]["datasets"][0]["values"] == [2000, 1850.58]
	assert "Fewer than 5 pupils are not shown" in message


def test_what_counts_is_what_was_granted_this_year(small):
	aid(small, small.rural, "Grade 3", 6)
	for more in (
		{"docstatus": 0, "status": "In Approval"}, {"docstatus": 0, "status": "Draft"}, {"docstatus": 0, "status": "Not Approved"},
		{"status": "Stopped"}, {"docstatus": 2, "status": "Finally Approved"}, {"school_year": small.next_year},
	):  # fmt: skip
		aid(small, small.rural, "Grade 3", 7, **more)
	aid(small, small.rural, "Grade 3", 5, status="Finally Approved")
	assert as_table(by_school(small))[small.rural, "Grade 3"] == (11, 11, 600)


def test_pupil_counts_once_with_everything_where_the_newest_application_says(small):
	stayed = aid(small, small.rural, "Grade 3", 6)
	again = [given(small, small.rural, "Grade 3", pupil, purpose="Boarding", amount=0.1) for pupil in stayed]
	write("Aid Application", again)
	moved = aid(small, small.other_rural, "Grade 4", 6)
	frappe.db.set_value(
		"Aid Application", {"pupil": ("in", moved)}, "creation", "2026-01-01 10:00:00", update_modified=False
	)
	write("Aid Application", [given(small, small.urban, "Grade 5", pupil, amount=1) for pupil in moved])
	assert as_table(by_school(small)) == {
		(small.rural, "Grade 3"): (6, 12, 600.6), (small.rural, "All Grades"): (6, 12, 600.6),
		(small.urban, "Grade 5"): (6, 12, 606), (small.urban, "All Grades"): (6, 12, 606),
		("All Schools Listed", None): (12, 24, 1206.6),
	}  # fmt: skip


def test_one_pupil_alone_in_the_district_is_not_even_listed(small):
	aid(small, small.rural, "Grade 3", 1, amount=345.67)
	text, answer = answer_of(BY_SCHOOL, {"school_year": small.year})
	assert [(row["school"], row["pupils"]) for row in answer["result"]] == [
		("All Schools Listed", "Not Shown")
	]
	assert small.rural not in text and "345.67" not in text
	assert by_school(small, small.principal_user[small.rural]) == []


def test_nobody_looks_like_very_few(small):
	def shown():
		answer = answer_of(BY_SCHOOL, {"school_year": small.year})[1]
		return [answer[part] for part in ("result", "chart", "report_summary", "message")]

	nobody = shown()
	aid(small, small.rural, "Grade 3", 1)
	assert shown() == nobody


@pytest.mark.parametrize("stored,smallest", [(None, 5), ("", 5), (0, 5), (1, 2), (-3, 2), (7, 7)])
def test_smallest_group_is_that_of_the_settings_and_five_where_these_say_nothing(stored, smallest, small):
	frappe.db.delete("Singles", {"doctype": "Community Settings", "field": "smallest_group"})
	if stored is not None:
		frappe.db.set_single_value("Community Settings", "smallest_group", stored)
	frappe.clear_document_cache("Community Settings", "Community Settings")
	for grade, pupils in (("Grade 1", 3), ("Grade 2", 3), ("Grade 3", 4), ("Grade 4", 6), ("Grade 5", 90)):
		aid(small, small.rural, grade, pupils)
	assert aid_by_school_and_grade.smallest_group() == smallest
	shown = {row["grade"] for row in by_school(small) if row.get("grade") and isinstance(row["pupils"], int)}
	expected = {
		2: {1, 2, 3, 4, 5},
		5: {5},  # ten pupils in three small groups: 4 + 4 + 2, 4 + 3 + 3, so the six go with them
		7: {5},
	}[smallest]
	assert shown == {*(f"Grade {number}" for number in expected), "All Grades"}


def test_smallest_group_is_five_where_no_setting_was_ever_saved(small):
	frappe.db.delete("Singles", {"doctype": "Community Settings"})
	frappe.clear_document_cache("Community Settings", "Community Settings")
	assert aid_by_school_and_grade.smallest_group() == 5


def test_readers_get_rows_of_the_one_table_for_the_schools_they_answer_for(district):
	small = district
	whole = [row for row in by_school(small) if row["school"] in small.schools]

	def shown(user):
		return [row for row in by_school(small, user) if row["school"] in small.schools]

	def of_schools(*names):
		return [row for row in whole if row["school"] in names]

	for role in MONEY_READERS:
		assert shown(small.users[role]) == whole
	assert shown(small.users[roles.BUREAU_LEADER]) == of_schools(small.urban, small.rural)
	for school in small.schools:
		assert shown(small.principal_user[school]) == shown(small.leader_user[school]) == of_schools(school)


def test_reader_of_some_schools_gets_their_total_only_where_all_of_them_are_shown(district):
	small = district

	def total(user):
		return as_table(by_school(small, user)).get(("All Schools Listed", None))

	assert total(small.principal_user[small.rural]) == (14, 14, 1850.58)
	assert total(small.principal_user[small.urban]) is None
	assert total(small.users[roles.BUREAU_LEADER]) is None
	aid(small, small.other_rural, "Grade 5", 9)
	assert total(small.users[roles.BUREAU_LEADER]) == (27, 27, 2450.58)


def test_report_by_school_offers_no_link_to_a_pupil_or_an_application(district):
	for user in (district.users[roles.BASIC_EDUCATION], district.principal_user[district.rural]):
		columns = as_(user, MODULES[BY_SCHOOL].execute, {"school_year": district.year})[0]
		assert {column.get("options") for column in columns} == {None, "Community School", "currency"}
		assert not re.search(r"AP-|AA-", answer_of(BY_SCHOOL, {"school_year": district.year}, user)[0])


def test_before_the_first_school_year_the_report_says_so(small, monkeypatch):
	monkeypatch.setattr(school_years, "newest_first", lambda: [])
	_columns, rows, message, *_ = MODULES[BY_SCHOOL].execute({})
	assert rows == [] and "No school year has begun" in message


# ------------------------------------------------------------------------------------------------- Aid Contributions


@pytest.fixture
def given_money(small):
	"""In two communities and the district: budget, schools, donors who agreed, did not agree, or stay unnamed; one reversed."""
	first = Books(FUND, small.community, "Community")
	first.contribute("2026-01-10", 100_10, remarks="测试内部备注")
	first.contribute("2026-02-10", 50_00, "School", school=small.urban)
	first.contribute("2026-03-10", 20_00, "Social Donation", donor_name=SECRET_DONOR)
	first.contribute("2026-04-10", 30_00, "Social Donation", donor_name=OPEN_DONOR, publish_name=1)
	first.contribute("2026-05-10", 5_00, "Social Donation", anonymous=1)
	first.keep()
	second = Books(OTHER_FUND, small.other_community, "Community")
	second.contribute("2026-03-15", 7_77, "Social Donation", donor_name="测试另一公开者", publish_name=1)
	second.contribute(
		"2026-03-15",
		999_99,
		"Social Donation",
		donor_name="测试冲销者",
		publish_name=1,
		reversed_on="2026-03-16",
	)
	second.keep()
	district = Books(DISTRICT_FUND)
	district.contribute("2026-03-20", 1_000_00)
	district.keep()
	draft = {
		"fund": FUND,
		"source": "Social Donation",
		"donor_name": "测试草稿者",
		"amount": 1,
		"posting_date": "2026-03-01",
	}
	write(
		"Aid Fund Contribution",
		[draft | {"docstatus": 0, "status": "Draft", "community": small.community, "publish_name": 1}],
	)


def contributed(user=None, report=INTERNAL, **filters):
	"""(rows without the total, the total, cards) of the contributions."""
	_columns, rows, _message, _chart, summary, *_ = as_(
		user or "Administrator", MODULES[report].execute, filters
	)
	total = rows.pop() if rows else None
	return rows, total, {card["label"]: card["value"] for card in summary}


PUBLIC = [
	("2026-01-10", FUND, "Appropriation", "测试区财政", 100.10),
	("2026-02-10", FUND, "School", "测试城区小学", 50),
	("2026-03-10", FUND, "Social Donation", "Anonymous Well-Wisher", 20),
	("2026-03-15", OTHER_FUND, "Social Donation", "测试另一公开者", 7.77),
	("2026-03-20", DISTRICT_FUND, "Appropriation", "测试区财政", 1000),
	("2026-04-10", FUND, "Social Donation", OPEN_DONOR, 30),
	("2026-05-10", FUND, "Social Donation", "Anonymous Well-Wisher", 5),
]


def as_published(rows):
	return [
		(str(row["posting_date"]), row["fund"], row["source"], row["contributor"], row["amount"])
		for row in rows
	]


def test_contributions_open_in_the_public_version_of_all_funds_for_everybody(small, given_money):
	leaders = [
		who[school] for who in (small.principal_user, small.leader_user) for school in small.principal_user
	]
	for user in (*leaders, *(small.users[role] for role in (*MONEY_READERS, roles.BUREAU_LEADER))):
		for filters in ({}, {"public_version": 0}, {"public_version": 1}):  # of an older version
			rows, total, cards = contributed(user, CONTRIBUTIONS, **filters)
			assert as_published(rows) == PUBLIC
			assert (total["amount"], cards) == (1212.87, {"Contributions": 7, "Sum of Money": 1212.87})


def test_internal_version_says_so_and_is_for_readers_of_contributions_only(small, given_money):
	for user in (small.principal_user[small.urban], small.leader_user[small.rural], small.clerk):
		with pytest.raises(frappe.PermissionError):
			contributed(user)
		with pytest.raises(frappe.PermissionError):
			answer_of(INTERNAL, {}, user)
	message = as_(small.users[roles.FINANCE], MODULES[INTERNAL].execute, {})[2]
	assert "internal use" in message and "Internal" in INTERNAL  # the title, which names its file
	assert set(DECLARED.runners[INTERNAL]) == {*MONEY_READERS, roles.BUREAU_LEADER}


def test_public_version_gives_nothing_away(small, given_money):
	secrets = (SECRET_DONOR, "测试冲销者", "测试草稿者", "测试内部备注", PAYMENT_REFERENCE, "AC-", "999.99")
	for user, filters in (
		(small.principal_user[small.urban], {}),
		(small.leader_user[small.rural], {"source": "Social Donation"}),
		(small.users[roles.FINANCE], {}),
	):
		text, answer = answer_of(CONTRIBUTIONS, filters, user)
		assert not [secret for secret in secrets if secret in text], user
		assert {key for row in answer["result"] for key in row} == {
			"posting_date", "fund", "source", "contributor", "amount", "currency", "is_total",
		}  # fmt: skip
		assert [column["fieldname"] for column in answer["columns"]] == [
			"posting_date", "fund", "source", "contributor", "amount",
		]  # fmt: skip
		assert OPEN_DONOR in text


def test_name_of_an_anonymous_donor_is_shown_nowhere_even_if_one_were_stored(small, given_money):
	frappe.db.set_value(
		"Aid Fund Contribution", f"AC-{FUND}-5", {"donor_name": "测试误存者", "publish_name": 1}
	)
	for name in (CONTRIBUTIONS, INTERNAL):
		assert "测试误存者" not in answer_of(name, {}, small.users[roles.FINANCE])[0]


def test_own_version_shows_each_reader_what_the_list_shows(small, given_money):
	for role in (*MONEY_READERS, roles.BUREAU_LEADER):
		user = small.users[role]
		listed = as_(
			user,
			frappe.get_list,
			"Aid Fund Contribution",
			filters={"docstatus": 1, "name": ("like", "AC-测试%")},
			pluck="name",
		)
		shown = {row["name"] for row in contributed(user)[0] if row["name"].startswith("AC-测试")}
		assert shown == set(listed), role
		assert len(listed) == (5 if role == roles.BUREAU_LEADER else 8)


def test_own_version_names_donors_and_nets_what_was_reversed(small, given_money):
	rows, total, cards = contributed(small.users[roles.FINANCE])
	by_name = {row["name"]: row for row in rows}
	assert by_name[f"AC-{FUND}-3"]["contributor"] == SECRET_DONOR
	assert (by_name[f"AC-{FUND}-3"]["may_publish"], by_name[f"AC-{FUND}-4"]["may_publish"]) == ("No", "Yes")
	assert by_name[f"AC-{FUND}-1"]["payment_reference"] == PAYMENT_REFERENCE
	assert by_name[f"AC-{FUND}-2"]["contributor"] == small.urban
	assert by_name[f"AC-{FUND}-5"]["contributor"] == "Anonymous Well-Wisher"
	assert (by_name[f"AC-{OTHER_FUND}-2"]["amount"], by_name[f"AC-{OTHER_FUND}-2"]["reversed"]) == (
		999.99,
		999.99,
	)
	assert by_name[f"AC-{OTHER_FUND}-1"]["reversed"] is None
	assert (total["amount"], total["reversed"]) == (2212.86, 999.99)
	assert cards == {"Contributions": 8, "Sum of Money": 2212.86, "Reversed": 999.99, "What Stands": 1212.87}


def test_contributions_by_fund_day_and_source(small, given_money):
	def amounts(**filters):
		return [row["amount"] for row in contributed(**filters)[0]]

	assert amounts(fund=OTHER_FUND) == [7.77, 999.99]
	assert amounts(fund=OTHER_FUND, report=CONTRIBUTIONS) == [7.77]
	assert amounts(fund=FUND, from_date="2026-02-10", to_date="2026-03-10") == [50, 20]
	assert amounts(source="School") == [50]
	assert amounts(source="Social Donation", to_date="2026-03-14") == [20]
	assert amounts(from_date="2026-05-11") == []
	leader = small.users[roles.BUREAU_LEADER]
	assert contributed(leader, fund=OTHER_FUND)[0] == []


@pytest.mark.parametrize("report", [CONTRIBUTIONS, INTERNAL])
def test_contributions_are_drawn_by_source_without_what_was_reversed(report, small, given_money):
	chart = MODULES[report].execute({})[3]
	assert chart["data"]["labels"] == ["Appropriation", "School", "Social Donation"]
	assert chart["data"]["datasets"][0]["values"] == [1100.10, 50, 62.77]


def test_without_contributions_there_is_nothing_to_add_up(small):
	_columns, rows, _message, chart, summary, *_ = MODULES[INTERNAL].execute(
		{"fund": None, "to_date": "1999-01-01"}
	)
	assert (rows, chart) == ([], None)
	assert {card["value"] for card in summary} == {0}
