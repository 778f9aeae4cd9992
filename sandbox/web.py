"""What the browser and the server say to each other.

The fork renamed the header of the CSRF token; scripts and clients of the framework send `X-Frappe-CSRF-Token`.
Its pages make an object `window.monoframe`; an app's scripts say `frappe.call(...)`. The Desk's bundles make the
two names one, but scripts in a page run before any bundle.
"""

import io
import shutil
import subprocess
import tempfile
from pathlib import Path

from sandbox.repairs import repair, replace

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
HEADLESS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--no-pdf-header-footer")


@repair()
def csrf_header():
	import monoframe
	from monoframe.auth import HTTPRequest

	validate = HTTPRequest.validate_csrf_token

	def validate_csrf_token(self):
		environ = monoframe.request.environ
		if token := environ.get("HTTP_X_FRAPPE_CSRF_TOKEN"):
			environ["HTTP_X_MONOFRAME_CSRF_TOKEN"] = token
		return validate(self)

	HTTPRequest.validate_csrf_token = validate_csrf_token


@repair()
def window_frappe():
	from monoframe.website import serve

	get_response = serve.get_response

	def get_response_with_alias(*args, **kwargs):
		response = get_response(*args, **kwargs)
		if response.mimetype == "text/html" and not response.direct_passthrough:
			page = response.get_data().replace(
				b"window.monoframe = {};", b"window.frappe = window.monoframe = window.frappe || {};"
			)
			response.set_data(page)
		return response

	replace(serve, "get_response", get_response_with_alias)


@repair()
def printed_body():
	"""A print has a body (fork: the function that renders it is a stub, every print and preview is empty)."""
	from monoframe.utils import pdf

	def pdf_body_html(template, args, **kwargs):
		return template.render(args, filters={"len": len})

	replace(pdf, "pdf_body_html", pdf_body_html)


@repair()
def apps_screen():
	"""Apps are on their screen as in v16 (fork: those of its own hooks for each app, and for System Managers only)."""
	import monoframe
	from monoframe import apps
	from monoframe.utils import installed_apps

	replace(installed_apps, "get_setup_wizard_not_required_apps", lambda: monoframe.get_installed_apps())
	of_fork = apps.get_apps

	@monoframe.whitelist()
	def get_apps():
		found = []
		for app in of_fork():
			routes = {row["route"] for row in monoframe.get_hooks("add_to_apps_screen", app_name=app["name"])}
			if app["route"] in routes:
				# v16 begins every address of the Desk like this
				found.append({**app, "route": app["route"].replace("/app/", "/desk/", 1)})
		return found

	replace(apps, "get_apps", get_apps)


@repair()
def pdf_by_browser():
	"""A print becomes a PDF where a browser is installed; else the reader is told so (fork: a stub, and a traceback)."""
	import monoframe
	from monoframe.utils import pdf

	def get_pdf(html, options=None, output=None, **kwargs):
		browser = next(filter(None, map(shutil.which, BROWSERS)), None)
		if not browser:
			monoframe.throw(
				"本机没有安装 Chromium，不能生成 PDF，请用“打印”。"
				" PDF needs Chromium on this machine; please use Print."
			)
		with tempfile.TemporaryDirectory() as folder:
			page, result = Path(folder, "page.html"), Path(folder, "page.pdf")
			page.write_text(html, encoding="utf-8")
			command = [browser, *HEADLESS, f"--user-data-dir={folder}/profile", f"--print-to-pdf={result}"]
			subprocess.run([*command, page.as_uri()], check=True, capture_output=True, timeout=60)
			content = result.read_bytes()
		if output is None:
			return content
		output.append(io.BytesIO(content))
		return output

	replace(pdf, "get_pdf", get_pdf)


@repair(only="sqlite")
def health_report_measures_no_tables():
	"""The first page after a log-in of a System Manager loads this Single, which measures every table: 13 s on SQLite."""
	from monoframe.desk.doctype.system_health_report.system_health_report import SystemHealthReport

	SystemHealthReport.fetch_database_details = lambda self: None


@repair()
def no_realtime():
	"""Nothing answers at /socket.io here: the Desk is told not to ask every second."""
	import monoframe
	from monoframe import sessions

	get = sessions.get

	def get_without_realtime():
		monoframe.conf.disable_async = 1
		return get()

	replace(sessions, "get", get_without_realtime)
