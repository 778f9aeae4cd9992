frappe.listview_settings["Pupil Record Access"] = {
	add_fields: ["way"],
	hide_name_column: true,
	hide_name_filter: true,
	formatters: {
		way: (value) => __(value),
	},
};
