frappe.listview_settings["Education Community"] = {
	add_fields: ["status"],
	hide_name_column: true,
	hide_name_filter: true,
	get_indicator(doc) {
		const colours = { Preparing: "orange", "In Operation": "green", Dissolved: "gray" };
		return gongtongti.indicator(doc, "Education Community", colours);
	},
};
