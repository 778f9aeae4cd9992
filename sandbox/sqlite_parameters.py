"""Values in SQL on SQLite.

The fork pastes named values into the text of the statement: quotes double, `None` becomes the text 'None', a list
does not work at all. Here they are bound. `%%` means `%`, as with the MariaDB drivers. `INSERT IGNORE` is spelt
otherwise in SQLite. Columns that the fork declares DATETIME (`creation`, `modified`) have no converter and came
back as text.
"""

import datetime
import decimal
import re
import sqlite3

from sandbox.repairs import repair

PARAMETER = re.compile(r"%\((\w+)\)s|%s|%%")
INSERT_IGNORE = re.compile(r"^\s*INSERT IGNORE INTO\b", re.IGNORECASE)


def bind(value):
	"""A Python value as SQLite stores it."""
	if isinstance(value, bool):
		return int(value)
	if value is None or isinstance(value, int | float | bytes):
		return value
	if isinstance(value, str):
		return str.__str__(value)  # a text enum is its text, not its name
	if isinstance(value, datetime.datetime):
		return value.strftime("%Y-%m-%d %H:%M:%S.%f")
	if isinstance(value, datetime.timedelta):
		from monoframe.utils.data import format_timedelta

		return format_timedelta(value)
	if isinstance(value, decimal.Decimal):
		return float(value)
	if isinstance(value, dict):
		raise TypeError("dict can not be used as parameter")  # as the MariaDB drivers have it
	return str(value)


def statement(query: str, values):
	"""`%s` and `%(name)s` -> `?`, with the values in their order; a list becomes `(?, ?)`."""
	named = isinstance(values, dict)
	if not named and not isinstance(values, list | tuple):
		values = (values,)
	remaining, bound = iter(() if named else values), []

	def placeholder(match):
		if match[0] == "%%":
			return "%"
		value = values[match[1]] if match[1] else next(remaining)
		if isinstance(value, list | tuple | set | frozenset):
			bound.extend(bind(item) for item in value)
			return f"({', '.join('?' * len(value))})"
		bound.append(bind(value))
		return "?"

	return PARAMETER.sub(placeholder, query), bound


@repair(only="sqlite")
def parameters():
	from monoframe.database.sqlite.database import SQLiteDatabase

	def execute_query(self, query, values=None):
		if values is None:
			return self._cursor.execute(query)
		return self._cursor.execute(*statement(query, values))

	SQLiteDatabase.execute_query = execute_query


@repair(only="sqlite")
def insert_ignore():
	from monoframe.database.sqlite.database import SQLiteDatabase

	execute = SQLiteDatabase.execute_query

	def execute_query(self, query, values=None):
		return execute(self, INSERT_IGNORE.sub("INSERT OR IGNORE INTO", query), values)

	SQLiteDatabase.execute_query = execute_query


@repair(only="sqlite")
def datetime_columns():
	sqlite3.register_converter("datetime", lambda text: datetime.datetime.fromisoformat(text.decode()))
