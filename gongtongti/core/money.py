"""Money: yuan in fields and on paper, whole fen in every calculation, so that nothing is lost to rounding (AID1, AID5).

A Currency field comes back from the database as a floating-point number, which cannot hold 0.10 exactly. It is turned
into fen here when it is read and into yuan when it is written; in between there are only integers.
"""

from decimal import ROUND_HALF_UP, Decimal

import frappe
from frappe import _
from frappe.utils import fmt_money

from gongtongti.core import figures

CURRENCY = "CNY"
MOST = 99_999_999_99  # fen in one document: 99,999,999.99 yuan
_LONGEST = 20  # digits; beyond that nobody means an amount, and decimals are no longer exact
_CENT = Decimal("0.01")

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")
_TOO_LARGE_TO_SAY = 10**14  # fen


# an amount that is no amount: not a number, not above zero, more than two decimals, or too large
AmountError = figures.FigureError


def fen(value) -> int:
	"""Yuan as somebody entered them, in fen; nothing entered is 0. Raises AmountError if that is not exact."""
	figure = figures.plain(value if value not in (None, "") else 0)
	try:
		number = Decimal(figure or "NaN")
	except ArithmeticError:
		number = Decimal("NaN")
	if not number.is_finite():
		_refuse(_("The amount “{0}” is not a number. Enter yuan, for example 500.00."), value)
	if number.adjusted() > _LONGEST:
		_refuse(_("The amount {0} must be above zero and at most {1}."), value, MOST)
	exact = number.quantize(_CENT)
	if exact != number:
		_refuse(_("The amount {0} has more than two decimals. Enter yuan to the cent."), value)
	return int(exact.scaleb(2))


def positive_fen(value) -> int:
	"""Like `fen`, and above zero, and not more than the books hold in one document."""
	amount = fen(value)
	if not 0 < amount <= MOST:
		_refuse(_("The amount {0} must be above zero and at most {1}."), value, MOST)
	return amount


def stored_fen(value) -> int:
	"""A figure out of the database (a field, or a sum of fields) in fen: what floating point added is rounded away."""
	return int((Decimal(str(value or 0)) * 100).to_integral_value(ROUND_HALF_UP))


def yuan(amount: int) -> float:
	"""Fen as yuan, as a Currency field takes them."""
	return amount / 100


def shown(amount: int) -> str:
	"""Fen as a reader is told them: “1,200.00 yuan”."""
	return _("{0} yuan").format(fmt_money(yuan(amount), precision=2))


def in_chinese(amount: int) -> str:
	"""Fen in the capital numerals of receipts and payment lists: 120050 -> 壹仟贰佰元零伍角整. From 0 to below 10¹² yuan.

	As banks ask for them: one 零 for noughts in a row, 零 before 分 where there is no 角, 整 unless there is 分.
	"""
	if not 0 <= amount < _TOO_LARGE_TO_SAY:
		raise ValueError(amount)
	whole, cents = divmod(amount, 100)
	jiao, rest = divmod(cents, 10)
	text = f"{_whole_number(whole)}元" if whole else ""
	if not cents:
		return f"{text or '零元'}整"
	if jiao:
		# a zero is said where the yuan end in one
		text += ("零" if whole and whole % 10 == 0 else "") + _DIGITS[jiao] + "角"
	elif whole:
		text += "零"
	return text + (f"{_DIGITS[rest]}分" if rest else "整")


def _whole_number(number: int) -> str:
	text, skipped, group = "", False, 0
	groups = []
	while number:
		number, part = divmod(number, 10_000)
		groups.append((part, group))
		group += 1
	for part, group in reversed(groups):
		if not part:
			skipped = bool(text)
			continue
		if text and (skipped or part < 1000):
			text += "零"
		text += _four_digits(part) + _GROUPS[group]
		skipped = False
	return text


def _four_digits(part: int) -> str:
	text, zero = "", False
	for place in (3, 2, 1, 0):
		digit = part // 10**place % 10
		if digit:
			text += ("零" if zero and text else "") + _DIGITS[digit] + _PLACES[place]
			zero = False
		else:
			zero = True
	return text


def _refuse(message: str, value, most: int | None = None):
	said = frappe.utils.escape_html(str(value)[:40])
	frappe.throw(
		message.format(said, shown(most)) if most else message.format(said),
		AmountError,
		title=_("Sum of Money"),
	)
