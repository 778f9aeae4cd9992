frappe.listview_settings["Aided Pupil"] = {
	add_fields: ["status", "special_hardship"],
	get_indicator(doc) {
		const colours = {
			"At School": "green",
			"Changed School": "gray",
			Graduated: "gray",
			"Left School": "red",
		};
		return gongtongti.indicator(doc, "Aided Pupil", colours);
	},
};
