frappe.listview_settings["Guidance Visit"] = {
	add_fields: ["visited_on"],
	hide_name_column: true,
	hide_name_filter: true,
};
