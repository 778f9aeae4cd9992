frappe.listview_settings["Aid Application"] = {
	add_fields: ["workflow_state", "status", "purpose", "amount", "currency", "docstatus"],
	has_indicator_for_draft: true,
	has_indicator_for_cancelled: true,
	// asked only where the DocType has no colour for the status
	get_indicator(doc) {
		return gongtongti.indicator(doc, "Aid Application");
	},
	onload(listview) {
		gongtongti.approval.titles[listview.doctype] = (row) =>
			[row.name, __(row.purpose), gongtongti.money(row.amount, row)].join(" ");
		gongtongti.approval.setup_list(listview);
	},
};
