"""`import frappe` means the fork.

The fork renamed the package, moved a few modules and renamed a few classes. A finder at the head of
`sys.meta_path` answers for `frappe` and everything below it with the fork's own module objects, so that
`frappe.model.document` and `monoframe.model.document` are one module, with one set of classes.
"""

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys

from sandbox.repairs import ALIAS, FORK, repair

# module in the framework -> module in the fork; the longest name that fits is taken
MOVED = {
	"frappe.frappeclient": "monoframe.monoframeclient",
	"frappe.modules": "monoframe.model.module_utils",
	"frappe.modules.export_file": "monoframe.model.export",
	"frappe.modules.import_file": "monoframe.model.import_doc",
	"frappe.modules.patch_handler": "monoframe.patches",
	"frappe.modules.utils": "monoframe.model.module_utils",
}

# module in the fork -> {name in the framework: name in the fork, with its module if that is another one}
RENAMED = {
	"monoframe.exceptions": {"FrappeTypeError": "MonoframeTypeError"},
	"monoframe.monoframeclient": {"FrappeClient": "MonoframeClient", "FrappeException": "MonoframeException"},
	"monoframe.tests": {"FrappeTestCase": "MonoframeTestCase"},
	"monoframe.tests.utils": {"FrappeTestCase": "monoframe.tests.MonoframeTestCase"},
}


def fork_name(name: str) -> str:
	"""`frappe.a.b` -> the name under which the fork has that module."""
	for old in sorted(MOVED, key=len, reverse=True):
		if name == old or name.startswith(old + "."):
			return MOVED[old] + name[len(old) :]
	return FORK + name[len(ALIAS) :]


class _Loader(importlib.abc.Loader):
	def create_module(self, spec):
		module = importlib.import_module(fork_name(spec.name))
		self.spec, self.loader = module.__spec__, module.__loader__
		return module

	def exec_module(self, module):
		# the import system has just written the alias into these; a module keeps the identity it has in the fork
		module.__spec__, module.__loader__ = self.spec, self.loader
		for new, old in RENAMED.get(module.__name__, {}).items():
			home, _, name = old.rpartition(".")
			setattr(module, new, getattr(importlib.import_module(home) if home else module, name))


class Finder(importlib.abc.MetaPathFinder):
	def find_spec(self, fullname, path=None, target=None):
		if fullname.partition(".")[0] != ALIAS:
			return None
		name = fork_name(fullname)
		found = sys.modules.get(name)
		spec = found.__spec__ if found else _find(name)
		if found is None and spec is None:
			return None
		is_package = hasattr(found, "__path__") if found else spec.submodule_search_locations is not None
		# `frappe.modules` is a package, the module that stands in for it is not
		is_package = is_package or any(old.startswith(fullname + ".") for old in MOVED)
		return importlib.machinery.ModuleSpec(fullname, _Loader(), is_package=is_package)


def _find(name):
	try:
		return importlib.util.find_spec(name)
	except (ImportError, ValueError):
		return None


@repair()
def alias():
	"""Without it `import frappe` finds nothing (or the empty placeholder of that name)."""
	sys.meta_path.insert(0, Finder())
