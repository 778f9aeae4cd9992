frappe.listview_settings["Meeting Rule"] = {
	add_fields: ["since"],
	hide_name_column: true,
	hide_name_filter: true,
};
