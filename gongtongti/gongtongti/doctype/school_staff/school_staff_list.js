frappe.listview_settings["School Staff"] = {
	add_fields: ["status", "is_backbone"],
	hide_name_column: true,
	formatters: {
		// "Not a Cadre" is said of most; an empty cell is easier to read
		cadre_status: (value) =>
			value && value !== "Not a Cadre" ? frappe.utils.escape_html(__(value)) : "",
	},
};
