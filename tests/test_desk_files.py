"""What the Desk is given: form and list scripts, workspace, number cards, and that they say what the server says."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import builders
import frappe
import pytest

import gongtongti
from gongtongti.core import boot, relations, signers
from gongtongti.exchange import number_cards
from gongtongti.features import DECLARED
from gongtongti.gongtongti.report.community_coverage import community_coverage
from gongtongti.gongtongti.report.pending_approvals import pending_approvals
from gongtongti.organisation import roles
from tools import javascript

APP = Path(gongtongti.__file__).parent
MODULE = APP / "gongtongti"
SHARED = APP / "public" / "js"
WORKSPACE = json.loads((MODULE / "workspace" / "gongtongti" / "gongtongti.json").read_text("utf-8"))


def doctypes(child=0):
	files = sorted((MODULE / "doctype").glob("*/*.json"))
	docs = [json.loads(path.read_text("utf-8")) for path in files]
	return {doc["name"]: doc for doc in docs if int(doc.get("istable") or 0) == child}


def options(doctype, fieldname, child=0):
	fields = doctypes(child)[doctype]["fields"]
	text = next(field["options"] for field in fields if field["fieldname"] == fieldname)
	return [option for option in text.split("\n") if option]


def workflows():
	found = json.loads((APP / "fixtures" / "workflow.json").read_text("utf-8"))
	return {doc["document_type"]: doc for doc in found}


def test_days_are_counted_from_date_to_date():
	"""A Datetime between two days makes 11 days of what the report calls 12."""
	moments = {
		field["fieldname"]
		for doc in doctypes().values()
		for field in doc["fields"]
		if field["fieldtype"] == "Datetime"
	} | {"creation", "modified"}
	counted = [
		call
		for path in (*SHARED.glob("*.js"), *MODULE.rglob("*.js"))
		for call in re.findall(r"(?:get_day_diff|get_diff)\((.*)\)", path.read_text("utf-8"))
	]
	assert counted
	assert not [call for call in counted if moments & set(re.findall(r"\w+", call))]


# -- forms and lists ---------------------------------------------------------------------------------------------------


def test_states_to_choose_from_are_those_of_the_workflows():
	every = []
	for doctype, workflow in workflows().items():
		states = list(dict.fromkeys(row["state"] for row in workflow["states"]))
		assert options(doctype, "workflow_state") == states
		every += states
	assert options("Approval Signature", "step", child=1) == every


def test_decisions_and_capacities_of_a_signature_are_those_that_the_server_writes():
	decisions = {row["action"] for doc in workflows().values() for row in doc["transitions"]} | {
		signers.ENDORSE
	}
	capacities = {row["allowed"] for doc in workflows().values() for row in doc["transitions"]}
	assert set(options("Approval Signature", "decision", child=1)) == decisions
	assert set(options("Approval Signature", "capacity", child=1)) == capacities | {roles.SUBDISTRICT_OFFICE}


def test_list_scripts_name_fields_and_statuses_that_exist():
	for path in sorted((MODULE / "doctype").glob("*/*_list.js")):
		script = path.read_text("utf-8")
		doctype = re.search(r'listview_settings\["([^"]+)"\]', script)[1]
		doc = doctypes()[doctype]
		fields = {field["fieldname"] for field in doc["fields"]} | {"docstatus", "name"}
		wanted = re.search(r"add_fields: \[([^\]]*)\]", script)[1]
		assert set(re.findall(r'"(\w+)"', wanted)) <= fields, path.name
		colours = re.search(r"const colours = \{(.*?)\};", script, re.S)
		shared = re.search(r"gongtongti\.indicator\(doc, \"(.*?)\"", script)
		assert not shared or shared[1] == doctype, path.name
		if colours:
			named = set(re.findall(r'"?([A-Z][\w ]*?)"?: "', colours[1]))
			field = re.search(r"colours\[doc\.(\w+)\]", script)
			field = field or re.search(r"(\w+)\(value\) \{\s*const colours", script)
			fieldname = "status" if shared else field[1] if field else "workflow_state"
			assert named <= set(options(doctype, fieldname)), path.name
		for fieldname, value in re.findall(r"(\w+),=,([A-Z][\w ]*)", script):
			assert value in options(doctype, fieldname), path.name


def test_every_status_has_a_colour():
	"""Of the DocType, or of the script of its list; without one the framework guesses by English words."""
	for name, doc in doctypes().items():
		if not any(field["fieldname"] == "status" for field in doc["fields"]):
			continue
		script = MODULE / "doctype" / frappe.scrub(name) / f"{frappe.scrub(name)}_list.js"
		coloured, statuses = [row["title"] for row in doc["states"]], options(name, "status")
		assert len(coloured) == len(set(coloured)) and set(coloured) <= set(statuses), name
		assert coloured == statuses or "get_indicator(doc)" in script.read_text("utf-8"), name


# -- what scripts share ------------------------------------------------------------------------------------------------


def test_constants_are_written_as_prettier_leaves_them():
	"""test_roles.py holds that what the writer writes stands in the file; prettier itself runs in `make lint`."""
	value = {"a": ["b", 1], "c d": None}
	assert javascript.script({"SHORT": value, "room.LONG": {"key": ["x" * 45, "y" * 45]}, "NO": False}) == (
		f"{javascript.HEAD}\n"
		'frappe.provide("gongtongti");\n'
		'frappe.provide("gongtongti.room");\n\n'
		'gongtongti.SHORT = { a: ["b", 1], "c d": null };\n'
		"gongtongti.NO = false;\n\n"
		"gongtongti.room.LONG = {\n"
		"\tkey: [\n"
		f'\t\t"{"x" * 45}",\n'
		f'\t\t"{"y" * 45}",\n'
		"\t],\n"
		"};\n"
	)


def test_desk_loads_one_bundle_with_every_shared_script():
	assert frappe.get_hooks("app_include_js", app_name="gongtongti") == ["gongtongti.bundle.js"]
	bundle = (SHARED / "gongtongti.bundle.js").read_text("utf-8")
	taken_in = re.findall(r'^import "\./(\w+)";$', bundle, re.M)
	assert sorted(taken_in) == sorted({path.stem for path in SHARED.glob("*.js")} - {"gongtongti.bundle"})
	for path in MODULE.rglob("*.js"):
		assert "{%" not in path.read_text("utf-8"), path.name  # nothing is taken in by template


def test_scripts_use_what_the_bundle_defines():
	shared = "\n".join(path.read_text("utf-8") for path in SHARED.glob("*.js"))
	defined = set(re.findall(r"^gongtongti\.([\w.]+) =", shared, re.M))
	defined |= {"approval.summaries", "approval.titles"}
	for path in (*SHARED.glob("*.js"), *MODULE.rglob("*.js")):
		code = re.sub(r'"[^"\n]*"|^\s*(?://|/?\*).*', "", path.read_text("utf-8"), flags=re.M)
		assert set(re.findall(r"\bgongtongti\.((?:[a-z]+\.)?\w+)", code)) <= defined, path.name


def test_doctype_scripts_ask_for_the_bundle_only_when_they_run():
	"""Other apps' pages read our DocTypes, too; without the bundle (`bench build`) they must not fail on that."""
	for path in (MODULE / "doctype").rglob("*.js"):
		assert not re.search(r"^(?:const .*)?gongtongti\.", path.read_text("utf-8"), re.M), path.name


