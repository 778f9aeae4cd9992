"""What every script report is put together from: filters read from the outside, columns, translations.

A filter comes from a browser, a saved report or a URL and may hold anything. It is read here, against a table of what
the report knows, before it comes near a query.
"""

import datetime
from collections import defaultdict

import frappe
from frappe import _
from frappe.query_builder.functions import Round, Sum
from frappe.utils import escape_html, formatdate

from gongtongti.core import access, money


class ReportFilterError(frappe.ValidationError):
	"""A filter holds something that it cannot mean; the message says which one, and what to do."""


def read_filters(filters, known: dict[str, tuple]) -> frappe._dict:
	"""The filters of a report as values that can be trusted.

	In: `filters` as the framework hands them over (dict, JSON text or None); `known`: fieldname -> (label, reader, …)
	with a reader of this module and its arguments. What is not known is left out.
	Out: a dict with every known fieldname; None (for a tick: False) where nothing is set.
	Raises ReportFilterError.
	"""
	given = frappe.parse_json(filters) or {}
	if not isinstance(given, dict):
		given = {}
	return frappe._dict(
		{
			fieldname: reader(label, given.get(fieldname), *args)
			for fieldname, (label, reader, *args) in known.items()
		}
	)


def link(label: str, value, doctype: str, rule: str | None = None) -> str | None:
	"""The name of a document that the reader may see.

	One that does not exist and one that is out of reach get the same answer, so that a filter cannot be used to ask
	whether something exists.
	rule: the DocType by whose rule of rows the document is to be seen, if not by its own; both have the rule's fields.
	"""
	if not value:
		return None
	if isinstance(value, str):
		table = frappe.qb.DocType(doctype)
		query = frappe.qb.from_(table).select(table.name).where(table.name == value)
		if found := access.visible(query, rule or doctype, table).run():
			return found[0][0]
	_refuse(
		_("{0}: “{1}” does not exist, or is not among what you may see. Choose one from the list."),
		label,
		value,
	)


def choice(label: str, value, doctype: str, fieldname: str) -> str | None:
	"""One of the options of a Select field."""
	return one_of(label, value, options(doctype, fieldname))


def one_of(label: str, value, allowed) -> str | None:
	"""One of the values in `allowed` (or of what it answers)."""
	if not value:
		return None
	if isinstance(value, str) and value in (allowed() if callable(allowed) else allowed):
		return value
	_refuse(_("{0}: “{1}” is not one of the choices. Choose one from the list."), label, value)


def day(label: str, value) -> datetime.date | None:
	"""A date."""
	if not value:
		return None
	try:
		return as_date(value)
	except (TypeError, ValueError, LookupError):  # a newer Python looks a slice up in a dict
		_refuse(
			_("{0}: “{1}” is not a date. Enter it as year-month-day, for example 2026-09-01."), label, value
		)


def refuse_backwards(first: datetime.date, last: datetime.date) -> None:
	"""Refuses a stretch of time that ends before it begins. Raises ReportFilterError."""
	if first > last:
		frappe.throw(
			_("The first day, {0}, is after the last day, {1}. Change one of them.").format(
				formatdate(first), formatdate(last)
			),
			ReportFilterError,
			title=_("Check the Filters"),
		)


def tick(label: str, value) -> bool:
	"""Yes or no; whatever is not a clear yes is a no."""
	return value in (True, 1, "1", "true", "True")


def _refuse(message: str, label: str, value):
	shown = escape_html(str(value)[:140])
	frappe.throw(message.format(_(label), shown), ReportFilterError, title=_("Check the Filters"))


def options(doctype: str, fieldname: str) -> list[str]:
	"""The options of a Select field, without the empty one."""
	return [
		option
		for option in (frappe.get_meta(doctype).get_field(fieldname).options or "").split("\n")
		if option
	]


def as_date(value) -> datetime.date | None:
	"""A date as the database driver hands it over (date, datetime or text) as a date."""
	if not value:
		return None
	if isinstance(value, datetime.datetime):
		return value.date()
	if isinstance(value, datetime.date):
		return value
	return datetime.date.fromisoformat(value[:10])


