"""The demonstration is loaded whole or not at all, only where nothing is in use, and removed without a trace.

Every test works inside one transaction in which the site is emptied first, so that it does not matter what other test
modules have committed. What is loaded, and the walk through the approvals: test_demo_walk.py.
"""

import dataclasses
import hashlib
import os
import re
from pathlib import Path

import frappe
import pytest

from gongtongti.core import relations
from gongtongti.demo import aid, builder, load, tables, walk
from gongtongti.features import DECLARED
from gongtongti.organisation import roles

REPO = Path(__file__).resolve().parents[1]
# Salted hashes of the people named in the source texts: the names themselves must not stand in the repository.
NAMED_PEOPLE = frozenset(
	"""
	0083a1ad5322cb2f 0393ae9d324ad9bf 0bc617b4b92010c0 0e16c1e64d743599 0f55ff103a73a4ad 1e3033137846a1e3
	2236785b57b4a306 277a504f676eb4b9 29006bf434f63c0d 2b176546bfe00a9a 36dfb21d10eccd41 57c1b60f5de5399f
	7537f12e90a980df 7b15fa8c9b922f6d 7c2b7ad743b99494 840e79ca6372c72d 85fa6f3aeea3f35d 931903bd396a8929
	94376aa3c4464de2 99987a78d434d23e 9d3c7c88e9138673 a4719475dd6c96c3 ab189aac74edd683 b647ba00042b0ec3
	b978fa76bed86540 cf23e666494d2fdf d065cc25b2edbffc d315e237b8934c69 de30e145b626cea7 e56f435477471410
	f55046ee5b9e3a65 f5b228cfc495234a
	""".split()
)
SALT = "gongtongti"
WITHOUT_DOCTYPE = ("tabSeries", "tabSingles", "tabSessions", "__Auth", "__UserSettings", "__global_search")
NOT_OURS = {
	".git",
	".venv",
	".sandbox",
	".ruff_cache",
	".pytest_cache",
	"__pycache__",
	"node_modules",
	"dist",
}
TEXT = {
	".py",
	".md",
	".json",
	".csv",
	".js",
	".mjs",
	".css",
	".html",
	".txt",
	".toml",
	".yml",
	".yaml",
	".cfg",
	".po",
	".pot",
	"",
}


@pytest.fixture
def unused_site():
	empty_site()
	yield
	relations.forget()


def empty_site():
	"""Makes a site without a document of this app, for this transaction."""
	for doctype in DECLARED.rights:
		meta = frappe.get_meta(doctype)
		if not meta.issingle:
			for table in (doctype, *(field.options for field in meta.get_table_fields())):
				frappe.db.delete(table)
	# accounts of other tests hold posts no more, and so are not named as those whose turn it is
	frappe.db.delete("Has Role", {"role": ("in", list(roles.ROLES)), "parenttype": "User"})
	frappe.db.set_single_value("Community Settings", "bureau_name", "")
	series = frappe.qb.DocType("Series")  # numbers that other tests have used
	frappe.qb.from_(series).delete().where(series.name.notin([""])).run()
	relations.forget()
	frappe.clear_cache()


def rows_of_all_tables():
	"""table -> rows, of every table of the site."""
	doctypes = frappe.get_all("DocType", {"issingle": 0, "is_virtual": 0}, pluck="name")
	tables = [f"tab{doctype}" for doctype in doctypes] + list(WITHOUT_DOCTYPE)
	rows = {table: frappe.db.sql(f"select count(*) from `{table}`")[0][0] for table in sorted(tables)}
	# a counter without a name is the sandbox's for all DocTypes together; it only ever goes on
	rows["tabSeries"] -= frappe.db.sql("select count(*) from `tabSeries` where name = ''")[0][0]
	return rows


def private_files():
	return set(os.listdir(frappe.get_site_path("private", "files")))


def changed(before):
	after = rows_of_all_tables()
	return {table: (before.get(table), after[table]) for table in after if before.get(table) != after[table]}


# -- loading and removing ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	"doctype", ["Education Subdistrict", "Community School Year", "Community Coverage Target"]
)
def test_a_site_in_use_is_refused_in_chinese(unused_site, doctype):
	frappe.get_doc(
		{
			"doctype": doctype, "subdistrict_name": "真街道", "year_name": "2030-2031", "start_date": "2030-09-01",
			"end_date": "2031-08-31", "target_year": 2030, "target_share": 50,
		}
	).insert()  # fmt: skip
	before = rows_of_all_tables()
	with pytest.raises(load.SiteInUseError, match="已在使用"):
		load.load()
	assert changed(before) == {} and not load.is_loaded()


@pytest.mark.parametrize("step", ["staff", "teams"])
def test_an_error_half_way_leaves_nothing(unused_site, monkeypatch, step):
	def fail(self):
		raise RuntimeError("half way")

	before = rows_of_all_tables()
	monkeypatch.setattr(builder.DistrictBuilder, step, fail)
	with pytest.raises(RuntimeError, match="half way"):
		load.load()
	assert changed(before) == {} and not load.is_loaded()
	assert frappe.session.user == "Administrator"
	assert not frappe.db.get_single_value("Community Settings", "bureau_name", cache=False)


