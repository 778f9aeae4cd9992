frappe.listview_settings["School Staff"] = {
	add_fields: ["status", "is_backbone"],
	hide_name_column: true,
	get_indicator(doc) {
		const colours = { "In Service": "green", "Transferred Away": "orange" };
		return gongtongti.indicator(doc, "School Staff", colours);
	},
	formatters: {
		// "Not a Cadre" is said of most; an empty cell is easier to read
		cadre_status: (value) =>
			value && value !== "Not a Cadre" ? frappe.utils.escape_html(__(value)) : "",
	},
};
