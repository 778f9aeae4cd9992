"""`python -m sandbox.script FILE`: runs a script in which `import frappe` works, without a site."""

import runpy
import sys

from sandbox.alias import alias

if __name__ == "__main__":
	alias()
	sys.argv = sys.argv[1:]
	runpy.run_path(sys.argv[0], run_name="__main__")
