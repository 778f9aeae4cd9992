"""Tables and indexes on SQLite.

- SQLite changes a column by making the table anew. The fork's new table has no primary key, no NOT NULL, no
  defaults and no indexes any more, whether it alters a table, renames a column or changes a type.
- It compares a column with the wrong keys of `PRAGMA table_info`, so every column with a default looks changed
  and every migration makes every table anew.
- A new table gets none of the indexes that its fields ask for.
- The names of indexes hold for the whole file in SQLite: with a name made of the field alone, the second DocType
  with an index on a field of that name silently gets none.
"""

from sandbox.repairs import repair


def rebuild(table: str, definitions=None, renamed=None, without_unique=()):
	"""Make a table anew with what it had, but for the given changes.

	`definitions` maps a column to its new definition, `renamed` an old name to the new one; `without_unique` are
	columns that need no longer be unique.
	"""
	import monoframe

	definitions, renamed = definitions or {}, renamed or {}
	db = monoframe.db
	columns = db.sql(f"PRAGMA table_info(`{table}`)", as_dict=True)
	indexes = _indexes(table)
	autoincrement = (
		"AUTOINCREMENT" in db.sql("SELECT sql FROM sqlite_master WHERE name = %s", table)[0][0].upper()
	)
	keys = [column.name for column in columns if column.pk]
	parts = []
	for column in columns:
		definition = definitions.get(column.name) or _definition(column)
		if keys == [column.name]:
			definition += " PRIMARY KEY" + (" AUTOINCREMENT" if autoincrement else "")
		parts.append(f"`{renamed.get(column.name, column.name)}` {definition}")
	if len(keys) > 1:
		parts.append(f"PRIMARY KEY ({_list(keys)})")
	db.sql_ddl(f"DROP TABLE IF EXISTS `{table}_new`")
	db.sql_ddl(f"CREATE TABLE `{table}_new` ({', '.join(parts)})")
	db.sql_ddl(f"INSERT INTO `{table}_new` SELECT {_list([c.name for c in columns])} FROM `{table}`")
	db.sql_ddl(f"DROP TABLE `{table}`")
	db.sql_ddl(f"ALTER TABLE `{table}_new` RENAME TO `{table}`")
	for index in indexes:
		if not (index.unique and len(index.columns) == 1 and index.columns[0] in without_unique):
			create_index(table, [renamed.get(c, c) for c in index.columns], index.name, index.unique)


def _definition(column) -> str:
	definition = column.type
	if column.notnull:
		definition += " NOT NULL"
	if column.dflt_value is not None:
		definition += f" DEFAULT {column.dflt_value}"
	return definition


def _list(names) -> str:
	return ", ".join(f"`{name}`" for name in names)


def _indexes(table: str) -> list:
	"""The indexes of a table but for the primary key's own; those behind a UNIQUE column have no name to keep."""
	import monoframe

	indexes = [
		row for row in monoframe.db.sql(f"PRAGMA index_list(`{table}`)", as_dict=True) if row.origin != "pk"
	]
	for row in indexes:
		row.columns = monoframe.db.sql(f"SELECT name FROM pragma_index_info('{row.name}')", pluck=True)
		if row.origin == "u":
			row.name = None
	return indexes


def create_index(table: str, columns: list[str], name: str | None = None, unique: bool = False):
	import monoframe

	if not name:
		name = "_".join(columns) + ("_unique" if unique else "_index")
	if not name.startswith(table):
		name = f"{table}_{name}"
	kind = "UNIQUE INDEX" if unique else "INDEX"
	monoframe.db.sql_ddl(f"CREATE {kind} IF NOT EXISTS `{name}` ON `{table}` ({_list(columns)})")


@repair(only="sqlite")
def indexes_of_new_tables():
	from monoframe.database.sqlite import schema

	create = schema.SQLiteTable.create

	def create_with_indexes(self):
		create(self)
		for column in self.columns.values():
			if column.set_index and not column.unique:
				create_index(self.table_name, [column.fieldname])

	schema.SQLiteTable.create = create_with_indexes


