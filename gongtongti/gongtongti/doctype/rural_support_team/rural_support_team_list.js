frappe.listview_settings["Rural Support Team"] = {
	add_fields: ["status"],
	hide_name_column: true,
	hide_name_filter: true,
};
