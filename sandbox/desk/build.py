"""Builds the Desk's bundles once and gives them to a site."""

from __future__ import annotations

import fcntl
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from sandbox.desk import node, site_assets
from sandbox.desk.target import Target

REPOSITORY = Path(__file__).parents[2]
CACHE = REPOSITORY / ".sandbox" / "desk"


def build(
	site_assets_dir: str | Path,
	public_dir: str | Path,
	log: Callable[[str], object] = print,
	*,
	apps: Mapping[str, str | Path] | None = None,
	cache: str | Path = CACHE,
) -> dict:
	"""Make the bundles of the framework and of the apps, unless they are there, and link them into a site.

	:param site_assets_dir: the site's `assets` folder; created if missing
	:param public_dir: the framework's `public` folder
	:param log: takes one line of progress at a time
	:param apps: name and `public` folder of each app; without it, the apps of this repository
	:param cache: where packages and bundles are kept from one run to the next
	:return: `built` (whether the site has its bundles), `reason` (one sentence if it has not), `bundles`
		(what went into assets.json)

	Without Node or npm, or if one of them fails, nothing is built unless an earlier build fits; the site's
	pages then come without styles and scripts, and the rest of it works.
	"""
	# Absolute, because links are made of them.
	public, assets, cache = (Path(folder).resolve() for folder in (public_dir, site_assets_dir, cache))
	apps = own_apps() if apps is None else apps
	framework = Target("monoframe", public, beside=[public.parent / "website"])
	# An app's style sheets and scripts may import the framework's.
	targets = [framework] + [
		Target(app, Path(folder).resolve(), beside=[public]) for app, folder in apps.items()
	]
	targets = [target for target in targets if target.has_bundles()]

	with _one_at_a_time(cache):
		missing = [target for target in targets if not target.is_built(cache)]
		reason = _make(missing, public, cache, log)
		if reason:
			log(reason)
			site_assets.lay_out(assets, public)
			return {"built": False, "reason": reason, "bundles": {}}
		bundles = site_assets.lay_out(assets, public, cache, targets)
	if missing:
		log(f"Desk: {len(bundles)} bundles are ready.")
	return {"built": True, "reason": None, "bundles": bundles}


def _make(
	targets: Sequence[Target], framework: Path, cache: Path, log: Callable[[str], object]
) -> str | None:
	"""Build what is missing; returns one sentence if that was not possible."""
	if not targets:
		return None
	if reason := node.what_is_missing():
		return reason
	try:
		node.install_packages(cache, log)
		for target in targets:
			log(f"Desk: building the bundles of {target.name} …")
			target.build(cache, framework, log)
	except subprocess.CalledProcessError as error:
		return f"The Desk was not built because `{error.cmd[0]}` failed (its words are above)."
	return None


def own_apps() -> dict[str, Path]:
	"""The apps of this repository that have a `public` folder, by name."""
	hooks = sorted(REPOSITORY.glob("*/hooks.py"))
	return {file.parent.name: file.parent / "public" for file in hooks if (file.parent / "public").is_dir()}


@contextmanager
def _one_at_a_time(cache: Path) -> Iterator[None]:
	"""The tests and the command line may ask for the same build at the same moment."""
	cache.mkdir(parents=True, exist_ok=True)
	(cache / ".gitignore").write_text("*\n")
	with open(cache / "lock", "w") as lock:
		fcntl.flock(lock, fcntl.LOCK_EX)
		yield
