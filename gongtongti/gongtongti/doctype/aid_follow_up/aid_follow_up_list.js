frappe.listview_settings["Aid Follow Up"] = {
	add_fields: ["still_at_school"],
	get_indicator(doc) {
		return cint(doc.still_at_school)
			? [__("At School"), "green", "still_at_school,=,1"]
			: [__("Not at School"), "red", "still_at_school,=,0"];
	},
};
