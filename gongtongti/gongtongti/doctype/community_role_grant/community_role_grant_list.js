frappe.listview_settings["Community Role Grant"] = {
	add_fields: ["added"],
	hide_name_column: true,
	hide_name_filter: true,
	get_indicator(doc) {
		return cint(doc.added)
			? [__("Added by This App"), "green", "added,=,1"]
			: [__("Held from Elsewhere"), "gray", "added,=,0"];
	},
	formatters: {
		source_post: (value) => `<span>${frappe.utils.escape_html(__(value || ""))}</span>`,
	},
};
