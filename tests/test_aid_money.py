"""The money of the aid fund: amounts, contributions, the ledger, payments and what comes back (AID1, AID2, AID5).

What several processes do at the same instant is in test_aid_concurrency.py.
"""

import io
import json
import random
import re
from types import SimpleNamespace

import aid_builders as aid
import approvals
import frappe
import pytest
from approvals import as_, everybody
from builders import insert
from frappe import client, handler
from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs
from frappe.desk.form import save as form_save
from frappe.desk.reportview import delete_items
from frappe.utils import add_days, getdate, nowdate

from gongtongti.aid import accounts, applications, booked, contributions, inspection, ledger, payments
from gongtongti.core import money, relations
from gongtongti.core.documents import KeptRecordError
from gongtongti.gongtongti.doctype.aid_fund import aid_fund as funds
from gongtongti.gongtongti.doctype.aid_fund_contribution import aid_fund_contribution as contribution_doc
from gongtongti.organisation import names, roles

pytestmark = pytest.mark.usefixtures("posted")

FUND, ENTRY = "Aid Fund", "Aid Fund Entry"
CONTRIBUTION, DISBURSEMENT, ITEM = "Aid Fund Contribution", "Aid Disbursement", "Aid Disbursement Item"
APPLICATION, ACCESS = "Aid Application", "Pupil Record Access"


# -- helpers -----------------------------------------------------------------------------------------------------------


def entries(fund, *fields):
	fields = fields or ("seq", "kind", "amount", "balance_after")
	found = frappe.get_all(ENTRY, filters={"fund": fund}, fields=[*fields], order_by="seq")
	return [tuple(row[field] for field in fields) for row in found]


def value(doctype, name, *fields):
	found = frappe.db.get_value(doctype, name, [*fields])
	return found[0] if len(fields) == 1 and isinstance(found, (tuple, list)) else found


def said(error):
	"""Text of what was raised, without markup."""
	return re.sub(r"<[^>]+>", "", str(error.value))


def refused(kind, function, *args, user=None, **kwargs):
	"""Calls as `user` (default: whoever is signed in) and expects exactly this refusal, with words; out: the words."""
	with pytest.raises(kind) as error:
		as_(user or frappe.session.user, function, *args, **kwargs)
	assert type(error.value) is kind, type(error.value)
	assert said(error).strip()
	return said(error)


def finance(small):
	return small.users[roles.FINANCE]


def paid(small, count=2, amount=300, balance=5000, name=aid.FUND, **values):
	"""A fund with `count` approved applications of one pupil each, paid by the cashier."""
	fund = aid.fund(small, name, balance=balance)
	wanted = [aid.application(small, aid.pupil(small), fund, amount, to=aid.APPROVED) for _i in range(count)]
	return SimpleNamespace(
		fund=fund, applications=wanted, name=aid.disbursement(small, fund, wanted, **values)
	)


def approved(small, fund, amount=300, **values):
	return aid.application(small, aid.pupil(small), fund, amount, to=aid.APPROVED, **values)


def saved(doctype, name, **change):
	doc = frappe.get_doc(doctype, name)
	doc.update(change)
	return doc.save()


def queries(function):
	"""The SQL texts that a call sends."""
	database, texts = type(frappe.local.db), []
	original = database.sql

	def sql(self, query, *args, **kwargs):
		texts.append(str(query).strip())
		return original(self, query, *args, **kwargs)

	database.sql = sql
	try:
		function()
	finally:
		database.sql = original
	return texts


# -- amounts -----------------------------------------------------------------------------------------------------------

EXACT = [("0.1", 10), (0.1, 10), (0.2, 20), (0.29, 29), (1.15, 115), ("500", 50000), (500, 50000), ("1e3", 100000),
	("  7.50 ", 750), (99_999_999.99, 9_999_999_999), ("0", 0), (None, 0), ("", 0), ("-3.5", -350)]  # fmt: skip


def test_yuan_become_fen_without_loss():
	assert [(entered, money.fen(entered)) for entered, _fen in EXACT] == EXACT
	assert money.fen(0.1) + money.fen(0.2) == money.fen(0.3) == 30
	assert all(money.fen(money.yuan(amount)) == amount for amount in range(0, 2_000_000, 7))


@pytest.mark.parametrize(
	"entered",
	["0.005", 0.1 + 0.2, "1.001", "0.100000000000000000000000000000000001", "abc", "1,000", "1e99999", "1e9999999",
		"nan", "inf", "-inf", True, [5], {"a": 1}, "5 元"],
)  # fmt: skip
def test_what_is_no_exact_amount_is_refused(entered):
	refused(money.AmountError, money.fen, entered)


@pytest.mark.parametrize("entered", [0, None, "", "0.00", "-0.01", -5, "100000000", "1e30"])
def test_what_is_booked_is_above_zero_and_not_beyond_the_books(entered):
	assert "99,999,999.99" in refused(money.AmountError, money.positive_fen, entered)


def test_what_the_database_added_up_is_rounded_to_fen():
	assert money.stored_fen(sum([0.1] * 10_000)) == 100_000
	assert money.stored_fen(0.1 + 0.2) == 30
	assert money.stored_fen(None) == 0
	assert money.stored_fen(-0.07) == -7


IN_CHINESE = {
	"0": "零元整",
	"0.05": "伍分",
	"0.50": "伍角整",
	"0.55": "伍角伍分",
	"1": "壹元整",
	"10": "壹拾元整",
	"20.30": "贰拾元零叁角整",
	"100.05": "壹佰元零伍分",
	"325.04": "叁佰贰拾伍元零肆分",
	"1001.01": "壹仟零壹元零壹分",
	"1200.50": "壹仟贰佰元零伍角整",
	"1680.32": "壹仟陆佰捌拾元零叁角贰分",
	"10000": "壹万元整",
	"16409.02": "壹万陆仟肆佰零玖元零贰分",
	"100000.50": "壹拾万元零伍角整",
	"107000.53": "壹拾万柒仟元零伍角叁分",
	"200030": "贰拾万零叁拾元整",
	"100000001": "壹亿零壹元整",
	"100100000": "壹亿零壹拾万元整",
	"99999999.99": "玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分",
}


@pytest.mark.parametrize("amount", IN_CHINESE)
def test_amount_in_capital_numerals(amount):
	assert money.in_chinese(money.fen(amount)) == IN_CHINESE[amount]


def read_chinese(text):
	"""Fen of capital numerals, read back by other means than they were written by."""
	total = group = digit = 0
	for sign in text:
		if sign in "零壹贰叁肆伍陆柒捌玖":
			digit = "零壹贰叁肆伍陆柒捌玖".index(sign)
		elif sign in "拾佰仟":
			group, digit = group + digit * {"拾": 10, "佰": 100, "仟": 1000}[sign], 0
		elif sign in "万亿":
			total, group, digit = total + (group + digit) * {"万": 10**4, "亿": 10**8}[sign] * 100, 0, 0
		elif sign == "元":
			total, group, digit = total + (group + digit) * 100, 0, 0
		elif sign in "角分":
			total, digit = total + digit * {"角": 10, "分": 1}[sign], 0
	return total


def test_every_amount_in_capital_numerals_reads_back_as_itself():
	pick = random.Random(1)
	amounts = [*range(0, 30_000, 13), *(pick.randrange(10 ** pick.randrange(1, 15)) for _i in range(3000))]
	for amount in amounts:
		text = money.in_chinese(amount)
		assert read_chinese(text) == amount, text
		assert "零零" not in text and not text.startswith("零元零"), text
		assert text.endswith("整") == (amount % 10 == 0), text
	for amount in (-1, 10**14):
		with pytest.raises(ValueError):
			money.in_chinese(amount)


# -- the fund ----------------------------------------------------------------------------------------------------------


def purpose(name="Living Allowance", ceiling=500, special=1000):
	return {"purpose": name, "ceiling": ceiling, "special_ceiling": special}


def test_a_fund_begins_empty_whatever_is_typed_in(small):
	fund = aid.fund(small, " 测试   基金 ", balance=0, entry_count=7, available=500, reserved=-5,
		last_posting_date="2020-01-01", currency="USD")  # fmt: skip
	assert fund == "测试基金"
	assert aid.figures(fund) == (0, 0, 0, 0)
	assert value(FUND, fund, "last_posting_date", "currency") == (None, "CNY")


@pytest.mark.parametrize("who", ["finance", "Administrator"])
def test_figures_of_a_fund_are_not_typed_in_later(who, small):
	fund = aid.fund(small, balance=100)
	frappe.set_user(finance(small) if who == "finance" else who)
	change = {"balance": 9e6, "reserved": -1, "available": 9e6, "entry_count": 0, "last_posting_date": None}
	before = aid.figures(fund)
	saved(FUND, fund, regulations="测试", currency="USD", **change)
	client.set_value(FUND, fund, change)
	client.bulk_update(json.dumps([{"doctype": FUND, "docname": fund, **change}]))
	sheet = frappe.get_doc(FUND, fund).as_dict(convert_dates_to_str=True) | change
	client.save(frappe.as_json(sheet | {"flags": {"ignore_validate": True}}))
	assert aid.figures(fund) == before == (10000, 0, 10000, 1)
	assert value(FUND, fund, "regulations", "currency") == ("测试", "CNY")
	assert value(FUND, fund, "last_posting_date") == getdate()


