"""Installing leaves nothing behind when it is undone; migrating twice changes nothing; no name is taken from another app.

It installs and removes, so it works on a site of its own: the sandbox makes one in a process of its own. On a bench it
would empty the site that the suite runs on, and is run only if GTT_INSTALL_TESTS is set (on a site made for it).
"""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import engines
import frappe
import pytest

from gongtongti.setup import OURS

DATA = Path(__file__).parent / "data"
STOOD_BEFORE = {
	"Role": "Finance Section",
	"Workflow State": "Placement Draft",
	"Workflow Action Master": "Agree",
}


# what the framework itself writes down of installing and of using a site, whatever the app
OF_THE_FRAMEWORK = {
	"tabVersion": "ref_doctype <> 'Installed Applications'",
	"tabDeleted Document": "deleted_doctype <> 'Installed Application'",
	"tabActivity Log": "1 = 0",
	"tabInstalled Application": "1 = 0",
}
JOB = "gongtongti.gongtongti_daily.sync_posts"
# the framework reads some of its own DocTypes anew now and then, and names their rows at random
MADE_AGAIN = ("tabDocField", "tabDocPerm")
# tables without names, of which everything is compared, but for a counter without a prefix, which all apps share
WHOLE = ("tabSingles", "tabSeries", "__Auth", "__UserSettings", "__global_search")
MOMENTS = {"modified", "modified_by", "last_synced_on", "last_sync_on"}


def counted():
	"""{table: names, or all values}: the whole database, and the files of the site."""
	frappe.clear_cache()
	found, doctypes = {}, set(frappe.get_all("DocType", pluck="name"))
	for table in frappe.db.get_tables(cached=False):
		if table in WHOLE:
			rows = frappe.db.sql(f"select * from `{table}`", as_dict=True)
			rows = [
				" ".join(str(value) for key, value in sorted(row.items()) if key not in MOMENTS)
				for row in rows
				if row.get("field") not in MOMENTS and (table, row.get("name")) != ("tabSeries", "")
			]
		elif table == "tabDefaultValue":
			rows = frappe.db.sql(f"select parent, defkey from `{table}`")
			rows = [" ".join(map(str, row)) for row in rows]
		elif table == "tabSessions":
			continue
		elif table[3:] in doctypes:
			where = OF_THE_FRAMEWORK.get(table, "1 = 1")
			column = "parent" if table in MADE_AGAIN else "name"
			rows = [str(row[0]) for row in frappe.db.sql(f"select {column} from `{table}` where {where}")]
		else:
			rows = [str(frappe.db.sql(f"select count(*) from `{table}`")[0][0])]
		found[table] = sorted(rows)
	root = Path(frappe.get_site_path())
	found["files"] = sorted(
		str(path.relative_to(root))
		for folder in ("private/files", "public/files")
		for path in (root / folder).rglob("*")
	)
	return found


def rehearse(uninstall, install, migrate):
	"""The whole life of the app on a site where it never was, with the demonstration; what stood there at each stage."""
	stages = {}
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
	stages["loaded"] = load_demonstration()
	uninstall()
	stages["after"] = counted()
	install()
	stages["again"] = counted()
	stages["loaded again"] = load_demonstration()
	return stages


def load_demonstration():
	"""Whether it was loaded."""
	from gongtongti.demo import load

	was, frappe.flags.mute_emails = frappe.flags.mute_emails, True
	try:
		loaded = load.load("demo-Pass-1")["loaded"]
		use()
		frappe.db.commit()
		return loaded
	finally:
		frappe.flags.mute_emails = was


def use():
	"""What the framework writes down while people work."""
	about = {"reference_doctype": "Exchange Placement", "reference_name": "EP-1"}
	job = frappe.get_all("Scheduled Job Type", {"method": JOB}, pluck="name")[0]
	for values in (
		{"doctype": "Scheduled Job Log", "scheduled_job_type": job, "status": "Complete"},
		{"doctype": "Workflow Action", "status": "Open", "permitted_roles": [{"role": "Personnel Section"}], **about},
		{"doctype": "Route History", "user": "Administrator", "route": "Form/Aided Pupil/AP-00001"},
		{
			"doctype": "Email Queue", "sender": "a@example.com", "message": "x", **about,
			"recipients": [{"recipient": "b@example.com", "status": "Not Sent"}],
		},
		{"doctype": "Deleted Document", "deleted_doctype": "File", "deleted_name": "x",
			"data": frappe.as_json({"attached_to_doctype": "Aided Pupil", "attached_to_name": "AP-00001"})},
	):  # fmt: skip
		frappe.get_doc(values).insert(ignore_permissions=True, ignore_links=True)


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
		if "gongtongti" in frappe.get_installed_apps():
			uninstall()
		return rehearse(uninstall, install, migrate)
	finally:
		engines.set_test_mode(True)


