"""A server for one process: pages, files, Desk, and the background jobs.

Threads, because Redis and SQLite live in this process. `/assets` and `/files` are served from the site's folder;
`/assets/<app>` leads to the app's `public/`, as `bench build` links it. The Desk's bundles are made by
`sandbox/desk`; without them pages come without styles and scripts, and everything else works.
"""

import os

from sandbox.process import state


def link_apps():
	import monoframe

	for app in state.apps:
		public, link = monoframe.get_app_path(app, "public"), state.path / "assets" / app
		if os.path.isdir(public) and not os.path.lexists(link):
			os.symlink(public, link)


def application():
	"""The WSGI application with static files."""
	import monoframe.app
	from werkzeug.middleware.shared_data import SharedDataMiddleware

	link_apps()
	folders = {"/assets": str(state.path / "assets"), "/files": str(state.path / "public" / "files")}
	return SharedDataMiddleware(monoframe.app.application, folders)


def run(host: str = "127.0.0.1", port: int = 8000):
	import monoframe
	from werkzeug.serving import run_simple

	from sandbox import jobs

	served = application()
	monoframe.destroy()  # this thread's own connection
	jobs.start()
	print(
		f"Serving on http://{host}:{port} (user Administrator, password admin). Ctrl+C ends it.", flush=True
	)
	run_simple(host, port, served, threaded=True)