def test_a_save_that_calls_itself_a_discard_is_checked_all_the_same(small):
	"""v16 keeps `_action` from the client, and a discard runs no checks."""
	fund = aid.fund(small, balance=100)
	draft, booked_one = aid.contribution(small, fund, 5, submit=False), aid.contribution(small, fund, 7)
	frappe.set_user(finance(small))
	forged = {"_action": "discard", "balance": 9e6, "status": "Closed"}
	for doctype, name, kind, more in (
		(FUND, fund, funds.FundNotEmptyError, {}),
		(CONTRIBUTION, booked_one, booked.BookedError, {"amount": 9e6}),
		(CONTRIBUTION, booked_one, frappe.DocstatusTransitionError, {"docstatus": 0}),
		(CONTRIBUTION, draft, money.AmountError, {"amount": "0.001"}),
		(CONTRIBUTION, draft, frappe.DocstatusTransitionError, {"docstatus": 2}),
	):
		row = frappe.get_doc(doctype, name).as_dict(convert_dates_to_str=True)
		refused(kind, client.save, frappe.as_json(row | forged | more))
	frappe.set_user("Administrator")
	[entry, _other] = frappe.get_all(ENTRY, {"fund": fund}, pluck="name")
	sheet = frappe.get_doc(ENTRY, entry).as_dict(convert_dates_to_str=True) | forged
	refused(KeptRecordError, client.save, frappe.as_json(sheet))
	assert aid.figures(fund) == (10700, 0, 10700, 2)
	assert value(FUND, fund, "status") == "In Operation"
	assert value(CONTRIBUTION, booked_one, "amount") == 7


def test_a_communitys_fund_names_it_and_the_districts_names_none(small):
	frappe.set_user(finance(small))
	refused(funds.FundLevelError, aid.fund, small, community=None)
	fund = aid.fund(small, "测试区级基金", level="District", community=small.community)
	assert value(FUND, fund, "community") is None


def test_level_and_community_stay_once_money_has_moved(small):
	fund = aid.fund(small)
	frappe.set_user(finance(small))
	saved(FUND, fund, community=small.other_community)
	saved(FUND, fund, community=small.community)
	aid.contribution(small, fund, 1)
	refused(funds.FundLevelError, saved, FUND, fund, community=small.other_community)
	refused(funds.FundLevelError, saved, FUND, fund, fund_level="District")
	saved(FUND, fund, regulations="测试")


@pytest.mark.parametrize(
	("purposes", "kind"),
	[
		([purpose(), purpose(ceiling=1)], funds.PurposesError),
		([purpose(ceiling=500, special=499.99)], funds.PurposesError),
		([purpose(ceiling=0)], money.AmountError),
		([purpose(ceiling=-5)], money.AmountError),
		([purpose(special=None)], money.AmountError),
		([purpose(ceiling="200.555")], money.AmountError),
		([purpose(special="很多")], money.AmountError),
		([], frappe.MandatoryError),
	],
)
def test_purposes_that_do_not_go(purposes, kind, small):
	frappe.set_user(finance(small))
	with pytest.raises(kind):
		insert(FUND, fund_name="测试基金", fund_level="District", opened_on="2020-09-01", purposes=purposes)


def test_ceilings_may_be_equal_and_are_exact(small):
	fund = aid.fund(small, purposes={"Meals": ("0.1", "0.1"), "Boarding": (200.07, 99_999_999.99)})
	rows = frappe.get_all(
		"Aid Fund Purpose", {"parent": fund}, ["ceiling", "special_ceiling"], order_by="idx"
	)
	assert [(row.ceiling, row.special_ceiling) for row in rows] == [(0.1, 0.1), (200.07, 99_999_999.99)]


def test_a_fund_is_closed_when_nothing_is_left_in_it(small):
	fund = aid.fund(small, balance=100)
	contribution = value(CONTRIBUTION, {"fund": fund}, "name")
	frappe.set_user(finance(small))
	assert "100.00" in refused(funds.FundNotEmptyError, saved, FUND, fund, status="Closed")
	contributions.reverse(contribution, "测试")
	saved(FUND, fund, status="Closed")
	for function in (lambda: aid.contribution(small, fund, 1), lambda: ledger.reserve(fund, 1)):
		refused(ledger.FundClosedError, function)
	saved(FUND, fund, status="In Operation")
	aid.contribution(small, fund, 1)


def test_a_fund_keeps_its_name_and_stays_once_money_has_moved(small):
	fund, other = aid.fund(small, balance=1), aid.fund(small, "测试空基金")
	for user in (finance(small), "Administrator"):
		frappe.set_user(user)
		for rename in (
			lambda: frappe.rename_doc(FUND, fund, "别的名字"),
			lambda: client.rename_doc(FUND, fund, "别的名字"),
			lambda: frappe.get_doc(FUND, fund).rename("别的名字"),
			lambda: frappe.rename_doc(FUND, fund, other, merge=True),
			lambda: frappe.rename_doc(FUND, fund, "别的名字", force=True),
			lambda: saved(FUND, fund, fund_name="别的名字"),
		):
			with pytest.raises((frappe.ValidationError, frappe.PermissionError)):
				rename()
		assert frappe.db.exists(FUND, fund)
	refused(funds.FundNameError, frappe.rename_doc, FUND, fund, "别的名字", force=True)
	refused(funds.FundNotEmptyError, frappe.delete_doc, FUND, fund)
	with pytest.raises(frappe.PermissionError):
		as_(finance(small), client.delete, FUND, other)  # the right is nobody's
	frappe.delete_doc(FUND, other)
	assert not frappe.db.exists(FUND, other)


@pytest.mark.parametrize(
	("name", "kind"), [("长" * 101, funds.FundNameError), ("<b>基金</b>", names.NameUnfitError)]
)
def test_names_that_do_not_fit_a_fund(name, kind, small):
	frappe.set_user(finance(small))
	refused(kind, aid.fund, small, name)
	assert aid.contribution(small, aid.fund(small, "长" * 100), 1)


# -- contributions -----------------------------------------------------------------------------------------------------


def test_a_contribution_is_booked_once_with_its_entry(small):
	fund = aid.fund(small)
	name = aid.contribution(small, fund, 1234.56, payment_reference="T-1")
	[entry] = frappe.get_all(ENTRY, {"fund": fund}, ["*"])
	assert (entry.seq, entry.kind, entry.amount, entry.balance_after) == (1, "Contribution", 1234.56, 1234.56)
	assert (entry.reference_doctype, entry.reference_name) == (CONTRIBUTION, name)
	assert (entry.posting_date, entry.currency, entry.booked_by) == (getdate(), "CNY", finance(small))
	assert (entry.name, entry.posting_key, entry.community) == (
		f"{fund}-000001",
		f"{CONTRIBUTION}:{name}",
		small.community,
	)
	assert value(CONTRIBUTION, name, "status", "entry", "docstatus") == ("In the Ledger", entry.name, 1)
	assert aid.figures(fund) == (123456, 0, 123456, 1)
	assert ledger.verify() == {}


def test_ten_thousand_small_entries_add_up_exactly(small):
	fund = aid.fund(small)
	amounts = [(1, 7, 10, 20, 29, 3)[i % 6] for i in range(9_998)] + [money.MOST, 1]
	postings = [
		ledger.Posting("Contribution", amount, f"test:{i}", CONTRIBUTION, f"T{i}")
		for i, amount in enumerate(amounts)
	]
	as_(finance(small), ledger.post, fund, postings)
	assert aid.figures(fund) == (sum(amounts), 0, sum(amounts), 10_000)
	assert [money.stored_fen(row[0]) for row in entries(fund, "amount")] == amounts
	assert money.stored_fen(entries(fund, "balance_after")[-1][0]) == sum(amounts)
	assert ledger.verify() == {}


def test_a_tenth_and_two_tenths_are_three_tenths(small):
	fund = aid.fund(small)
	aid.contribution(small, fund, 0.1)
	aid.contribution(small, fund, "0.2")
	assert entries(fund, "amount", "balance_after") == [(0.1, 0.1), (0.2, 0.3)]
	aid.contribution(small, fund, 99_999_999.99)
	assert value(FUND, fund, "balance") == 100_000_000.29


@pytest.mark.parametrize("amount", [0, -1, "0.001", "一百", None, 100_000_000])
def test_amounts_that_are_not_booked(amount, small):
	fund = aid.fund(small)
	frappe.set_user(finance(small))
	refused(money.AmountError, aid.contribution, small, fund, amount)
	assert aid.figures(fund) == (0, 0, 0, 0)


def given(small, fund, **values):
	values.setdefault("source", "Social Donation")
	return aid.contribution(small, fund, 5, submit=False, **values)


def test_of_an_anonymous_donor_no_name_is_stored(small):
	fund = aid.fund(small)
	name = given(small, fund, donor_name="测试善人", publish_name=1)
	assert value(CONTRIBUTION, name, "donor_name", "publish_name") == ("测试善人", 1)
	as_(finance(small), saved, CONTRIBUTION, name, anonymous=1)
	assert value(CONTRIBUTION, name, "donor_name", "publish_name", "anonymous") == (None, 0, 1)
	anonymous = given(small, fund, donor_name="测试善人二", anonymous=1, publish_name=1, school=small.urban)
	assert value(CONTRIBUTION, anonymous, "donor_name", "publish_name", "school") == (None, 0, None)
	for doctype in ("Version", "Comment", "Activity Log", "Deleted Document"):
		texts = frappe.get_all(doctype, fields=["*"])
		assert not any("测试善人" in str(row) for row in texts), doctype


def test_who_gave_is_said_as_the_source_wants_it(small):
	fund = aid.fund(small)
	school = given(small, fund, source="School", school=small.rural, donor_name="测试善人", anonymous=1)
	assert value(CONTRIBUTION, school, "school", "donor_name", "anonymous") == (small.rural, None, 0)
	budget = given(
		small, fund, source="Appropriation", donor_name=" 测试区  财政 ", school=small.rural, anonymous=1
	)
	assert value(CONTRIBUTION, budget, "school", "donor_name", "anonymous") == (None, "测试区财政", 0)
	frappe.set_user(finance(small))
	for values in (
		{"source": "School"},
		{"source": "Social Donation"},
		{"source": "Social Donation", "donor_name": "  "},
		{"source": "Appropriation", "donor_name": None, "anonymous": 1},
	):
		refused(contribution_doc.GiverError, given, small, fund, **values)
	refused(names.NameUnfitError, given, small, fund, donor_name="<img src=x>")


