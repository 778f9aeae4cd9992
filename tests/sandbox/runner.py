"""Runs the functions of a module on a site, in a process of its own, each in a transaction that is undone.

The alias and the repairs hold for a whole process, so the tests of the sandbox start others:
`outcomes(module, names, site, without)` gives for each name None or the traceback.
"""

import contextlib
import json
import os
import subprocess
import sys
import traceback
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPO = HERE.parents[1]
MARK = "--- outcomes: "


def outcomes(module: str, names: list[str], site, without: str = "") -> dict[str, str | None]:
	environment = {**os.environ, "SANDBOX_WITHOUT": without, "PYTHONPATH": f"{REPO}{os.pathsep}{HERE}"}
	done = subprocess.run(
		[sys.executable, str(HERE / "runner.py"), module, str(site.path), *names],
		capture_output=True,
		text=True,
		env=environment,
		cwd=HERE,
	)
	for line in done.stdout.splitlines():
		if line.startswith(MARK):
			return json.loads(line[len(MARK) :])
	return dict.fromkeys(names, done.stderr[-3000:] or "the process ended without a word")


def main(module: str, path: str, *names: str):
	import sandbox

	sandbox.activate(path)
	sandbox.connect()
	import frappe

	functions = vars(__import__(module))
	found = {}
	for name in names:
		frappe.set_user("Administrator")
		try:
			functions[name]()
			found[name] = None
		except BaseException:
			found[name] = traceback.format_exc()[-3000:]
		if not frappe.db:  # a server's thread or a job has closed it
			sandbox.connect()
		frappe.set_user("Administrator")
		frappe.db.rollback()
		with contextlib.suppress(Exception):  # its tables may be gone, which the next one will say
			functions["clean"]()
		frappe.local.message_log = []
		frappe.clear_cache()
	print(f"\n{MARK}{json.dumps(found)}")


if __name__ == "__main__":
	main(*sys.argv[1:])
