frappe.listview_settings["Teaching Subject"] = {
	add_fields: ["name"],
	hide_name_column: true,
	hide_name_filter: true,
};
