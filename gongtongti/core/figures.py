"""Figures as people type them, read in one way everywhere.

Python takes `1_000` for a thousand and ٣ for three, and so does the framework, which takes whatever it cannot read for
nought. Here a figure is written with the digits 0 to 9, in full width as well, as Chinese keyboards write them.
"""

import re
from math import isfinite

import frappe
from frappe import _
from frappe.utils import escape_html

_NUMERIC = ("Int", "Long Int", "Float", "Currency", "Percent")
_FIGURE = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[-+]?[0-9]+)?", re.IGNORECASE)
_HALF_WIDTH = {sign: sign - 0xFEE0 for sign in range(0xFF01, 0xFF5F)}
_LONGEST = 40  # signs of what is quoted in a refusal


class FigureError(frappe.ValidationError):
	"""What was entered for a figure is none, or none that may stand there."""


def plain(value) -> str | None:
	"""A figure as it was entered, of any type, in plain digits; None if it is none (words, nan, inf, yes or no)."""
	if isinstance(value, bool):
		return None
	text = str(value).translate(_HALF_WIDTH).strip()
	return text if _FIGURE.fullmatch(text) and isfinite(float(text)) else None


def check(doc, method=None) -> None:
	"""Hook before_validate of every document of this app and its rows: what stands in a numeric field is a figure.

	Full-width ones are put into plain digits, which the framework reads rightly. Raises FigureError.
	"""
	for row in (doc, *doc.get_all_children()):
		for df in row.meta.get("fields", {"fieldtype": ("in", _NUMERIC)}):
			value = row.get(df.fieldname)
			if value in (None, ""):
				continue
			figure = plain(value)
			if figure is None:
				_refuse(value, df)
			if isinstance(value, str):
				row.set(df.fieldname, figure)


def _refuse(value, df):
	frappe.throw(
		_("“{0}” in {1} is not a figure. Write it with the digits 0 to 9, for example 500.00.").format(
			escape_html(str(value)[:_LONGEST]), _(df.label)
		),
		FigureError,
	)
