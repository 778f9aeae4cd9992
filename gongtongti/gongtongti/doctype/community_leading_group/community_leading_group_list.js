frappe.listview_settings["Community Leading Group"] = {
	add_fields: ["status"],
	hide_name_column: true,
	hide_name_filter: true,
};
