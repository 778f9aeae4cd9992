"""Notices of the bell, and who has received them."""

import frappe
from frappe.desk.doctype.notification_log.notification_log import make_notification_logs
from frappe.desk.doctype.notification_settings.notification_settings import is_notifications_enabled


def tell(users, subject: str, doctype: str | None = None, name: str | None = None) -> set[str]:
	"""Gives a notice to accounts. Rights are the caller's affair: everybody told reads the subject.

	In: accounts; None, the system's and disabled ones and those that have switched notices off are passed over.
	Out: the accounts that have received it. What is put down as told once is put down only if this is not empty.
	"""
	users = set(users) - {None, "", *frappe.STANDARD_USERS}
	rows = (
		frappe.get_all("User", {"name": ("in", sorted(users)), "enabled": 1}, ["name", "email"])
		if users
		else []
	)
	rows = [row for row in rows if row.email and is_notifications_enabled(row.name)]
	if rows:
		notice = {
			"type": "Alert",
			"document_type": doctype,
			"document_name": name,
			"subject": subject,
			"from_user": frappe.session.user,
		}
		# the framework looks for accounts by their address, which is not always their name
		make_notification_logs(frappe._dict(notice), [row.email for row in rows])
	return {row.name for row in rows}
