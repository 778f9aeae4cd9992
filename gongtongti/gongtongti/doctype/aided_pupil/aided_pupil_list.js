frappe.listview_settings["Aided Pupil"] = {
	add_fields: ["status", "special_hardship"],
	get_indicator(doc) {
		const colours = {
			"At School": "green",
			"Changed School": "gray",
			Graduated: "gray",
			"Left School": "red",
		};
		return [__(doc.status), colours[doc.status] || "gray", `status,=,${doc.status}`];
	},
};
