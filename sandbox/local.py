"""What belongs to the site and the request.

- `frappe.local.site` is never set: Jinja methods of apps are then left out (`utils/jinja.py`), and what
  `site_cache` should keep is worked out again on every call (`utils/caching.py`).
- `frappe.init(site, sites_path)` takes no site any more.
- `is_setup_complete` asks for a table of the Single "System Settings", so it is always false and the Desk runs
  into the setup wizard.
- `site_config.json` is written (the key that passwords are encrypted with) and never read.
- Log files go to `../logs`, beside the site's folder instead of into it.
"""

import json
import logging.handlers

from sandbox.process import state
from sandbox.repairs import repair, replace


@repair()
def site_name():
	import monoframe

	init = monoframe.init

	def init_site(site=None, sites_path=".", new_site=False, force=False):
		if getattr(monoframe.local, "initialised", None) and not force:
			return
		init(force=force)
		monoframe.local.site = state.name
		monoframe.local.sites_path = str(state.path.parent)
		monoframe.local.site_path = str(state.path)

	replace(monoframe, "init", init_site)
	replace(monoframe, "get_site_name", lambda: state.name)


@repair()
def setup_complete():
	import monoframe

	def is_setup_complete():
		return bool(monoframe.db.get_single_value("System Settings", "setup_complete"))

	replace(monoframe, "is_setup_complete", is_setup_complete)


@repair()
def log_files():
	from monoframe.utils import logger

	def create_handler(module, site=None, max_size=100_000, file_count=20, stream_only=False):
		path = state.path / "logs" / f"{module}.log"
		handler = logging.handlers.RotatingFileHandler(path, maxBytes=max_size, backupCount=file_count)
		handler.setFormatter(logging.Formatter(f"%(asctime)s %(levelname)s {module} %(message)s"))
		return [handler]

	replace(logger, "create_handler", create_handler)


@repair()
def site_config():
	from monoframe import config

	load = config._load_config

	def load_config():
		path = state.path / "site_config.json"
		if not path.exists():
			path.write_text("{}")
		config = load()
		config.update(json.loads(path.read_text()))
		return config

	replace(config, "_load_config", load_config)
