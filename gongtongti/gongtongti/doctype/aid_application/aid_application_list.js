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
		if (doc.status === "In Approval")
			return [__(doc.workflow_state), "orange", `workflow_state,=,${doc.workflow_state}`];
		return [
			__(doc.status, null, "Aid Application"),
			colours[doc.status] || "gray",
			`status,=,${doc.status}`,
		];
	},
	onload(listview) {
		gongtongti.approval.titles[listview.doctype] = (row) =>
			[row.name, __(row.purpose), gongtongti.money(row.amount, row)].join(" ");
		gongtongti.approval.setup_list(listview);
	},
};
