"""Agreements run out by themselves, and whoever keeps them is told in time (ORG8, document 4 §1.1).

A framework Notification ("Days Before") was considered for the notice: its number of days is fixed in the Notification while
it is a setting here, it speaks on one day only and is silent when that day's job did not run, and its condition cannot ask
whether a renewing agreement exists. So the daily job below writes the framework's Notification Logs, which also send the mail.
"""

import frappe
from frappe import _
from frappe.utils import add_days, format_date, getdate, nowdate

from gongtongti.core import jobs, notices, relations, settings
from gongtongti.organisation import roles

AGREEMENT = "Community Agreement"
DRAFT, IN_FORCE, EXPIRED, TERMINATED = "Draft", "In Force", "Expired", "Terminated"
TOLD = (roles.ADMINISTRATOR, roles.BUREAU_OFFICE)  # besides the owner


def run_daily():
	"""Agreements whose last day has passed become Expired; notice of those that run out soon."""
	jobs.apart("Agreements that ran out", expire)
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

	Told: who made it, if that one still reads it, and the holders of a role of TOLD. What nobody has received is not written
	off: the next day's run tries again. Out: names of the agreements whose notice was given.
	"""
	due = _due()
	keepers = set().union(*relations.holders(TOLD).values()) if due else set()
	return [row.name for row in due if jobs.apart(f"Renewal of {row.name}", _notice_of, row, keepers)]


def _notice_of(row, keepers) -> bool:
	users = set(keepers)
	if row.owner not in frappe.STANDARD_USERS and frappe.has_permission(
		AGREEMENT, "read", doc=row.name, user=row.owner
	):
		users.add(row.owner)
	subject = _("The agreement {0} of {1} ends on {2}. Please prepare its renewal.").format(
		frappe.utils.escape_html(row.title), row.community, format_date(row.term_end)
	)
	told = notices.tell(users, subject, AGREEMENT, row.name)
	if told:
		frappe.db.set_value(AGREEMENT, row.name, "renewal_noticed_on", nowdate(), update_modified=False)
	return bool(told)


def _due():
	days = settings.get("renewal_notice_days")
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
