frappe.listview_settings["Shared Resource"] = {
	add_fields: ["status"],
	hide_name_column: true,
	hide_name_filter: true,
};
