frappe.listview_settings["Aid Application"] = {
	add_fields: ["workflow_state", "status", "purpose", "amount", "currency", "docstatus"],
	has_indicator_for_draft: true,
	has_indicator_for_cancelled: true,
	get_indicator(doc) {
		const colours = {
			Draft: "gray",
			"Finally Approved": "blue",
			"Paid Out": "green",
			Stopped: "darkgrey",
			"Not Approved": "red",
			"Aid Withdrawn": "darkgrey",
		};
		return gongtongti.indicator(doc, "Aid Application", colours);
	},
	onload(listview) {
		gongtongti.approval.titles[listview.doctype] = (row) =>
			[row.name, __(row.purpose), gongtongti.money(row.amount, row)].join(" ");
		gongtongti.approval.setup_list(listview);
	},
};