def test_a_school_gives_to_the_fund_of_its_own_community(small):
	fund, district = aid.fund(small), aid.fund(small, "测试区级基金", level="District")
	frappe.set_user(finance(small))
	said_so = refused(
		contribution_doc.GiverError, given, small, fund, source="School", school=small.other_rural
	)
	assert small.other_rural in said_so
	given(small, district, source="School", school=small.other_rural)
	frappe.set_user("Administrator")
	row = frappe.get_all(
		"Community Member School", {"parent": small.community, "school": small.rural}, pluck="name"
	)
	frappe.db.set_value("Community Member School", row, "left_on", add_days(nowdate(), -10))
	frappe.set_user(finance(small))
	refused(contribution_doc.GiverError, given, small, fund, source="School", school=small.rural)
	given(small, fund, source="School", school=small.rural, received_on=add_days(nowdate(), -10))


def test_days_that_lie_ahead_or_back_are_not_booked(small):
	fund = aid.fund(small)
	frappe.set_user(finance(small))
	refused(
		contribution_doc.ReceivedAheadError,
		aid.contribution,
		small,
		fund,
		5,
		received_on=add_days(nowdate(), 1),
	)
	refused(ledger.PostingDateError, aid.contribution, small, fund, 5, posting_date=add_days(nowdate(), 1))
	aid.contribution(small, fund, 5, posting_date=add_days(nowdate(), -3))
	refused(ledger.PostingDateError, aid.contribution, small, fund, 5, posting_date=add_days(nowdate(), -4))
	aid.contribution(small, fund, 5, posting_date=add_days(nowdate(), -3))
	aid.contribution(small, fund, 5)
	assert [row[0] for row in entries(fund, "seq")] == [1, 2, 3]


def test_computed_fields_of_a_contribution_are_put_back(small):
	fund = aid.fund(small)
	forged = {"status": "Reversed", "entry": None, "reversal_reason": "x", "community": small.other_community,
		"currency": "USD"}  # fmt: skip
	name = aid.contribution(small, fund, 5, submit=False, **forged)
	fields = ("status", "entry", "reversal_entry", "reversal_reason", "community", "currency")
	clean = ("Draft", None, None, None, small.community, "CNY")
	assert value(CONTRIBUTION, name, *fields) == clean
	as_(finance(small), saved, CONTRIBUTION, name, **forged)
	assert value(CONTRIBUTION, name, *fields) == clean


def test_system_accounts_and_others_book_nothing(small):
	fund = aid.fund(small)
	name = aid.contribution(small, fund, 5, submit=False)
	refused(ledger.SystemAccountError, lambda: frappe.get_doc(CONTRIBUTION, name).submit())
	for user in everybody(small):
		if user not in (finance(small), small.cashier, "Administrator"):
			with pytest.raises(frappe.PermissionError):
				as_(user, lambda: frappe.get_doc(CONTRIBUTION, name).submit())
			with pytest.raises(frappe.PermissionError):
				as_(user, ledger.post, fund, [ledger.Posting("Contribution", 1, "k", CONTRIBUTION, name)])
	assert aid.figures(fund) == (0, 0, 0, 0)


def test_only_drafts_of_contributions_are_deleted(small):
	fund = aid.fund(small)
	draft, done = aid.contribution(small, fund, 5, submit=False), aid.contribution(small, fund, 5)
	as_(finance(small), frappe.delete_doc, CONTRIBUTION, draft)
	assert not frappe.db.exists(CONTRIBUTION, draft)
	for user in (finance(small), "Administrator"):
		with pytest.raises(frappe.ValidationError):
			as_(user, frappe.delete_doc, CONTRIBUTION, done)
	refused(booked.BookedError, frappe.get_doc(CONTRIBUTION, done).on_trash)


def test_a_contribution_is_reversed_once_by_a_counter_entry(small):
	fund = aid.fund(small)
	name, other = aid.contribution(small, fund, 70.07), aid.contribution(small, fund, 30)
	entry = as_(small.cashier, contributions.reverse, name, "  记错基金 ")
	assert entries(fund)[-1] == (3, "Correction", -70.07, 30.0)
	row = frappe.get_doc(ENTRY, entry)
	assert (row.corrects, row.remarks, row.reference_name) == (f"{fund}-000001", "记错基金", name)
	assert value(CONTRIBUTION, name, "status", "reversal_entry", "reversal_reason") == (
		"Reversed",
		entry,
		"记错基金",
	)
	frappe.set_user(small.cashier)
	assert name in refused(contributions.NotBookedError, contributions.reverse, name, "再一次")
	draft = aid.contribution(small, fund, 5, submit=False)
	refused(contributions.NotBookedError, contributions.reverse, draft, "测试")
	refused(ledger.ReasonMissingError, contributions.reverse, other, "  ")
	refused(frappe.DoesNotExistError, contributions.reverse, "AC-0000-00000", "测试")
	assert aid.figures(fund) == (3000, 0, 3000, 3)
	assert ledger.verify() == {}


def test_what_is_promised_or_paid_is_not_reversed(small):
	fund = aid.fund(small)
	name = aid.contribution(small, fund, 500)
	application = approved(small, fund, 300)
	frappe.set_user(small.cashier)
	assert "300.00" in refused(ledger.NotEnoughMoneyError, contributions.reverse, name, "测试")
	aid.disbursement(small, fund, [application])
	refused(ledger.NotEnoughMoneyError, contributions.reverse, name, "测试")
	aid.contribution(small, fund, 300)
	contributions.reverse(name, "测试")
	assert aid.figures(fund) == (0, 0, 0, 4)


def test_a_reason_is_stored_without_anything_that_runs(small):
	fund = aid.fund(small, balance=5)
	name = value(CONTRIBUTION, {"fund": fund}, "name")
	as_(finance(small), contributions.reverse, name, "错了<script>alert(1)</script>")
	assert "<script" not in value(CONTRIBUTION, name, "reversal_reason")
	assert "<script" not in entries(fund, "remarks")[-1][0]


def test_nobody_but_the_finance_section_calls_what_moves_or_shows_money(small, live):
	case = paid(small, count=1)
	waiting = approved(small, case.fund, purpose="Books and Supplies", amount=10)
	contribution = value(CONTRIBUTION, {"fund": case.fund}, "name")
	calls = {
		"reverse": lambda: contributions.reverse(contribution, "测试"),
		"return": lambda: payments.return_payment(case.name, case.applications[0], "测试", True),
		"payees": lambda: payments.payees(case.name),
		"bank file": lambda: payments.bank_file(case.name),
		"payable": lambda: payments.payable(case.fund),
		"pay": lambda: aid.disbursement(small, case.fund, [waiting], by=frappe.session.user),
	}
	before = aid.figures(case.fund)
	seen = frappe.db.count(ACCESS)
	for user in everybody(small):
		if user not in (finance(small), small.cashier):
			for call in calls.values():
				with pytest.raises(frappe.PermissionError):
					as_(user, call)
	assert aid.figures(case.fund) == before
	assert frappe.db.count(ACCESS) == seen


# -- the doors of the framework ----------------------------------------------------------------------------------------


def sheet(doctype, name, **change):
	"""The document as a form would send it, with everything forged that can be."""
	row = frappe.get_doc(doctype, name).as_dict(convert_dates_to_str=True)
	forged = {"flags": {"ignore_validate": True, "ignore_permissions": True, "by_change": "x"},
		"ignore_linked_doctypes": [ENTRY], "_doc_before_save": {"docstatus": 0}, "__unsaved": 1}  # fmt: skip
	return frappe.as_json({**row, **forged, **change})


def as_form(arguments, function):
	before, frappe.local.form_dict = frappe.local.form_dict, frappe._dict(arguments)
	try:
		return function()
	finally:
		frappe.local.form_dict = before


CHANGE = {"amount": 9e6, "total": 9e6, "balance_after": 9e6, "remarks": "改", "status": "Draft"}
EDITING = {
	"save": lambda dt, n: saved(dt, n, **CHANGE),
	"save with rows": lambda dt, n: saved(dt, n, items=[], **CHANGE),
	"client.save": lambda dt, n: client.save(sheet(dt, n, **CHANGE)),
	"client.save, discarding": lambda dt, n: client.save(sheet(dt, n, _action="discard", **CHANGE)),
	"client.save as a draft": lambda dt, n: client.save(sheet(dt, n, docstatus=0, **CHANGE)),
	"client.set_value": lambda dt, n: client.set_value(dt, n, CHANGE),
	"client.set_value of one field": lambda dt, n: client.set_value(dt, n, "remarks", "改"),
	"client.bulk_update": lambda dt, n: client.bulk_update(
		json.dumps([{"doctype": dt, "docname": n, **CHANGE}])
	),
	"savedocs save": lambda dt, n: form_save.savedocs(sheet(dt, n, **CHANGE), "Save"),
	"savedocs update": lambda dt, n: form_save.savedocs(sheet(dt, n, **CHANGE), "Update"),
	"savedocs submit": lambda dt, n: form_save.savedocs(sheet(dt, n, **CHANGE), "Submit"),
	"client.submit": lambda dt, n: client.submit(sheet(dt, n, **CHANGE)),
	"bulk edit": lambda dt, n: submit_cancel_or_update_docs(dt, json.dumps([n]), "update", CHANGE),
	"submit again": lambda dt, n: frappe.get_doc(dt, n).submit(),
	"run_doc_method": lambda dt, n: handler.run_doc_method("submit", docs=sheet(dt, n, **CHANGE)),
}
REMOVING = {
	"cancel": lambda dt, n: frappe.get_doc(dt, n).cancel(),
	"docstatus 2": lambda dt, n: saved(dt, n, docstatus=2),
	"client.cancel": lambda dt, n: client.cancel(dt, n),
	"form cancel": lambda dt, n: form_save.cancel(dt, n),
	"form discard": lambda dt, n: form_save.discard(dt, n),
	"savedocs cancel": lambda dt, n: form_save.savedocs(sheet(dt, n), "Cancel"),
	"bulk cancel": lambda dt, n: submit_cancel_or_update_docs(dt, json.dumps([n]), "cancel"),
	"delete": lambda dt, n: frappe.delete_doc(dt, n),
	"client.delete": lambda dt, n: client.delete(dt, n),
	"doc.delete": lambda dt, n: frappe.get_doc(dt, n).delete(),
	"list delete": lambda dt, n: as_form({"items": json.dumps([n]), "doctype": dt}, delete_items),
	"rename": lambda dt, n: frappe.rename_doc(dt, n, "X-000099"),
	"rename by force": lambda dt, n: frappe.rename_doc(dt, n, "X-000099", force=True),
	"client.rename_doc": lambda dt, n: client.rename_doc(dt, n, "X-000099"),
	"run_doc_method": lambda dt, n: handler.run_doc_method("cancel", dt=dt, dn=n),
}


