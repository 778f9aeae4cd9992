frappe.listview_settings["Community Activity"] = {
	add_fields: ["workflow_state", "status", "docstatus", "starts_on"],
	has_indicator_for_draft: true,
	has_indicator_for_cancelled: true,
	hide_name_column: true,
	hide_name_filter: true,
	get_indicator(doc) {
		const STATUS = gongtongti.activities.STATUS;
		const colours = {
			[STATUS.PLANNED]: "blue",
			[STATUS.HELD]: "green",
			[STATUS.MISSED]: "red",
			[STATUS.CALLED_OFF]: "darkgrey",
		};
		return gongtongti.indicator(doc, "Community Activity", colours);
	},
	onload(listview) {
		gongtongti.approval.setup_list(listview);
	},
};
