frappe.listview_settings["School Pairing"] = {
	add_fields: ["workflow_state", "status", "docstatus"],
	has_indicator_for_draft: true,
	has_indicator_for_cancelled: true,
	hide_name_column: true,
	hide_name_filter: true,
	// asked only where the DocType has no colour for the status
	get_indicator(doc) {
		return gongtongti.indicator(doc, "School Pairing");
	},
	onload(listview) {
		gongtongti.approval.setup_list(listview);
	},
};
