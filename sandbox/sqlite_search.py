"""Global search on SQLite.

The fork keeps its index in a full-text table there, but can neither write to it from the queue
(`NotImplementedError`) nor search it (`Match` has no form for SQLite), and without a unique key every save adds a
row. A search here looks for the word anywhere in the text, which also serves Chinese, where no full-text index
of either database finds the words.
"""

from sandbox.repairs import repair, replace

COLUMNS = ("doctype", "name", "content", "published", "title", "route")


@repair(only="sqlite")
def search_index():
	import monoframe
	from monoframe.utils import global_search

	def sync_values(values):
		table = monoframe.qb.Table("__global_search")
		for row in values:
			found = (table.doctype == row[0]) & (table.name == row[1])
			monoframe.qb.from_(table).delete().where(found).run()
			monoframe.qb.into(table).columns(*COLUMNS).insert(*row).run()

	def sync_value(value):
		sync_values([[value[column] for column in COLUMNS]])

	replace(global_search, "sync_values", sync_values)
	replace(global_search, "sync_value", sync_value)


@repair(only="sqlite")
def search_match():
	from monoframe.query_builder import functions
	from monoframe.query_builder.utils import db_type_is
	from pypika.functions import Lower
	from pypika.terms import Function

	class Found(Function):
		"""The place of the word in the text, 0 if it is not there."""

		def __init__(self, column, *args, alias=None):
			super().__init__("INSTR", Lower(column), "", alias=alias)

		def Against(self, word):
			self.args[1] = self.wrap_constant(word.lower())
			return self

	functions.Match.func_map.setdefault(db_type_is.SQLITE, Found)
