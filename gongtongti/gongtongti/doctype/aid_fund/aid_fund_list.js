frappe.listview_settings["Aid Fund"] = {
	add_fields: ["status", "currency"],
	hide_name_column: true,
	hide_name_filter: true,
	get_indicator(doc) {
		const colours = { "In Operation": "green", Closed: "gray" };
		return gongtongti.indicator(doc, "Aid Fund", colours);
	},
};
