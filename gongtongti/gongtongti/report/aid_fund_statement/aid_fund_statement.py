"""Aid Fund Statement (AID5): what a fund held on one day, what moved, what it held on another, and whether all of it agrees.

Every sum is of whole fen. The statement is worked out from the ledger's entries alone, and then held against what the ledger
wrote into each entry and into the fund, and against the documents that the money came and went by. It names no pupil and
no school.
"""

import datetime

import frappe
from frappe import _
from frappe.query_builder.functions import Count
from frappe.utils import escape_html, formatdate, getdate

from gongtongti.aid import contributions, ledger, payments
from gongtongti.core import access, money, report
from gongtongti.organisation import school_years

FILTERS = {
	"fund": ("Aid Fund", report.link, ledger.FUND, ledger.ENTRY),
	"from_date": ("Period From", report.day),
	"to_date": ("Period To", report.day),
}
DOCUMENTS = (contributions.CONTRIBUTION, payments.DISBURSEMENT)
MONTHS_DRAWN = 36  # what takes longer is drawn by years


def execute(filters=None):
	"""Columns, rows (opening balance, entries, closing balance), message, chart and summary; money is in yuan.

	AID5 (document 1 §4.3). For a fund of whose entries the reader sees all, the one that moved last unless said; without dates
	from the beginning of the school year to today. A fixed number of statements. Raises ReportFilterError, also for a period that ends before it begins.
	"""
	filters = report.read_filters(filters, FILTERS)
	filters.fund = filters.fund or last_moved()
	if not filters.fund:
		return columns(), [], _("There is no entry that you may read."), None, [], True
	first, last = period(filters)
	found = entries(filters.fund, first, last)
	account = add_up(before(filters.fund, first), found)
	total = sum_of_entries(filters.fund)
	checks = (
		running_balances(account, found),
		cached_balance(filters.fund, total),
		documents_behind(filters.fund, total),
	)
	table = rows(account, found, first, last)
	title = _("{0}, from {1} to {2}").format(
		f"<b>{escape_html(filters.fund)}</b>", formatdate(first), formatdate(last)
	)
	message = report.lines(title, *(in_words(*check) for check in checks))
	agrees = not any(difference for _words, difference in checks)
	return columns(), table, message, chart(found), summary(account, agrees), True


def last_moved() -> str | None:
	"""The fund of the newest entry that the reader sees."""
	entry = frappe.qb.DocType(ledger.ENTRY)
	query = frappe.qb.from_(entry).select(entry.fund).orderby(entry.creation, order=frappe.qb.desc).limit(1)
	found = access.visible(query, ledger.ENTRY, entry).run(pluck=True)
	return found[0] if found else None


def period(filters) -> tuple[datetime.date, datetime.date]:
	"""First and last day. Without a first day the school year begins it that has begun by the last day."""
	last = filters.to_date or getdate()
	if not filters.from_date:
		begun = (year.start_date for year in school_years.newest_first() if year.start_date <= last)
		return next(begun, last), last
	report.refuse_backwards(filters.from_date, last)
	return filters.from_date, last


# -- what the ledger says ------------------------------------------------------------------------------------------------


def _entries(fund: str):
	"""A query on the fund's entries, as far as the reader sees them, and its table."""
	entry = frappe.qb.DocType(ledger.ENTRY)
	query = frappe.qb.from_(entry).where(entry.fund == fund)
	return access.visible(query, ledger.ENTRY, entry), entry


def before(fund: str, first: datetime.date) -> frappe._dict:
	"""The entries before a day: their sum and number, and the balance written into the last of them."""
	query, entry = _entries(fund)
	query = query.where(entry.posting_date < first)
	total, number = query.select(report.sum_of_fen(entry.amount), Count("*")).run()[0]
	newest = query.select(entry.balance_after).orderby(entry.seq, order=frappe.qb.desc).limit(1).run()
	written = money.stored_fen(newest[0][0]) if newest else 0
	return frappe._dict(total=int(total or 0), number=number, written=written)


