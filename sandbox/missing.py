"""Modules that the fork imports but that are not there.

- `tests.utils.generators` is imported by `utils/install.py` and is not shipped.
- `utils/sentry.py` imports the optional `sentry_sdk`, and every `frappe.log_error` imports it.
- `google_calendar.py` and its neighbours import the optional extra `google` at the top of the file.
- `app.py` imports the MariaDB driver written in C whatever the database is. The other driver, PyMySQL, is pure
  Python, needs no compiler and is used for MariaDB here (`MONOFRAME_USE_MYSQLCLIENT=0`).
"""

import importlib
import importlib.util
import sys
import types

from sandbox.repairs import repair


def _stub(name: str, **attributes) -> types.ModuleType:
	"""A module of that name, with empty packages above it where there are none."""
	parent, _, last = name.rpartition(".")
	module = sys.modules[name] = types.ModuleType(name)
	vars(module).update(__path__=[], **attributes)
	if parent:
		above = sys.modules.get(parent)
		if above is None and not name.startswith("monoframe."):
			above = _stub(parent)
		if above is not None:
			setattr(above, last, module)
	return module


def _nothing(*args, **kwargs):
	return None


@repair("before")
def test_record_generators():
	_stub("monoframe.tests.utils.generators", _clear_test_log=_nothing, make_test_records=_nothing)


@repair("before")
def sentry():
	if importlib.util.find_spec("sentry_sdk") is None:
		names = ("capture_exception", "set_scope", "set_sentry_context")
		_stub("monoframe.utils.sentry", **dict.fromkeys(names, _nothing))


@repair("before")
def google():
	if importlib.util.find_spec("google") is None:
		_stub("google.oauth2.credentials", Credentials=type("Credentials", (), {}))
		_stub("googleapiclient.discovery", build=_nothing)
		_stub("googleapiclient.errors", HttpError=type("HttpError", (Exception,), {}))


@repair("before")
def mariadb_driver():
	if importlib.util.find_spec("MySQLdb") is None:
		_stub("monoframe.database.mariadb.mysqlclient")
