frappe.listview_settings["Community Document"] = {
	add_fields: ["status", "docstatus"],
	has_indicator_for_draft: true,
	has_indicator_for_cancelled: true,
	hide_name_column: true,
	hide_name_filter: true,
};
