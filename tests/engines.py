"""The two engines that the suite runs on, and processes that work on the suite's site at the same time.

Inside a bench the suite runs on the real framework, otherwise on the sandbox (the fork from PyPI), on SQLite or
MariaDB. Nothing but this file and conftest.py knows which.
"""

import dataclasses
import datetime
import importlib
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent
REPO = TESTS.parent
APP = "gongtongti"
MARK = "--- outcome: "


@dataclasses.dataclass
class Engine:
	name: str = ""  # "frappe" or "sandbox"
	version: tuple = ()
	db: str = ""  # "mariadb" or "sqlite"
	site: str = ""  # name of the site; a folder under the sandbox
	sites_path: str = ""  # empty under the sandbox

	@property
	def real(self) -> bool:
		return self.name == "frappe"

	@property
	def line(self) -> str:
		return f"engine: {self.name} {'.'.join(map(str, self.version))} on {self.db}, site {Path(self.site).name}"


ENGINE = Engine()


def start_real(site: str, sites_path: str):
	"""The real framework; its logs, assets and list of apps are found from the folder `sites`."""
	if importlib.util.find_spec("frappe") is None:
		raise LookupError(f"site {site}: {sys.executable} has no frappe; run this with the bench's Python")
	ENGINE.name, ENGINE.site, ENGINE.sites_path = "frappe", site, os.path.abspath(sites_path)
	os.chdir(sites_path)
	import frappe

	frappe.init(site=site, sites_path=".")
	frappe.connect()
	_started()


def start_sandbox(db: str, path: str | None = None, beside=()):
	"""The sandbox: on the site at `path`, or on a copy of the template that belongs to this process alone.

	beside: apps in this folder that are installed there as well
	"""
	sys.path[:] = [str(REPO), *(entry for entry in sys.path if entry != str(REPO))]
	import sandbox

	ENGINE.name = "sandbox"
	if not path:
		apps = {APP: REPO} if (REPO / APP / "hooks.py").exists() else {}
		apps |= {app: TESTS for app in beside}
		_drop_abandoned(sandbox)
		path = sandbox.site.fresh(f"run-{os.getpid()}", apps, db).path
	ENGINE.site = str(path)
	sandbox.activate(path)
	sandbox.connect()
	_started()


def _drop_abandoned(sandbox):
	"""Sites of runs that were killed: run-<process>, or run-<process>-<name>."""
	for folder in (sandbox.site.home() / "sites").glob("run-*"):
		try:
			os.kill(int(folder.name.split("-")[1]), 0)
		except ProcessLookupError:
			sandbox.site.Site(folder).drop()
		except (PermissionError, ValueError):
			pass


def _started():
	import frappe

	ENGINE.version = tuple(int(part) for part in frappe.__version__.split(".")[:3] if part.isdigit())
	ENGINE.db = frappe.db.db_type
	import caches

	caches.watch()
	set_clock()
	set_test_mode(True)
	frappe.flags.mute_emails = True
	# where mails are muted and no account is set up, the framework makes up one without an address, and fails on it
	frappe.local.conf.mail_server = frappe.local.conf.mail_server or "localhost"


def set_clock():
	"""GTT_TODAY=2027-08-31: the day that the suite runs on, from noon in China; the database server's clock goes on as it is."""
	if today := os.environ.get("GTT_TODAY"):
		import time_machine

		at = datetime.datetime.fromisoformat(today if "T" in today else f"{today}T12:00:00+08:00")
		time_machine.travel(at, tick=True).start()


def set_test_mode(on: bool):
	"""The framework's test flag: a request flag, and from v16 on a global one as well."""
	import frappe

	frappe.flags.in_test = on
	if hasattr(frappe, "in_test"):
		frappe.in_test = on


def forget_jobs():
	"""Nobody works off the sandbox's queue during a test, and the framework refuses a 500th job."""
	from sandbox import jobs

	jobs.forget()


def stop():
	import frappe

	frappe.db.rollback()
	frappe.destroy()
	if not ENGINE.real:
		import sandbox

		os.chdir(REPO)
		sandbox.site.Site(Path(ENGINE.site)).drop()


# ----------------------------------------------------------------------------- several processes at once


@dataclasses.dataclass
class Outcome:
	"""What came of one process: a value, or the name and text of what was raised."""

	value: object = None
	error: str = ""
	message: str = ""


def run_in_processes(
	target: str, n: int, args=(), each=None, user="Administrator", timeout=120
) -> list[Outcome]:
	"""Call a function in `n` processes at the same instant, each with its own connection to the suite's site.

	`target` is "module:function" (a module of the app or of tests/). The function gets `each[i]` (a list, one entry
	for each process) before `args`, if given; arguments and result travel as JSON. Its transaction is committed
	when it returns and rolled back when it raises. Commit in the test what the processes are to see.
	"""
	import caches

	caches.changed()  # what those processes write is not seen from here
	environment = dict(os.environ)
	if "GTT_TODAY" in environment:
		environment["GTT_TODAY"] = datetime.datetime.now(datetime.timezone.utc).isoformat()
	workers = []
	for number in range(n):
		task = {
			"engine": [ENGINE.name, ENGINE.db, ENGINE.site, ENGINE.sites_path],
			"target": target,
			"args": [*([each[number]] if each else []), *args],
			"user": user,
		}
		workers.append(
			subprocess.Popen(
				[sys.executable, str(TESTS / "engines.py"), json.dumps(task)],
				stdin=subprocess.PIPE,
				stdout=subprocess.PIPE,
				stderr=subprocess.PIPE,
				text=True,
				cwd=REPO,
				env=environment,
			)
		)
	try:
		for worker in workers:  # the barrier: every one is connected before any one starts
			for line in worker.stdout:
				if line.strip() == "ready":
					break
			else:
				raise RuntimeError(f"A process could not start:\n{worker.stderr.read()[-4000:]}")
		for worker in workers:
			worker.stdin.write("go\n")
			worker.stdin.flush()
		outcomes = []
		for worker in workers:
			out, err = worker.communicate(timeout=timeout)
			lines = [line for line in out.splitlines() if line.startswith(MARK)]
			if not lines:
				raise RuntimeError(f"A process ended without an outcome:\n{err[-4000:]}")
			outcomes.append(Outcome(**json.loads(lines[-1][len(MARK) :])))
		return outcomes
	finally:
		for worker in workers:
			if worker.poll() is None:
				worker.kill()


def work(task: dict):
	"""One of those processes."""
	name, db, site, sites_path = task["engine"]
	sys.path[:0] = [str(REPO), str(TESTS)]
	if name == "frappe":
		start_real(site, sites_path)
	else:
		start_sandbox(db, site)
	import frappe

	module, _, function = task["target"].partition(":")
	function = getattr(importlib.import_module(module), function)
	frappe.set_user(task["user"])
	frappe.db.commit()
	print("ready", flush=True)
	sys.stdin.readline()
	try:
		outcome = Outcome(value=function(*task["args"]))
		frappe.db.commit()
	except Exception as error:
		frappe.db.rollback()
		outcome = Outcome(error=type(error).__name__, message=str(error))
	print(f"{MARK}{json.dumps(dataclasses.asdict(outcome), default=str)}", flush=True)
	frappe.destroy()


if __name__ == "__main__":
	work(json.loads(sys.argv[1]))
