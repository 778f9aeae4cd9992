"""Install, migrate and uninstall an app.

The fork's installer refuses any app but itself, notes nothing in the list of installed apps, and reads hooks and
Module Defs before their tables exist. Its uninstaller and its migration know of no app either. What stands here
does for an app, in the same order, what the framework's own installer, migration and uninstaller do.
"""

import json
import os

from sandbox import apps
from sandbox.repairs import FORK, repair, replace


@repair()
def installed_apps():
	"""The list of installed apps is kept, and an app can be taken from it (fork: both do nothing)."""
	import monoframe
	from monoframe import installer

	def change(app_name, wanted):
		listed = json.loads(monoframe.db.get_global("installed_apps") or "[]")
		if wanted is not (app_name in listed):
			listed = [*listed, app_name] if wanted else [app for app in listed if app != app_name]
			monoframe.db.set_global("installed_apps", json.dumps(listed))
		apps.forget()

	def add_to_installed_apps(app_name, rebuild_website=True):
		change(app_name, True)
		if monoframe.flags.in_install:
			installer.post_install(rebuild_website)

	def remove_from_installed_apps(app_name):
		change(app_name, False)

	replace(installer, "add_to_installed_apps", add_to_installed_apps)
	replace(installer, "remove_from_installed_apps", remove_from_installed_apps)


@repair()
def sync_every_app():
	"""A migration brings the DocTypes of every app up to date (fork: its own only)."""
	import monoframe
	from monoframe.model import sync

	def sync_all(force=0, reset_permissions=False):
		sync._patch_mode(True)
		for app in monoframe.get_installed_apps():
			sync.sync_for(app, force, reset_permissions=reset_permissions)
		sync._patch_mode(False)
		monoframe.clear_cache()

	replace(sync, "sync_all", sync_all)


@repair()
def install_and_remove():
	"""`frappe.installer.install_app` and `remove_app` work for an app."""
	from monoframe import installer

	replace(installer, "install_app", install_app)
	replace(installer, "remove_app", remove_app)


def _run(hooks, *arguments):
	import monoframe

	return [monoframe.get_attr(hook)(*arguments) for hook in hooks]


def install_app(name, verbose=False, set_as_patched=True, force=False):
	"""Install the fork itself or an app of the site."""
	import monoframe
	from monoframe import installer
	from monoframe.core.doctype.scheduled_job_type.scheduled_job_type import sync_jobs
	from monoframe.model.module_utils import sync_customizations
	from monoframe.model.sync import sync_for
	from monoframe.utils.dashboard import sync_dashboards
	from monoframe.utils.fixtures import sync_fixtures

	if name in monoframe.get_installed_apps() and not force:
		return
	hooks = monoframe.get_hooks(app_name=name)
	for required in hooks.get("required_apps", []):
		if apps.fork_app(required) not in monoframe.get_installed_apps():
			install_app(required, verbose=verbose)
	monoframe.flags.in_install = name
	monoframe.flags.ignore_in_install = False
	if False in _run(hooks.get("before_install", [])):
		return
	_run(monoframe.get_hooks("before_app_install"), name)
	if name != FORK:  # the fork's own are made as its DocTypes are
		installer.add_module_defs(name, ignore_if_duplicate=force)
	sync_for(name, force=force, reset_permissions=True)
	installer.add_to_installed_apps(name)
	monoframe.get_doc("Portal Settings", "Portal Settings").sync_menu()
	if set_as_patched:
		installer.set_all_patches_as_completed(name)
	_run(hooks.get("after_install", []))
	_run(monoframe.get_hooks("after_app_install"), name)
	sync_jobs()
	sync_fixtures(name)
	sync_customizations(name)
	sync_dashboards(name)
	compile_translations(name)
	_run(hooks.get("after_sync", []))
	monoframe.db.commit()
	apps.forget()
	monoframe.flags.in_install = False


def remove_app(app_name, dry_run=False, yes=False, no_backup=True, force=False):
	"""Take an app off the site: its hooks, the documents of its modules, its DocTypes and their tables."""
	import monoframe
	from monoframe import installer

	if not force and app_name not in monoframe.get_installed_apps():
		return
	monoframe.flags.in_uninstall = True
	hooks = monoframe.get_hooks(app_name=app_name)
	_run(hooks.get("before_uninstall", []))
	_run(monoframe.get_hooks("before_app_uninstall"), app_name)
	modules = monoframe.get_all("Module Def", filters={"app_name": app_name}, pluck="name")
	doctypes = installer._delete_modules(modules, dry_run=dry_run)
	installer._delete_doctypes(doctypes, dry_run=dry_run)
	if not dry_run:
		installer.remove_from_installed_apps(app_name)
		monoframe.db.commit()
	_run(hooks.get("after_uninstall", []))
	_run(monoframe.get_hooks("after_app_uninstall"), app_name)
	monoframe.db.commit()
	apps.forget()
	monoframe.flags.in_uninstall = False


def migrate():
	"""What `bench migrate` does on one site, without looking for the services of a bench."""
	import monoframe
	from monoframe.migrate import SiteMigration

	migration = SiteMigration(skip_search_index=True)
	migration.db_monitor = _NoMonitor()
	migration.setUp()
	try:
		migration.pre_schema_updates()
		migration.run_schema_updates()
		migration.post_schema_updates()
		for app in monoframe.get_installed_apps():
			compile_translations(app)
	finally:
		migration.tearDown()
		apps.forget()


class _NoMonitor:
	def stop(self):
		pass


def compile_translations(app):
	"""`locale/*.po` of an app, as `bench build` compiles them."""
	from monoframe.gettext import translate

	for language in translate.get_locales(app):
		translate._compile_translation(app, language)


def create(admin_password: str = "admin", **settings):
	"""Fill the empty database of the active site: tables, the fork's own records, the setup wizard's part."""
	import monoframe
	from monoframe import installer

	from sandbox import mariadb
	from sandbox.process import state

	monoframe.init(force=True)
	monoframe.conf.admin_password = admin_password
	monoframe.flags.in_install_db = True
	installer.make_site_dirs()
	if state.db == "mariadb":
		path = os.path.join(os.path.dirname(monoframe.__file__), "database/mariadb/framework_mariadb.sql")
		mariadb.execute_file(path)
		monoframe.connect()
	else:
		from monoframe.database import bootstrap_database

		bootstrap_database(verbose=False)
	monoframe.conf.admin_password = admin_password
	monoframe.db.create_auth_table()
	monoframe.db.create_global_search_table()
	monoframe.db.create_user_settings_table()
	monoframe.flags.in_install_db = False
	install_app(FORK)
	# without a language and a time zone the System Settings cannot be saved
	for key, value in {
		"language": "en",
		"time_zone": "Asia/Shanghai",
		"setup_complete": 1,
		**settings,
	}.items():
		monoframe.db.set_single_value("System Settings", key, value)
	monoframe.db.set_default("desktop:home_page", "workspace")
	monoframe.db.commit()
