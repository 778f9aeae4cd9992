frappe.listview_settings["Rural Support Team"] = {
	add_fields: ["status"],
	hide_name_column: true,
	hide_name_filter: true,
	get_indicator(doc) {
		const colours = { Forming: "orange", "In Operation": "green", Dissolved: "gray" };
		return gongtongti.indicator(doc, "Rural Support Team", colours);
	},
};