@pytest.fixture(scope="module")
def books(small, no_mails):
	"""A fund with a contribution, a payment of two applications and a draft of each, committed; removed afterwards."""
	frappe.set_user("Administrator")
	began = frappe.utils.now()
	case = paid(small, name="测试提交账本", balance=3000)
	case.contribution = value(CONTRIBUTION, {"fund": case.fund}, "name")
	case.waiting = approved(small, case.fund)
	case.draft = aid.disbursement(small, case.fund, [case.waiting], submit=False)
	case.draft_contribution = aid.contribution(small, case.fund, 77, submit=False)
	case.entries = frappe.get_all(ENTRY, {"fund": case.fund}, pluck="name", order_by="seq")
	frappe.db.commit()
	yield case
	frappe.set_user("Administrator")
	frappe.db.rollback()
	aid.remove_fund(case.fund)
	approvals.sweep_traces(began)
	frappe.db.commit()
	frappe.clear_cache()


def come_through(door_table, users, documents, fund):
	"""Tries doors; out: those that raised nothing and changed something, or changed something although they raised."""
	before, through = aid.books(fund), []
	for user in users:
		for doctype, name in documents:
			for label, door in door_table.items():
				frappe.set_user(user)
				try:
					door(doctype, name)
				except Exception:
					frappe.db.rollback()
				if aid.books(fund) != before:
					through.append((label, user, doctype))
				frappe.db.rollback()
				frappe.clear_document_cache(doctype, name)
				frappe.local.message_log = []
	frappe.set_user("Administrator")
	assert aid.books(fund) == before
	return through


def test_no_door_changes_or_removes_what_is_booked(small, books):
	documents = [(ENTRY, books.entries[1]), (CONTRIBUTION, books.contribution), (DISBURSEMENT, books.name)]
	users = [finance(small), small.cashier, "Administrator"]
	assert come_through(EDITING, users, documents, books.fund) == []
	assert come_through(REMOVING, users, documents, books.fund) == []


def test_the_same_doors_are_open_for_drafts(small, books):
	"""Doors that were closed to everything would prove nothing."""
	table = {key: EDITING[key] for key in ("save", "client.save", "client.set_value", "savedocs save")}
	table = {key: lambda dt, n, door=door: door(dt, n) for key, door in table.items()} | {
		"delete": REMOVING["client.delete"]
	}
	documents = [(CONTRIBUTION, books.draft_contribution)]
	through = come_through(table, [small.cashier], documents, books.fund)
	assert {label for label, _user, _doctype in through} == set(table)


def test_entries_are_not_entered_by_hand_or_imported(small, books):
	row = frappe.get_doc(ENTRY, books.entries[0]).as_dict(convert_dates_to_str=True)
	row |= {"name": f"{books.fund}-000009", "posting_key": "x", "seq": 9}
	ways = (
		lambda: client.insert(frappe.as_json(row)),
		lambda: client.insert_many(frappe.as_json([row])),
		lambda: form_save.savedocs(frappe.as_json(row | {"__islocal": 1}), "Save"),
		lambda: frappe.get_doc(row).insert(ignore_permissions=True),
		lambda: frappe.get_doc(row | {"__newname": row["name"]}).save(),
		lambda: import_row(ENTRY, row),
	)
	for user in (small.cashier, "Administrator"):
		for way in ways:
			with pytest.raises((frappe.PermissionError, KeptRecordError, frappe.ValidationError)):
				as_(user, way)
			frappe.db.rollback()
	assert frappe.db.count(ENTRY, {"fund": books.fund}) == len(books.entries)
	assert not frappe.get_meta(ENTRY).allow_import
	assert not any(p.write or p.create or p.delete for p in frappe.get_meta(ENTRY).permissions)


def import_row(doctype, row):
	"""As Data Import inserts a row; what it refuses at its own door is another matter."""
	frappe.flags.in_import = True
	try:
		doc = frappe.get_doc(row)
		doc.flags.updater_reference = {"doctype": "Data Import", "docname": "x", "label": "x"}
		doc.insert()
	finally:
		frappe.flags.in_import = False


def test_rows_of_a_payment_are_not_written_by_themselves(small, books):
	[row, _other] = frappe.get_all(ITEM, {"parent": books.name}, pluck="name")
	table = {
		"client.set_value": lambda dt, n: client.set_value(dt, n, "amount", 9e6),
		"client.set_value of the state": lambda dt, n: client.set_value(dt, n, "status", "To Pay"),
		"save": lambda dt, n: saved(dt, n, amount=9e6),
		"client.delete": lambda dt, n: client.delete(dt, n),
		"delete": lambda dt, n: frappe.delete_doc(dt, n),
		"insert": lambda dt, n: client.insert(
			{
				"doctype": dt,
				"parent": books.name,
				"parenttype": DISBURSEMENT,
				"parentfield": "items",
				"application": books.waiting,
			}
		),
	}
	assert come_through(table, [small.cashier, "Administrator"], [(ITEM, row)], books.fund) == []


@pytest.fixture(scope="module")
def rest(small):
	client = approvals.Http([finance(small), small.cashier, "Administrator"])
	yield client
	client.close()


def test_rest_changes_nothing_that_is_booked(small, books, rest):
	before = aid.books(books.fund)
	documents = [(ENTRY, books.entries[1]), (CONTRIBUTION, books.contribution), (DISBURSEMENT, books.name)]
	for user in (finance(small), "Administrator"):
		for doctype, name in documents:
			one, two = f"/api/resource/{doctype}/{name}", f"/api/v2/document/{doctype}/{name}/"
			answers = [
				rest(user, "PUT", one, CHANGE),
				rest(user, "PUT", one, {"docstatus": 2}),
				rest(user, "DELETE", one),
				rest(user, "PATCH", two, CHANGE),
				rest(user, "DELETE", two),
				rest(user, "POST", f"/api/resource/{doctype}", {"name": "X-1", **CHANGE}),
				rest(user, "POST", f"{two}method/cancel", {}),
			]
			assert all(answer.status >= 400 for answer in answers), [answer.status for answer in answers]
	frappe.db.rollback()
	assert aid.books(books.fund) == before


def test_a_payment_request_that_is_repeated_pays_once(small, books, rest):
	"""PUT docstatus 1, three times; then the client's own way, with the document as it was before."""
	path = f"/api/resource/{DISBURSEMENT}/{books.draft}"
	stale = rest(small.cashier, "GET", path).data["data"]
	before = aid.figures(books.fund)
	frappe.db.commit()
	answers = [rest(small.cashier, "PUT", path, {"docstatus": 1}) for _i in range(3)]
	answers.append(
		rest(small.cashier, "POST", "/api/method/frappe.client.submit", {"doc": json.dumps(stale)})
	)
	frappe.db.rollback()
	assert [answer.status < 400 for answer in answers] == [True, False, False, False]
	balance, reserved, available, count = before
	assert aid.figures(books.fund) == (balance - 30000, reserved - 30000, available, count + 1)
	assert ledger.verify() == {}
	frappe.db.commit()


# -- payments ----------------------------------------------------------------------------------------------------------


def test_a_disbursement_takes_pupil_purpose_and_amount_from_the_applications(small):
	fund = aid.fund(small, balance=5000)
	one, two = approved(small, fund, 300), approved(small, fund, 200.07, purpose="Books and Supplies")
	frappe.set_user(small.cashier)
	doc = insert(
		DISBURSEMENT,
		fund=fund,
		community=small.other_community,
		currency="USD",
		total=9e6,
		item_count=9,
		returned_total=5,
		status="Paid Out",
		paid_by=finance(small),
		preparation=7,
		prepared_by=finance(small),
		items=[
			{
				"application": one,
				"amount": 9e6,
				"purpose": "Meals",
				"status": "Paid Out",
				"return_reason": "x",
			},
			{"application": two, "pupil": value(APPLICATION, one, "pupil"), "returned_on": nowdate()},
		],
	)
	doc.reload()
	wanted = [(value(APPLICATION, name, "pupil"), name) for name in (one, two)]
	assert [(row.pupil, row.application) for row in doc.items] == wanted
	rows = [
		(row.purpose, row.amount, row.status, row.entry, row.returned_on, row.return_reason)
		for row in doc.items
	]
	assert rows == [
		("Living Allowance", 300, "To Pay", None, None, None),
		("Books and Supplies", 200.07, "To Pay", None, None, None),
	]
	assert (doc.total, doc.item_count, doc.returned_total) == (500.07, 2, 0)
	assert (doc.status, doc.paid_by, doc.preparation, doc.prepared_by) == ("Draft", None, 0, None)
	assert (doc.community, doc.currency) == (small.community, "CNY")
	assert aid.figures(fund)[3] == 1


