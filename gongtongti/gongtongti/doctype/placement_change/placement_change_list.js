frappe.listview_settings["Placement Change"] = {
	add_fields: ["workflow_state", "staff_name", "docstatus"],
	has_indicator_for_draft: true,
	has_indicator_for_cancelled: true,
	hide_name_column: true,
	hide_name_filter: true,
	get_indicator(doc) {
		const colours = {
			"Change Draft": "gray",
			"Change Approved": "green",
			"Change Not Approved": "red",
			"Change Withdrawn": "darkgrey",
		};
		const state = doc.workflow_state;
		return [__(state), colours[state] || "orange", `workflow_state,=,${state}`];
	},
	onload(listview) {
		gongtongti.approval.setup_list(listview);
	},
};
