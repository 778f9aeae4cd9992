"""SQL functions on SQLite.

What apps of the framework use of MariaDB's functions, in `frappe.qb` or in plain SQL, as functions of the
connection; and the query builder's functions that name no form for SQLite and raise a KeyError there.
`EXTRACT(.. FROM ..)`, `TIMESTAMPDIFF`, `ON DUPLICATE KEY` and `information_schema` are grammar, not functions, and
stay unknown.
"""

import re

from sandbox.repairs import repair

# MariaDB's format letters where they mean something else in Python
DATE_FORMAT = {
	"%i": "%M",
	"%s": "%S",
	"%M": "%B",
	"%D": "%d",
	"%e": "%-d",
	"%c": "%-m",
	"%T": "%H:%M:%S",
	"%h": "%I",
	"%k": "%-H",
}


def _null_safe(function):
	return lambda *values: None if any(value is None for value in values) else function(*values)


def functions() -> dict:
	"""Name -> (number of arguments, function)."""
	from monoframe.utils import data

	moment = data.get_datetime

	def date_format(value, form):
		return moment(value).strftime(re.sub("%.", lambda match: DATE_FORMAT.get(match[0], match[0]), form))

	def find_in_set(text, texts):
		texts = texts.split(",")
		return texts.index(text) + 1 if text in texts else 0

	def concat_ws(separator, *values):
		return str(separator).join(str(value) for value in values if value is not None)

	plain = {
		"concat": (-1, lambda *values: "".join(map(str, values))),
		"date_format": (2, date_format),
		"datediff": (2, lambda end, start: (moment(end).date() - moment(start).date()).days),
		"day": (1, lambda value: moment(value).day),
		"find_in_set": (2, find_in_set),
		"greatest": (-1, max),
		"hour": (1, lambda value: moment(value).hour),
		"last_day": (1, lambda value: str(data.get_last_day(value))),
		"least": (-1, min),
		"month": (1, lambda value: moment(value).month),
		"monthname": (1, lambda value: moment(value).strftime("%B")),
		"quarter": (1, lambda value: (moment(value).month + 2) // 3),
		"unix_timestamp": (1, lambda value: int(moment(value).timestamp())),
		"year": (1, lambda value: moment(value).year),
	}
	return {name: (count, _null_safe(function)) for name, (count, function) in plain.items()} | {
		"concat_ws": (-1, concat_ws),
		"curdate": (0, data.nowdate),
		"curtime": (0, data.nowtime),
		"if": (3, lambda condition, yes, no: yes if condition else no),
		"now": (0, data.now),
		"timestamp": (-1, _null_safe(lambda date, *time: " ".join(map(str, (date, *time))))),
	}


@repair(only="sqlite")
def sql_functions():
	from monoframe.database.sqlite.database import SQLiteDatabase

	get_connection = SQLiteDatabase.get_connection

	def with_functions(self, *args, **kwargs):
		connection = get_connection(self, *args, **kwargs)
		for name, (count, function) in functions().items():
			connection.create_function(name, count, function)
		return connection

	SQLiteDatabase.get_connection = with_functions


@repair(only="sqlite")
def builder_functions():
	from monoframe.query_builder import functions as built
	from monoframe.query_builder.custom import GROUP_CONCAT
	from monoframe.query_builder.utils import db_type_is
	from pypika.terms import CustomFunction

	forms = {
		"CombineDatetime": CustomFunction("TIMESTAMP", ["date", "time"]),
		"DateFormat": CustomFunction("DATE_FORMAT", ["date", "format"]),
		"GroupConcat": GROUP_CONCAT,
		"UnixTimestamp": CustomFunction("unix_timestamp", ["date"]),
	}
	for name, form in forms.items():
		getattr(built, name).func_map.setdefault(db_type_is.SQLITE, form)
