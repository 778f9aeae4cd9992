frappe.listview_settings["Exchange Placement"] = {
	add_fields: ["workflow_state", "status", "warnings", "staff_name", "docstatus"],
	has_indicator_for_draft: true,
	has_indicator_for_cancelled: true,
	hide_name_column: true,
	hide_name_filter: true,
	get_indicator(doc) {
		const colours = {
			Draft: "gray",
			"Finally Approved": "blue",
			Serving: "green",
			Completed: "darkgrey",
			"Ended Early": "darkgrey",
			Cancelled: "red",
			"Not Approved": "red",
			"Placement Withdrawn": "darkgrey",
		};
		return gongtongti.indicator(doc, "Exchange Placement", colours);
	},
	onload(listview) {
		gongtongti.approval.setup_list(listview);
	},
};
