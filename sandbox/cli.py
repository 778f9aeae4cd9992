"""`python -m sandbox`: make a site, load the demonstration, serve, open a console, build the Desk."""

import argparse
import contextlib
import os
import sys
from pathlib import Path

from sandbox import process, site

REPO = Path(__file__).resolve().parents[1]
APP = "gongtongti"
DEMONSTRATION = "gongtongti.demo.walk.run"


def apps(arguments) -> dict:
	"""The app of this repository, or the ones named with --app (name or name=folder)."""
	named = dict(
		(text.partition("=")[0], text.partition("=")[2] or str(REPO)) for text in arguments.app or []
	)
	if not named and (REPO / APP / "hooks.py").exists():
		named = {APP: str(REPO)}
	return named


def wanted(arguments) -> site.Site:
	"""The site of that name, made if it is not there."""
	return site.existing(arguments.site) or site.fresh(arguments.site, apps(arguments), arguments.db)


def activate(arguments) -> site.Site:
	place = wanted(arguments)
	process.activate(place.path)
	process.connect()
	return place


def create(arguments):
	"""Make the site anew."""
	place = site.fresh(arguments.site, apps(arguments), arguments.db)
	print(f"site {arguments.site} on {arguments.db}: {place.path}")


def demo(arguments):
	"""Make the site anew, run the demonstration, build the Desk if Node is there, serve (not with SERVE=0)."""
	import importlib

	site.fresh(arguments.site, apps(arguments), arguments.db)
	activate(arguments)
	import frappe

	module, _, function = arguments.run.rpartition(".")
	getattr(importlib.import_module(module), function)()
	frappe.db.commit()
	if os.environ.get("SERVE") == "0":
		return
	_build_desk()
	_serve(arguments)


def serve(arguments):
	"""Serve the site with its background jobs."""
	activate(arguments)
	_serve(arguments)


def _serve(arguments):
	from sandbox import serve as server

	server.run(arguments.host, arguments.port)


def console(arguments):
	"""A Python console on the site."""
	activate(arguments)
	import frappe

	names = {"frappe": frappe, "site": process.state.name}
	with contextlib.suppress(ImportError):
		from IPython import start_ipython

		start_ipython(argv=[], user_ns=names)
		return
	import code

	code.interact(local=names)


def run(arguments):
	"""A script, or a function by its dotted path, on the site; what it did is committed."""
	import importlib
	import runpy

	script = os.path.abspath(arguments.target)  # before the working directory becomes the site's
	if arguments.fresh:
		site.fresh(arguments.site, apps(arguments), arguments.db)
	activate(arguments)
	import frappe

	if os.path.exists(script):
		sys.argv = [arguments.target, *arguments.arguments]
		sys.path.insert(0, os.path.dirname(script))
		runpy.run_path(script, run_name="__main__")
	else:
		module, _, function = arguments.target.rpartition(".")
		result = getattr(importlib.import_module(module), function)(*arguments.arguments)
		if result is not None:
			print(result)
	frappe.db.commit()


def migrate(arguments):
	"""Bring the site up to date with the code."""
	activate(arguments)
	from sandbox import installer

	installer.migrate()


def uninstall(arguments):
	"""Take an app off the site."""
	activate(arguments)
	from sandbox import installer

	installer.remove_app(arguments.name)


def drop(arguments):
	"""Remove the site with its database."""
	if place := site.existing(arguments.site):
		place.drop()


def build_desk(arguments):
	"""Build the Desk's bundles (npm and esbuild), if they are not built yet, and give them to the site."""
	activate(arguments)
	_build_desk()


def _build_desk():
	import subprocess

	import frappe

	from sandbox import desk

	try:
		desk.build(process.state.path / "assets", frappe.get_app_path("frappe", "public"))
	except (OSError, subprocess.CalledProcessError) as error:
		print(f"The Desk was not built ({error}); everything else works without it.", file=sys.stderr)
	frappe.client_cache.delete_value("assets_json", shared=True)


def at(arguments):
	"""Internal: a step of building a template, at a folder."""
	from sandbox import installer

	process.activate(arguments.path)
	if arguments.step == "create":
		installer.create()
	else:
		process.connect()
		installer.install_app(arguments.name)
	import frappe

	frappe.db.commit()
	frappe.destroy()


def main(argv=None):
	parser = argparse.ArgumentParser("python -m sandbox", description=__doc__)
	parser.add_argument("--site", default="demo", help="name of the site (demo)")
	parser.add_argument(
		"--db", choices=("sqlite", "mariadb"), default=os.environ.get("SANDBOX_DB") or "sqlite"
	)
	parser.add_argument("--app", action="append", metavar="NAME[=FOLDER]", help="app to install")
	commands = parser.add_subparsers(required=True)

	def command(function, name=None):
		sub = commands.add_parser(name or function.__name__, help=function.__doc__)
		sub.set_defaults(function=function)
		return sub

	command(create)
	for function in (demo, serve):
		sub = command(function)
		sub.add_argument("--host", default="127.0.0.1")
		sub.add_argument("--port", type=int, default=8000)
		if function is demo:
			sub.add_argument("--run", default=DEMONSTRATION, help="function by its dotted path")
	command(console)
	sub = command(run)
	sub.add_argument("--fresh", action="store_true", help="make the site anew first")
	sub.add_argument("target")
	sub.add_argument("arguments", nargs="*")
	command(migrate)
	command(uninstall).add_argument("name")
	command(drop)
	command(build_desk, "build-desk")
	sub = command(at)
	sub.add_argument("path")
	sub.add_argument("step", choices=("create", "install"))
	sub.add_argument("name", nargs="?")
	arguments = parser.parse_args(argv)
	sys.stdout.reconfigure(line_buffering=True)  # in a pipe, too, a server says at once where it is
	arguments.function(arguments)
