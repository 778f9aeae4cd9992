"""The aid fund's ledger and the one way to move money (AID1, document 1 §4.3).

Every movement is an Aid Fund Entry, which nobody edits, deletes or cancels: what was wrong is put right by a counter-entry
that names it. The fund's row holds the balance, what of it is promised to approved applications, and the number of
entries; it is locked before it is read, so that whoever comes second sees what the first has done. For every fund, at
every instant: 0 <= reserved <= balance = sum of its entries.

Nothing here commits: the entries, the fund and the document they come from stand or fall together.

Locks are taken in this order everywhere: fund, then applications, then the disbursement or contribution. The framework
locks a document at the start of `save`, so controllers lock the fund before it. Nothing is compared that was not read
with its lock; what two funds could do to each other (the same movement posted from both) is left to the unique key of
the entries, because a locking read of what is not there would make payments of different funds wait for one another.
"""

from dataclasses import dataclass
from datetime import date

import frappe
from frappe import _
from frappe.query_builder.functions import Abs, Coalesce, Count, Max, Sum
from frappe.utils import cstr, formatdate, getdate, nowdate, sanitize_html

from gongtongti.core import money, names
from gongtongti.organisation import roles

FUND, ENTRY = "Aid Fund", "Aid Fund Entry"
CONTRIBUTION, PAYMENT, RETURN, CORRECTION = "Contribution", "Aid Payment", "Returned Payment", "Correction"
ACTIVE, CLOSED = "In Operation", "Closed"

_HALF_A_CENT = 0.005
_WITHOUT = "without reference"
_FUND_FIELDS = [
	"name",
	"status",
	"fund_level",
	"community",
	"balance",
	"reserved",
	"available",
	"entry_count",
	"last_posting_date",
]


class NotEnoughMoneyError(frappe.ValidationError):
	"""The fund has less at its disposal than is asked of it."""


class FundClosedError(frappe.ValidationError):
	"""A closed fund takes no contributions and makes no payments."""


class PostingDateError(frappe.ValidationError):
	"""The books do not go back in date, nor ahead of today."""


class AlreadyPostedError(frappe.ValidationError):
	"""What was posted once is not posted again."""


class PaymentReferenceError(frappe.ValidationError):
	"""A movement without the bank's or the voucher's number where one is needed, or with one that another movement has."""


class SystemAccountError(frappe.PermissionError):
	"""Money is booked and paid by people."""


class NotFinanceError(frappe.PermissionError):
	"""Money is booked and paid by the finance section."""


class ReasonMissingError(frappe.ValidationError):
	"""What is put right or taken back needs a reason."""


class BooksError(frappe.ValidationError):
	"""The fund's figures contradict its ledger, or less is reserved than is to be paid or given back."""


@dataclass(frozen=True)
class Posting:
	"""One movement. amount: fen, positive into the fund; key: unique, says what is posted, so that nothing is posted twice."""

	kind: str
	amount: int
	key: str
	doctype: str
	name: str
	purpose: str | None = None
	application: str | None = None
	corrects: str | None = None
	remarks: str | None = None


def is_finance() -> bool:
	"""Whether the session's user is a person of the finance section."""
	return frappe.session.user not in frappe.STANDARD_USERS and roles.FINANCE in frappe.get_roles()


def refuse_all_but_finance() -> None:
	"""Raises SystemAccountError, NotFinanceError."""
	if frappe.session.user in frappe.STANDARD_USERS:
		frappe.throw(
			_("System accounts book nothing. Log in as a person of the finance section."), SystemAccountError
		)
	if not is_finance():
		frappe.throw(_("Money is booked and paid by the finance section. Please ask it."), NotFinanceError)


def reason(text: str | None) -> str:
	"""The reason for putting something right, fit to be stored and shown. Raises ReasonMissingError."""
	reason = sanitize_html(cstr(text)).strip()
	if not reason:
		frappe.throw(_("Please give the reason. It is put on record."), ReasonMissingError)
	return reason


