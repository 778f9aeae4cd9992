frappe.listview_settings["Aid Disbursement"] = {
	add_fields: ["status", "currency", "docstatus"],
	has_indicator_for_draft: true,
	get_indicator(doc) {
		const colours = {
			Draft: "gray",
			Prepared: "blue",
			"Paid Out": "green",
			"Partly Returned": "orange",
			"Returned by Bank": "red",
		};
		return gongtongti.indicator(doc, "Aid Disbursement", colours);
	},
};
