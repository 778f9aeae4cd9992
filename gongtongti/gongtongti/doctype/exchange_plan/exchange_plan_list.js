frappe.listview_settings["Exchange Plan"] = {
	add_fields: ["status"],
	hide_name_column: true,
	get_indicator(doc) {
		const colours = { Draft: "orange", Published: "green", Closed: "gray" };
		return gongtongti.indicator(doc, "Exchange Plan", colours);
	},
};
