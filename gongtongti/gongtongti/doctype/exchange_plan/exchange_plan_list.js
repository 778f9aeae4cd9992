frappe.listview_settings["Exchange Plan"] = {
	add_fields: ["status"],
	hide_name_column: true,
	get_indicator(doc) {
		const colours = { Draft: "orange", Published: "green", Closed: "gray" };
		return [
			__(doc.status, null, "Exchange Plan"),
			colours[doc.status] || "gray",
			`status,=,${doc.status}`,
		];
	},
};