def test_paying_books_one_entry_for_each_application(small):
	fund = aid.fund(small, balance=5000)
	one, two = approved(small, fund, 300), approved(small, fund, 200.07, purpose="Books and Supplies")
	assert aid.figures(fund) == (500000, 50007, 449993, 1)
	name = aid.disbursement(small, fund, [two, one], payment_reference="测试流水-1")
	assert aid.figures(fund) == (449993, 0, 449993, 3)
	assert entries(fund)[1:] == [(2, "Aid Payment", -200.07, 4799.93), (3, "Aid Payment", -300.0, 4499.93)]
	fields = (
		"reference_doctype",
		"reference_name",
		"application",
		"purpose",
		"posting_key",
		"remarks",
		"booked_by",
	)
	assert entries(fund, *fields)[1:] == [
		(
			DISBURSEMENT,
			name,
			two,
			"Books and Supplies",
			f"{APPLICATION}:{two}:{name}",
			"测试流水-1",
			small.cashier,
		),
		(
			DISBURSEMENT,
			name,
			one,
			"Living Allowance",
			f"{APPLICATION}:{one}:{name}",
			"测试流水-1",
			small.cashier,
		),
	]
	doc = frappe.get_doc(DISBURSEMENT, name)
	assert (doc.docstatus, doc.status, doc.paid_by, doc.total) == (1, "Paid Out", small.cashier, 500.07)
	assert [(row.status, row.entry) for row in doc.items] == [
		("Paid Out", f"{fund}-000002"),
		("Paid Out", f"{fund}-000003"),
	]
	for application in (one, two):
		assert value(APPLICATION, application, "status", "disbursement", "paid_on") == (
			"Paid Out",
			name,
			getdate(),
		)
	assert ledger.verify() == {}


def test_rows_that_cannot_be_paid(small):
	fund, other = aid.fund(small, balance=2000), aid.fund(small, "测试另一基金", balance=2000)
	ready, elsewhere = approved(small, fund), approved(small, other)
	pending = aid.application(small, aid.pupil(small), fund, to=aid.FINANCE)
	done = approved(small, fund)
	aid.disbursement(small, fund, [done])
	frappe.set_user(small.cashier)
	for rows, kind in (
		([ready, ready], payments.RepeatedApplicationError),
		([ready, None], payments.RepeatedApplicationError),
		([ready, elsewhere], applications.NotPayableError),
		([pending], applications.NotPayableError),
		([done], applications.NotPayableError),
		(["AA-0000-00000"], frappe.LinkValidationError),
		([], frappe.MandatoryError),
	):
		for submit in (False, True):
			with pytest.raises(kind):
				aid.disbursement(small, fund, rows, submit=submit)
	assert aid.figures(fund) == (170000, 30000, 140000, 2)


def test_an_application_that_stopped_meanwhile_is_not_paid(small):
	fund = aid.fund(small, balance=1000)
	application = approved(small, fund)
	name = aid.disbursement(small, fund, [application], submit=False)
	as_(small.leader_user[small.rural], applications.stop, application, "测试原因")
	frappe.set_user(small.cashier)
	refused(applications.NotPayableError, lambda: frappe.get_doc(DISBURSEMENT, name).submit())
	assert aid.figures(fund) == (100000, 0, 100000, 1)


def test_who_sent_or_signed_an_application_does_not_pay_it(small):
	fund = aid.fund(small, balance=2000)
	mine, others = approved(small, fund), approved(small, fund)
	signers = {row.signer for row in frappe.get_doc(APPLICATION, mine).signatures}
	assert finance(small) in signers and small.cashier not in signers
	said_so = refused(payments.SamePersonError, aid.disbursement, small, fund, [mine], by=finance(small))
	assert mine in said_so
	# the sender, too: even one who comes to the finance section afterwards
	sender = value(APPLICATION, others, "submitted_by")
	frappe.get_doc("User", sender).add_roles(roles.FINANCE)
	relations.forget()
	refused(payments.SamePersonError, aid.disbursement, small, fund, [mine, others], by=sender)
	assert {row.application for row in as_(small.cashier, payments.payable, fund)} == {mine, others}
	assert as_(finance(small), payments.payable, fund) == as_(sender, payments.payable, fund) == []
	aid.disbursement(small, fund, [mine, others])
	assert as_(small.cashier, payments.payable, fund) == []


def test_who_only_sent_it_back_may_pay(small):
	fund = aid.fund(small, balance=2000)
	application = aid.application(small, aid.pupil(small), fund, to=aid.FINANCE)
	chief = finance(small)
	frappe.db.set_value("User", chief, "enabled", 0)  # else the cashier has nothing to sign
	aid.sign(small.cashier, application, "Send Back", "测试原因")
	frappe.db.set_value("User", chief, "enabled", 1)
	aid.bring(small, application, aid.APPROVED)
	aid.disbursement(small, fund, [application])


def test_what_may_be_paid_is_listed_by_number(small):
	fund = aid.fund(small, balance=2000)
	names = [approved(small, fund), approved(small, fund, 200.5, purpose="Books and Supplies")]
	rows = as_(small.cashier, payments.payable, fund)
	assert [(row.application, row.amount, row.purpose) for row in rows] == [
		(names[0], 300, "Living Allowance"),
		(names[1], 200.5, "Books and Supplies"),
	]
	assert set(rows[0]) == {"application", "pupil", "school_year", "term", "purpose", "amount"}


def test_a_payment_has_a_reference_that_no_other_payment_of_the_fund_has(small):
	fund, other = aid.fund(small, balance=2000), aid.fund(small, "测试另一基金", balance=2000)
	names = [approved(small, fund) for _i in range(3)]
	elsewhere = approved(small, other)
	frappe.set_user(small.cashier)
	for missing in (None, "", "   "):
		refused(
			ledger.PaymentReferenceError,
			aid.disbursement,
			small,
			fund,
			names[:1],
			payment_reference=missing,
		)
	first = aid.disbursement(small, fund, names[:1], payment_reference="流水 A1")
	for again in ("流水 A1", " 流水  a1 "):
		assert first in refused(
			ledger.PaymentReferenceError,
			aid.disbursement,
			small,
			fund,
			names[1:2],
			payment_reference=again,
		)
	draft = aid.disbursement(small, fund, names[1:2], payment_reference="流水 A1", submit=False)
	assert value(DISBURSEMENT, draft, "docstatus") == 0
	aid.disbursement(small, other, [elsewhere], payment_reference="流水 A1")
	aid.disbursement(small, fund, names[2:], payment_reference="流水 A2")


def test_a_reference_taken_at_the_same_instant_is_refused_by_the_database(small, monkeypatch):
	fund = aid.fund(small, balance=2000)
	one, two = approved(small, fund), approved(small, fund)
	aid.disbursement(small, fund, [one], payment_reference="流水 A1")
	before = aid.figures(fund)
	# as if it had been read before the other's commit
	monkeypatch.setattr(ledger, "_refuse_reference", lambda reference, document="": document or seen())
	frappe.set_user(small.cashier)
	refused(Seen, aid.disbursement, small, fund, [two], payment_reference="流水 A1")
	assert aid.figures(fund) == before


class Seen(Exception):
	"""The unique key said no."""


def seen():
	raise Seen("the unique key said no")


def test_administrator_pays_nothing(small):
	fund = aid.fund(small, balance=2000)
	name = aid.disbursement(small, fund, [approved(small, fund)], submit=False)
	refused(ledger.SystemAccountError, lambda: frappe.get_doc(DISBURSEMENT, name).submit())
	assert aid.figures(fund)[3] == 1


def test_days_ahead_and_closed_funds_are_not_paid(small):
	fund = aid.fund(small, balance=2000)
	application = approved(small, fund)
	frappe.set_user(small.cashier)
	for day in (add_days(nowdate(), 1), add_days(nowdate(), -1)):
		refused(ledger.PostingDateError, aid.disbursement, small, fund, [application], posting_date=day)
	frappe.db.set_value(FUND, fund, "status", "Closed")
	refused(ledger.FundClosedError, aid.disbursement, small, fund, [application])


def test_a_payment_is_within_what_one_document_holds(small):
	fund = aid.fund(small, purposes={"Meals": (60_000_000, 60_000_000)}, balance=99_999_999)
	aid.contribution(small, fund, 99_999_999)
	names = [approved(small, fund, 50_000_000, purpose="Meals") for _i in range(2)]
	refused(money.AmountError, aid.disbursement, small, fund, names)


def test_the_second_of_two_drafts_with_the_same_applications_pays_nothing(small):
	fund = aid.fund(small, balance=2000)
	names = [approved(small, fund) for _i in range(3)]
	first = aid.disbursement(small, fund, names[:2], submit=False)
	second = aid.disbursement(small, fund, names[1:], submit=False)
	frappe.set_user(small.cashier)
	frappe.get_doc(DISBURSEMENT, first).submit()
	assert names[1] in refused(
		applications.NotPayableError, lambda: frappe.get_doc(DISBURSEMENT, second).submit()
	)
	assert aid.figures(fund) == (140000, 30000, 110000, 3)


def test_submitting_a_payment_twice_pays_once(small):
	fund = aid.fund(small, balance=2000)
	name = aid.disbursement(small, fund, [approved(small, fund)], submit=False)
	frappe.set_user(small.cashier)
	doc, same = frappe.get_doc(DISBURSEMENT, name), frappe.get_doc(DISBURSEMENT, name)
	doc.submit()
	with pytest.raises(frappe.ValidationError):
		same.submit()
	refused(booked.BookedError, doc.submit)
	refused(booked.BookedError, lambda: frappe.get_doc(DISBURSEMENT, name).save())
	assert aid.figures(fund) == (170000, 0, 170000, 2)


def test_the_same_movement_is_not_posted_twice(small):
	fund, other = aid.fund(small), aid.fund(small, "测试另一基金")
	posting = ledger.Posting("Contribution", 100, "test:1", CONTRIBUTION, "T1")
	frappe.set_user(finance(small))
	ledger.post(fund, [posting])
	for where in (fund, other):
		refused(ledger.AlreadyPostedError, ledger.post, where, [posting])
	twice = ledger.Posting("Contribution", 100, "test:2", CONTRIBUTION, "T2")
	refused(ledger.AlreadyPostedError, ledger.post, fund, [twice, twice])


