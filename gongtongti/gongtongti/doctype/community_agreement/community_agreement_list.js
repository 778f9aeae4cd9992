frappe.listview_settings["Community Agreement"] = {
	add_fields: ["status", "term_end", "docstatus"],
	has_indicator_for_draft: true,
	has_indicator_for_cancelled: true,
	hide_name_column: true,
	hide_name_filter: true,
	get_indicator(doc) {
		const colours = {
			Draft: "gray",
			"In Force": "green",
			Expired: "darkgrey",
			Terminated: "red",
		};
		if (doc.status === "In Force") {
			const days = frappe.datetime.get_day_diff(doc.term_end, frappe.datetime.get_today());
			if (days >= 0 && days <= 30)
				return [__("Ends in {0} Days", [days]), "orange", "status,=,In Force"];
		}
		return gongtongti.indicator(doc, "Community Agreement", colours);
	},
};
