"""Sites: made, copied, migrated, served, dropped; on SQLite and on MariaDB."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

import engines
import pytest
import runner

import sandbox
from sandbox import mariadb

needs_mariadb = pytest.mark.skipif(bool(mariadb.answers()), reason=f"no MariaDB: {mariadb.answers()}")
EACH = pytest.mark.parametrize("db", ["sqlite", pytest.param("mariadb", marks=needs_mariadb)])


def command(*arguments, site=None, expect=0, **environment):
	"""`python -m sandbox ...` in a process of its own."""
	done = subprocess.run(
		[sys.executable, "-m", "sandbox", *(["--site", site] if site else []), *arguments],
		capture_output=True,
		text=True,
		cwd=runner.REPO,
		env={**os.environ, **environment},
	)
	assert done.returncode == expect, done.stdout + done.stderr
	return done.stdout


def script(site, text, tmp_path):
	"""Run a few lines on a site and return what they print."""
	path = tmp_path / "script.py"
	path.write_text(text)
	return command("run", str(path), site=site.path.name).strip()


@EACH
def test_a_copy_is_independent_of_its_template_and_of_other_copies(make_site, db, tmp_path):
	one, two = make_site(f"one-{db}", db), make_site(f"two-{db}", db)
	insert = "import frappe\nfrappe.get_doc({'doctype': 'Sample Thing', 'title': 't'}).insert()\n"
	count = "import frappe\nprint(frappe.db.count('Sample Thing'))"
	script(one, insert, tmp_path)
	assert script(one, count, tmp_path) == "1"
	assert script(two, count, tmp_path) == "0"
	assert script(make_site(f"one-{db}", db), count, tmp_path) == "0"


def test_a_template_is_built_once_for_each_state_of_the_app(make_site, sample_app, tmp_path):
	import sample

	make_site("state")
	before = sandbox.site.template(sample_app, "sqlite")
	assert sandbox.site.template({sample.APP: sample.write(tmp_path)}, "sqlite") == before
	(tmp_path / sample.APP / "code.py").write_text("# changed\n")
	digest = sandbox.site._digest([tmp_path / sample.APP])
	assert digest != sandbox.site._digest([sample_app[sample.APP] / sample.APP])


@EACH
def test_migrating_twice_and_uninstalling(make_site, db, tmp_path):
	site = make_site(f"migrated-{db}", db)
	text = "import frappe\nprint(frappe.db.count('DocType'), frappe.db.count('DocField'), frappe.db.count('Role'))"
	before = script(site, text, tmp_path)
	command("migrate", site=site.path.name)
	command("migrate", site=site.path.name)
	assert script(site, text, tmp_path) == before
	command("uninstall", "sampleapp", site=site.path.name)
	assert (
		script(
			site,
			"import frappe\nprint(frappe.get_installed_apps(), frappe.db.exists('DocType', 'Sample Thing'), "
			"frappe.db.exists('Module Def', 'Sampleapp'))",
			tmp_path,
		)
		== "['monoframe'] None None"
	)


def test_a_patch_of_the_app_runs_once(make_site, tmp_path):
	site = make_site("patched")
	script(site, "import frappe\nfrappe.db.delete('Patch Log', {'patch': 'sampleapp.patch'})", tmp_path)
	assert "Executing sampleapp.patch" in command("migrate", site=site.path.name)
	assert "Executing sampleapp.patch" not in command("migrate", site=site.path.name)
	assert script(site, "import frappe\nprint(frappe.db.get_global('sample_patched'))", tmp_path) == "1"


def test_a_failing_installation_says_what_failed(sample_app, tmp_path):
	import sample

	root = sample.write(tmp_path)
	with open(root / sample.APP / "code.py", "a") as code:
		code.write("\n\ndef after_install():\n\traise ValueError('nothing works')\n")
	with pytest.raises(RuntimeError, match="nothing works"):
		sandbox.site.template({sample.APP: root}, "sqlite")


def test_one_process_serves_one_site(make_site, tmp_path):
	one, two = make_site("first"), make_site("second")
	text = f"import sandbox\ntry:\n\tsandbox.activate({str(two.path)!r})\nexcept RuntimeError:\n\tprint('refused')"
	assert script(one, text, tmp_path) == "refused"


@needs_mariadb
def test_dropping_a_site_drops_its_database(make_site):
	site = make_site("dropped", "mariadb")
	name = site.config["db_name"]
	with mariadb.connection() as link, link.cursor() as cursor:
		assert cursor.execute("SHOW DATABASES LIKE %s", name) == 1
		site.drop()
		assert cursor.execute("SHOW DATABASES LIKE %s", name) == 0
	assert not site.path.exists()


@needs_mariadb
def test_a_dump_keeps_rows_and_sequences():
	name, copy = "gtt_test_dump", "gtt_test_dump_copy"
	mariadb.create_database(name)
	try:
		mariadb.run(
			"CREATE TABLE `tab Ä` (a varchar(140) PRIMARY KEY, b decimal(21,9), c datetime(6), d text)",
			"INSERT INTO `tab Ä` VALUES ('it''s', 1.5, '2025-01-02 03:04:05.000006', NULL), ('共同体\\\\', 0, NULL, '%s')",
			"CREATE SEQUENCE sample_seq",
			"SELECT NEXTVAL(sample_seq)",
			database=name,
		)
		mariadb.restore(copy, mariadb.dump(name))
		assert mariadb.dump(copy) == mariadb.dump(name)
	finally:
		mariadb.drop_database(name)
		mariadb.drop_database(copy)


def test_serving(make_site, tmp_path):
	"""Pages, the app's public files, log-in over HTTP, a background job that runs."""
	site = make_site("served")
	port = 18000 + os.getpid() % 1000
	server = subprocess.Popen(
		[sys.executable, "-m", "sandbox", "--site", site.path.name, "serve", "--port", str(port)],
		stdout=subprocess.PIPE,
		stderr=subprocess.STDOUT,
		cwd=runner.REPO,
	)
	opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())

	def get(path, data=None):
		return opener.open(f"http://127.0.0.1:{port}{path}", data, timeout=30).read().decode()

	try:
		for _ in range(120):
			try:
				get("/api/method/ping")
				break
			except urllib.error.URLError:
				time.sleep(0.25)
		assert json.loads(get("/api/method/frappe.ping"))["message"] == "pong"
		assert get("/assets/sampleapp/sample.js").startswith("window.sample")
		assert "<h1>ABC" in get("/sample_page")
		get("/api/method/login", b"usr=Administrator&pwd=admin")
		assert "window.monoframe" in get("/desk")
		job = b"doctype=Sample Settings&name=Sample Settings&fieldname=limit&value=8"
		token = get("/desk").partition('csrf_token = "')[2].partition('"')[0]
		asked = urllib.request.Request(
			f"http://127.0.0.1:{port}/api/method/frappe.client.set_value", job, {"X-Frappe-CSRF-Token": token}
		)
		opener.open(asked, timeout=30)
		value = get("/api/method/frappe.client.get_value?doctype=Sample+Settings&fieldname=limit")
		assert json.loads(value)["message"]["limit"] in (8, "8")
		queue = urllib.request.Request(
			f"http://127.0.0.1:{port}/api/method/sampleapp.code.later", b"", {"X-Frappe-CSRF-Token": token}
		)
		opener.open(queue, timeout=30)
		for _ in range(60):
			found = get(
				'/api/method/frappe.client.get_count?doctype=ToDo&filters={"description":"sample+daily"}'
			)
			if json.loads(found)["message"] == 1:
				break
			time.sleep(0.25)
		else:
			raise AssertionError("the queued job did not run")
	finally:
		server.kill()
		server.wait()