def sum_of_entries(fund: str) -> int:
	"""Fen of all the fund's entries."""
	query, entry = _entries(fund)
	return int(query.select(report.sum_of_fen(entry.amount)).run()[0][0] or 0)


def entries(fund: str, first: datetime.date, last: datetime.date) -> list[frappe._dict]:
	"""The entries of a period in order, amounts in fen."""
	query, entry = _entries(fund)
	found = (
		query.select(
			entry.seq, entry.posting_date, entry.kind, entry.amount, entry.balance_after, entry.purpose,
			entry.reference_doctype, entry.reference_name, entry.remarks,
		)
		.where((entry.posting_date >= first) & (entry.posting_date <= last))
		.orderby(entry.seq)
		.run(as_dict=True)
	)  # fmt: skip
	for row in found:
		row.amount, row.balance_after = money.stored_fen(row.amount), money.stored_fen(row.balance_after)
		row.posting_date = report.as_date(row.posting_date)
	return found


def add_up(earlier: frappe._dict, found: list) -> frappe._dict:
	"""Opening balance, in, out and closing balance in fen; sets on each entry the balance that follows from those before."""
	account = frappe._dict(earlier=earlier, opening=earlier.total, came_in=0, went_out=0)
	balance = account.opening
	for row in found:
		balance += row.amount
		row.balance = balance
		account.came_in += max(row.amount, 0)
		account.went_out += max(-row.amount, 0)
	account.closing = account.opening + account.came_in - account.went_out
	return account


# -- whether it agrees: each gives what was compared, in words, and the difference in fen --------------------------------


def running_balances(account, found: list) -> tuple[str, int]:
	"""(a) The balances that the ledger wrote into the entries, and their numbers, are those that follow from the amounts."""
	earlier = account.earlier
	pairs = [(earlier.total, earlier.written), *((row.balance, row.balance_after) for row in found)]
	difference = next((counted - written for counted, written in pairs if counted != written), 0)
	words = _(
		"Opening balance {0} + in {1} - out {2} = closing balance {3}; {4} entries bear these balances."
	)
	words = words.format(
		money.shown(account.opening),
		money.shown(account.came_in),
		money.shown(account.went_out),
		money.shown(account.closing),
		earlier.number + len(found),
	)
	return words, difference


def cached_balance(fund: str, total: int) -> tuple[str, int]:
	"""(b) The balance that the fund shows is the sum of all its entries."""
	table = frappe.qb.DocType(ledger.FUND)
	stored = frappe.qb.from_(table).select(table.balance).where(table.name == fund)
	shown = money.stored_fen(stored.run()[0][0])
	words = _("All entries up to today come to {0}; the fund shows {1}.")
	return words.format(money.shown(total), money.shown(shown)), total - shown


def documents_behind(fund: str, total: int) -> tuple[str, int]:
	"""(c) All entries come to what was contributed, less what was reversed and paid, plus what came back."""
	booked, reversed_ = contributed(fund)
	paid, returned = paid_out(fund)
	expected = booked - reversed_ - paid + returned
	words = _(
		"Documents: contributions {0} - reversed {1} - paid {2} + returned {3} = {4}; all entries come to {5}."
	)
	amounts = (booked, reversed_, paid, returned, expected, total)
	return words.format(*(money.shown(amount) for amount in amounts)), total - expected


def contributed(fund: str) -> tuple[int, int]:
	"""Fen that were booked, and of these what was reversed."""
	doc = frappe.qb.DocType(contributions.CONTRIBUTION)
	query = (
		frappe.qb.from_(doc)
		.select(doc.status, report.sum_of_fen(doc.amount))
		.where((doc.fund == fund) & (doc.docstatus == 1))
		.groupby(doc.status)
	)
	by_status = {
		status: int(total or 0)
		for status, total in access.visible(query, contributions.CONTRIBUTION, doc).run()
	}
	return sum(by_status.values()), by_status.get(contributions.REVERSED, 0)


