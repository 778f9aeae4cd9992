frappe.listview_settings["Aided Pupil"] = {
	add_fields: ["status", "special_hardship"],
};
