"""Transactions on SQLite.

- Commit and rollback must forget what was read before: the fork clears `value_cache` on MariaDB only, so on SQLite
  `get_single_value` still answers with what was rolled back. Its rollback also goes on counting the writes that it
  has just undone.
- Until the first commit of a connection there is no open transaction. A savepoint set then *is* the transaction,
  and its release commits everything, so that no later rollback undoes it.
"""

from sandbox.repairs import repair


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
def savepoints_inside_transactions():
	from monoframe.database.sqlite.database import SQLiteDatabase

	savepoint = SQLiteDatabase.savepoint

	def savepoint_in_transaction(self, save_point):
		if self._conn is None:
			self.connect()
		if not self._conn.in_transaction:
			self.begin()
		return savepoint(self, save_point)

	SQLiteDatabase.savepoint = savepoint_in_transaction
