frappe.listview_settings["Host Support Template"] = {
	add_fields: ["out_of_use"],
	get_indicator(doc) {
		return cint(doc.out_of_use)
			? [__("No Longer Chosen"), "gray", "out_of_use,=,1"]
			: [__("Checklist in Use"), "green", "out_of_use,=,0"];
	},
};