def test_what_slips_past_the_first_look_is_refused_by_the_unique_key(small, monkeypatch):
	fund = aid.fund(small)
	posting = ledger.Posting("Contribution", 100, "test:1", CONTRIBUTION, "T1")
	frappe.set_user(finance(small))
	ledger.post(fund, [posting])
	monkeypatch.setattr(
		ledger, "_refuse_posted", lambda keys: None
	)  # as if it had been read before the other's commit
	refused(ledger.AlreadyPostedError, ledger.post, fund, [posting])


def test_paying_asks_as_often_for_many_as_for_few(small, monkeypatch):
	fund = aid.fund(small, balance=9000)
	names = [approved(small, fund, 10) for _i in range(5)]
	parts = ("lock", "fill", "refuse_payer", "fix", "pay")
	asked = {}

	def counting(part, original):
		def wrapped(doc):
			texts = queries(lambda: original(doc))
			inserted = [
				text for text in texts if "Aid Fund Entry" in text and text.upper().startswith("INSERT")
			]
			asked.setdefault(part, []).append(len(texts) - len(inserted))
			if part == "pay":
				assert len(inserted) == len(doc.items)

		return wrapped

	for part in parts:
		monkeypatch.setattr(payments, part, counting(part, getattr(payments, part)))
	counts = []
	for chosen in (names[:1], names[1:]):
		asked.clear()
		name = aid.disbursement(small, fund, chosen, submit=False)
		as_(small.cashier, lambda name=name: frappe.get_doc(DISBURSEMENT, name).submit())
		counts.append({part: list(found) for part, found in asked.items()})
	assert set(counts[0]) == set(parts)
	assert counts[0] == counts[1]


# -- money that comes back ---------------------------------------------------------------------------------------------


def test_a_returned_payment_that_is_still_wanted_is_paid_again(small):
	case = paid(small)
	application, other = case.applications
	frappe.set_user(small.cashier)
	entry = payments.return_payment(case.name, application, "账号错误", True)
	assert aid.figures(case.fund) == (470000, 30000, 440000, 4)
	row = frappe.get_doc(ENTRY, entry)
	assert (row.kind, row.amount, row.corrects, row.application) == (
		"Returned Payment",
		300,
		f"{case.fund}-000002",
		application,
	)
	assert (row.purpose, row.remarks, row.reference_name) == ("Living Allowance", "账号错误", case.name)
	doc = frappe.get_doc(DISBURSEMENT, case.name)
	assert (doc.status, doc.returned_total, doc.total) == ("Partly Returned", 300, 600)
	back, stays = doc.items
	assert (back.status, back.return_entry, back.return_reason, back.returned_on) == (
		"Returned by Bank",
		entry,
		"账号错误",
		getdate(),
	)
	assert (stays.status, stays.return_entry, stays.returned_on) == ("Paid Out", None, None)
	assert value(APPLICATION, application, "status", "disbursement", "paid_on") == (
		"Finally Approved",
		None,
		None,
	)
	assert value(APPLICATION, other, "status") == "Paid Out"
	assert ledger.verify() == {}
	second = aid.disbursement(small, case.fund, [application])
	assert aid.figures(case.fund) == (440000, 0, 440000, 5)
	assert value(APPLICATION, application, "status", "disbursement") == ("Paid Out", second)
	payments.return_payment(second, application, "又错", "0")
	assert ledger.verify() == {}


def test_a_returned_payment_that_is_not_wanted_any_more_stops_the_aid(small):
	case = paid(small, count=3)
	rows = frappe.get_all(ITEM, {"parent": case.name}, pluck="name", order_by="idx")
	frappe.set_user(small.cashier)
	for number, said_no in enumerate((False, "0", "false")):
		payments.return_payment(case.name, rows[number], "已转学", said_no)
		back = (number + 1) * 30000
		assert aid.figures(case.fund) == (410000 + back, 0, 410000 + back, 5 + number)
		assert value(APPLICATION, case.applications[number], "status", "stop_reason") == ("Stopped", "已转学")
	assert value(DISBURSEMENT, case.name, "status", "returned_total") == ("Returned by Bank", 900)
	assert payments.payable(case.fund) == []
	assert ledger.verify() == {}


def test_money_comes_back_once_and_with_a_reason(small):
	case = paid(small)
	draft = aid.disbursement(small, case.fund, [approved(small, case.fund)], submit=False)
	[waiting] = frappe.get_all(ITEM, {"parent": draft}, pluck="name")
	frappe.set_user(small.cashier)
	refused(ledger.ReasonMissingError, payments.return_payment, case.name, case.applications[0], " ", True)
	refused(payments.NothingToReturnError, payments.return_payment, draft, waiting, "测试", True)
	refused(payments.NothingToReturnError, payments.return_payment, case.name, waiting, "测试", True)
	refused(payments.NothingToReturnError, payments.return_payment, case.name, "<x>", "测试", True)
	refused(
		ledger.PostingDateError,
		payments.return_payment,
		case.name,
		case.applications[0],
		"测试",
		True,
		posting_date=add_days(nowdate(), -1),
	)
	before = aid.figures(case.fund)
	payments.return_payment(case.name, case.applications[0], "测试", True)
	for still_wanted in (True, False):
		refused(
			payments.NothingToReturnError,
			payments.return_payment,
			case.name,
			case.applications[0],
			"测试",
			still_wanted,
		)
	assert aid.figures(case.fund)[0] == before[0] + 30000
	assert ledger.verify() == {}


def test_money_comes_back_into_a_closed_fund(small):
	case = paid(small, count=1, balance=300)
	frappe.set_user(small.cashier)
	saved(FUND, case.fund, status="Closed")
	payments.return_payment(case.name, case.applications[0], "测试", False)
	assert aid.figures(case.fund) == (30000, 0, 30000, 3)
	saved(FUND, case.fund, regulations="测试")  # still closed, and may be edited


# -- who is paid -------------------------------------------------------------------------------------------------------


def test_the_payment_list_shows_whom_to_pay_and_is_put_on_record(small):
	fund = aid.fund(small, balance=2000)
	pupil = aid.pupil(small, pupil_name="测试学生甲", bank_account="6200000000000000001")
	without = aid.pupil(small, payee_name=None, bank_account=None, bank_name=None)
	names = [aid.application(small, one, fund, to=aid.APPROVED) for one in (without, pupil)]
	name = aid.disbursement(small, fund, names, submit=False)
	frappe.set_user(small.cashier)
	guardian = value("Aided Pupil", without, "guardian_name")
	first, second = payments.payees(name)
	assert (first.idx, first.number, first.payee, first.account) == (1, without, guardian, None)
	assert second == {
		"idx": 2,
		"number": pupil,
		"application": names[1],
		"pupil_name": "测试学生甲",
		"payee": value("Aided Pupil", pupil, "payee_name"),
		"bank": "测试银行",
		"account": "6200000000000000001",
		"purpose": "Living Allowance",
		"amount": 300,
		"status": "To Pay",
	}
	looks = frappe.get_all(ACCESS, {"user": small.cashier}, ["pupil", "way"])
	assert sorted((row.pupil, row.way) for row in looks) == sorted(
		[(pupil, inspection.PAYMENT_LIST), (without, inspection.PAYMENT_LIST)]
	)


def test_nothing_is_shown_that_cannot_be_put_on_record(small, monkeypatch):
	case = paid(small, count=1)

	def fails(*_args, **_kwargs):
		raise RuntimeError

	monkeypatch.setattr(inspection, "log", fails)
	frappe.set_user(small.cashier)
	for show in (
		payments.payees,
		payments.bank_file,
		lambda name: frappe.get_doc(DISBURSEMENT, name).payees(),
	):
		with pytest.raises(RuntimeError):
			show(case.name)
	assert "filecontent" not in frappe.response


def test_on_paper_other_readers_see_numbers_only(small):
	case = paid(small, count=1)
	pupil = value(APPLICATION, case.applications[0], "pupil")
	identity = frappe.db.get_value(
		"Aided Pupil", pupil, ["pupil_name", "guardian_name", "bank_account", "student_number"]
	)
	for role in (roles.DISCIPLINE, roles.SUPERVISION, roles.GROUP_HEAD, roles.BASIC_EDUCATION):
		rows = as_(small.users[role], lambda: frappe.get_doc(DISBURSEMENT, case.name).payees())
		assert [(row.number, row.amount) for row in rows] == [(pupil, 300)]
		assert not any(secret in str(rows) for secret in identity)
	rows = as_("Administrator", lambda: frappe.get_doc(DISBURSEMENT, case.name).payees())
	assert not any(secret in str(rows) for secret in identity)
	assert frappe.db.count(ACCESS, {"pupil": pupil}) == 0
	rows = as_(small.cashier, lambda: frappe.get_doc(DISBURSEMENT, case.name).payees())
	assert rows[0].pupil_name == identity[0]
	assert frappe.db.count(ACCESS, {"pupil": pupil, "user": small.cashier}) == 1


def test_a_forged_document_shows_nobody_else(small):
	"""The print preview takes the document from the client."""
	case, stranger = paid(small, count=1), aid.pupil(small)
	frappe.set_user(small.cashier)
	forged = frappe.get_doc(DISBURSEMENT, case.name).as_dict()
	for name in (case.name, "AD-0000-00000", None):
		rows = [{"application": case.applications[0], "pupil": stranger, "idx": 1}]
		doc = frappe.get_doc({**forged, "name": name, "items": rows})
		try:
			found = doc.payees()
		except frappe.DoesNotExistError:
			found = []
		assert stranger not in str(found)


