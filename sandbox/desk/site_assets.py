"""What a site serves under /assets: the framework's public files, its bundles, and some npm packages.

A link to `public/` would be enough if the fork's files had the names its sources ask for, and if nothing had
to be added. As it is, `assets/monoframe` is a real folder of links: bundles and packages go in beside them,
and the installed wheel stays untouched.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from sandbox.desk.target import Target

# Folders of npm packages from which the browser fetches files when a code field, a Gantt chart, a barcode
# scanner or a picture gallery is opened, and their address below /assets/monoframe/node_modules. (The packages
# for raw printing through a program on the user's computer are left out.)
AT_RUN_TIME = {
	"ace-builds/src-min-noconflict": "ace-builds/src-min-noconflict",
	"ace-builds/src-noconflict": "ace-builds/src-noconflict",
	"frappe-gantt/dist": "monoframe-gantt/dist",
	"html5-qrcode": "html5-qrcode",
	"photoswipe/src": "photoswipe/src",
}


def lay_out(
	assets: Path, public: Path, cache: Path | None = None, targets: Sequence[Target] = ()
) -> dict[str, str]:
	"""Fill a site's `assets` folder and write its assets.json; returns what was written there.

	Without targets the public files alone are laid out, and assets.json is written empty if there is none.
	"""
	framework = assets / "monoframe"
	_clear(framework)
	_link_tree(public, framework)
	# The one picture that is mentioned and is there under no name.
	_link(public / "images" / "frappe-framework-logo.svg", framework / "images" / "monoframe-logo.svg")
	# Apps and the fork's own older addresses say /assets/frappe.
	_link(Path("monoframe"), assets / "frappe")

	bundles: dict[str, str] = {}
	for target in targets:
		_link(target.built(cache), framework / target.folder)
		bundles.update(target.manifest(cache))
	if cache:
		for folder, address in AT_RUN_TIME.items():
			if (cache / "node_modules" / folder).is_dir():
				_link_tree(cache / "node_modules" / folder, framework / "node_modules" / address)

	manifest = assets / "assets.json"
	if bundles or not manifest.exists():
		# Replaced in one step: a server may be reading it.
		unfinished = manifest.with_suffix(".unfinished")
		unfinished.write_text(json.dumps(bundles, indent="\t") + "\n")
		unfinished.replace(manifest)
	return bundles


def _link_tree(source: Path, target: Path) -> None:
	"""Link what is in `source` into `target`; a file named `frappe…` also gets its name with `monoframe…`.

	The fork renamed the mentions of files like frappe-favicon.svg and frappe-gantt.min.js, not the files.
	"""
	target.mkdir(parents=True, exist_ok=True)
	for entry in source.iterdir():
		if entry.is_dir() and any(file.is_file() for file in entry.rglob("frappe*")):
			_link_tree(entry, target / entry.name)
			continue
		_link(entry, target / entry.name)
		if entry.name.startswith("frappe"):
			_link(entry, target / entry.name.replace("frappe", "monoframe", 1))


def _link(source: Path, target: Path) -> None:
	if target.is_symlink():
		target.unlink()
	elif target.is_dir():
		shutil.rmtree(target)
	target.symlink_to(source)


def _clear(folder: Path) -> None:
	if folder.is_symlink():
		folder.unlink()
	else:
		shutil.rmtree(folder, ignore_errors=True)