def _in_a_process():
	site = f"install-{os.getpid()}"
	command = [sys.executable, "-m", "sandbox", "--site", site, "--db", engines.ENGINE.db]
	env = {**os.environ, "PYTHONPATH": os.pathsep.join((str(engines.TESTS), str(engines.REPO)))}
	try:
		done = subprocess.run(
			[sys.executable, str(engines.TESTS / "sandbox_without_app.py"), site, engines.ENGINE.db],
			cwd=engines.REPO,
			env=env,
			capture_output=True,
			text=True,
			timeout=600,
		)
		lines = [line for line in done.stdout.splitlines() if line.startswith("stages: ")]
		assert lines, done.stdout[-2000:] + done.stderr[-4000:]
		return json.loads(lines[-1].removeprefix("stages: "))
	finally:
		subprocess.run([*command, "drop"], cwd=engines.REPO, env=env, capture_output=True, timeout=60)


def difference(one, other):
	return {
		table: sorted(Counter(other.get(table, ())) - Counter(one.get(table, ())))
		+ [f"gone: {row}" for row in sorted(Counter(one.get(table, ())) - Counter(other.get(table, ())))]
		for table in {*one, *other}
		if Counter(one.get(table)) != Counter(other.get(table)) or (table in one) != (table in other)
	}


def numbers(stage):
	"""Rows of many tables are named at random: how many there are."""
	return {table: [str(len(rows))] for table, rows in stage.items()}


def test_uninstalling_leaves_the_whole_database_as_it_was_found(stages):
	assert difference(stages["before"], stages["after"]) == {}


def test_the_demonstration_goes_with_the_app_and_can_come_again(stages):
	assert stages["loaded"] and stages["loaded again"]
	assert [user for user in stages["after"]["tabUser"] if user.endswith("@demo.invalid")] == []


def test_no_job_of_ours_can_be_taken_for_one_of_another_app():
	"""The framework names a job by the last two parts of its address, and deletes one to make another of the same name."""
	for method in frappe.get_hooks("scheduler_events", app_name="gongtongti")["daily"]:
		assert "gongtongti" in ".".join(method.split(".")[-2:]) and callable(frappe.get_attr(method)), method


def test_what_stood_there_before_under_our_names_stays(stages):
	for doctype, name in STOOD_BEFORE.items():
		assert name in stages["after"][f"tab{doctype}"]


def test_installing_brings_what_the_fixtures_name(stages):
	for doctype, names in OURS.items():
		assert set(names) <= set(stages["installed"][f"tab{doctype}"])
		assert set(names) & set(stages["before"][f"tab{doctype}"]) <= {STOOD_BEFORE.get(doctype)}


def test_migrating_twice_changes_nothing(stages):
	first, second, third = (numbers(stages[stage]) for stage in ("installed", "migrated", "migrated twice"))
	assert difference(first, second) == {}
	assert difference(second, third) == {}


def test_installing_again_gives_the_same_as_the_first_time(stages):
	assert difference(numbers(stages["installed"]), numbers(stages["again"])) == {}
	assert "tabExchange Placement" in stages["again"]


def test_no_doctype_takes_a_name_that_another_app_uses():
	taken = set((DATA / "taken_doctype_names.txt").read_text(encoding="utf-8").splitlines()) - {""}
	assert len(taken) > 100
	folders = Path(frappe.get_app_path("gongtongti")) / "gongtongti" / "doctype"
	ours = {json.loads(path.read_text(encoding="utf-8"))["name"] for path in folders.glob("*/*.json")}
	assert len(ours) > 20
	assert not ours & taken