def lock(fund: str) -> frappe._dict:
	"""Locks a fund until the end of the transaction and reads it with the lock.

	Out: name, status, fund_level, community, entry_count, last_posting_date, and balance, reserved, available in fen.
	"""
	row = frappe.db.get_value(FUND, cstr(fund), _FUND_FIELDS, as_dict=True, for_update=True)
	if not row:
		frappe.throw(_("The aid fund {0} does not exist.").format(fund), frappe.DoesNotExistError)
	row.balance, row.reserved = money.stored_fen(row.balance), money.stored_fen(row.reserved)
	row.available = row.balance - row.reserved
	return row


def reserve(fund: str, amount: int) -> None:
	"""Promises `amount` fen of a fund. Raises NotEnoughMoneyError, FundClosedError."""
	row = lock(fund)
	_refuse_closed(row)
	_change_reserved(row, amount)


def release(fund: str, amount: int) -> None:
	"""Takes a promise of `amount` fen back. Raises BooksError if that much was not promised."""
	_change_reserved(lock(fund), -amount)


def _change_reserved(row, amount: int) -> None:
	_refuse_impossible(row, 0, amount)
	row.reserved += amount
	_write(row)


def post(
	fund: str,
	postings: list[Posting],
	posting_date: date | str | None = None,
	reserve: int = 0,
	reference: str | None = None,
) -> list[str]:
	"""Writes movements of one fund, all or none, in the caller's transaction.

	In: postings in order; posting_date: today unless said, not before the fund's last entry, not ahead of today; reserve:
	by how many fen the promised sum changes at the same time (negative when promised money is paid); reference: the number
	that the bank or the voucher gives the movement, by which it is booked once in this fund, whatever its kind.
	Out: names of the entries, in order. Raises NotEnoughMoneyError, FundClosedError, PostingDateError, AlreadyPostedError,
	PaymentReferenceError, SystemAccountError, NotFinanceError.
	"""
	refuse_all_but_finance()
	row = lock(fund)
	if any(posting.kind in (CONTRIBUTION, PAYMENT) for posting in postings):
		_refuse_closed(row)
	day = _posting_day(row, posting_date)
	_refuse_posted([posting.key for posting in postings])
	_refuse_impossible(row, sum(posting.amount for posting in postings), reserve)
	claimed = refuse_used_reference(row.name, reference)
	entries = []
	for posting in postings:
		row.balance += posting.amount
		row.entry_count += 1
		entries.append(_insert(row, posting, day, reference, claimed))
		claimed = {}  # one movement may have many entries
	row.reserved += reserve
	row.last_posting_date = day
	_write(row)
	return entries


def refuse_used_reference(fund: str, reference: str | None) -> dict:
	"""Raises PaymentReferenceError if another movement of the fund stands under this reference.

	A reversed contribution gives its reference free, so that it can be entered anew. What somebody books at the same instant
	is left to the unique key. Out: the fields of the entry that is to claim the reference.
	"""
	form = names.normal_form(reference)
	if not form:
		return {}
	entry, undone = frappe.qb.DocType(ENTRY), frappe.qb.DocType(ENTRY).as_("undone")
	used = (
		frappe.qb.from_(entry)
		.left_join(undone)
		.on((undone.corrects == entry.name) & (undone.kind == CORRECTION))
		.select(entry.reference_name, undone.name)
		.where((entry.fund == fund) & (entry.reference == form) & entry.reference_key.isnotnull())
		.run()
	)
	for document, undone_by in used:
		if not undone_by:
			_refuse_reference(reference, document)
	times_undone = sum(1 for _document, undone_by in used if undone_by)
	return {"reference": form, "reference_key": names.key(fund, form, str(times_undone))}


def without_reference(*facts) -> str:
	"""What stands in place of a reference where there is none: by the same facts a second movement is taken for the first."""
	return f"{_WITHOUT} {names.key(*facts)}"


def _refuse_reference(reference: str, document: str = ""):
	if reference.startswith(_WITHOUT):
		message = _(
			"The same day, giver and amount are booked already: {1}. If this is other money, enter its payment reference."
		)
	else:
		message = _(
			"The reference {0} is that of another movement of this fund, {1}. Nothing was booked again."
		)
	frappe.throw(message.format(frappe.bold(reference), document), PaymentReferenceError)


