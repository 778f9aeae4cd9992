"""Agreements run out by themselves, and whoever keeps them is told in time (ORG8, document 4 §1.1).

A framework Notification ("Days Before") was considered for the notice: its number of days is fixed in the Notification while
it is a setting here, it speaks on one day only and is silent when that day's job did not run, and its condition cannot ask
whether a renewing agreement exists. So the daily job below writes the framework's Notification Logs, which also send the mail.
"""

import frappe
from frappe import _
from frappe.desk.doctype.notification_log.notification_log import make_notification_logs
from frappe.utils import add_days, format_date, getdate, nowdate

from gongtongti import roles

AGREEMENT = "Community Agreement"
DRAFT, IN_FORCE, EXPIRED, TERMINATED = "Draft", "In Force", "Expired", "Terminated"
TOLD = (roles.ADMINISTRATOR, roles.BUREAU_OFFICE)  # besides the owner


def run_daily():
	"""Agreements whose last day has passed become Expired; notice of those that run out soon."""
	expire()
	give_notice()


def status_by_term(term_end):
	"""Status of a submitted agreement: in force up to and on its last day."""
	return IN_FORCE if getdate(term_end) >= getdate() else EXPIRED


def expire():
	"""Set-based: one statement for all agreements that ran out."""
	agreement = frappe.qb.DocType(AGREEMENT)
	(
		frappe.qb.update(agreement)
		.set(agreement.status, EXPIRED)
		.where((agreement.docstatus == 1) & (agreement.status == IN_FORCE) & (agreement.term_end < nowdate()))
		.run()
	)


def give_notice():
	"""Tells, once per agreement, that it ends within the days of Community Settings and that no renewing one exists.

	Told: who made it, and the enabled accounts with a role of TOLD. Out: names of the agreements.
	"""
	due = _due()
	if not due:
		return []
	keepers = _keepers()
	for row in due:
		users = sorted({row.owner, *keepers} - set(frappe.STANDARD_USERS))
		make_notification_logs(
			frappe._dict(
				type="Alert",
				document_type=AGREEMENT,
				document_name=row.name,
				subject=_("The agreement {0} of {1} ends on {2}. Please prepare its renewal.").format(
					frappe.utils.escape_html(row.title), row.community, format_date(row.term_end)
				),
				from_user=frappe.session.user,
			),
			users,
		)
	names = [row.name for row in due]
	agreement = frappe.qb.DocType(AGREEMENT)
	(
		frappe.qb.update(agreement)
		.set(agreement.renewal_noticed_on, nowdate())
		.where(agreement.name.isin(names))
		.run()
	)
	return names


def _due():
	days = frappe.db.get_single_value("Community Settings", "renewal_notice_days") or 0
	agreement, renewing = frappe.qb.DocType(AGREEMENT), frappe.qb.DocType(AGREEMENT).as_("renewing")
	return (
		frappe.qb.from_(agreement)
		.left_join(renewing)
		.on((renewing.renews == agreement.name) & (renewing.docstatus < 2))
		.select(agreement.name, agreement.title, agreement.community, agreement.term_end, agreement.owner)
		.where((agreement.docstatus == 1) & (agreement.status == IN_FORCE) & renewing.name.isnull())
		.where(agreement.renewal_noticed_on.isnull())
		.where(agreement.term_end[nowdate() : add_days(nowdate(), days)])
		.orderby(agreement.term_end, agreement.name)
		.run(as_dict=True)
	)


def _keepers():
	has_role, user = frappe.qb.DocType("Has Role"), frappe.qb.DocType("User")
	return (
		frappe.qb.from_(has_role)
		.join(user)
		.on(user.name == has_role.parent)
		.select(user.name)
		.where((has_role.parenttype == "User") & has_role.role.isin(TOLD) & (user.enabled == 1))
		.distinct()
		.run(pluck=True)
	)
