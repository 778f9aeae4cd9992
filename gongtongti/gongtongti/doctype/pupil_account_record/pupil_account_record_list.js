frappe.listview_settings["Pupil Account Record"] = {
	add_fields: ["event"],
	hide_name_filter: true,
	get_indicator(doc) {
		const colours = {
			"Account Changed": "orange",
			"Change Confirmed": "green",
			"Prepared for Payment": "blue",
		};
		return [__(doc.event), colours[doc.event] || "gray", `event,=,${doc.event}`];
	},
	formatters: {
		// the name says nothing; what happened, by whom and when stands beside it
		name: (value) => (value || "").slice(0, 6),
	},
};