def _insert(row, posting: Posting, day: date, reference: str | None, claimed: dict) -> str:
	entry = frappe.get_doc(
		{
			"doctype": ENTRY,
			"name": _name(row.name, row.entry_count),
			"fund": row.name,
			"community": row.community,
			"seq": row.entry_count,
			"posting_date": day,
			"kind": posting.kind,
			"amount": money.yuan(posting.amount),
			"balance_after": money.yuan(row.balance),
			"currency": money.CURRENCY,
			"purpose": posting.purpose,
			"reference_doctype": posting.doctype,
			"reference_name": posting.name,
			"application": posting.application,
			"corrects": posting.corrects,
			"remarks": posting.remarks,
			"booked_by": frappe.session.user,
			"posting_key": posting.key,
			**claimed,
		}
	)
	try:
		entry.db_insert()  # past the controller, which lets nobody insert one
	except frappe.UniqueValidationError as error:  # posted by somebody else since this transaction began
		frappe.clear_last_message()
		if "reference_key" in str(error):
			_refuse_reference(reference)
		_refuse_as_posted(posting.key)
	except frappe.DuplicateEntryError:  # the fund's number of entries is not that of its entries
		frappe.clear_last_message()
		_refuse_books(row)
	return entry.name


def _name(fund: str, seq: int) -> str:
	return f"{fund}-{seq:06d}"


def _write(row) -> None:
	frappe.db.set_value(
		FUND,
		row.name,
		{
			"balance": money.yuan(row.balance),
			"reserved": money.yuan(row.reserved),
			"available": money.yuan(row.balance - row.reserved),
			"entry_count": row.entry_count,
			"last_posting_date": row.last_posting_date,
		},
		update_modified=False,
	)


def _refuse_impossible(row, change: int, reserve: int) -> None:
	"""Raises if the balance cannot change by `change` and the promised sum by `reserve`. Nothing is written before."""
	if row.reserved + reserve < 0:
		_refuse_books(row)
	available = row.available + change - reserve
	if available < 0:  # and so wherever the balance would be below zero
		frappe.throw(
			_("The fund {0} has {1} at its disposal, {2} more would be needed.").format(
				frappe.bold(row.name), money.shown(row.available), money.shown(-available)
			),
			NotEnoughMoneyError,
			title=_("Not Enough Money in the Fund"),
		)


def _refuse_books(row):
	frappe.throw(
		_(
			"The figures of the fund {0} contradict its ledger. Nothing was booked. Please have them checked."
		).format(frappe.bold(row.name)),
		BooksError,
	)


def _refuse_closed(row):
	if row.status != ACTIVE:
		frappe.throw(
			_("The fund {0} is closed. Choose another one.").format(frappe.bold(row.name)), FundClosedError
		)


def _posting_day(row, posting_date) -> date:
	day = getdate(posting_date or nowdate())
	if day > getdate(nowdate()):
		frappe.throw(
			_("{0} is in the future. Money is booked on the day it moves.").format(formatdate(day)),
			PostingDateError,
		)
	last = row.last_posting_date and getdate(row.last_posting_date)
	if last and day < last:
		frappe.throw(
			_("The fund {0} has entries up to {1}. Choose this day or a later one.").format(
				frappe.bold(row.name), formatdate(last)
			),
			PostingDateError,
		)
	return day


def _refuse_posted(keys):
	known = frappe.get_all(ENTRY, filters={"posting_key": ("in", keys)}, pluck="posting_key", limit=1)
	if known or len(set(keys)) < len(keys):
		_refuse_as_posted((known or keys)[0])


def _refuse_as_posted(key):
	frappe.throw(
		_("This has been booked already: {0}. Nothing was booked again.").format(key.partition(":")[2]),
		AlreadyPostedError,
	)


# -- does everything agree? ------------------------------------------------------------------------------------------


