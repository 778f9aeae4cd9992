"""What the browser and the server say to each other.

The fork renamed the header of the CSRF token; scripts and clients of the framework send `X-Frappe-CSRF-Token`.
Its pages make an object `window.monoframe`; an app's scripts say `frappe.call(...)`.
"""

from sandbox.repairs import repair


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
