frappe.listview_settings["Pupil Account Record"] = {
	add_fields: ["event"],
	hide_name_column: true,
	hide_name_filter: true,
	get_indicator(doc) {
		const colours = {
			"Account Changed": "orange",
			"Change Confirmed": "green",
			"Prepared for Payment": "blue",
		};
		return [__(doc.event), colours[doc.event] || "gray", `event,=,${doc.event}`];
	},
};