def test_forms_have_one_note_at_their_head():
	"""`frm.set_intro` adds a note to those of earlier refreshes."""
	for path in (MODULE / "doctype").rglob("*.js"):
		assert "set_intro" not in path.read_text("utf-8"), f"{path.name}: use gongtongti.note"


PROVIDE = """
	globalThis.window = globalThis;
	globalThis.frappe = { provide(names) {
		names.split(".").reduce((place, name) => (place[name] = place[name] || {}), globalThis);
	} };
	const before = new Set(Object.keys(globalThis));
	const fs = require("fs"), vm = require("vm");
	vm.runInThisContext(fs.readFileSync(process.argv[1], "utf-8"));
	const added = Object.keys(globalThis).filter((name) => !before.has(name) && name !== "monoframe");
	console.log(JSON.stringify([added, Object.keys(gongtongti.approval)]));
"""


@pytest.mark.slow
def test_built_bundle_defines_our_names_and_touches_nothing_else(tmp_path):
	"""Every user of the site loads it, also those who have nothing to do with this app."""
	if not shutil.which("node"):
		pytest.skip("Node is missing")
	pytest.importorskip("monoframe", reason="on a bench, bench builds it")
	build = pytest.importorskip("sandbox.desk").build
	result = build(tmp_path / "assets", frappe.get_app_path("frappe", "public"), log=lambda line: None)
	assert result["built"], result["reason"]
	address = result["bundles"]["gongtongti.bundle.js"]
	bundle = tmp_path / "assets" / address.removeprefix("/assets/")
	assert bundle.stat().st_size < 20_000
	done = subprocess.run(["node", "-e", PROVIDE, str(bundle)], capture_output=True, text=True, check=True)
	added, of_approval = json.loads(done.stdout)
	assert added == ["gongtongti"]
	assert {"sign_many", "setup_list", "NEGATIVE"} <= set(of_approval)


