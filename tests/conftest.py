"""One suite on every engine.

	python -m pytest                                   the sandbox, SQLite, a fresh copy of a template site
	python -m pytest -n 2 --dist loadfile              the same in two processes, each with its own copy
	python -m pytest --db mariadb                      the same on MariaDB (and a real Redis)
	env/bin/python -m pytest apps/gongtongti/tests --site test.localhost --sites-path sites
	                                                   inside a bench: the real framework

The environment may say the same: FRAPPE_SITE, FRAPPE_SITES_PATH, SANDBOX_DB. The engine is started before any
test module is imported, because those import frappe.
"""

import os
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
sys.path[:0] = [str(TESTS.parent), str(TESTS)]

import engines


def pytest_addoption(parser):
	group = parser.getgroup("engine")
	group.addoption("--site", default=os.environ.get("FRAPPE_SITE"), help="site of a bench to run on")
	group.addoption(
		"--sites-path", default=os.environ.get("FRAPPE_SITES_PATH") or "sites", help="its folder sites"
	)
	group.addoption(
		"--db",
		choices=("sqlite", "mariadb"),
		default=os.environ.get("SANDBOX_DB") or "sqlite",
		help="database of the sandbox",
	)
	group.addoption(
		"--beside",
		action="append",
		default=[],
		help="an app of this folder that the sandbox installs as well",
	)


def pytest_configure(config):
	config.addinivalue_line(
		"markers", "mariadb: needs row locks, several processes or strictness: MariaDB only"
	)
	config.addinivalue_line("markers", "both: says the same on SQLite and on MariaDB, and is run on both")
	if config.getoption("help") or config.getoption("version", 0):
		return
	if hands_out(config):
		if config.getoption("--site"):
			raise pytest.UsageError("A bench has one site: run the suite there in one process (-n 0).")
		return  # each worker starts an engine of its own, on its own copy of the site
	try:
		if site := config.getoption("--site"):
			engines.start_real(site, config.getoption("--sites-path"))
		else:
			engines.start_sandbox(config.getoption("--db"), beside=config.getoption("--beside"))
	except LookupError as error:
		raise pytest.UsageError(str(error)) from error
	if (TESTS / "fixtures_app.py").exists():  # fixtures of the app; it may import frappe, so not before now
		config.pluginmanager.import_plugin("fixtures_app")


def hands_out(config) -> bool:
	"""Whether this process only hands the tests out to others (pytest-xdist)."""
	return bool(getattr(config.option, "numprocesses", None)) and not hasattr(config, "workerinput")


def pytest_unconfigure(config):
	if engines.ENGINE.version:
		engines.stop()


def pytest_report_header(config):
	if hands_out(config):
		return f"engine: sandbox on {config.getoption('--db')}, a site for each of {config.option.numprocesses} workers"
	return engines.ENGINE.line


def pytest_collection_modifyitems(config, items):
	if not hands_out(config) and engines.ENGINE.db != "mariadb":
		skip = pytest.mark.skip(reason="shown on MariaDB only: SQLite has one lock for everything")
		for item in items:
			if item.get_closest_marker("mariadb"):
				item.add_marker(skip)


@pytest.fixture(scope="session")
def engine():
	"""What the suite runs on: `name`, `version`, `db`, `real`."""
	return engines.ENGINE


@pytest.fixture
def live():
	"""Without the framework's test flag.

	Under it `only_for()` does nothing, no Version records are made and `copy_doc()` keeps docstatus.
	"""
	engines.set_test_mode(False)
	yield
	engines.set_test_mode(True)


@pytest.fixture(autouse=True)
def clean(request):
	"""Every test starts as Administrator and leaves nothing that it did not commit."""
	import caches
	import frappe

	frappe.set_user("Administrator")
	yield
	frappe.set_user("Administrator")
	frappe.db.rollback()
	frappe.local.message_log = []
	caches.forget()
	if not engines.ENGINE.real:
		engines.forget_jobs()
