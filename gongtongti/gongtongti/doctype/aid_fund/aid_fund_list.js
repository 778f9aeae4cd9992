frappe.listview_settings["Aid Fund"] = {
	add_fields: ["status", "currency"],
	hide_name_column: true,
	hide_name_filter: true,
};
