"""Locking reads on SQLite.

The fork drops `FOR UPDATE` from `get_doc` and cannot execute it elsewhere. SQLite has no row locks, but one write
lock for the file: a locking read takes it. So what an app reads for update stays true until it commits, as on
MariaDB. What two sessions do to each other is still proved on MariaDB only: one lock for everything hides
where a lock was forgotten.
"""

import re
import sqlite3

from sandbox.repairs import repair

FOR_UPDATE = re.compile(r"\s+FOR UPDATE(\s+(NOWAIT|SKIP LOCKED))?\s*$", re.IGNORECASE)


def take_write_lock(db):
	"""Take the file's write lock for the rest of the transaction.

	A transaction that has only read so far starts again, because SQLite never upgrades an old snapshot. One that
	has written holds the lock already.
	"""
	import monoframe

	if db._conn is None:
		db.connect()
	connection = db._conn
	try:
		if connection.in_transaction and not db.transaction_writes and not getattr(db, "open_savepoints", 0):
			connection.rollback()
		if connection.in_transaction:
			db._cursor.execute('UPDATE "tabSingles" SET value = value WHERE 0')
		else:
			db._cursor.execute("BEGIN IMMEDIATE")
	except sqlite3.OperationalError as error:
		raise monoframe.QueryTimeoutError(error) from error


@repair(only="sqlite")
def locking_reads():
	from monoframe.database.sqlite.database import SQLiteDatabase

	execute = SQLiteDatabase.execute_query

	def execute_query(self, query, values=None):
		word = query[:9].upper()
		if word == "SAVEPOINT":
			self.open_savepoints = getattr(self, "open_savepoints", 0) + 1
		elif word.startswith("BEGIN"):
			self.open_savepoints = 0
		if FOR_UPDATE.search(query):
			query = FOR_UPDATE.sub("", query)
			take_write_lock(self)
		return execute(self, query, values)

	SQLiteDatabase.execute_query = execute_query


@repair(only="sqlite")
def locking_documents():
	import monoframe
	from monoframe.model.document import Document

	load = Document.load_from_db

	def load_from_db(self):
		if self.flags.for_update and monoframe.db:
			take_write_lock(monoframe.db)
		return load(self)

	Document.load_from_db = load_from_db
