frappe.listview_settings["Community Agreement"] = {
	add_fields: ["status", "term_end", "docstatus"],
	has_indicator_for_draft: true,
	has_indicator_for_cancelled: true,
	hide_name_column: true,
	hide_name_filter: true,
	// asked only where the DocType has no colour for the status
	get_indicator(doc) {
		const colours = { "In Force": "green" };
		const days = frappe.datetime.get_day_diff(doc.term_end, frappe.datetime.get_today());
		if (days >= 0 && days <= 30)
			return [__("Ends in {0} Days", [days]), "orange", `status,=,${doc.status}`];
		return gongtongti.indicator(doc, "Community Agreement", colours);
	},
};