class Translations(dict):
	"""Texts in the reader's language, each looked up once: a report over many rows repeats few."""

	def __missing__(self, source):
		translated = self[source] = _(source) if source else ""
		return translated


def column(fieldname: str, label: str, fieldtype: str = "Data", width: int = 110, **more) -> dict:
	"""A column; `label` is already translated. Left to itself the table aligns a column by its first cell."""
	align = "right" if fieldtype in ("Int", "Float", "Percent") else "left"
	return {
		"fieldname": fieldname,
		"label": label,
		"fieldtype": fieldtype,
		"width": width,
		"align": align,
		**more,
	}


def link_column(fieldname: str, label: str, doctype: str, width: int = 130) -> dict:
	"""A column of links; plain text for a reader without rights on the linked DocType.

	The framework refuses a whole report when it holds a link column of a DocType that the reader may not read.
	"""
	if frappe.has_permission(doctype, "read"):
		return column(fieldname, label, "Link", width, options=doctype)
	return column(fieldname, label, "Data", width)


def document_column(fieldname: str, label: str, type_field: str, doctypes, width: int = 150) -> dict:
	"""A column of documents of several DocTypes (named by `type_field` of the row), linked if the reader may read them all."""
	if all(frappe.has_permission(doctype, "read") for doctype in doctypes):
		return column(fieldname, label, "Dynamic Link", width, options=type_field)
	return column(fieldname, label, "Data", width)


def money_column(fieldname: str, label: str, width: int = 120) -> dict:
	"""A column of yuan; the rows carry `currency`."""
	return column(fieldname, label, "Currency", width, options="currency", precision=2, align="right")


def sum_of_fen(field):
	"""The sum of a Currency field as a term of frappe.qb, in whole fen: exact on every database, NULL where there is no row.

	The sum of the yuan would be added up in floating point by some databases.
	"""
	return Sum(Round(field * 100))


def within(doctype: str) -> dict[str, set] | None:
	"""What the reader sees of a DocType: None for every row, otherwise field -> values of which one must hold.

	For tables by school: of a partner school a reader may see a part, and a part of a balance or a share says nothing.
	"""
	pairs = access.fields_within(doctype)
	return None if pairs is None else defaultdict(set, pairs)


def share(part: int, whole: int) -> float | None:
	"""`part` of `whole` as a percentage with one decimal; None where there is no whole."""
	return round(100 * part / whole, 1) if whole else None


def lines(*texts: str | None) -> str | None:
	"""The message above a report: one line for each text that there is (already safe as HTML)."""
	return "<br>".join(text for text in texts if text) or None


def bars(
	labels: list[str], datasets: list[tuple[str, list]], of: int = 0, stacked: bool = False, **more
) -> dict | None:
	"""A bar chart, or none where there is nothing to draw.

	of: how many there would be to draw; a chart that draws the first of them only says so, since its bars do not add up
	"""
	if not labels:
		return None
	if of > len(labels):
		more["title"] = _("Drawn: {0} of {1}").format(len(labels), of)
	return {
		"data": {
			"labels": labels,
			"datasets": [{"name": name, "values": values} for name, values in datasets],
		},
		"type": "bar",
		"barOptions": {"stacked": int(stacked)},
		**more,
	}


def card(label: str, value, indicator: str = "Blue", datatype: str = "Int") -> dict:
	"""A figure of the summary."""
	return {"label": label, "value": value, "indicator": indicator, "datatype": datatype}


def money_card(label: str, amount: int, indicator: str = "Blue") -> dict:
	"""A sum of money in the summary. amount: fen."""
	return card(label, money.yuan(amount), indicator, "Currency") | {"currency": money.CURRENCY}


def money_bars(labels: list[str], datasets: list[tuple[str, list[int]]], **more) -> dict | None:
	"""A bar chart of sums of money, given in fen."""
	in_yuan = [(name, [money.yuan(amount) for amount in amounts]) for name, amounts in datasets]
	in_words = {"fieldtype": "Currency", "options": "currency", "currency": money.CURRENCY}
	return bars(labels, in_yuan, **in_words, **more)
