"""Transactions on SQLite.

- Commit and rollback must forget what was read before: the fork clears `value_cache` on MariaDB only, so on SQLite
  `get_single_value` still answers with what was rolled back. Its rollback also goes on counting the writes that it
  has just undone.
- After every commit the fork begins a transaction at once, and the first read fixes what it sees. If another
  thread writes before it does, its own first write fails at once ("database is locked"), however patient it is:
  log-in failed while a background job ran. Here a transaction begins with its first write, and waits its turn.
- So there may be no open transaction when a savepoint is set. It would *be* the transaction then, and its release
  would commit everything, so that no later rollback undoes it.
"""

from sandbox.repairs import repair

PATIENCE = 30_000  # milliseconds that a write waits for another to end


@repair(only="sqlite")
def forgotten_values():
	from monoframe.database.sqlite.database import SQLiteDatabase

	commit, rollback = SQLiteDatabase.commit, SQLiteDatabase.rollback

	def commit_and_forget(self, *args, **kwargs):
		commit(self, *args, **kwargs)
		self.value_cache.clear()

	def rollback_and_forget(self, *, save_point=None, chain=None):
		rollback(self, save_point=save_point, chain=chain)
		self.value_cache.clear()
		if not save_point and not self._disable_transaction_control:
			self.transaction_writes = 0

	SQLiteDatabase.commit = commit_and_forget
	SQLiteDatabase.rollback = rollback_and_forget


@repair(only="sqlite")
def late_begin():
	import monoframe
	from monoframe.database.sqlite.database import SQLiteDatabase

	begin = SQLiteDatabase.begin

	def begin_with_the_first_write(self, *, read_only=False):
		if read_only or monoframe.flags.read_only or getattr(self, "read_only", False):
			begin(self, read_only=read_only)
		self.open_savepoints = 0

	SQLiteDatabase.begin = begin_with_the_first_write


@repair(only="sqlite")
def patience():
	from monoframe.database.sqlite.database import SQLiteDatabase

	get_connection = SQLiteDatabase.get_connection

	def patient_connection(self, *args, **kwargs):
		connection = get_connection(self, *args, **kwargs)
		connection.execute(f"PRAGMA busy_timeout = {PATIENCE}")
		return connection

	SQLiteDatabase.get_connection = patient_connection


@repair(only="sqlite")
def savepoints_inside_transactions():
	from monoframe.database.sqlite.database import SQLiteDatabase

	savepoint = SQLiteDatabase.savepoint

	def savepoint_in_transaction(self, save_point):
		if self._conn is None:
			self.connect()
		if not self._conn.in_transaction:
			self.sql("BEGIN IMMEDIATE")
		return savepoint(self, save_point)

	SQLiteDatabase.savepoint = savepoint_in_transaction