def paid_out(fund: str) -> tuple[int, int]:
	"""Fen that were paid, and of these what came back."""
	doc, item = frappe.qb.DocType(payments.DISBURSEMENT), frappe.qb.DocType(payments.ITEM)
	query = (
		frappe.qb.from_(item)
		.join(doc)
		.on((doc.name == item.parent) & (item.parenttype == payments.DISBURSEMENT))
		.select(item.status, report.sum_of_fen(item.amount))
		.where((doc.fund == fund) & (doc.docstatus == 1))
		.groupby(item.status)
	)
	by_status = {
		status: int(total or 0) for status, total in access.visible(query, payments.DISBURSEMENT, doc).run()
	}
	return sum(by_status.values()), by_status.get(payments.ITEM_RETURNED, 0)


def in_words(words: str, difference: int) -> str:
	"""A comparison as a line of the message: green where it agrees, red with the difference where not."""
	if not difference:
		return f'{words} <span class="indicator-pill green">{_("Agrees")}</span>'
	says = _("Differs by {0}").format(money.shown(difference))
	return f'{words} <span class="indicator-pill red">{says}</span>'


# -- what is shown -------------------------------------------------------------------------------------------------------


def columns() -> list[dict]:
	return [
		report.column("posting_date", _("Booked On"), "Date", 110),
		report.column("seq", _("Number in the Fund"), "Int", 70),
		report.column("kind", _("Kind of Entry"), width=120),
		report.document_column("document", _("Booked Document"), "document_type", DOCUMENTS),
		report.column("purpose", _("Aid Purpose"), width=120),
		report.money_column("came_in", _("Money In")),
		report.money_column("went_out", _("Money Out")),
		report.money_column("balance", _("Fund Balance"), 130),
		report.column("remarks", _("Further Remarks"), width=240),
	]


def rows(account, found: list, first: datetime.date, last: datetime.date) -> list[dict]:
	"""The opening balance, the entries, the closing balance."""
	translated, yuan, currency = report.Translations(), money.yuan, money.CURRENCY
	opening = {
		"posting_date": first, "kind": _("Balance at the Start"), "came_in": None, "went_out": None, "balance": yuan(account.opening),
		"currency": currency, "is_total": 1,
	}  # fmt: skip
	closing = opening | {
		"posting_date": last, "kind": _("Balance at the End"), "came_in": yuan(account.came_in),
		"went_out": yuan(account.went_out), "balance": yuan(account.closing),
	}  # fmt: skip
	between = [
		{
			"posting_date": row.posting_date, "seq": row.seq, "kind": translated[row.kind],
			"document_type": row.reference_doctype, "document": row.reference_name, "purpose": translated[row.purpose],
			"came_in": yuan(row.amount) if row.amount > 0 else None,
			"went_out": yuan(-row.amount) if row.amount < 0 else None, "balance": yuan(row.balance),
			"remarks": row.remarks, "currency": currency,
		}
		for row in found
	]  # fmt: skip
	return [opening, *between, closing]


def chart(found: list) -> dict | None:
	"""Money in and out by month from the first entry to the last, a long time by year."""
	if not found:
		return None
	months = [_month(row.posting_date) for row in found]
	numbers = range(min(months), max(months) + 1)
	length = len("2026-09" if len(numbers) <= MONTHS_DRAWN else "2026")
	drawn = {f"{month // 12}-{month % 12 + 1:02}"[:length]: [0, 0] for month in numbers}
	for row in found:
		drawn[row.posting_date.isoformat()[:length]][row.amount < 0] += abs(row.amount)
	return report.money_bars(
		list(drawn),
		[
			(_("Money In"), [came_in for came_in, _went_out in drawn.values()]),
			(_("Money Out"), [went_out for _came_in, went_out in drawn.values()]),
		],
		colors=["#48bb74", "#f8a01c"],
	)


def _month(day: datetime.date) -> int:
	return day.year * 12 + day.month - 1


def summary(account, agrees: bool) -> list[dict]:
	"""The four figures of the statement; the last one in the colour of the comparisons."""
	return [
		report.money_card(_("Balance at the Start"), account.opening),
		report.money_card(_("Money In"), account.came_in, "Green"),
		report.money_card(_("Money Out"), account.went_out, "Orange"),
		report.money_card(_("Balance at the End"), account.closing, "Green" if agrees else "Red"),
	]
