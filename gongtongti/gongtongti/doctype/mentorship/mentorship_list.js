frappe.listview_settings["Mentorship"] = {
	add_fields: ["status"],
	hide_name_column: true,
	hide_name_filter: true,
};
