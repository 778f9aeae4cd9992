"""More than one app on a site.

The fork knows one app, itself: the lists of apps, the path of an app, the hooks and the map of modules all
answer "monoframe". Here they answer for every app of the site again, as the framework does. Which apps are
installed is read from the site's global default `installed_apps`, where the framework keeps it as well.
"""

import inspect
import json
import types

from sandbox.process import state
from sandbox.repairs import ALIAS, FORK, repair, replace


def fork_app(app: str) -> str:
	return FORK if app == ALIAS else app


@repair()
def app_lists():
	"""`get_all_apps` and `get_installed_apps` (fork: always ["monoframe"])."""
	import monoframe

	def get_all_apps(with_internal_apps=True, sites_path=None):
		return [FORK, *state.apps]

	def get_installed_apps(*, _ensure_on_bench=False):
		if getattr(monoframe.flags, "in_install_db", True) or not monoframe.db:
			return []
		cache = monoframe.local.request_cache["sandbox"]
		if not cache.get("installed_apps"):
			cache["installed_apps"] = json.loads(monoframe.db.get_global("installed_apps") or "[]")
		return list(cache["installed_apps"])

	replace(monoframe, "get_all_apps", get_all_apps)
	replace(monoframe, "get_installed_apps", get_installed_apps)


@repair()
def app_paths():
	"""`get_app_path`, `get_app_source_path`, `get_module_list` (fork: the app's name is ignored)."""
	import monoframe

	def get_app_path(app_name, *joins):
		return monoframe.get_pymodule_path(fork_app(app_name), *joins)

	def get_app_source_path(app_name, *joins):
		return monoframe.get_pymodule_path(fork_app(app_name), "..", *joins)

	def get_module_list(app_name=FORK):
		return monoframe.get_file_items(monoframe.get_app_path(app_name, "modules.txt"))

	for function in (get_app_path, get_app_source_path, get_module_list):
		replace(monoframe, function.__name__, function)


@repair()
def app_hooks():
	"""`get_hooks` of every installed app, with `app_name` (fork: its own hooks only, and no such argument)."""
	import monoframe

	def load(app_name=None):
		hooks = {}
		for app in [fork_app(app_name)] if app_name else monoframe.get_installed_apps():
			for key, value in inspect.getmembers(monoframe.get_module(f"{app}.hooks")):
				if not key.startswith("_") and not isinstance(
					value, types.ModuleType | types.FunctionType | type
				):
					monoframe.append_hook(hooks, key, value)
		return hooks

	def get_hooks(hook=None, default="_KEEP_DEFAULT_LIST", app_name=None):
		if app_name:
			hooks = load(app_name)
		else:
			hooks = monoframe.client_cache.get_value("app_hooks")
			if hooks is None:
				hooks = load()
				if not getattr(monoframe.flags, "in_install_db", True):
					monoframe.client_cache.set_value("app_hooks", hooks)
		if hook:
			return hooks.get(hook, [] if default == "_KEEP_DEFAULT_LIST" else default)
		return monoframe._dict(hooks)

	replace(monoframe, "_load_app_hooks", load)
	replace(monoframe, "get_hooks", get_hooks)


@repair()
def module_map():
	"""Which module belongs to which app (fork: all to itself)."""
	import monoframe

	def setup_module_map(include_all_apps=True):
		monoframe.local.app_modules, monoframe.local.module_app = {}, {}
		for app in monoframe.get_all_apps():
			modules = [monoframe.scrub(module) for module in monoframe.get_module_list(app)]
			monoframe.local.app_modules[app] = modules
			for module in modules:
				monoframe.local.module_app.setdefault(module, app)

	replace(monoframe, "setup_module_map", setup_module_map)


@repair()
def app_patches():
	"""The patches of every app (fork: its own only)."""
	import monoframe
	from monoframe import patches

	def get_all_patches(patch_type=None):
		if patch_type and not isinstance(patch_type, patches.PatchType):
			monoframe.throw(f"Unsupported patch type specified: {patch_type}")
		return [
			patch
			for app in monoframe.get_installed_apps()
			for patch in patches.get_patches_from_app(app, patch_type=patch_type)
		]

	replace(patches, "get_all_patches", get_all_patches)


def forget():
	"""After an app came or went: nothing cached may say otherwise."""
	import monoframe

	monoframe.local.request_cache.clear()
	monoframe.local.doc_events_hooks = None
	monoframe.clear_cache()
	monoframe.client_cache.delete_value("app_hooks")