def test_the_bank_file_holds_account_numbers_as_text_and_no_formulas(small):
	from openpyxl import load_workbook

	fund = aid.fund(small, balance=2000)
	trick = aid.pupil(small, payee_name="=HYPERLINK(1)", bank_name="＠SUM(1)")
	frappe.db.set_value("Aided Pupil", trick, "bank_account", "+6222 01")  # which its own check refuses
	plain = aid.pupil(small, bank_account="0062000000000000000001")
	names = [aid.application(small, one, fund, 200.07, to=aid.APPROVED) for one in (trick, plain)]
	name = aid.disbursement(small, fund, names, submit=False)
	as_(small.cashier, payments.prepare, name)
	as_(small.cashier, payments.bank_file, name)
	assert (frappe.response["type"], frappe.response["filename"]) == (
		"binary",
		f"Aid Disbursement-{name}.xlsx",
	)
	[page] = load_workbook(io.BytesIO(frappe.response["filecontent"])).worksheets
	head, first, second = page.iter_rows()
	assert len(head) == len(first) == 9
	assert [cell.value for cell in first][:5] == [1, "'=HYPERLINK(1)", "'＠SUM(1)", "'+6222 01", 200.07]
	assert (second[3].value, second[3].data_type) == ("0062000000000000000001", "s")
	assert all(cell.data_type in ("s", "n") for row in (first, second) for cell in row)
	assert second[8].value == value("Aided Pupil", plain, "pupil_name")
	ways = frappe.get_all(ACCESS, {"pupil": ("in", [trick, plain])}, pluck="way")
	assert ways == [inspection.BANK_FILE] * 2
	frappe.local.response = frappe._dict(docs=[])


def test_totals_are_written_out_on_paper(small):
	case = paid(small, count=2, amount=200.07)
	assert frappe.get_doc(DISBURSEMENT, case.name).total_in_chinese() == "肆佰元零壹角肆分"
	name = value(CONTRIBUTION, {"fund": case.fund}, "name")
	assert frappe.get_doc(CONTRIBUTION, name).amount_in_chinese() == "伍仟元整"


# -- preparing: list, bank, reference, submit --------------------------------------------------------------------------


def prepared(small, fund=None, count=2):
	"""A prepared disbursement without a reference: SimpleNamespace(fund, applications, pupils, name)."""
	case = SimpleNamespace(fund=fund or aid.fund(small, balance=5000))
	case.pupils = [aid.pupil(small) for _i in range(count)]
	case.applications = [aid.application(small, one, case.fund, to=aid.APPROVED) for one in case.pupils]
	case.name = aid.disbursement(small, case.fund, case.applications, submit=False, payment_reference=None)
	as_(small.cashier, payments.prepare, case.name)
	return case


@pytest.mark.both
def test_the_bank_is_told_before_its_reference_is_entered_and_the_payment_is_booked(small):
	case = prepared(small)
	assert value(DISBURSEMENT, case.name, "status", "prepared_by", "docstatus") == (
		"Prepared",
		small.cashier,
		0,
	)
	assert aid.figures(case.fund)[3] == 1  # nothing is booked
	frappe.set_user(small.cashier)
	payments.bank_file(case.name)
	assert frappe.response.pop("filecontent")
	frappe.local.response = frappe._dict(docs=[])
	doc = frappe.get_doc(DISBURSEMENT, case.name)
	refused(ledger.PaymentReferenceError, doc.submit)
	saved(DISBURSEMENT, case.name, payment_reference="测试流水")
	assert value(DISBURSEMENT, case.name, "status") == "Prepared"
	frappe.get_doc(DISBURSEMENT, case.name).submit()
	assert value(DISBURSEMENT, case.name, "status", "preparation") == ("Paid Out", 1)
	assert aid.figures(case.fund) == (440000, 0, 440000, 3)
	assert ledger.verify() == {}


def test_the_bank_file_comes_from_a_prepared_payment_only(small):
	fund = aid.fund(small, balance=900)
	name = aid.disbursement(small, fund, [approved(small, fund)], submit=False)
	frappe.set_user(small.cashier)
	refused(payments.PreparedError, payments.bank_file, name)
	refused(ledger.NotFinanceError, as_, small.users[roles.DISCIPLINE], payments.prepare, name)
	refused(ledger.SystemAccountError, as_, "Administrator", payments.prepare, name)
	refused(payments.SamePersonError, as_, finance(small), payments.prepare, name)
	payments.prepare(name)
	refused(payments.PreparedError, payments.prepare, name)


def test_what_is_prepared_is_neither_changed_nor_deleted_nor_stopped_nor_paid_otherwise(small):
	case = prepared(small)
	one, other = case.applications
	extra = approved(small, case.fund)
	frappe.set_user(small.cashier)
	for change in (
		{"items": [{"application": one}]},
		{"items": [{"application": name} for name in (one, other, extra)]},
		{"method": "Cash to Guardian"},
	):
		refused(payments.PreparedError, saved, DISBURSEMENT, case.name, **change)
	refused(payments.PreparedError, frappe.delete_doc, DISBURSEMENT, case.name)
	# read-only to whoever types, whatever the request says
	saved(DISBURSEMENT, case.name, status="Draft", preparation=9, prepared_by=None)
	assert value(DISBURSEMENT, case.name, "status", "preparation", "prepared_by") == (
		"Prepared",
		1,
		small.cashier,
	)
	assert [row.application for row in payments.payable(case.fund)] == [extra]
	refused(applications.NotPayableError, aid.disbursement, small, case.fund, [one, extra])
	leader = small.leader_user[small.rural]
	refused(applications.NotStoppableError, as_, leader, applications.stop, one, "测试")
	frappe.set_user("Administrator")
	assert value(APPLICATION, one, "status") == "Finally Approved"


def test_a_preparation_is_taken_back_with_a_reason_and_what_was_kept_stays(small):
	case = prepared(small)
	frappe.set_user(small.cashier)
	refused(ledger.ReasonMissingError, payments.take_back, case.name, " ")
	payments.take_back(case.name, "测试：银行未受理")
	refused(payments.PreparedError, payments.take_back, case.name, "测试")
	assert value(DISBURSEMENT, case.name, "status", "prepared_by") == ("Draft", None)
	assert {row.application for row in payments.payable(case.fund)} == set(case.applications)
	assert frappe.db.count(RECORD, {"disbursement": case.name}) == 2
	payments.prepare(case.name)
	assert frappe.db.count(RECORD, {"disbursement": case.name, "preparation": 2}) == 2
	payments.take_back(case.name, "测试")
	frappe.delete_doc(DISBURSEMENT, case.name)


def test_a_pupil_who_leaves_while_the_bank_pays_is_stopped_when_it_does_not(small):
	case = prepared(small)
	one, other = case.applications
	gone = {"status": "Left School", "left_on": nowdate(), "leaving_reason": "测试"}
	as_(small.leader_user[small.rural], saved, "Aided Pupil", case.pupils[0], **gone)
	assert value(APPLICATION, one, "status") == "Finally Approved"
	as_(small.cashier, payments.take_back, case.name, "测试")
	assert (value(APPLICATION, one, "status"), value(APPLICATION, other, "status")) == (
		"Stopped",
		"Finally Approved",
	)
	assert aid.figures(case.fund) == (500000, 30000, 470000, 1)
	assert ledger.verify() == {}


# -- the account that was paid -----------------------------------------------------------------------------------------

RECORD = "Pupil Account Record"


def test_what_was_paid_to_whom_is_kept_whatever_the_record_says_later(small):
	case = paid(small, count=1)
	[application] = case.applications
	pupil = value(APPLICATION, application, "pupil")
	then = value("Aided Pupil", pupil, "payee_name", "bank_name", "bank_account")
	leader = small.leader_user[small.rural]
	as_(leader, saved, "Aided Pupil", pupil, bank_account="6299", payee_name="测试他人")
	[row] = as_(small.cashier, payments.payees, case.name)
	assert (row.payee, row.bank, row.account) == then
	[kept] = frappe.get_all(RECORD, {"disbursement": case.name}, ["*"])
	assert (kept.event, kept.pupil, kept.application, kept.amount) == (
		"Prepared for Payment",
		pupil,
		application,
		300,
	)
	assert (kept.payee_name, kept.bank_name, kept.bank_account, kept.recorded_by) == (*then, small.cashier)


@pytest.mark.both
def test_an_account_that_changed_after_approval_stops_the_payment_until_another_person_confirms(small):
	fund = aid.fund(small, balance=5000)
	pupil = aid.pupil(small)
	leader, principal = small.leader_user[small.rural], small.principal_user[small.rural]
	as_(
		leader, saved, "Aided Pupil", pupil, bank_account="6201"
	)  # before the approval: the approvers' affair
	application = aid.application(small, pupil, fund, to=aid.APPROVED)
	draft = aid.disbursement(small, fund, [application], submit=False)
	as_(leader, saved, "Aided Pupil", pupil, bank_account="6202")
	as_(leader, saved, "Aided Pupil", pupil, bank_account="6201")  # and back
	for pay in (payments.prepare, lambda name: frappe.get_doc(DISBURSEMENT, name).submit()):
		assert application in refused(accounts.AccountChangedError, as_, small.cashier, pay, draft)
	refused(accounts.OwnChangeError, as_, leader, accounts.confirm, pupil)
	refused(accounts.OwnChangeError, as_, "Administrator", accounts.confirm, pupil)
	for user in (small.cashier, small.users[roles.DISCIPLINE], small.leader_user[small.other_rural]):
		with pytest.raises(frappe.PermissionError):
			as_(user, accounts.confirm, pupil)
	# whoever changes it in between confirms nothing of it either
	as_(principal, saved, "Aided Pupil", pupil, bank_name="测试二行")
	for user in (leader, principal):
		refused(accounts.OwnChangeError, as_, user, accounts.confirm, pupil)
	as_(small.users[roles.BASIC_EDUCATION], accounts.confirm, pupil)
	refused(accounts.NothingToConfirmError, as_, principal, accounts.confirm, pupil)
	as_(small.cashier, payments.prepare, draft)
	changes = frappe.get_all(
		RECORD,
		{"pupil": pupil, "event": ("!=", "Prepared for Payment")},
		["event", "recorded_by", "old_bank_account", "bank_account"],
		order_by="recorded_on",
	)
	assert [tuple(row.values()) for row in changes][1:] == [
		("Account Changed", leader, "6201", "6202"),
		("Account Changed", leader, "6202", "6201"),
		("Account Changed", principal, "6201", "6201"),
		("Change Confirmed", small.users[roles.BASIC_EDUCATION], None, "6201"),
	]


