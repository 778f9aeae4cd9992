"""What the host school provides for a visiting teacher: a checklist for each approved placement, talks, the receipt (EX11)."""

import frappe
from frappe import _
from frappe.utils import cstr, nowdate

from gongtongti.exchange.statuses import OPEN
from gongtongti.organisation.relations import Person, SchoolLeader

PLACEMENT, SUPPORT, TEMPLATE = "Exchange Placement", "Host Support", "Host Support Template"
BEING_PREPARED, PROVIDED, CONFIRMED = "Support Being Prepared", "Support Provided", "Receipt Confirmed"
STATUSES = (BEING_PREPARED, PROVIDED, CONFIRMED)
# who writes what is provided, and who confirms it
WRITERS, RECEIVER = SchoolLeader("host_school"), Person("staff")

# what a new site starts with; the bureau edits it
SEED = "接待交流教师清单"
SEED_ITEMS = ("周转宿舍", "食堂饭卡", "生活用品", "办公桌椅", "办公电脑", "课程表", "联系人")


class ForeignReceiptError(frappe.PermissionError):
	"""What was provided is confirmed by whom it was provided for."""


class NotProvidedError(frappe.ValidationError):
	"""Something that was asked for is not provided yet, or the receipt is confirmed already."""


def begin(placement, method=None) -> None:
	"""Exchange Placement, on_submit: its checklist, made from the template in use. In: the placement (a document)."""
	_make(placement.name)


def follow(placement, method=None) -> None:
	"""Exchange Placement, on_update_after_submit: its checklist says until when it lasts now. In: the placement (a document)."""
	before = placement.get_doc_before_save()
	if before and str(before.end_date) != str(placement.end_date):
		frappe.db.set_value(SUPPORT, {"placement": placement.name}, "end_date", placement.end_date)


def catch_up() -> None:
	"""Daily: placements that are to begin or are running and have no checklist get theirs. One query, and one for each of them."""
	placement, support = frappe.qb.DocType(PLACEMENT), frappe.qb.DocType(SUPPORT)
	lacking = (
		frappe.qb.from_(placement)
		.left_join(support)
		.on(support.placement == placement.name)
		.select(placement.name)
		.where((placement.docstatus == 1) & placement.status.isin(OPEN) & support.name.isnull())
		.orderby(placement.name)
	)
	for name in lacking.run(pluck=True):
		_make(name)


def _make(placement):
	if frappe.db.exists(SUPPORT, {"placement": placement}):
		return
	template = frappe.db.get_value(TEMPLATE, {"out_of_use": 0})
	items = frappe.get_cached_doc(TEMPLATE, template).items if template else ()
	support = frappe.get_doc(
		{
			"doctype": SUPPORT,
			"placement": placement,
			"items": [{"item": row.item, "remarks": row.remarks} for row in items],
		}
	)
	support.insert(ignore_permissions=True)


@frappe.whitelist(methods=["POST"])
def confirm_receipt(name: str):
	"""The visiting teacher confirms, by the own account, that everything that was asked for was provided.

	In: the name of a Host Support. Out: the document. Raises ForeignReceiptError, NotProvidedError, PermissionError.
	"""
	support = frappe.get_doc(SUPPORT, cstr(name))
	support.check_permission("read")
	if not RECEIVER.covers(support, frappe.session.user):
		frappe.throw(
			_("The receipt is confirmed by the visiting teacher alone, with the teacher's own account."),
			ForeignReceiptError,
		)
	# with the lock: what the host school is just writing is waited for
	if frappe.db.get_value(SUPPORT, support.name, "status", for_update=True) != PROVIDED:
		missing = "、".join(row.item for row in support.items if row.asked_on and not row.given_on)
		message = _("This receipt is confirmed already, or nothing has been provided yet.")
		if missing:
			message = _("Not provided yet: {0}. Ask the host school.").format(missing)
		frappe.throw(message, NotProvidedError)
	support.db_set(
		{"confirmed_on": nowdate(), "confirmed_by": frappe.session.user, "status": CONFIRMED}, notify=True
	)
	return support


def seed() -> None:
	"""Gives a site the template, unless it has one. At installing, and by a patch."""
	if not frappe.db.count(TEMPLATE):
		items = [{"item": item} for item in SEED_ITEMS]
		template = frappe.get_doc({"doctype": TEMPLATE, "template_name": SEED, "items": items})
		template.insert(ignore_permissions=True)