# ------------------------------------------------------------------------------- several processes on one site


@needs_mariadb
def test_processes_work_on_one_site_at_the_same_time(make_site, monkeypatch):
	"""The way money is moved: read with a lock, write; no increment is lost."""
	site = make_site("processes", "mariadb")
	monkeypatch.setattr(engines, "ENGINE", engines.Engine("sandbox", (0,), "mariadb", str(site.path)))
	outcomes = engines.run_in_processes("sampleapp.code:add", 4, each=[1, 10, 100, 1000])
	values = sorted(outcome.value for outcome in outcomes)
	assert [outcome.error for outcome in outcomes] == [""] * 4
	assert values[-1] == 3 + 1111 and len(set(values)) == 4


@EACH
def test_what_a_process_raises_comes_back(make_site, monkeypatch, db):
	site = make_site(f"raising-{db}", db)
	monkeypatch.setattr(engines, "ENGINE", engines.Engine("sandbox", (0,), db, str(site.path)))
	[outcome] = engines.run_in_processes("sampleapp.code:fail", 1)
	assert (outcome.error, outcome.message) == ("ValueError", "this job fails")
	with pytest.raises(RuntimeError, match="could not start"):
		engines.run_in_processes("sampleapp.nothing:fail", 1)


# ------------------------------------------------------------------------------------ what MariaDB alone can show


@needs_mariadb
def test_features_on_mariadb(make_site):
	"""A few of the features, on the other database: those in which the databases differ."""
	names = [
		"queries",
		"lists",
		"locks_and_savepoints",
		"singles",
		"global_search",
		"user_settings",
		"unique_values",
	]
	found = runner.outcomes("features", names, make_site("features-mariadb", "mariadb"))
	assert not any(found.values()), "\n".join(filter(None, found.values()))


def test_the_demonstration_runs_without_a_server(sample_app, tmp_path):
	[(app, folder)] = sample_app.items()
	name = f"run-{os.getpid()}-demonstration"
	try:
		out = command(
			"--app", f"{app}={folder}", "demo", "--run", "sampleapp.code.daily", site=name, SERVE="0"
		)
		assert "Serving" not in out
		site = sandbox.site.existing(name)
		assert script(site, "import frappe\nprint(frappe.db.count('ToDo'))", tmp_path) == "2"
	finally:
		sandbox.site.existing(name).drop()
