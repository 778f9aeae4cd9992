frappe.listview_settings["Observation Rubric"] = {
	add_fields: ["status", "docstatus", "out_of_use"],
	has_indicator_for_draft: true,
	has_indicator_for_cancelled: true,
	hide_name_column: true,
	get_indicator(doc) {
		if (doc.out_of_use) return [__("No Longer Chosen"), "gray", "out_of_use,=,1"];
		return gongtongti.indicator(doc, "Observation Rubric", {
			"In Force": "green",
			Superseded: "darkgrey",
		});
	},
};
