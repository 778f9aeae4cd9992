"""A site of the sandbox where the app lies ready and was never installed: `python tests/sandbox_without_app.py SITE DB`.

Runs test_install's rehearsal there and prints what stood at each stage as the last line.
"""

import json
import sys
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]


def main(name, db):
	from sandbox import process, site

	place = site.Site(site.home() / "sites" / name)
	site.copy(site.template({}, db), place, {"gongtongti": REPO})
	process.activate(place.path)
	process.connect()
	import frappe
	import test_install

	from sandbox import installer

	def install():
		installer.install_app("gongtongti")
		frappe.db.commit()

	def uninstall():
		installer.remove_app("gongtongti")
		frappe.db.commit()

	def migrate():
		frappe.db.commit()
		installer.migrate()

	print("stages: " + json.dumps(test_install.rehearse(uninstall, install, migrate), default=str))


if __name__ == "__main__":
	main(*sys.argv[1:])
