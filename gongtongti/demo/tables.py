"""Plain tables for a terminal. A Chinese character is two columns wide."""

from decimal import Decimal
from unicodedata import east_asian_width


def width(text: str) -> int:
	"""How many columns a text takes."""
	return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def fit(text: str, columns: int, right: bool = False) -> str:
	"""The text in exactly so many columns, cut with … when it is longer."""
	if width(text) > columns:
		while width(text) > columns - 1:
			text = text[:-1]
		text += "…"
	space = " " * (columns - width(text))
	return space + text if right else text + space


def table(heads: list[str], rows: list[list], most: int = 30) -> str:
	"""Heads and rows as lines; numbers stand to the right, a Decimal with all its digits; no column is wider than `most`."""
	cells = [[_text(value) for value in row] for row in rows]
	widths = [
		min(most, max([width(head), *(width(row[i]) for row in cells)])) for i, head in enumerate(heads)
	]
	numbers = [
		bool(rows) and all(isinstance(row[i], int | float | Decimal | None) for row in rows)
		for i in range(len(heads))
	]
	lines = [
		"  ".join(
			fit(text, columns, right) for text, columns, right in zip(line, widths, numbers, strict=True)
		).rstrip()
		for line in [heads, *cells]
	]
	lines.insert(1, "  ".join("─" * columns for columns in widths))
	return "\n".join(lines)


def two_decimals(yuan) -> Decimal:
	"""A sum of money as it stands in a table."""
	return Decimal(str(yuan)).quantize(Decimal("0.01"))


def _text(value) -> str:
	if value is None:
		return ""
	if isinstance(value, float):
		return f"{value:.2f}".rstrip("0").rstrip(".")
	return " ".join(str(value).split())
