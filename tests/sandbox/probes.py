"""One probe for each repair, of the same name: it passes with the repair and fails without it.

Run by test_repairs.py in processes of their own, on a site with the throw-away app; every probe in a transaction
that is undone.
"""

import datetime
import importlib
import threading

import frappe
import monoframe
from features import clean, manager, raises, thing, web_client  # noqa: F401
from frappe.query_builder import functions
from frappe.query_builder.utils import db_type_is


def scratch(name="Sample Scratch", **fields):
	"""A DocType made here and now, with these fields."""
	if frappe.db.exists("DocType", name):
		frappe.delete_doc("DocType", name, force=True)
	rows = [{"fieldname": key, "label": key, **value} for key, value in fields.items()]
	document = {"doctype": "DocType", "name": name, "module": "Sampleapp", "custom": 1, "fields": rows}
	return frappe.get_doc(document).insert()


def columns(table):
	return {row.name: row for row in frappe.db.sql(f"PRAGMA table_info(`{table}`)", as_dict=True)}


# ----------------------------------------------------------------------------------------------- missing, syntax


def type_statement():
	importlib.import_module("frappe.desk.doctype.event.event")


def test_record_generators():
	from monoframe.tests.utils.generators import (
		_clear_test_log,
	)  # as utils/install.py does when a site is made

	_clear_test_log()


def sentry():
	frappe.log_error("sample", "something went wrong")


def google():
	importlib.import_module("frappe.integrations.doctype.google_calendar.google_calendar")


def mariadb_driver():
	importlib.import_module("frappe.app")


# ---------------------------------------------------------------------------------------------------- alias, apps


def alias():
	from frappe.exceptions import FrappeTypeError, ValidationError
	from frappe.modules.utils import get_module_app
	from frappe.tests.utils import FrappeTestCase

	assert frappe is monoframe and frappe.__name__ == frappe.__spec__.name == "monoframe"
	assert ValidationError is monoframe.ValidationError and FrappeTypeError and FrappeTestCase
	assert get_module_app("Sampleapp") == "sampleapp"
	assert frappe.get_attr("frappe.utils.nowdate") is monoframe.utils.nowdate
	assert not hasattr(importlib.import_module("frappe.utils.data"), "__path__")
	raises(ImportError, importlib.import_module, "frappe.nothing_of_the_kind")


def app_lists():
	assert frappe.get_installed_apps() == ["monoframe", "sampleapp"] == frappe.get_all_apps()


def app_paths():
	assert frappe.get_app_path("sampleapp", "hooks.py").endswith("sampleapp/hooks.py")
	assert frappe.get_app_path("frappe", "hooks.py").endswith("monoframe/hooks.py")
	assert frappe.get_module_list("sampleapp") == ["Sampleapp"]
	assert frappe.get_app_source_path("sampleapp") + "/sampleapp" == frappe.get_app_path("sampleapp")


def app_hooks():
	assert frappe.get_hooks("app_title", app_name="sampleapp") == ["Sample"]
	assert "sampleapp.code.any_update" in frappe.get_hooks("doc_events")["*"]["on_update"]


def module_map():
	assert (
		frappe.local.module_app["sampleapp"] == "sampleapp" and frappe.local.module_app["core"] == "monoframe"
	)


def app_patches():
	from frappe.modules.patch_handler import get_all_patches

	assert "sampleapp.patch" in get_all_patches()


# ------------------------------------------------------------------------------------------------------ installer


def installed_apps():
	from frappe.installer import add_to_installed_apps, remove_from_installed_apps

	remove_from_installed_apps("sampleapp")
	assert frappe.get_installed_apps() == ["monoframe"]
	assert "sampleapp.code.any_update" not in str(frappe.get_hooks("doc_events"))
	add_to_installed_apps("sampleapp")
	assert "sampleapp" in frappe.get_installed_apps()


def sync_every_app():
	from frappe.model.sync import sync_all

	frappe.db.set_value("DocField", {"parent": "Sample Thing", "fieldname": "status"}, "label", "Old")
	frappe.db.set_value("DocType", "Sample Thing", "migration_hash", "old")
	frappe.db.commit()
	sync_all()
	assert frappe.get_meta("Sample Thing").get_label("status") == "Status"


def install_and_remove():
	from frappe.installer import install_app, remove_app

	remove_app("sampleapp", yes=True, no_backup=True)
	try:
		assert not frappe.db.exists("DocType", "Sample Thing") and not frappe.db.table_exists(
			"Sample Thing", cached=False
		)
		assert not frappe.db.exists("Role", "Sample User") and not frappe.db.exists("Module Def", "Sampleapp")
		assert "sampleapp" not in frappe.get_installed_apps()
	finally:
		install_app("sampleapp")
	assert frappe.db.exists("DocType", "Sample Thing") and frappe.db.exists("Workflow", "Sample Flow")
	assert "sampleapp" in frappe.get_installed_apps()


