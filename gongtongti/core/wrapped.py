"""Functions of the framework that no hook reaches, wrapped once in each process, before its first request or job.

Each wrapper answers for this app's DocTypes and leaves all others to the framework. A version that lacks one of the functions
does by itself what the wrapper is there for.
"""

from functools import wraps

from gongtongti.core import links
from gongtongti.core.spreadsheets import exports

_MARK = "_wrapped_by_gongtongti"


def hold(**_of_job) -> None:
	"""Hooks before_request and before_job."""
	from frappe.api import v1
	from frappe.email.doctype.auto_email_report.auto_email_report import AutoEmailReport
	from frappe.model.db_query import DatabaseQuery

	for place, name, wrapper in (
		(DatabaseQuery, "apply_fieldlevel_read_permissions", links.join_seen_rows),
		(v1, "get_values_for_link_and_dynamic_link_fields", links.expand_seen_documents),
		(AutoEmailReport, "get_report_content", exports.mailed_as_text),
	):
		of_framework = getattr(place, name, None)
		if of_framework and not hasattr(of_framework, _MARK):
			held = wraps(of_framework)(wrapper(of_framework))
			setattr(held, _MARK, True)
			setattr(place, name, held)
