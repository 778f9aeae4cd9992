frappe.listview_settings["Reflection"] = {
	add_fields: ["audience"],
	hide_name_column: true,
	hide_name_filter: true,
};
