frappe.listview_settings["Aid Fund Contribution"] = {
	add_fields: ["status", "currency", "docstatus"],
	has_indicator_for_draft: true,
};
