"""The recipe "add a document under approval", followed by another app: tests/recipe_app, on a site beside this one."""

import os
import subprocess
import sys

import engines
import pytest


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
