"""What the framework keeps between requests, forgotten between tests: all that may differ, and no more.

Reading the schema again (DocTypes, hooks, columns, Workflows, translations) took longer than most tests. It stays as
long as nobody has written in the tables it was read from, or emptied the cache by hand, as one does who has put other
hooks in the place of the app's.
"""

import re

import frappe

# tables that the kept part of the cache is read from; a name stands for all that begin like it
SCHEMA = (
	*("DocType", "DocField", "DocPerm", "Custom Field", "Custom DocPerm", "Property Setter", "Workflow(?! Action)"),
	*("Client Script", "Server Script", "Webhook", "Assignment Rule", "Milestone Tracker", "Document Naming Rule"),
	*("Module Def", "Domain", "Installed Application", "User Type", "Permission Type", "Translation", "Language"),
)  # fmt: skip
WRITES = re.compile(
	rf"\s*(?:insert|update|delete|replace|create|alter|drop|truncate|rename)\b.*?[`\"]tab(?:{'|'.join(SCHEMA)})",
	re.IGNORECASE | re.DOTALL,
)
KEPT = re.compile(
	rb"[^|]*\|(?:doctype_meta|table_columns|db_tables|is_table|doctype_modules|app_hooks|app_modules|module_app"
	rb"|workflow|document_cache::(?:DocType|Workflow)|assignment_rule_map|milestone_tracker_map"
	rb"|document_naming_rule_map|server_script_map|webhooks|non_standard_user_types|merged_translations"
	rb"|lang_user_translations)(?:::.*)?$",
	re.DOTALL,
)

_changed = True  # nothing is known of what was done before the first test


def watch():
	"""From now on it is noticed when the schema is written to, or the cache emptied."""
	from frappe.database.database import Database

	sql, clear = Database.sql, frappe.clear_cache

	def watched_sql(self, query, *args, **kwargs):
		if WRITES.match(str(query)):
			changed()
		return sql(self, query, *args, **kwargs)

	def watched_clear(user=None, doctype=None):
		if not user:
			changed()
		return clear(user=user, doctype=doctype)

	Database.sql = watched_sql
	frappe.clear_cache = watched_clear


def changed():
	global _changed
	_changed = True


def _is_kept(key) -> bool:
	return bool(KEPT.match(key if isinstance(key, bytes) else key.encode()))


def forget():
	"""After a test."""
	global _changed
	if _changed:
		frappe.clear_cache()
		_changed = False
		return
	kept = frappe.local.cache
	gone = [key for key in frappe.cache.get_keys("") if not _is_kept(key)]
	frappe.cache.delete_value(gone, make_keys=False)
	frappe.local.cache = {key: value for key, value in kept.items() if _is_kept(key)}
	if client := getattr(frappe, "client_cache", None):
		for key in [key for key in client.cache if not _is_kept(key)]:
			client.cache.pop(key, None)
	frappe.local.role_permissions = {}
	frappe.local.new_doc_templates = {}
	if hasattr(frappe.local, "request_cache"):
		frappe.local.request_cache.clear()
	for settings in ("system_settings", "website_settings"):
		if hasattr(frappe.local, settings):
			delattr(frappe.local, settings)
