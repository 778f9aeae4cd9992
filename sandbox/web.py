"""What the browser and the server say to each other.

The fork renamed the header of the CSRF token; scripts and clients of the framework send `X-Frappe-CSRF-Token`.
Its pages make an object `window.monoframe`; an app's scripts say `frappe.call(...)`. The Desk's bundles make the
two names one, but scripts in a page run before any bundle.
"""

from sandbox.repairs import repair, replace


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
