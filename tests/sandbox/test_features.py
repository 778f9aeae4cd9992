"""Features of the framework that the app uses, tried on the sandbox (SQLite)."""

import ast
from pathlib import Path

import pytest
import runner

HELPERS = {"clean", "raises", "thing", "user", "member", "manager", "manager_as_admin", "web_client"}
SOURCE = (Path(__file__).parent / "features.py").read_text()
FEATURES = [
	node.name
	for node in ast.parse(SOURCE).body
	if isinstance(node, ast.FunctionDef) and node.name not in HELPERS
]


@pytest.fixture(scope="module")
def found(make_site):
	return runner.outcomes("features", FEATURES, make_site("features"))


@pytest.mark.parametrize("feature", FEATURES)
def test_feature(found, feature):
	assert found[feature] is None, found[feature]
