"""Activate a site in this process: the one switch that everything else hangs on.

The alias, the repairs and the working directory hold for the whole process, so a process serves one site. The
site's own `sandbox.json` says which database it lies in and which apps it has.
"""

import json
import logging
import os
import sys
import types
import warnings
from pathlib import Path

from sandbox import repairs

state = types.SimpleNamespace(path=None, name=None, db=None, apps=[], redis=None, repairs=[])

# every module in which repairs are written, in the order in which they are made
SUBJECTS = (
	"syntax",
	"missing",
	"builder",
	"alias",
	"apps",
	"installer",
	"local",
	"names",
	"words",
	"annotations",
	"sqlite_parameters",
	"sqlite_schema",
	"sqlite_functions",
	"sqlite_transactions",
	"sqlite_locks",
	"sqlite_search",
	"memory",
	"web",
)

REDIS_DATABASES = (14, 15)  # cache and queue, where a real server is used

FOLDERS = (
	"assets",
	"db",
	"locks",
	"logs",
	"private/backups",
	"private/files",
	"public/files",
)


def activate(path, **environment):
	"""Make `import frappe` work in this process, for the site that lies at `path`.

	The keyword arguments go into the environment, where the fork reads its configuration.
	"""
	path = Path(path).resolve()
	if state.path:
		if state.path != path:
			raise RuntimeError(f"This process has the site {state.path} already; one process serves one site")
		return
	config = json.loads((path / "sandbox.json").read_text())
	state.path, state.name, state.db = path, path.name, config["db"]
	state.redis = config.get("redis") or "fakeredis"
	state.apps = list(config["apps"])
	for folder in FOLDERS:
		(path / folder).mkdir(parents=True, exist_ok=True)
	assets = path / "assets" / "assets.json"
	if not assets.exists():  # no bundles are shipped; the templates need the map, empty or not
		assets.write_text("{}")
	for app_path in reversed(config["apps"].values()):
		if app_path not in sys.path:
			sys.path.insert(0, app_path)
	_configure(config, environment)
	warnings.filterwarnings("ignore", category=DeprecationWarning, module="passlib")
	os.chdir(path)  # the fork looks for its site, its assets and its .env in the working directory

	for subject in SUBJECTS:
		__import__(f"sandbox.{subject}")
	circumstances = {state.db, "fakeredis" if state.redis == "fakeredis" else "redis"}
	state.repairs = repairs.make("before", circumstances)
	import monoframe

	monoframe.log_level = logging.ERROR
	state.repairs += repairs.make("after", circumstances)


def _configure(config, environment):
	server = config.get("server", {})
	redis = "redis://127.0.0.1:1" if state.redis == "fakeredis" else state.redis
	cache, queue = REDIS_DATABASES
	os.environ.update(
		{
			"DB_TYPE": config["db"],
			"DB_NAME": config["db_name"],
			"DB_USER": config["db_name"],
			"DB_PASSWORD": server.get("password", ""),
			"DB_HOST": server.get("host", ""),
			"DB_PORT": str(server.get("port", "")),
			"REDIS_CACHE": f"{redis}/{cache}",
			"REDIS_QUEUE": f"{redis}/{queue}",
			"SECRET_KEY": "x" * 16,
			"ALLOW_TESTS": "1",
			"MONOFRAME_BENCH_ROOT": str(state.path),
			"MONOFRAME_USE_MYSQLCLIENT": "0",
			**environment,
		}
	)


def connect(user: str = "Administrator"):
	"""Connect to the active site as `user`."""
	import monoframe

	monoframe.init(force=True)
	monoframe.connect()
	monoframe.set_user(user)
