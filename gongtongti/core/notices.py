"""Notices of the bell, and who has received them."""

from dataclasses import dataclass, field

import frappe
from frappe import _
from frappe.desk.doctype.notification_log.notification_log import (
	enqueue_create_notification,
	make_notification_logs,
)
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


@dataclass
class Batch:
	"""What a batch of signatures has to say to each account: told at its end in one notice, instead of one for each document."""

	tasks: dict[str, list[str]] = field(default_factory=dict)
	outcomes: dict[str, list[str]] = field(default_factory=dict)

	def add(self, other: "Batch") -> None:
		for mine, theirs in ((self.tasks, other.tasks), (self.outcomes, other.outcomes)):
			for user, lines in theirs.items():
				mine.setdefault(user, []).extend(lines)

	def tell(self, doctype: str) -> None:
		for user in sorted({*self.tasks, *self.outcomes} - {frappe.session.user}):
			tasks, outcomes = self.tasks.get(user, []), self.outcomes.get(user, [])
			subject = _("{0}: {1} are waiting for you, {2} are decided").format(
				_(doctype), len(tasks), len(outcomes)
			)
			enqueue_create_notification(
				[user],
				{
					"type": "Alert",
					"document_type": doctype,
					"subject": subject,
					"from_user": frappe.session.user,
					"email_content": "<br>".join(map(frappe.utils.escape_html, (*tasks, *outcomes))),
				},
			)