@repair(only="sqlite")
def alter_table():
	import monoframe
	from monoframe.database.sqlite import schema

	def alter(self):
		table = self.table_name
		for column in self.columns.values():
			column.build_for_alter_table(self.current_columns.get(column.fieldname.lower()))
		for column in self.add_column:
			definition = column.get_definition().removesuffix(" UNIQUE")  # SQLite cannot add a unique column
			monoframe.db.sql_ddl(f"ALTER TABLE `{table}` ADD COLUMN `{column.fieldname}` {definition}")
		changed = {*self.change_type, *self.set_default, *self.change_nullability}
		dropped = [column.fieldname for column in self.drop_unique]
		if changed or dropped:
			definitions = {c.fieldname: c.get_definition(for_modification=True) for c in changed}
			rebuild(table, definitions, without_unique=dropped)
		for column in self.add_unique:
			create_index(table, [column.fieldname], unique=True)
		for column in self.add_index:
			create_index(table, [column.fieldname])
		for column in self.drop_index:
			monoframe.db.sql_ddl(f"DROP INDEX IF EXISTS `{table}_{column.fieldname}_index`")

	schema.SQLiteTable.alter = alter


@repair(only="sqlite")
def change_column():
	from monoframe.database.sqlite.database import SQLiteDatabase
	from monoframe.utils import get_table_name

	def change_column_type(self, doctype, column, type, nullable=False):
		rebuild(get_table_name(doctype), {column: type if nullable else f"{type} NOT NULL"})

	def rename_column(self, doctype, old_column_name, new_column_name):
		rebuild(get_table_name(doctype), renamed={old_column_name: new_column_name})

	SQLiteDatabase.change_column_type = change_column_type
	SQLiteDatabase.rename_column = rename_column


@repair(only="sqlite")
def column_descriptions():
	import monoframe
	from monoframe.database.sqlite.database import SQLiteDatabase

	def get_table_columns_description(self, table_name):
		indexes = _indexes(table_name)
		single = [index for index in indexes if len(index.columns) == 1]
		unique = {index.columns[0] for index in single if index.unique}
		indexed = {index.columns[0] for index in single if not index.unique}
		return [
			monoframe._dict(
				name=column.name,
				type=column.type,
				default=column.dflt_value,
				index=int(column.name in indexed),
				unique=int(column.name in unique),
				not_nullable=int(column.notnull),
			)
			for column in self.sql(f"PRAGMA table_info(`{table_name}`)", as_dict=True)
		]

	SQLiteDatabase.get_table_columns_description = get_table_columns_description


@repair(only="sqlite")
def index_names():
	from monoframe.database.sqlite.database import SQLiteDatabase
	from monoframe.utils import get_table_name

	add_index, add_unique, has_index = (
		SQLiteDatabase.add_index,
		SQLiteDatabase.add_unique,
		SQLiteDatabase.has_index,
	)

	def of_table(table, name):
		return name if name.startswith(table) else f"{table}_{name}"

	def add_index_of_table(self, doctype, fields, index_name=None):
		name = of_table(get_table_name(doctype), index_name or self.get_index_name(fields))
		return add_index(self, doctype, fields, name)

	def add_unique_of_table(self, doctype, fields, constraint_name=None):
		fields = [fields] if isinstance(fields, str) else fields
		name = of_table(get_table_name(doctype), constraint_name or f"unique_{'_'.join(fields)}")
		return add_unique(self, doctype, fields, name)

	def has_index_of_table(self, table_name, index_name):
		return has_index(self, table_name, of_table(table_name, index_name)) or has_index(
			self, table_name, index_name
		)

	SQLiteDatabase.add_index = add_index_of_table
	SQLiteDatabase.add_unique = add_unique_of_table
	SQLiteDatabase.has_index = has_index_of_table