# ---------------------------------------------------------------------------------------------------------- local


def site_name():
	frappe.init(frappe.local.site, force=True)
	frappe.connect()
	assert frappe.local.site == frappe.get_site_path().rpartition("/")[2]
	assert frappe.render_template("{{ sample_shout('a') }}", {}) == "A"


def setup_complete():
	assert frappe.is_setup_complete()


def log_files():
	frappe.logger("sample").error("x")
	assert "x" in open(frappe.get_site_path("logs", "sample.log")).read()


def site_config():
	from frappe.installer import update_site_config

	update_site_config("sample_key", "value")
	assert frappe.get_site_config().sample_key == "value"
	from frappe.utils.password import decrypt, encrypt

	secret = encrypt("word")
	frappe.init(force=True)
	frappe.connect()
	assert decrypt(secret) == "word"


# ------------------------------------------------------------------------------------------- names, annotations, web


def words_of_the_framework():
	from monoframe.translate import get_translations_from_apps

	assert get_translations_from_apps("zh")["Status"] == "状态"


def names_in_scripts_and_templates():
	assert frappe.render_template("{{ frappe.session.user }}", {}) == "Administrator"


def names_in_workflow_conditions():
	from frappe.model.workflow import get_transitions

	assert [row.action for row in get_transitions(thing())] == ["Sample Finish"]


def names_in_notifications():
	from frappe.email.doctype.notification.notification import get_context

	assert frappe.safe_eval("frappe.utils.cint('2')", None, get_context(thing())) == 2


def coercion():
	from frappe.desk.reportview import get_count  # noqa: F401
	from frappe.utils.typing_validations import transform_parameter_types

	namespace = {}
	code = "from __future__ import annotations\ndef function(flag: bool, number: int = 1): pass"
	exec(code, namespace)
	assert transform_parameter_types(namespace["function"], (), {"flag": "0", "number": "3"})[1] == {
		"flag": False,
		"number": 3,
	}


def csrf_header():
	from frappe.utils.password import update_password

	boss = manager()
	update_password(boss, "Secret-word-17")
	frappe.db.commit()
	web = web_client()
	web.post("/api/method/login", data={"usr": boss, "pwd": "Secret-word-17"})
	web.get("/desk")
	token = web.get("/desk").text.partition('csrf_token = "')[2].partition('"')[0]
	assert token
	refused = web.post("/api/resource/Sample Thing", json={"title": "x"})
	assert refused.status_code == 400, refused.status_code
	taken = web.post(
		"/api/resource/Sample Thing", json={"title": "x"}, headers={"X-Frappe-CSRF-Token": token}
	)
	assert taken.status_code == 200, taken.text


def window_frappe():
	assert "window.frappe = window.monoframe" in web_client().get("/login").text


# -------------------------------------------------------------------------------------------------- query builder


def value_wrapper():
	table = frappe.qb.DocType("Sample Thing")
	assert frappe.qb.from_(table).select(table.name).where(table.is_public == True).run() == []  # noqa: E712


def for_update_arguments():
	assert (
		frappe.db.get_value("Role", "System Manager", "name", for_update=True, wait=False) == "System Manager"
	)
	assert frappe.db.get_value("Role", "System Manager", "name", for_update=True, skip_locked=True)


def unions():
	role = frappe.qb.DocType("Role")
	one = frappe.qb.from_(role).select(role.name).where(role.name == "Guest")
	assert len((one + one).run()) == 1 and len((one * one).run()) == 2


# --------------------------------------------------------------------------------------------------------- SQLite


def parameters():
	sql = frappe.db.sql
	assert tuple(sql("select %(a)s, %(b)s", {"a": "it's 100%", "b": None})[0]) == ("it's 100%", None)
	assert sql("select 1 where 'a' in %(list)s", {"list": ["a", "b"]}) and not sql(
		"select 1 where 'a' in %s", [["b"]]
	)
	assert sql("select name from tabRole where name like %s and name like '%%uest'", "G%", pluck=True) == [
		"Guest"
	]
	doc = thing(title='it\'s "100%"')
	assert (
		frappe.db.sql("select title from `tabSample Thing` where name = %(name)s", {"name": doc.name})[0][0]
		== doc.title
	)
	raises(TypeError, sql, "select %s", ({},))


def insert_ignore():
	frappe.db.sql("INSERT IGNORE INTO `tabRole` (name) VALUES ('Guest')")