def test_whoever_could_confirm_a_changed_account_is_told_by_number(small):
	fund = aid.fund(small, balance=5000)
	pupil = aid.pupil(small)
	aid.application(small, pupil, fund, to=aid.APPROVED)
	leader, principal = small.leader_user[small.rural], small.principal_user[small.rural]
	as_(leader, saved, "Aided Pupil", pupil, guardian_name="测试监护人", payee_name="测试新账户")
	notices = frappe.get_all("Notification Log", {"document_name": pupil}, ["for_user", "subject"])
	assert {row.for_user for row in notices} == {principal, small.users[roles.BASIC_EDUCATION]}
	assert all(pupil in row.subject and "测试" not in row.subject for row in notices)
	doc = as_(principal, frappe.get_doc, "Aided Pupil", pupil)
	for user, may in ((leader, False), (principal, True)):
		as_(user, doc.onload)
		assert doc.get_onload("may_confirm_account") == may


def test_since_when_an_account_waits_is_not_typed_in(small):
	pupil = aid.pupil(small)
	leader = small.leader_user[small.rural]
	as_(leader, saved, "Aided Pupil", pupil, bank_account="6202")
	as_(leader, saved, "Aided Pupil", pupil, account_changed_on=None, account_changed_by=None)
	assert value("Aided Pupil", pupil, "account_changed_by") == leader


# -- one reference, one movement ---------------------------------------------------------------------------------------


@pytest.mark.both
def test_a_reference_is_one_movement_of_a_fund_whatever_its_kind(small):
	fund, other = aid.fund(small, balance=5000), aid.fund(small, "测试另一基金", balance=500)
	first = aid.contribution(small, fund, 10, payment_reference="流水 A1")
	one, two = approved(small, fund), approved(small, fund)
	frappe.set_user(small.cashier)
	for again in ("流水 A1", "流水 a1", "流水 Ａ１", "流水\u200b A1\ufeff"):
		for book in (
			lambda text: aid.contribution(small, fund, 20, payment_reference=text),
			lambda text: aid.disbursement(small, fund, [one], payment_reference=text),
		):
			frappe.db.savepoint("again")
			assert first in refused(ledger.PaymentReferenceError, book, again)
			frappe.db.rollback(save_point="again")
	paid_ = aid.disbursement(small, fund, [one, two], payment_reference="流水 B1")
	payments.return_payment(paid_, one, "测试", True, reference="流水 C1")
	for used in ("流水 B1", "流水 C1"):
		refused(ledger.PaymentReferenceError, aid.contribution, small, fund, 20, payment_reference=used)
		refused(
			ledger.PaymentReferenceError, payments.return_payment, paid_, two, "测试", True, reference=used
		)
	aid.contribution(small, other, 10, payment_reference="流水 A1")
	# what was entered wrongly is reversed and entered anew, as often as need be
	for _time in range(2):
		as_(finance(small), contributions.reverse, first, "测试")
		first = aid.contribution(small, fund, 11, payment_reference="流水 A1")
	assert ledger.verify() == {}


def test_the_same_contribution_is_not_booked_twice_without_a_word(small):
	fund = aid.fund(small)
	given = {"source": "Social Donation", "donor_name": "测试捐赠人", "received_on": nowdate()}
	first = aid.contribution(small, fund, 10, payment_reference=None, **given)
	for more in ({}, {"donor_name": " 测试捐赠人 "}):
		assert first in refused(
			ledger.PaymentReferenceError,
			aid.contribution, small, fund, 10, payment_reference=None, **{**given, **more},
		)  # fmt: skip
	frappe.local.message_log = []
	aid.contribution(small, fund, 10, payment_reference="收据 2", **given)
	assert any(first in str(message) for message in frappe.get_message_log())
	for differs in ({"amount": 10.01}, {"donor_name": "测试另一人"}, {"anonymous": 1}):
		amount = differs.pop("amount", 10)
		aid.contribution(small, fund, amount, payment_reference=None, **{**given, **differs})
	frappe.local.message_log = []


def test_what_was_booked_before_gets_its_reference(small):
	from gongtongti.patches import fill_entry_references

	fund = aid.fund(small, balance=5000)
	aid.contribution(small, fund, 10, payment_reference="流水 A1")
	one, two = approved(small, fund), approved(small, fund)
	aid.disbursement(small, fund, [one, two], payment_reference="流水 B1")
	fields = ["name", "reference", "reference_key"]
	before = frappe.get_all(ENTRY, {"fund": fund}, fields, order_by="seq")
	frappe.db.set_value(ENTRY, {"fund": fund}, {"reference": None, "reference_key": None})
	for _time in range(2):
		fill_entry_references.execute()
		assert frappe.get_all(ENTRY, {"fund": fund}, fields, order_by="seq") == before


# -- does everything agree? --------------------------------------------------------------------------------------------


def set_fund(fieldname, change):
	return lambda fund, last: frappe.db.set_value(
		FUND, fund, fieldname, value(FUND, fund, fieldname) + change
	)


def set_entry(**values):
	return lambda fund, last: frappe.db.set_value(ENTRY, f"{fund}-000002", values)


TAMPERED = {
	"balance": set_fund("balance", 500),
	"balance by a fen": set_fund("balance", 0.01),
	"reserved": set_fund("reserved", 1),
	"available": set_fund("available", 1),
	"count": set_fund("entry_count", 1),
	"an entry's amount": set_entry(amount=-299),
	"an entry's balance": set_entry(balance_after=1),
	"the last entry gone": lambda fund, last: frappe.db.delete(ENTRY, {"name": f"{fund}-{last:06d}"}),
	"an entry gone": lambda fund, last: frappe.db.delete(ENTRY, {"name": f"{fund}-000002"}),
	"two amounts": lambda fund, last: [
		frappe.db.set_value(ENTRY, f"{fund}-000002", "amount", -200),
		frappe.db.set_value(ENTRY, f"{fund}-000003", "amount", -400),
	],
	"an application approved past the ledger": lambda fund, last: frappe.db.set_value(
		APPLICATION, {"fund": fund, "status": "Paid Out"}, "status", "Finally Approved"
	),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_tampered_with_is_found(what, small, books):
	other = aid.fund(small, "测试另一基金", balance=7)
	assert ledger.verify() == ledger.verify(books.fund) == {}
	TAMPERED[what](books.fund, aid.figures(books.fund)[3])
	found = ledger.verify()
	assert list(found) == [books.fund] and found[books.fund]
	assert ledger.verify(books.fund) == found
	assert ledger.verify(other) == {}


def test_the_daily_check_writes_down_what_does_not_agree(small):
	assert "gongtongti.gongtongti_daily.verify_funds" in frappe.get_hooks("scheduler_events")["daily"]
	case = paid(small, count=1)
	before = frappe.db.count("Error Log")
	ledger.verify_all()
	assert frappe.db.count("Error Log") == before
	frappe.db.set_value(FUND, case.fund, "balance", 1)
	ledger.verify_all()
	logs = frappe.get_all("Error Log", {"method": ("like", f"%{case.fund}%")}, pluck="error")
	assert len(logs) == 1 and "balance" in logs[0]


def test_checking_asks_as_often_for_many_funds_as_for_one(small):
	aid.fund(small, balance=1)
	ledger.verify()  # reads what it knows of the DocTypes
	one = len(queries(ledger.verify))
	for number in range(4):
		aid.fund(small, f"测试基金{number}", balance=1)
	assert len(queries(ledger.verify)) == one == 7


# -- the ledger by itself ----------------------------------------------------------------------------------------------


def test_a_fund_never_promises_or_gives_more_than_it_has(small):
	fund = aid.fund(small, balance=100)
	frappe.set_user(finance(small))
	ledger.reserve(fund, 6000)
	assert "40.00" in refused(ledger.NotEnoughMoneyError, ledger.reserve, fund, 4001)
	payment = ledger.Posting("Aid Payment", -4001, "test:p", DISBURSEMENT, "T")
	before = (aid.figures(fund), entries(fund))
	refused(ledger.NotEnoughMoneyError, ledger.post, fund, [payment])
	assert (aid.figures(fund), entries(fund)) == before  # nothing was written before it was refused


def test_a_fund_whose_figures_contradict_its_entries_books_nothing(small):
	fund = aid.fund(small, balance=100)
	frappe.db.set_value(FUND, fund, "entry_count", 0)
	frappe.set_user(finance(small))
	refused(ledger.BooksError, aid.contribution, small, fund, 1)


def test_more_is_not_released_or_paid_from_the_promise_than_was_promised(small):
	fund = aid.fund(small, balance=100)
	frappe.set_user(finance(small))
	ledger.reserve(fund, 6000)
	refused(ledger.BooksError, ledger.release, fund, 6001)
	payment = ledger.Posting("Aid Payment", -7000, "test:p", DISBURSEMENT, "T")
	refused(ledger.BooksError, ledger.post, fund, [payment], reserve=-7000)
	ledger.release(fund, 6000)
	assert aid.figures(fund)[:3] == (10000, 0, 10000)


def test_an_unknown_fund_is_named(small):
	frappe.set_user(finance(small))
	assert "不存在的基金" in refused(frappe.DoesNotExistError, ledger.lock, "不存在的基金")


def test_refusals_come_in_chinese(small):
	fund = aid.fund(small, balance=100)
	frappe.set_user(finance(small))
	frappe.local.lang = "zh"
	try:
		words = refused(ledger.NotEnoughMoneyError, ledger.reserve, fund, 10050)
		assert fund in words and "100.00元" in words and "还差0.50元" in words
		assert not re.search("[A-Za-z{}]", words)
	finally:
		frappe.local.lang = "en"