# -- workspace ---------------------------------------------------------------------------------------------------------


def test_every_doctype_and_report_has_a_place_in_the_workspace():
	links = {(row["link_type"], row["link_to"]) for row in WORKSPACE["links"] if row["type"] == "Link"}
	assert links == {("DocType", name) for name in doctypes()} | {
		("Report", name) for name in DECLARED.runners
	}


def test_workspace_names_the_doctype_of_each_report():
	"""By it the Desk decides whether to show the link."""
	for row in WORKSPACE["links"]:
		if row.get("link_type") == "Report":
			folder = row["link_to"].lower().replace(" ", "_")
			report = json.loads((MODULE / "report" / folder / f"{folder}.json").read_text("utf-8"))
			assert row["report_ref_doctype"] == report["ref_doctype"], row["link_to"]


def test_workspace_shows_what_it_holds():
	shown = {
		(kind, block["data"].get(f"{kind}_name"))
		for block in json.loads(WORKSPACE["content"])
		for kind in [block["type"]]
		if kind != "header"
	}
	held = {("number_card", row["number_card_name"]) for row in WORKSPACE["number_cards"]}
	held |= {("chart", row["chart_name"]) for row in WORKSPACE["charts"]}
	held |= {("shortcut", row["label"]) for row in WORKSPACE["shortcuts"]}
	held |= {("card", row["label"]) for row in WORKSPACE["links"] if row["type"] == "Card Break"}
	assert shown == held


def test_workspace_its_cards_and_chart_are_installed():
	assert frappe.db.get_value("Workspace", "Gongtongti", "public")
	for doctype, table, field in (
		("Number Card", "number_cards", "number_card_name"),
		("Dashboard Chart", "charts", "chart_name"),
	):
		for row in WORKSPACE[table]:
			assert frappe.db.exists(doctype, row[field]), row[field]


def test_filters_of_number_cards_have_four_parts():
	for path in (MODULE / "number_card").glob("*/*.json"):
		card = json.loads(path.read_text("utf-8"))
		assert all(len(condition) == 4 for condition in json.loads(card["filters_json"])), path.name


CARDS = (pending_approvals.waiting_for_me, pending_approvals.overdue, number_cards.ending_soon)


def test_custom_cards_count_what_the_reader_may_see(small):
	for card in CARDS:
		answer = card()
		assert answer["value"] >= 0
		assert answer["route"]
	frappe.set_user("outsider@gtt.test")
	relations.forget()
	for card in (*CARDS, community_coverage.rural_coverage):
		with pytest.raises(frappe.PermissionError):
			card()


def test_share_of_rural_schools_is_for_the_bureau(small):
	frappe.set_user(small.users[roles.PERSONNEL])
	assert 0 <= community_coverage.rural_coverage()["value"] <= 100
	frappe.set_user(small.principal_user[small.urban])
	with pytest.raises(frappe.PermissionError):
		community_coverage.rural_coverage()


# -- choices -----------------------------------------------------------------------------------------------------------


def test_nothing_is_chosen_by_omission():
	"""The framework takes the first option of a Select that says nothing else: a new school would be urban."""
	for doctype, doc in {**doctypes(), **doctypes(child=1)}.items():
		for field in doc["fields"]:
			if field["fieldtype"] == "Select" and field.get("options") and not field.get("read_only"):
				assert field.get("default") or field["options"].startswith("\n"), (
					doctype,
					field["fieldname"],
				)


# -- where our people begin --------------------------------------------------------------------------------------------


def test_whoever_works_here_alone_begins_in_the_workspace(small, as_user):
	def home_of(user, **chosen):
		as_user(user)
		info = frappe._dict(user=frappe._dict(chosen))
		boot.home(info)
		return info.user.get("default_workspace")

	ours = {"name": WORKSPACE["name"], "title": WORKSPACE["title"], "public": 1}
	assert home_of(small.clerk) == ours
	assert home_of(small.clerk, default_workspace={"name": "Home"}) == {"name": "Home"}
	assert home_of(small.outsider) is None and home_of("Administrator") is None
	both = builders.user("both", [roles.PERSONNEL, "Report Manager"])
	assert home_of(both) is None


