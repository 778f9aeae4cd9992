"""Print formats are chosen by name, which the framework does not translate: ours are called what the paper is called."""

import frappe
from frappe.model.naming import append_number_if_name_exists

RENAMED = {
	"Aid Application Form": "帮困资助申请审批表",
	"Aid Payment List": "帮困资金发放清单",
	"Donation Receipt": "帮困基金收款收据",
}
OURS = {"standard": "Yes", "module": "Gongtongti"}


def execute():
	"""Rename them before the new files are read; property setters and links follow. Idempotent."""
	for old, new in RENAMED.items():
		if frappe.db.exists("Print Format", new) and not frappe.db.exists(
			"Print Format", {"name": new, **OURS}
		):
			# a format of the site's own, which the new file would overwrite
			_rename(new, append_number_if_name_exists("Print Format", new))
		if frappe.db.exists("Print Format", {"name": old, **OURS}):
			_rename(old, new, merge=bool(frappe.db.exists("Print Format", new)))


def _rename(old, new, merge=False):
	frappe.rename_doc("Print Format", old, new, merge=merge, force=True, show_alert=False)
