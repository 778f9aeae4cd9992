"""A working site from PyPI alone: for the demonstration and for the tests, on a machine without a bench.

The framework itself is in no package registry. What PyPI has is `monoframe`, a fork of about version 16 with the
package renamed and the bench removed. This package makes `import frappe` mean that fork, puts right what is
broken in it (each file says what and why), and makes, copies, serves and drops sites on SQLite or MariaDB.

Nothing in the app knows of it. Nothing here knows of the app, except the command line's defaults.

	import sandbox

	site = sandbox.site.fresh("run", apps={"gongtongti": repo})  # a copy of a template that is built once
	sandbox.activate(site.path)  # from here on `import frappe` works in this process, for this site
	sandbox.connect("Administrator")
"""

from sandbox import site
from sandbox.process import activate, connect, state

__all__ = ["activate", "connect", "site", "state"]
