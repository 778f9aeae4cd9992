"""Where things are: the links of the layout that the client has fixed, and that nothing is taken twice because of them."""

import importlib
import pkgutil
from pathlib import Path

import pytest

import gongtongti

APP = Path(gongtongti.__file__).resolve().parent
LINKED = ("doctype", "report")


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
