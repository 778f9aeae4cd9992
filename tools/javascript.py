"""Constants for client scripts, written as prettier leaves them (tabs, lines of 99)."""

import json
import re

WIDTH, TAB = 99, 4
HEAD = "// Words of the server that forms, lists and reports compare with or offer. Written by `make declarations`: change nothing here.\n"


def script(constants: dict) -> str:
	"""A script that puts each value at its name below `gongtongti`."""
	rooms = dict.fromkeys(name.rpartition(".")[0] for name in constants)
	parts = [
		HEAD,
		"".join(f'frappe.provide("{".".join(filter(None, ("gongtongti", room)))}");\n' for room in rooms),
	]
	for room in rooms:
		lines = [
			_statement(f"gongtongti.{name}", value)
			for name, value in constants.items()
			if name.rpartition(".")[0] == room
		]
		parts.append("".join(lines))
	return "\n".join(parts)


def _statement(name, value):
	return _fitted(f"{name} = ", value, ";", 0) + "\n"


def _fitted(before, value, after, depth):
	"""On one line, where it fits there; else each entry on its own."""
	line = f"{before}{_flat(value)}{after}"
	if len(line) + TAB * depth <= WIDTH or not isinstance(value, dict | list | tuple):
		return line
	entries = (
		[(f"{_key(key)}: ", each) for key, each in value.items()]
		if isinstance(value, dict)
		else [("", each) for each in value]
	)
	indent = "\t" * (depth + 1)
	inner = "".join(f"{indent}{_fitted(key, each, ',', depth + 1)}\n" for key, each in entries)
	opening, closing = "{}" if isinstance(value, dict) else "[]"
	return before + opening + "\n" + inner + "\t" * depth + closing + after


def _flat(value):
	if isinstance(value, dict):
		return "{ " + ", ".join(f"{_key(key)}: {_flat(each)}" for key, each in value.items()) + " }"
	if isinstance(value, list | tuple):
		return "[" + ", ".join(_flat(each) for each in value) + "]"
	return json.dumps(value, ensure_ascii=False)


def _key(name):
	return name if re.fullmatch(r"[A-Za-z_$][\w$]*", name) else json.dumps(name, ensure_ascii=False)
