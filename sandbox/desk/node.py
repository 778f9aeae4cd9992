"""Node and npm: whether they are there, the packages, running a script."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

BUILDER = Path(__file__).parent
OLDEST = 18
REMEDY = (
	f"install Node {OLDEST} or later with npm (Debian and Ubuntu: `apt install nodejs npm`) "
	"and run `python -m sandbox build-desk`."
)


def what_is_missing() -> str | None:
	"""One sentence that says what to install, or None if everything is there."""
	if not shutil.which("node"):
		return f"The Desk was not built because Node is missing: {REMEDY}"
	if not shutil.which("npm"):
		return f"The Desk was not built because npm is missing: {REMEDY}"
	version = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout.strip()
	if int(version.lstrip("v").partition(".")[0] or 0) < OLDEST:
		return f"The Desk was not built because Node {version} is too old: {REMEDY}"
	return None


def install_packages(cache: Path, log: Callable[[str], object]) -> None:
	"""Install the packages of package-lock.json into `cache`, unless they are there."""
	lists = [BUILDER / "package.json", BUILDER / "package-lock.json"]
	wanted = hashlib.sha256(b"".join(file.read_bytes() for file in lists)).hexdigest()
	installed = cache / "node_modules" / ".installed"
	if installed.is_file() and installed.read_text() == wanted:
		return
	log("Desk: installing npm packages …")
	for file in lists:
		shutil.copy(file, cache)
	# None of the packages needs its install script; a stranger's script need not run here.
	_call(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cache, log)
	installed.write_text(wanted)


def run(arguments: Sequence[str | Path], folder: Path, log: Callable[[str], object]) -> None:
	"""Run a Node script in `folder`."""
	_call(["node", *map(str, arguments)], folder, log)


def _call(command: list[str], folder: Path, log: Callable[[str], object]) -> None:
	environment = {**os.environ, "NO_COLOR": "1", "NODE_ENV": ""}
	done = subprocess.run(
		command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
	)
	if done.returncode:
		log(done.stdout)
		raise subprocess.CalledProcessError(done.returncode, command, done.stdout)
