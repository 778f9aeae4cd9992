"""Where things are: the rooms and their arrows as docs/architecture.md draws them, the links of the layout that the client has
fixed, and that nothing is taken twice because of these."""

import ast
import importlib
import pkgutil
import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import gongtongti

APP = Path(gongtongti.__file__).resolve().parent
LINKED = ("doctype", "report")
FEATURES = ("core", "organisation", "exchange", "aid", "activities")


@pytest.mark.parametrize("kind", LINKED)
def test_the_package_folder_links_into_the_module_folder(kind):
	link = APP / kind
	assert link.is_symlink() and not link.readlink().is_absolute()
	assert link.resolve() == APP / "gongtongti" / kind
	assert any(link.glob("*/*.json"))


@pytest.mark.parametrize("kind", LINKED)
def test_nothing_is_imported_by_a_link(kind):
	for name in (f"gongtongti.{kind}", f"gongtongti.{kind}.exchange_placement.exchange_placement"):
		with pytest.raises(ImportError, match="is a link"):
			importlib.import_module(name)


def test_walks_through_the_files_and_the_modules_take_each_once():
	files = [path.resolve() for path in APP.rglob("*.py")]
	assert len(files) == len(set(files)) > 100
	modules = [module.name for module in pkgutil.walk_packages(gongtongti.__path__, "gongtongti.")]
	assert "gongtongti.gongtongti.doctype.exchange_placement.exchange_placement" in modules
	assert not [name for name in modules if name.startswith(tuple(f"gongtongti.{kind}." for kind in LINKED))]


# -- the picture ---------------------------------------------------------------------------------------------------------


def room(name):
	"""The room of the picture that a file or folder of the package is in."""
	name = name.removesuffix(".py")
	return {"gongtongti": "documents"}.get(name) or (name if name in FEATURES else "roof")


def imported():
	"""Pairs (file, name below the package that it imports, as a tuple), wherever in the file."""
	for path in APP.rglob("*.py"):
		for node in ast.walk(ast.parse(path.read_text("utf-8"))):
			names = (
				[alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
			)
			if isinstance(node, ast.ImportFrom):
				names = [f"{node.module}.{name}" for name in names]
			for name in names:
				if name.startswith("gongtongti."):
					yield path, tuple(name.split(".")[1:])


def imports():
	"""Pairs (room, room that it imports), without those to itself."""
	for path, name in imported():
		here, there = room(path.relative_to(APP).parts[0]), room(name[0])
		if here != there:
			yield here, there


def test_the_picture_has_the_arrows_of_the_code_and_none_of_them_leads_upwards():
	text = (APP.parent / "docs" / "architecture.md").read_text("utf-8")
	picture = re.search(r"```mermaid\n(.*?)```", text, re.DOTALL).group(1)
	rooms = re.findall(r"^    (\w+)\[", picture, re.MULTILINE)
	arrows = re.findall(r"^    (\w+) --> (\w+)$", picture, re.MULTILINE)
	assert sorted(set(imports())) == sorted(arrows)
	# the rooms are drawn from above to below
	assert [(one, other) for one, other in arrows if rooms.index(one) >= rooms.index(other)] == []


def test_no_modules_import_each_other_in_a_circle():
	files, needs = {path.relative_to(APP).with_suffix("").parts: path for path in APP.rglob("*.py")}, {}
	for path, name in imported():
		module = name if name in files else name[:-1]
		if module in files and files[module] != path:
			needs.setdefault(path, set()).add(files[module])
	assert len(needs) > 100
	TopologicalSorter(needs).prepare()  # raises CycleError


def test_every_place_that_the_page_names_is_there():
	text = (APP.parent / "docs" / "architecture.md").read_text("utf-8")
	named = set(re.findall(r"`((?:core|gongtongti|public|patches|translations|demo|setup)/[\w./]*)`", text))
	assert len(named) > 15
	assert {
		place for place in named if not (APP / place).exists() and not (APP.parent / place).exists()
	} == set()
