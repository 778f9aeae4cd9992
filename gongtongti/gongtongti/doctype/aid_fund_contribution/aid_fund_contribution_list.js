frappe.listview_settings["Aid Fund Contribution"] = {
	add_fields: ["status", "currency", "docstatus"],
	has_indicator_for_draft: true,
	get_indicator(doc) {
		const colours = { Draft: "gray", "In the Ledger": "green", Reversed: "red" };
		return gongtongti.indicator(doc, "Aid Fund Contribution", colours);
	},
};
