"""What a cell says to a field of a document: text that the framework's importer reads one way only, or why it cannot be read."""

import re
import unicodedata
from datetime import date, datetime, time

import frappe
from frappe import _
from frappe.utils import cint, cstr

YES, NO = ("1", "是", "有", "对", "√", "yes", "y", "true"), ("0", "否", "无", "没有", "×", "no", "n", "false")
# what people write for an option, besides what the form calls it
ALSO = {"Male": ("男",), "Female": ("女",), "Not a Cadre": ("无", "没有", "普通教师")}
# year first, four digits of it: any other order means another day to another reader
_DATES = re.compile(
	r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{4})年(\d{1,2})月(\d{1,2})日|(\d{4})(\d{2})(\d{2})"
)
_TIMES = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?")
_NUMBER = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
# Excel keeps fifteen digits of a number
_EXACT = 10**15
_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060"))


class Unreadable(ValueError):
	"""The cell says nothing to its field; the text says why."""


def text_of(value) -> str:
	"""A cell as it reads, without outer blanks and invisible signs."""
	if isinstance(value, bool):
		return "1" if value else "0"
	if isinstance(value, float) and value.is_integer():
		value = int(value)
	if isinstance(value, datetime) and value.time() == time():
		value = value.date()
	return cstr(value).translate(_INVISIBLE).strip()


def read(value, df) -> str:
	"""In: a cell that is not empty, and the field it is for. Out: text for the importer. Raises Unreadable."""
	text = text_of(value)
	if "\ufffd" in text:
		raise Unreadable(_("the text is garbled"))
	if text.startswith("#") and text.rstrip("!?").lstrip("#").replace("/", "").isupper() and " " not in text:
		raise Unreadable(_("{0} is an error of the spreadsheet").format(text))
	if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= _EXACT:
		raise Unreadable(_("the number has too many digits for a spreadsheet: format the column as text"))
	return _READERS.get(df.fieldtype, _read_text)(value, text, df)


def _read_text(value, text, df):
	if df.fieldtype in (None, "Data", "Link") and len(text) > (cint(df.get("length")) or 140):
		raise Unreadable(_("the text is too long"))
	return text


def _read_select(value, text, df):
	options = [option for option in cstr(df.options).split("\n") if option]
	form = df.get("parent")  # a word may be said otherwise in this form than elsewhere
	meant = [
		option
		for option in options
		if text in (option, _(option), _(option, "zh"), _(option, "zh", context=form), *ALSO.get(option, ()))
	]
	if not options or len(meant) == 1 or text in options:
		return text if text in options or not options else meant[0]
	raise Unreadable(
		_("“{0}” is none of {1}").format(text, " / ".join(_(option, context=form) for option in options))
	)


def _read_check(value, text, df):
	word = text.lower()
	if word in YES or word in NO:
		return "1" if word in YES else "0"
	raise Unreadable(_("“{0}” is neither yes nor no").format(text))


def _read_date(value, text, df):
	if isinstance(value, datetime):
		return value.date().isoformat()
	if isinstance(value, date):
		return value.isoformat()
	day = _day(text.removesuffix(" 00:00:00")) if isinstance(value, str) or _is_compact(value) else None
	if not day:
		raise Unreadable(_("“{0}” is no clear date: write it as 2010-09-15").format(text))
	return day.isoformat()


def _is_compact(value):
	return isinstance(value, int | float) and 19000101 <= value <= 21001231


def _day(text) -> date | None:
	found = _DATES.fullmatch(unicodedata.normalize("NFKC", text).replace(" ", ""))
	if not found:
		return None
	try:
		return date(*(int(part) for part in found.groups() if part))
	except ValueError:
		return None


def _read_datetime(value, text, df):
	if isinstance(value, date):
		return (value if isinstance(value, datetime) else datetime.combine(value, time())).strftime(
			"%Y-%m-%d %H:%M:%S"
		)
	day, _blank, hour = text.partition(" ")
	day, hour = _day(day), _hour(hour or "00:00:00")
	if not day or not hour:
		raise Unreadable(_("“{0}” is no clear date: write it as 2010-09-15").format(text))
	return f"{day.isoformat()} {hour}"


def _read_time(value, text, df):
	hour = value.strftime("%H:%M:%S") if isinstance(value, time | datetime) else _hour(text)
	if not hour:
		raise Unreadable(_("“{0}” is no time: write it as 08:30").format(text))
	return hour


def _hour(text) -> str | None:
	found = _TIMES.fullmatch(unicodedata.normalize("NFKC", text))
	try:
		return time(*(int(part or 0) for part in found.groups())).isoformat() if found else None
	except ValueError:
		return None


def _read_int(value, text, df):
	number = _number(text)
	if number is None or not float(number).is_integer():
		raise Unreadable(_("“{0}” is no whole number").format(text))
	return str(int(float(number)))


def _read_float(value, text, df):
	number = _number(text)
	if number is None:
		raise Unreadable(_("“{0}” is no number").format(text))
	return number


def _number(text) -> str | None:
	text = unicodedata.normalize("NFKC", text)
	return text.replace(",", "") if text.isascii() and _NUMBER.fullmatch(text) else None


_READERS = {
	"Select": _read_select,
	"Check": _read_check,
	"Date": _read_date,
	"Datetime": _read_datetime,
	"Time": _read_time,
	"Int": _read_int,
	"Float": _read_float,
	"Currency": _read_float,
	"Percent": _read_float,
}


def is_reference(df) -> bool:
	"""Whether the field names a document that must exist."""
	return df.fieldtype == "Link" and bool(df.options) and frappe.db.exists("DocType", df.options) is not None
