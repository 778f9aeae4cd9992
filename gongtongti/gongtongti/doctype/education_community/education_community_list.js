frappe.listview_settings["Education Community"] = {
	add_fields: ["status"],
	hide_name_column: true,
	hide_name_filter: true,
};
