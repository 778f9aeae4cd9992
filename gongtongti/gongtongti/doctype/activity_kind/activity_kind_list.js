frappe.listview_settings["Activity Kind"] = {
	hide_name_column: true,
	get_indicator(doc) {
		return doc.out_of_use
			? [__("No Longer Chosen"), "gray", "out_of_use,=,1"]
			: [__(doc.work_field), "blue", `work_field,=,${doc.work_field}`];
	},
	add_fields: ["out_of_use", "work_field"],
};