def datetime_columns():
	doc = thing()
	doc.reload()
	assert isinstance(doc.creation, datetime.datetime) and isinstance(doc.modified, datetime.datetime)


def indexes_of_new_tables():
	doc = scratch(a={"fieldtype": "Link", "options": "Role", "search_index": 1})
	assert frappe.db.has_index("tabSample Scratch", "a_index")
	frappe.delete_doc("DocType", doc.name, force=True)


def alter_table():
	doc = scratch(
		a={"fieldtype": "Data", "unique": 1},
		b={"fieldtype": "Link", "options": "Role", "search_index": 1},
		c={"fieldtype": "Int"},
	)
	frappe.get_doc({"doctype": doc.name, "name": "one", "a": "x", "c": 4}).insert()
	doc.fields[2].fieldtype = "Data"
	doc.append("fields", {"fieldname": "d", "label": "d", "fieldtype": "Check", "default": "1"})
	doc.append("fields", {"fieldname": "e", "label": "e", "fieldtype": "Data", "unique": 1})
	doc.save()
	found = columns("tabSample Scratch")
	assert found["name"].pk and found["docstatus"].notnull and found["docstatus"].dflt_value == "0"
	assert found["c"].type == "TEXT" and found["d"].dflt_value == "1"
	kept = frappe.get_last_doc(doc.name)
	assert (kept.a, kept.c) == ("x", "4")
	indexed = frappe.db.sql(
		"select name from sqlite_master where type = 'index' and tbl_name = 'tabSample Scratch'"
	)
	assert any("_b_" in name for (name,) in indexed) and any("creation" in name for (name,) in indexed)
	again = frappe.get_doc({"doctype": doc.name, "name": "two", "a": "x"})
	raises((frappe.UniqueValidationError, frappe.DuplicateEntryError), again.insert)
	frappe.delete_doc("DocType", doc.name, force=True)


def change_column():
	doc = scratch(a={"fieldtype": "Data", "unique": 1}, c={"fieldtype": "Int", "default": "7"})
	frappe.db.change_column_type(doc.name, "a", "TEXT", nullable=True)
	frappe.db.rename_column(doc.name, "c", "cc")
	found = columns("tabSample Scratch")
	assert found["name"].pk and found["cc"].dflt_value == "7" and found["cc"].notnull
	unique = frappe.db.sql(
		"select name from pragma_index_list('tabSample Scratch') where `unique` = 1 and origin = 'c'"
	)
	assert unique
	frappe.delete_doc("DocType", doc.name, force=True)


def column_descriptions():
	"""A table that fits its DocType is left alone."""
	from frappe.database.sqlite.schema import SQLiteTable

	table = SQLiteTable("Sample Thing")
	table.validate()
	statements = []
	frappe.db.sql_ddl, sql_ddl = statements.append, frappe.db.sql_ddl
	try:
		table.sync()
	finally:
		frappe.db.sql_ddl = sql_ddl
	assert statements == []


def index_names():
	frappe.db.add_index("Sample Thing", ["due", "title"], "sample_twice")
	frappe.db.add_index("Sample Other", ["code", "country"], "sample_twice")
	frappe.db.add_unique("Sample Thing", ["due", "country"], "sample_only")
	frappe.db.add_unique("Sample Other", ["code", "country"], "sample_only")
	tables = frappe.db.sql(
		"select tbl_name from sqlite_master where name like '%%sample_twice'", (), pluck=True
	)
	assert sorted(tables) == ["tabSample Other", "tabSample Thing"]
	assert frappe.db.has_index("tabSample Other", "sample_only")


def sql_functions():
	answers = {
		"concat('a', 'b')": "ab",
		"concat('a', null)": None,
		"concat_ws('-', 'a', null, 'b')": "a-b",
		"date_format('2025-03-04 05:06:07', '%%Y-%%m %%H:%%i')": "2025-03 05:06",
		"datediff('2025-03-04', '2025-03-01')": 3,
		"year('2025-03-04')": 2025,
		"quarter('2025-04-01')": 2,
		"last_day('2025-02-03')": "2025-02-28",
		"if(1 > 2, 'a', 'b')": "b",
		"least(3, 2)": 2,
		"greatest(3, null)": None,
		"find_in_set('b', 'a,b')": 2,
		"curdate()": frappe.utils.nowdate(),
	}
	for expression, answer in answers.items():
		assert frappe.db.sql(f"select {expression}", ())[0][0] == answer, expression


def builder_functions():
	doc = thing()
	table = frappe.qb.DocType("Sample Thing")
	month, names = functions.DateFormat(table.creation, "%Y-%m"), functions.GroupConcat(table.name)
	row = frappe.qb.from_(table).select(month, names).run()[0]
	assert tuple(row) == (frappe.utils.nowdate()[:7], doc.name)
	assert frappe.qb.from_(table).select(functions.UnixTimestamp(table.creation)).run()[0][0] > 1e9
	assert db_type_is.SQLITE in functions.CombineDatetime.func_map


