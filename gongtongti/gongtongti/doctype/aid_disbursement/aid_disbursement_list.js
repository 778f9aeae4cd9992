frappe.listview_settings["Aid Disbursement"] = {
	add_fields: ["status", "currency", "docstatus"],
	has_indicator_for_draft: true,
};
