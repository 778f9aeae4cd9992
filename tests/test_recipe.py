"""The recipe "add a document under approval", followed by another app: tests/recipe_app, on a site beside this one."""

import json
import os
import shutil
import subprocess
import sys

import engines
import pytest
from recipe_app.policy import POLICY

from tools import declarations


def test_an_app_beside_this_one_adds_a_document_under_approval(engine):
	if engine.real:
		pytest.skip("on a bench these tests are run where recipe_app is installed, with the others")
	env = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
	command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--db", engine.db]
	done = subprocess.run(
		[*command, "--beside", "recipe_app", str(engines.TESTS / "recipe_app")],
		cwd=engines.REPO,
		env=env,
		capture_output=True,
		text=True,
		timeout=600,
	)
	assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
	assert " passed" in done.stdout and "skipped" not in done.stdout, done.stdout[-2000:]


def test_what_repeats_the_declaration_of_another_app_is_written_from_it(tmp_path):
	source = engines.TESTS / "recipe_app"
	app = shutil.copytree(source, tmp_path / "recipe_app", ignore=shutil.ignore_patterns("__pycache__"))
	assert declarations.write_policy(app, POLICY) == []
	file = app / "recipe_app" / "doctype" / "recipe_visit" / "recipe_visit.json"
	content = json.loads(file.read_text("utf-8"))
	file.write_text(json.dumps({**content, "permissions": []}), "utf-8")
	shutil.rmtree(app / "fixtures")
	written = [path.relative_to(app) for path in declarations.write_policy(app, POLICY)]
	assert sorted(path.name for path in written) == [
		"recipe_visit.json",
		"workflow.json",
		"workflow_state.json",
	]
	for path in written:
		assert undated(app / path) == undated(source / path)


def undated(path):
	content = json.loads(path.read_text("utf-8"))
	return [{**doc, "modified": None} for doc in (content if isinstance(content, list) else [content])]
