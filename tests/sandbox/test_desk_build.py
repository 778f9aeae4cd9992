"""The Desk's bundles come out of the fork's sources, once, and a machine without Node can do without them."""

import importlib.util
import json
import os
import re
import shutil
from pathlib import Path

import pytest

from sandbox.desk import build
from sandbox.desk.build import CACHE
from sandbox.desk.node import what_is_missing

# What the pages of the fork include or fetch, and what it brings for apps.
EXPECTED = {
	"billing.bundle.js",
	"bootstrap-4-web.bundle.js",
	"build_events.bundle.js",
	"calendar.bundle.js",
	"controls.bundle.js",
	"data_import_tools.bundle.js",
	"desk.bundle.css",
	"desk.bundle.js",
	"dialog.bundle.js",
	"email.bundle.css",
	"file_uploader.bundle.js",
	"form.bundle.js",
	"form_builder.bundle.js",
	"frappe-web.bundle.js",
	"kanban_board.bundle.js",
	"libs.bundle.js",
	"list.bundle.js",
	"login.bundle.css",
	"logtypes.bundle.js",
	"monoframe-web.bundle.js",
	"onboarding_tours.bundle.js",
	"photoswipe.bundle.js",
	"print.bundle.css",
	"print_format.bundle.css",
	"print_format_builder.bundle.js",
	"report.bundle.css",
	"report.bundle.js",
	"syntax_highlighting.bundle.js",
	"telemetry.bundle.js",
	"video_player.bundle.js",
	"web_form.bundle.css",
	"web_form.bundle.js",
	"website.bundle.css",
	"workflow_builder.bundle.js",
}


@pytest.fixture(scope="module")
def public() -> Path:
	"""The fork's public folder, found without importing the fork."""
	found = importlib.util.find_spec("monoframe")
	if not found:
		pytest.skip("the fork is not installed")
	return Path(found.origin).parent / "public"


@pytest.fixture(scope="module")
def desk(public, tmp_path_factory):
	"""A site's assets with the Desk in them; built if no earlier build fits (half a minute)."""
	if reason := what_is_missing():
		pytest.skip(reason)
	assets = tmp_path_factory.mktemp("desk") / "assets"
	result = build(assets, public, apps={}, log=lambda line: None)
	assert result["built"], result["reason"]
	return assets


@pytest.mark.slow
class TestWithNode:
	def test_manifest_names_every_bundle(self, desk):
		assert set(json.loads((desk / "assets.json").read_text())) == EXPECTED

	def test_every_bundle_is_served_and_not_empty(self, desk):
		for name, url in json.loads((desk / "assets.json").read_text()).items():
			assert served(desk, url).stat().st_size > 500, name

	def test_no_import_is_left_to_the_browser(self, desk):
		for script in bundles(desk, "js"):
			text = script.read_text()
			# esbuild leaves a function of its own where it could not resolve a require(), or was told not to
			for function in re.findall(r"([\w$]+)=\(\w+=>typeof require", text):
				assert not re.search(rf"\b{re.escape(function)}\([\"']", text), script.name
			assert not re.search(r"^import[\s{\"']", text, re.MULTILINE), script.name
		for sheet in bundles(desk, "css"):
			assert not re.search(r"@import|@include|@extend", sheet.read_text()), sheet.name

	def test_what_style_sheets_fetch_is_there(self, desk):
		absent = {
			url
			for sheet in bundles(desk, "css")
			for url in re.findall(r"url\([\"']?(/?assets/[^\"')?#]+)", sheet.read_text())
			if not served(desk, url).is_file()
		}
		# mentioned by the framework's own style sheet for pictures, and in no release of it
		assert absent <= {"/assets/monoframe/images/default-skin.svg"}

	def test_frappe_and_monoframe_are_one_object_in_every_bundle(self, desk):
		for script in bundles(desk, "js"):
			assert script.read_text().startswith("window.frappe = window.monoframe = "), script.name

	def test_components_speak_of_the_renamed_framework_only(self, desk):
		uploader = next(script for script in bundles(desk, "js") if script.name.startswith("file_uploader"))
		assert "X-Monoframe-CSRF-Token" in uploader.read_text()
		assert "X-Frappe-CSRF-Token" not in uploader.read_text()

	@pytest.mark.parametrize(
		"url",
		[
			"/assets/monoframe/node_modules/ace-builds/src-min-noconflict/ace.js",
			"/assets/monoframe/node_modules/html5-qrcode/html5-qrcode.min.js",
			"/assets/monoframe/node_modules/monoframe-gantt/dist/monoframe-gantt.css",
			"/assets/monoframe/node_modules/monoframe-gantt/dist/monoframe-gantt.min.js",
			"/assets/monoframe/node_modules/photoswipe/src/photoswipe.css",
			"/assets/monoframe/icons/timeless/icons.svg",
			"/assets/monoframe/images/monoframe-favicon.svg",
			"/assets/frappe/images/ui-states/list-empty-state.svg",
		],
	)
	def test_what_pages_fetch_at_run_time_is_there(self, desk, url):
		assert served(desk, url).is_file()

	def test_second_site_gets_the_same_bundles_without_a_build(self, desk, public, tmp_path, monkeypatch):
		monkeypatch.setenv("PATH", "")
		said = []
		assert build(tmp_path / "assets", public, apps={}, log=said.append)["built"]
		assert (tmp_path / "assets" / "assets.json").read_bytes() == (desk / "assets.json").read_bytes()
		assert not [line for line in said if "building" in line or "installing" in line]

	def test_bundles_of_an_app_may_use_the_framework(self, desk, public, tmp_path):
		app = tmp_path / "app" / "public"
		(app / "js").mkdir(parents=True)
		(app / "js" / "school.bundle.js").write_text(
			'import "./hint.html";\nimport "frappe/public/js/frappe/utils/number_systems.js";\nfrappe.provide("school");\n'
		)
		(app / "js" / "hint.html").write_text("<p>{{ school }}</p>")
		(app / "school.bundle.scss").write_text(
			'@import "frappe/public/scss/espresso/colors";\n.school { top: 0; }\n'
		)

		# the packages that are there, a cache of its own for the rest
		cache = tmp_path / "cache"
		cache.mkdir()
		(cache / "node_modules").symlink_to(CACHE / "node_modules")
		for done in CACHE.glob("dist-*"):
			(cache / done.name).symlink_to(done)

		assets = tmp_path / "assets"
		result = build(assets, public, apps={"school_app": app}, cache=cache, log=lambda line: None)
		manifest = result["bundles"]
		assert set(manifest) == EXPECTED | {"school.bundle.js", "school.bundle.css"}
		script = served(assets, manifest["school.bundle.js"]).read_text()
		assert "templates||={}).hint=" in script.replace(" ", "")
		assert ".school{top:0}" in served(assets, manifest["school.bundle.css"]).read_text()