def test_app_is_on_the_screen_of_apps_of_its_people_only(small, as_user):
	(screen,) = frappe.get_hooks("add_to_apps_screen", app_name="gongtongti")
	assert screen["route"].endswith(f"/{WORKSPACE['name'].lower()}")
	assert (APP / "public" / screen["logo"].removeprefix("/assets/gongtongti/")).exists()
	shown = frappe.get_attr(screen["has_permission"])
	as_user(small.clerk)
	assert shown()
	as_user(small.outsider)
	assert not shown()


# -- what is read ------------------------------------------------------------------------------------------------------


def test_pickers_show_no_raw_words_and_titles_name_no_pupil():
	"""What stands below a name in a picker is shown as it is stored: English options would be read there."""
	for doctype, doc in doctypes().items():
		fields = {field["fieldname"]: field for field in doc["fields"]}
		for fieldname in filter(None, (doc.get("search_fields") or "").split(",")):
			assert fields[fieldname]["fieldtype"] != "Select", (doctype, fieldname)
		if doctype in (*DECLARED.private, "Pupil Record Access", "Aid Inspection Case"):
			# "pupil" is the number, which stands for the pupil everywhere
			assert doc.get("title_field") in (None, "school", "pupil", "author_name"), doctype
			assert not doc.get("show_title_field_in_link"), doctype


def test_lists_are_headed_by_words_where_these_say_nothing_of_a_pupil():
	"""A list of numbers is no list. What is kept of a pupil is headed by the school, or by the number alone."""
	numbered = {
		"Aided Pupil",
		"Pupil Account Record",
		"Pupil Record Access",
		"Aid Inspection Case",
		"Aid Fund Entry",
		"Exchange Pupil",
	}
	for doctype, doc in doctypes().items():
		named = (doc.get("autoname") or "").startswith("field:") or doc.get("issingle")
		assert named or doc.get("title_field") or doctype in numbered, doctype


def test_print_formats_are_chosen_by_a_chinese_name():
	"""The framework shows and sends the name itself, and looks for the files by it."""
	paths = sorted((MODULE / "print_format").glob("*/*.json"))
	names = {json.loads(path.read_text("utf-8"))["name"]: path for path in paths}
	assert len(names) == len(paths) > 3
	for name, path in names.items():
		assert re.search(r"[\u4e00-\u9fff]", name), name
		assert path.stem == path.parent.name == frappe.scrub(name)
		assert path.with_suffix(".html").exists() and (path.parent / "__init__.py").exists(), name
	installed = frappe.get_all("Print Format", {"module": "Gongtongti", "standard": "Yes"}, pluck="name")
	assert set(installed) == set(names)
	defaults = {doc["default_print_format"] for doc in doctypes().values() if doc.get("default_print_format")}
	# a community is printed as its form; its pairing list is asked for by the report
	assert set(names) - defaults == {"结对名单"} and defaults < set(names)


def test_prints_show_names_and_no_accounts():
	"""The e-mail address of an account says nothing on paper, and a person who stands there by name stands there once."""
	for doctype, doc in {**doctypes(), **doctypes(child=1)}.items():
		for field in doc["fields"]:
			account = field.get("options") == "User" and field["fieldtype"] == "Link"
			if account or (field.get("hidden") and not field["fieldtype"].endswith("Break")):
				assert field.get("print_hide"), (doctype, field["fieldname"])  # hidden ones are printed, too
			names = [f for f in doc["fields"] if f.get("fetch_from") == f"{field['fieldname']}.staff_name"]
			if field.get("options") == "School Staff":
				assert not names or field.get("print_hide"), (doctype, field["fieldname"])


def test_global_search_holds_nothing_of_ours():
	"""frappe.utils.global_search asks for the right on the DocType and for no row, on v15, v16 and the fork."""
	for doctype, doc in {**doctypes(), **doctypes(child=1)}.items():
		assert not doc.get("show_name_in_global_search"), doctype
		assert not any(field.get("in_global_search") for field in doc["fields"]), doctype


@pytest.mark.parametrize("doctype", ["Exchange Placement", "Community Activity"])
def test_calendars_name_fields_that_exist(doctype):
	folder = frappe.scrub(doctype)
	script = (MODULE / "doctype" / folder / f"{folder}_calendar.js").read_text("utf-8")
	fields = {field["fieldname"] for field in doctypes()[doctype]["fields"]} | {"name", "docstatus"}
	asked = set(json.loads(re.search(r"fields: (\[.*\])", script)[1]))
	mapped = set(re.findall(r': "(\w+)"', re.search(r"field_map: \{(.*?)\}", script, re.S)[1]))
	assert mapped <= asked <= fields