def forgotten_values():
	frappe.db.set_single_value("Sample Settings", "limit", 3)
	frappe.db.commit()
	frappe.db.set_single_value("Sample Settings", "limit", 9)
	assert frappe.db.get_single_value("Sample Settings", "limit") == 9
	frappe.db.rollback()
	assert frappe.db.get_single_value("Sample Settings", "limit") == 3


def savepoints_inside_transactions():
	frappe.connect()  # a connection that has not committed yet
	frappe.db.savepoint("sample")
	doc = thing()
	frappe.db.release_savepoint("sample")
	frappe.db.rollback()
	assert not frappe.db.exists("Sample Thing", doc.name)


def elsewhere(value, patience=1):
	"""Write a value in another session and commit it; whether that could be done."""
	done = []

	def write():
		frappe.init(force=True)
		frappe.connect()
		frappe.db.sql(f"PRAGMA busy_timeout = {patience}")
		try:
			frappe.db.set_single_value("Sample Settings", "limit", value)
			frappe.db.commit()
			done.append(True)
		except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
			frappe.db.rollback()
		frappe.destroy()

	other = threading.Thread(target=write)
	other.start()
	other.join()
	return bool(done)


def locked_out(read):
	"""Whether another session cannot write once `read` has been called here."""
	frappe.db.rollback()
	read()
	return not elsewhere(3)


def late_begin():
	frappe.db.commit()
	assert frappe.db.get_value("Role", "Guest", "name")
	assert elsewhere(4)
	frappe.db.set_value("Role", "Guest", "desk_access", 0)
	frappe.db.rollback()


def patience():
	assert frappe.db.sql("PRAGMA busy_timeout")[0][0] >= 30_000


def locking_reads():
	role = ("Role", "Guest", "name")
	assert not locked_out(lambda: frappe.db.get_value(*role))
	assert locked_out(lambda: frappe.db.get_value(*role, for_update=True))
	assert locked_out(lambda: frappe.db.sql("select name from tabRole for update"))
	frappe.db.savepoint("sample")
	assert frappe.db.get_value(*role, for_update=True)
	frappe.db.release_savepoint("sample")


def locking_documents():
	assert not locked_out(lambda: frappe.get_doc("Role", "Guest"))
	assert locked_out(lambda: frappe.get_doc("Role", "Guest", for_update=True))


def search_index():
	from frappe.utils.global_search import sync_global_search

	doc = thing(title="one")
	doc.save()
	sync_global_search()
	doc.title = "two"
	doc.save()
	sync_global_search()
	rows = frappe.db.sql("select title from __global_search where name = %s", doc.name)
	assert [tuple(row) for row in rows] == [("two",)]


def search_match():
	table = frappe.qb.Table("__global_search")
	frappe.qb.into(table).columns("doctype", "name", "content").insert("a", "b", "城乡教育").run()
	found = functions.Match(table.content).Against("教育")
	assert frappe.qb.from_(table).select(table.name).where(found).run(pluck=True) == ["b"]


# ---------------------------------------------------------------------------------------------------------- memory


def cache_in_memory():
	frappe.cache.set_value("sample", {"a": 1})
	frappe.local.cache.clear()
	assert frappe.cache.get_value("sample") == {"a": 1}
	frappe.client_cache.set_value("sample", 2)
	assert frappe.client_cache.get_value("sample") == 2


def queue_in_memory():
	assert frappe.enqueue("sampleapp.code.daily")


def printed_body():
	todo = frappe.get_doc({"doctype": "ToDo", "description": "printed words"}).insert()
	page = frappe.get_print("ToDo", todo.name)
	assert "printed words" in page.partition("</title>")[2]


def apps_screen():
	from frappe.apps import get_apps
	from frappe.utils.installed_apps import get_setup_wizard_not_required_apps

	assert "sampleapp" in get_setup_wizard_not_required_apps()
	assert get_apps() == []  # the sample has no entry, and gets none of the fork's


def pdf_by_browser():
	from frappe.utils.pdf import get_pdf

	try:
		content = get_pdf("<p>printed words</p>")
	except frappe.ValidationError as error:
		assert "Chromium" in str(error)
	else:
		assert content.startswith(b"%PDF")


def health_report_measures_no_tables():
	assert not frappe.get_doc("System Health Report").get("top_db_tables")


def no_realtime():
	from frappe import sessions

	frappe.local.session_obj = None
	assert sessions.get()["disable_async"]
