"""What stands in a numeric field of a document of ours is a figure, written with the digits 0 to 9; nothing is guessed."""

import json

import aid_builders as aid
import frappe
import pytest
from approvals import as_
from frappe import client

from gongtongti.core import figures, money
from gongtongti.features import DECLARED
from gongtongti.organisation import roles

NONE = ["1_000", "1__0", "٣", "１_０", "१२", "²", "10²", "①", "一百", "Ⅻ", "nan", "inf", "-inf", "Infinity", "1e99999", "0x10",
	"1,000", "1.000,00", "1.2.3", "--1", "1 000", "5元", "5%", "+", ".", "e3", "1e", "  ", "\u200b", True, False,
	float("nan"), float("inf"), [5], {"a": 1}]  # fmt: skip
FIGURES = [("5", "5"), (" 7.50 ", "7.50"), ("1e3", "1e3"), ("-3.5", "-3.5"), ("+2", "+2"), (".5", ".5"), ("5.", "5."),
	("１２３", "123"), ("－１．５", "-1.5"), ("＋２", "+2"), ("　９　", "9"), (5, "5"), (5.25, "5.25"), (0, "0")]  # fmt: skip


@pytest.mark.parametrize("entered", NONE)
def test_what_is_no_figure_is_none_and_no_amount(entered):
	assert figures.plain(entered) is None
	with pytest.raises(money.AmountError):
		money.fen(entered)


def test_full_width_figures_are_figures():
	assert [(entered, figures.plain(entered)) for entered, _plain in FIGURES] == FIGURES
	assert money.fen("１２３．４５") == 12345


def numeric(doctype):
	return [
		df.fieldname
		for df in frappe.get_meta(doctype).fields
		if df.fieldtype in ("Int", "Float", "Currency", "Percent")
	]


@pytest.mark.parametrize("doctype", (*DECLARED.rows, *DECLARED.children, "Community Settings"))
def test_every_document_is_asked(doctype):
	holder = DECLARED.children[doctype][0] if doctype in DECLARED.children else doctype
	assert "gongtongti.core.figures.check" in frappe.get_doc_hooks()[holder]["before_validate"]
	for fieldname in numeric(doctype):
		row = {fieldname: "1_000"}
		if doctype in DECLARED.children:
			table = next(df for df in frappe.get_meta(holder).get_table_fields() if df.options == doctype)
			values = {"doctype": holder, table.fieldname: [row]}
		else:
			values = {"doctype": holder, **row}
		doc = frappe.get_doc(values)
		with pytest.raises(figures.FigureError):
			figures.check(doc)
		written = doc.get(table.fieldname)[0] if doctype in DECLARED.children else doc
		written.set(fieldname, "１２")
		figures.check(doc)
		assert written.get(fieldname) == "12"


@pytest.mark.both
@pytest.mark.parametrize("entered", ["1_000", "٣", "一百", "1,000"])
def test_no_door_takes_what_is_no_figure(small, entered):
	fund = aid.fund(small)
	finance = small.users[roles.FINANCE]
	draft = as_(finance, aid.contribution, small, fund, 100, submit=False)
	plan = small.plan
	sheet = frappe.get_doc("Exchange Plan", plan).as_dict(convert_dates_to_str=True)
	sheet["quotas"][0]["quota"] = entered
	for user, door in (
		(finance, lambda: client.set_value("Aid Fund Contribution", draft, "amount", entered)),
		(finance, lambda: client.save({**_stored("Aid Fund Contribution", draft), "amount": entered})),
		(small.users[roles.PERSONNEL], lambda: client.save(json.dumps(sheet))),
		(small.admin, lambda: client.set_value("Community Settings", None, "visit_days", entered)),
	):
		with pytest.raises(figures.FigureError):
			as_(user, door)
	assert frappe.db.get_value("Aid Fund Contribution", draft, "amount") == 100


def test_a_full_width_amount_is_stored_as_it_was_meant(small):
	fund = aid.fund(small)
	draft = as_(small.users[roles.FINANCE], aid.contribution, small, fund, "１２３．４５", submit=False)
	assert frappe.db.get_value("Aid Fund Contribution", draft, "amount") == 123.45
	as_(small.admin, client.set_value, "Community Settings", "Community Settings", "visit_days", "１２")
	assert frappe.db.get_single_value("Community Settings", "visit_days") == 12


def _stored(doctype, name):
	return frappe.get_doc(doctype, name).as_dict(convert_dates_to_str=True)
