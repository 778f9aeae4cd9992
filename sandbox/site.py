"""Sites: made once as templates, copied for every run.

A site from nothing takes ten seconds on SQLite and twenty on MariaDB, a copy of one half a second. There are two
kinds of template, both kept under `.sandbox/templates`: the bare site, named after everything that makes it (the
fork's version and the files of this package), and a copy of it with apps installed, named after the files of the
apps as well. So a run after a change of code costs one installation, a run after none costs a copy.

A site is a folder with `sandbox.json` (database, apps), its files, and on SQLite the database itself; on MariaDB
a template has its database as `database.json`.
"""

import contextlib
import fcntl
import hashlib
import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
WITHOUT_INFLUENCE = ("desk", "cli.py", "jobs.py", "serve.py")  # on what a site is when it is made
KEPT_TEMPLATES, UNUSED_AFTER = 8, 3600  # seconds


def home() -> Path:
	"""Where templates and sites are kept: `.sandbox` beside this package, or SANDBOX_HOME."""
	path = Path(os.environ.get("SANDBOX_HOME") or HERE.parent / ".sandbox")
	path.mkdir(parents=True, exist_ok=True)
	return path


@dataclass(frozen=True)
class Site:
	path: Path

	@property
	def config(self) -> dict:
		return json.loads((self.path / "sandbox.json").read_text())

	def configure(self, **changes):
		config = self.config if (self.path / "sandbox.json").exists() else {}
		(self.path / "sandbox.json").write_text(json.dumps(config | changes, indent="\t"))

	def drop(self):
		"""Remove the site with its database and what it has in Redis."""
		with contextlib.suppress(FileNotFoundError):  # never made, or another process is dropping it as well
			config = self.config
			if config["db"] == "mariadb":
				from sandbox import mariadb

				mariadb.drop_database(config["db_name"])
				forget_in_redis(config)
		shutil.rmtree(self.path, ignore_errors=True)


def fresh(name: str, apps: dict | None = None, db: str = "sqlite") -> Site:
	"""A site of that name as a copy of the template with these apps ({app: folder to import it from})."""
	site = Site(home() / "sites" / name)
	return copy(template(apps or {}, db), site, apps or {})


def existing(name: str) -> Site | None:
	site = Site(home() / "sites" / name)
	return site if (site.path / "sandbox.json").exists() else None


def copy(source: Path, site: Site, apps: dict) -> Site:
	site.drop()
	shutil.copytree(source, site.path, symlinks=True)
	configure(site, Site(source).config["db"], apps)
	if site.config["db"] == "mariadb":
		from sandbox import mariadb

		dump = site.path / "database.json"
		mariadb.restore(site.config["db_name"], json.loads(dump.read_text()))
		dump.unlink()
		forget_in_redis(site.config)
	return site


def configure(site: Site, db: str, apps: dict):
	changes = {
		"db": db,
		"db_name": "site",
		"apps": {app: str(Path(path).resolve()) for app, path in apps.items()},
	}
	if db == "mariadb":
		from sandbox import mariadb

		server = mariadb.server()
		changes |= {
			"db_name": mariadb.PREFIX + hashlib.sha1(str(site.path).encode()).hexdigest()[:12],
			"server": {"host": server["host"], "port": server["port"], "password": mariadb.PASSWORD},
			"redis": os.environ.get("SANDBOX_REDIS", "redis://127.0.0.1:6379"),
		}
	site.configure(**changes)


def forget_in_redis(config: dict):
	"""A database that was made anew under a known name must not meet the old one's cache."""
	import redis

	from sandbox.process import REDIS_DATABASES

	for number in REDIS_DATABASES:
		with contextlib.suppress(redis.exceptions.ConnectionError):
			client = redis.from_url(f"{config['redis']}/{number}")
			if keys := list(client.scan_iter(f"*{config['db_name']}*")):
				client.delete(*keys)


# ---------------------------------------------------------------------------------------------- templates


def template(apps: dict, db: str) -> Path:
	"""The folder of the template, built now if it is not there yet."""
	base = _digest([HERE], skip=WITHOUT_INFLUENCE, first=_versions())
	bare = _built(f"{db}-{base}", lambda site: _make(site, db))
	if not apps:
		return bare
	folders = [Path(path) / app for app, path in apps.items()]
	digest = _digest(folders, skip=("public", "node_modules"), first=[base, *apps])
	return _built(f"{db}-{base}-{digest}", lambda site: _extend(site, bare, apps))


def _make(site: Site, db: str):
	site.path.mkdir(parents=True)
	configure(site, db, {})
	if db == "mariadb":
		from sandbox import mariadb

		mariadb.create_database(site.config["db_name"])
	_in_process(site, "create")


def _extend(site: Site, bare: Path, apps: dict):
	copy(bare, site, apps)
	for app in apps:
		_in_process(site, "install", app)


def _in_process(site: Site, *arguments: str):
	"""The alias holds for a whole process, so a template is built in one of its own."""
	done = subprocess.run(
		[sys.executable, "-m", "sandbox", "at", str(site.path), *arguments],
		cwd=HERE.parent,
		stdout=subprocess.PIPE,
		stderr=subprocess.STDOUT,
		text=True,
		env={
			**os.environ,
			"PYTHONPATH": os.pathsep.join([str(HERE.parent), os.environ.get("PYTHONPATH", "")]),
		},
	)
	if done.returncode:
		raise RuntimeError(f"{' '.join(arguments)} failed:\n{done.stdout[-6000:]}")


def _built(name: str, build) -> Path:
	folder = home() / "templates"
	folder.mkdir(exist_ok=True)
	path = folder / name
	with open(folder / f"{name.partition('-')[0]}.lock", "w") as lock:
		fcntl.flock(lock, fcntl.LOCK_EX)  # several runs may want the same template at the same time
		if not path.exists():
			with tempfile.TemporaryDirectory(dir=home()) as scratch:
				site = Site(Path(scratch) / "site")
				try:
					build(site)
					if site.config["db"] == "mariadb":
						from sandbox import mariadb

						(site.path / "database.json").write_text(
							json.dumps(mariadb.dump(site.config["db_name"]))
						)
					shutil.copytree(site.path, Path(scratch) / "done", symlinks=True)
					os.rename(Path(scratch) / "done", path)
				finally:
					site.drop()
			_prune(folder)
	os.utime(path)
	return path


def _prune(folder: Path):
	unused = sorted((p for p in folder.iterdir() if p.is_dir()), key=os.path.getmtime, reverse=True)
	for path in unused[KEPT_TEMPLATES:]:
		if time.time() - path.stat().st_mtime > UNUSED_AFTER:
			shutil.rmtree(path, ignore_errors=True)


def _versions() -> list[str]:
	return [f"{name} {importlib.metadata.version(name)}" for name in ("monoframe", "pypika", "fakeredis")]


def _digest(folders: list[Path], skip=(), first=()) -> str:
	digest = hashlib.sha1("\n".join(first).encode())
	for folder in folders:
		for root, names, files in os.walk(folder):
			names[:] = sorted(name for name in names if name not in (*skip, "__pycache__"))
			for file in sorted(set(files) - set(skip)):
				path = Path(root) / file
				with contextlib.suppress(FileNotFoundError):  # an editor's passing file
					digest.update(str(path.relative_to(folder)).encode() + path.read_bytes())
	return digest.hexdigest()[:12]
