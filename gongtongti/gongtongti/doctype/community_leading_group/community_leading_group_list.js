frappe.listview_settings["Community Leading Group"] = {
	add_fields: ["status"],
	hide_name_column: true,
	hide_name_filter: true,
	get_indicator(doc) {
		const colours = { "In Operation": "green", Dissolved: "gray" };
		return gongtongti.indicator(doc, "Community Leading Group", colours);
	},
};
