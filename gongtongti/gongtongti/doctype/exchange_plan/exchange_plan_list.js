frappe.listview_settings["Exchange Plan"] = {
	add_fields: ["status"],
	hide_name_column: true,
};
