"""Sites with the throw-away app, for the tests of the sandbox; nothing of them applies to the real framework."""

import importlib.util
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

if importlib.util.find_spec("monoframe") is None:
	collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def sample_app(tmp_path_factory):
	import sample

	return {sample.APP: sample.write(tmp_path_factory.mktemp("sample"))}


@pytest.fixture(scope="session")
def make_site(sample_app):
	"""`make_site(name, db)`: a copy of the template with the throw-away app."""
	import os

	import sandbox

	made = []

	def make(name: str, db: str = "sqlite", apps=None):
		made.append(sandbox.site.fresh(f"run-{os.getpid()}-{name}", sample_app if apps is None else apps, db))
		return made[-1]

	yield make
	for site in made:
		site.drop()