def verify(fund: str | None = None) -> dict[str, list[str]]:
	"""Compares the funds' cached figures with the ledger and with the approved applications (AID5).

	Out: {fund: [what does not agree]}, only funds where something does not. Seven queries, however many funds.
	"""
	fund_filter = {"name": fund} if fund else {}
	rows = frappe.get_all(FUND, filters=fund_filter, fields=_FUND_FIELDS)
	entry, application = frappe.qb.DocType(ENTRY), frappe.qb.DocType("Aid Application")
	sums = {
		name: (count, last, money.stored_fen(total))
		for name, count, last, total in frappe.qb.from_(entry)
		.select(entry.fund, Count("*"), Max(entry.seq), Sum(entry.amount))
		.groupby(entry.fund)
		.run()
	}
	last_balances, broken = _last_balances(), _broken_chains()
	renamed, without_row = _renamed(), _payments_without_row()
	promised = {
		name: money.stored_fen(total)
		for name, total in frappe.qb.from_(application)
		.select(application.fund, Sum(application.amount))
		.where((application.docstatus == 1) & (application.status == "Finally Approved"))
		.groupby(application.fund)
		.run()
	}
	found = {}
	for row in rows:
		count, last, total = sums.get(row.name, (0, 0, 0))
		checks = (
			(money.stored_fen(row.balance) == total, _("The balance is not the sum of the entries.")),
			(row.entry_count == count == (last or 0), _("Entries are missing in the row of numbers.")),
			(last_balances.get(row.name, 0) == total, _("The last entry shows another balance.")),
			(row.name not in broken, _("An entry does not continue the balance of the one before it.")),
			(row.name not in renamed, _("An entry has another name than its number in the fund.")),
			(row.name not in without_row, _("A payment was booked whose row stands in no disbursement.")),
			(
				0 <= money.stored_fen(row.reserved) <= money.stored_fen(row.balance),
				_("More is reserved than the fund holds, or the balance is below zero."),
			),
			(
				money.stored_fen(row.available)
				== money.stored_fen(row.balance) - money.stored_fen(row.reserved),
				_("The available sum is not the balance without what is reserved."),
			),
			(
				money.stored_fen(row.reserved) == promised.get(row.name, 0),
				_("The reserved sum is not that of the approved applications."),
			),
		)
		if wrong := [text for agrees, text in checks if not agrees]:
			found[row.name] = wrong
	return found


def _last_balances() -> dict[str, int]:
	entry, newest = frappe.qb.DocType(ENTRY), frappe.qb.DocType(ENTRY).as_("newest")
	latest = (
		frappe.qb.from_(newest)
		.select(newest.fund, Max(newest.seq).as_("seq"))
		.groupby(newest.fund)
		.as_("latest")
	)
	rows = (
		frappe.qb.from_(entry)
		.join(latest)
		.on((latest.fund == entry.fund) & (latest.seq == entry.seq))
		.select(entry.fund, entry.balance_after)
		.run()
	)
	return {fund: money.stored_fen(balance) for fund, balance in rows}


def _broken_chains() -> set[str]:
	"""Funds with an entry whose balance is not that of the entry before it and its own amount."""
	entry, before = frappe.qb.DocType(ENTRY), frappe.qb.DocType(ENTRY).as_("before")
	expected = Coalesce(before.balance_after, 0) + entry.amount
	return set(
		frappe.qb.from_(entry)
		.left_join(before)
		.on((before.fund == entry.fund) & (before.seq == entry.seq - 1))
		.select(entry.fund)
		.distinct()
		.where(Abs(entry.balance_after - expected) >= _HALF_A_CENT)
		.run(pluck=True)
	)


def _renamed() -> set[str]:
	"""Funds with an entry that is not named by the fund and its number, as `post` named it."""
	entry = frappe.qb.DocType(ENTRY)
	rows = frappe.qb.from_(entry).select(entry.fund, entry.seq, entry.name).run()
	return {fund for fund, seq, name in rows if name != _name(fund, seq)}


def _payments_without_row() -> set[str]:
	"""Funds with a payment whose row is gone from the disbursement that was booked."""
	entry, item = frappe.qb.DocType(ENTRY), frappe.qb.DocType("Aid Disbursement Item")
	same = (item.entry == entry.name) & (item.parent == entry.reference_name)
	return set(
		frappe.qb.from_(entry)
		.left_join(item)
		.on(same & (item.parenttype == entry.reference_doctype))
		.select(entry.fund)
		.distinct()
		.where((entry.kind == PAYMENT) & item.name.isnull())
		.run(pluck=True)
	)


def verify_all() -> None:
	"""Daily: writes down in the Error Log which fund does not agree with its ledger. Says nothing where all do."""
	for fund, wrong in verify().items():
		frappe.log_error(
			title=_("Aid fund {0} does not agree with its ledger").format(fund), message="\n".join(wrong)
		)