def test_a_site_with_an_aid_fund_is_in_use(unused_site):
	frappe.get_doc(
		{
			"doctype": "Aid Fund", "fund_name": "真基金", "fund_level": "District", "opened_on": "2020-09-01",
			"purposes": [{"purpose": "Meals", "ceiling": 100, "special_ceiling": 100}],
		}
	).insert()  # fmt: skip
	with pytest.raises(load.SiteInUseError, match="帮困基金"):
		load.load()


def test_an_error_at_the_last_pupil_leaves_no_file(unused_site, monkeypatch):
	before, files = rows_of_all_tables(), private_files()
	of_urban_school = dataclasses.replace(aid.PUPILS[2], school="六中")
	monkeypatch.setattr(aid, "PUPILS", (*aid.PUPILS[:2], of_urban_school))
	with pytest.raises(frappe.ValidationError, match="六中"):
		load.load()
	assert changed(before) == {} and private_files() == files


def test_removing_leaves_the_site_as_it_was(unused_site, capsys):
	before, files = rows_of_all_tables(), private_files()
	loaded = load.load()
	assert len(loaded["password"]) >= 12 and loaded["password"] in capsys.readouterr().out
	assert len(private_files() - files) == len(aid.PUPILS) + frappe.db.count("Activity Picture")
	assert load.remove() == loaded["counts"]
	assert changed(before) == {} and not load.is_loaded() and private_files() == files
	assert not frappe.db.get_single_value("Community Settings", "bureau_name", cache=False)
	assert load.remove() == {}


def test_what_was_made_about_the_demonstration_later_goes_and_the_rest_stays(unused_site):
	before = rows_of_all_tables()
	walk.run("演示口令")
	assert frappe.db.count("Exchange Placement", {"docstatus": 1}) >= 4
	mine = frappe.get_doc({"doctype": "Education Subdistrict", "subdistrict_name": "真街道"}).insert()
	staff = frappe.get_doc(
		{"doctype": "School Staff", "staff_name": "演后来", "school": "六中", "at_school_since": "2020-09-01"}
	).insert()
	mine_too = frappe.get_doc({**frappe.get_doc("Aid Fund", aid.DISTRICT_FUND).as_dict(), "name": None,
		"fund_name": "真基金", "balance": 0, "entry_count": 0}).insert()  # fmt: skip
	load.remove()
	assert frappe.db.exists("Aid Fund", mine_too.name)
	assert frappe.db.exists("Education Subdistrict", mine.name)
	assert not frappe.db.exists("School Staff", staff.name)
	assert set(changed(before)) == {"tabEducation Subdistrict", "tabAid Fund", "tabAid Fund Purpose"}


# -- tables and names --------------------------------------------------------------------------------------------------


def test_a_chinese_character_is_two_columns_wide():
	assert tables.width("演示a") == 5
	assert tables.fit("演示数据", 5) == "演示…"
	assert tables.table(["元"], [[tables.two_decimals(1200.5)]]).splitlines()[2] == "1200.50"
	lines = tables.table(["学校", "人数"], [["六中", 3], ["高里街道初中", 12]]).splitlines()
	assert len({tables.width(line) for line in lines}) == 1
	assert lines[2].endswith("   3")


def found_names(text, hashes=NAMED_PEOPLE):
	"""The hashed names that stand in a text, as runs of two or three Chinese characters."""
	grams = {
		run[i : i + n]
		for run in re.findall("[一-鿿]{2,}", text)
		for n in (2, 3)
		for i in range(len(run) - n + 1)
	}
	return {gram for gram in grams if hash_of(gram) in hashes}


def hash_of(name):
	return hashlib.sha256((SALT + name).encode()).hexdigest()[:16]


def test_the_search_for_names_finds_one():
	assert found_names("据丙某某说", {hash_of("丙某某")}) == {"丙某某"}
	assert len(NAMED_PEOPLE) == 32


def test_nobody_named_in_the_source_texts_stands_in_the_repository():
	files = []
	for folder, folders, names in os.walk(REPO):
		folders[:] = [name for name in folders if name not in NOT_OURS]
		files += [path for name in names if (path := Path(folder, name)).suffix in TEXT and path.is_file()]
	assert len(files) > 100
	named = {str(path.relative_to(REPO)) for path in files if found_names(path.read_text(errors="ignore"))}
	assert named == set()


def test_a_refusal_is_the_last_word_of_the_command(monkeypatch):
	"""`bench execute` prints one traceback inside another; SystemExit leaves the reason alone, at the end, and ends with 1."""
	from gongtongti.demo import commands, load

	def refuse(password=None):
		raise load.SiteInUseError("本站点<b>已在使用</b>")

	monkeypatch.setattr(load, "load", refuse)
	with pytest.raises(SystemExit) as ended:
		commands.load()
	assert ended.value.code == "本站点已在使用"