class TestWithoutNode:
	@pytest.mark.parametrize(("there", "missing"), [([], "Node"), (["node"], "npm")])
	def test_it_says_what_to_install_and_goes_on(self, there, missing, public, tmp_path, monkeypatch):
		programs = tmp_path / "bin"
		programs.mkdir()
		for name in there:
			(programs / name).symlink_to(shutil.which("true"))
		monkeypatch.setenv("PATH", str(programs))
		said = []

		result = build(tmp_path / "assets", public, apps={}, cache=tmp_path / "cache", log=said.append)

		assert not result["built"]
		assert said == [result["reason"]]
		assert f"{missing} is missing" in result["reason"]
		assert "install Node 18 or later" in result["reason"]

	def test_pictures_are_served_and_pages_find_a_manifest(self, public, tmp_path, monkeypatch):
		monkeypatch.setenv("PATH", "")
		build(tmp_path / "assets", public, apps={}, cache=tmp_path / "cache", log=lambda line: None)
		assert json.loads((tmp_path / "assets" / "assets.json").read_text()) == {}
		assert served(tmp_path / "assets", "/assets/frappe/images/monoframe-favicon.svg").is_file()

	def test_a_failing_npm_is_no_error(self, public, tmp_path, monkeypatch):
		for name, does in (("node", "echo v20.0.0"), ("npm", "echo no network; exit 1")):
			program = tmp_path / name
			program.write_text(f"#!/bin/sh\n{does}\n")
			program.chmod(0o755)
		monkeypatch.setenv("PATH", str(tmp_path))
		said = []
		result = build(tmp_path / "assets", public, apps={}, cache=tmp_path / "cache", log=said.append)
		assert "`npm` failed" in result["reason"]
		assert "no network\n" in said

	def test_too_old_a_node_is_named(self, public, tmp_path, monkeypatch):
		for name in ("node", "npm"):
			program = tmp_path / name
			program.write_text("#!/bin/sh\necho v16.20.2\n")
			program.chmod(0o755)
		monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path), "/bin", "/usr/bin"]))
		result = build(tmp_path / "assets", public, apps={}, cache=tmp_path / "cache", log=lambda line: None)
		assert "v16.20.2 is too old" in result["reason"]


def served(assets: Path, url: str) -> Path:
	"""The file behind an address below /assets."""
	return assets / url.lstrip("/").removeprefix("assets/")


def bundles(assets: Path, kind: str) -> list[Path]:
	return sorted((assets / "monoframe" / "dist" / kind).glob(f"*.{kind}"))
