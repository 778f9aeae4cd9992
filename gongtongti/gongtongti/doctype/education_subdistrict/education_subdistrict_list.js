frappe.listview_settings["Education Subdistrict"] = {
	add_fields: ["name"],
	hide_name_column: true,
	hide_name_filter: true,
};
