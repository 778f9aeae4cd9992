"""Installing leaves nothing behind when it is undone; migrating twice changes nothing; no name is taken from another app.

It installs and removes, so it works on a site of its own: the sandbox makes one in a process of its own. On a bench it
would empty the site that the suite runs on, and is run only if GTT_INSTALL_TESTS is set (on a site made for it).
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import engines
import frappe
import pytest

from gongtongti.setup import OURS

DATA = Path(__file__).parent / "data"
# DocTypes whose rows an app could leave behind
WATCHED = (
	"Role", "Has Role", "Workflow", "Workflow State", "Workflow Action Master", "Workflow Document State",
	"Workflow Transition", "Workflow Action", "DocType", "DocField", "DocPerm", "Custom DocPerm", "Custom Field",
	"Property Setter", "Module Def", "Report", "Page", "Workspace", "Number Card", "Dashboard Chart", "Dashboard",
	"Notification", "Print Format", "Scheduled Job Type", "Comment", "Version", "DefaultValue", "File", "ToDo", "Tag Link",
	"Notification Log", "Client Script", "Form Tour", "Onboarding Step", "Module Onboarding", "List Filter",
	"User Permission", "Letter Head", "Web Form", "Translation", "Email Template", "Assignment Rule", "Auto Repeat",
	"Document Naming Rule", "Desktop Icon", "Workspace Sidebar",
)  # fmt: skip
STOOD_BEFORE = {
	"Role": "Finance Section",
	"Workflow State": "Placement Draft",
	"Workflow Action Master": "Agree",
}


COUNTED = (
	"Has Role",
	"DocField",
	"DocPerm",
	"Workflow Document State",
	"Workflow Transition",
	"DefaultValue",
)
# the framework keeps a history of its own list of apps
OF_THE_FRAMEWORK = {"Version": {"ref_doctype": ("!=", "Installed Applications")}}


def counted():
	"""{DocType: names, or a number for COUNTED}: what stands on the site."""
	frappe.clear_cache()
	return {
		doctype: frappe.db.count(doctype)
		if doctype in COUNTED
		else sorted(map(str, frappe.get_all(doctype, OF_THE_FRAMEWORK.get(doctype), pluck="name")))
		for doctype in WATCHED
		if frappe.db.table_exists(doctype)
	}


def rehearse(uninstall, install, migrate):
	"""The whole life of the app on a site where it is installed at first; what stood there is written down at each stage."""
	stages = {}
	uninstall()
	stages["bare"] = counted()
	for doctype, name in STOOD_BEFORE.items():
		field = {"Role": "role_name", "Workflow State": "workflow_state_name"}.get(
			doctype, "workflow_action_name"
		)
		frappe.get_doc({"doctype": doctype, field: name}).insert(ignore_permissions=True)
	frappe.db.commit()
	stages["before"] = counted()
	install()
	stages["installed"] = counted()
	migrate()
	stages["migrated"] = counted()
	migrate()
	stages["migrated twice"] = counted()
	uninstall()
	stages["after"] = counted()
	install()
	stages["again"] = counted()
	stages["tables"] = [
		table for table in frappe.db.get_tables(cached=False) if "Exchange Placement" in table
	]
	return stages


def on_the_sandbox():
	"""Runs in a process of its own: `python -m sandbox … run`. Prints the stages as the last line."""
	from sandbox import installer

	def install():
		installer.install_app("gongtongti")
		frappe.db.commit()

	def uninstall():
		installer.remove_app("gongtongti")
		frappe.db.commit()

	def migrate():
		frappe.db.commit()
		installer.migrate()

	print("stages: " + json.dumps(rehearse(uninstall, install, migrate), default=str))


@pytest.fixture(scope="module")
def stages():
	if engines.ENGINE.real:
		if not os.environ.get("GTT_INSTALL_TESTS"):
			pytest.skip("removes the app from the bench's site: set GTT_INSTALL_TESTS on a site made for it")
		return _on_a_bench()
	return _in_a_process()


def _on_a_bench():
	from frappe.installer import install_app, remove_app
	from frappe.migrate import SiteMigration

	site = frappe.local.site

	def install():
		frappe.cache.flushall() if hasattr(frappe.cache, "flushall") else frappe.clear_cache()
		install_app("gongtongti")
		frappe.db.commit()

	def uninstall():
		remove_app("gongtongti", dry_run=False, yes=True, no_backup=True, force=True)
		frappe.db.commit()

	def migrate():
		frappe.db.commit()
		SiteMigration(skip_search_index=True).run(site=site)
		frappe.init(site=site, sites_path=".", force=True)
		frappe.connect()

	engines.set_test_mode(False)
	try:
		return rehearse(uninstall, install, migrate)
	finally:
		engines.set_test_mode(True)


def _in_a_process():
	site = f"install-{os.getpid()}"
	command = [sys.executable, "-m", "sandbox", "--site", site, "--db", engines.ENGINE.db]
	env = {**os.environ, "PYTHONPATH": str(engines.TESTS)}
	try:
		done = subprocess.run(
			[*command, "run", "--fresh", "test_install.on_the_sandbox"],
			cwd=engines.REPO,
			env=env,
			capture_output=True,
			text=True,
			timeout=300,
		)
		lines = [line for line in done.stdout.splitlines() if line.startswith("stages: ")]
		assert lines, done.stdout[-2000:] + done.stderr[-4000:]
		return json.loads(lines[-1].removeprefix("stages: "))
	finally:
		subprocess.run([*command, "drop"], cwd=engines.REPO, env=env, capture_output=True, timeout=60)


def difference(one, other):
	return {
		doctype: (one.get(doctype), other.get(doctype))
		if isinstance(one.get(doctype), int)
		else sorted(set(one.get(doctype) or ()) ^ set(other.get(doctype) or ()))
		for doctype in {*one, *other}
		if one.get(doctype) != other.get(doctype)
	}


def test_uninstalling_leaves_the_site_as_it_was_found(stages):
	assert difference(stages["before"], stages["after"]) == {}


def test_what_stood_there_before_under_our_names_stays(stages):
	for doctype, name in STOOD_BEFORE.items():
		assert name not in stages["bare"][doctype]
		assert name in stages["after"][doctype]


def test_installing_brings_what_the_fixtures_name(stages):
	for doctype, names in OURS.items():
		assert set(names) <= set(stages["installed"][doctype])
		assert not (set(names) - {STOOD_BEFORE.get(doctype)}) & set(stages["bare"][doctype])


def test_migrating_twice_changes_nothing(stages):
	assert difference(stages["installed"], stages["migrated"]) == {}
	assert difference(stages["migrated"], stages["migrated twice"]) == {}


def test_installing_again_gives_the_same_as_the_first_time(stages):
	assert difference(stages["installed"], stages["again"]) == {}
	assert stages["tables"] == ["tabExchange Placement"]


def test_no_doctype_takes_a_name_that_another_app_uses():
	taken = set((DATA / "taken_doctype_names.txt").read_text(encoding="utf-8").splitlines()) - {""}
	assert len(taken) > 100
	folders = Path(frappe.get_app_path("gongtongti")) / "gongtongti" / "doctype"
	ours = {json.loads(path.read_text(encoding="utf-8"))["name"] for path in folders.glob("*/*.json")}
	assert len(ours) > 20
	assert not ours & taken
