frappe.listview_settings["Exchange Placement"] = {
	add_fields: ["workflow_state", "status", "warnings", "staff_name", "docstatus"],
	has_indicator_for_draft: true,
	has_indicator_for_cancelled: true,
	hide_name_column: true,
	hide_name_filter: true,
	// asked only where the DocType has no colour for the status
	get_indicator(doc) {
		return gongtongti.indicator(doc, "Exchange Placement");
	},
	onload(listview) {
		gongtongti.approval.setup_list(listview);
	},
};
