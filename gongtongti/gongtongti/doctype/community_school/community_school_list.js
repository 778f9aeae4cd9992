frappe.listview_settings["Community School"] = {
	add_fields: ["status"],
	hide_name_column: true,
	hide_name_filter: true,
	get_indicator(doc) {
		const colours = { "In Operation": "green", Closed: "gray" };
		return gongtongti.indicator(doc, "Community School", colours);
	},
};
