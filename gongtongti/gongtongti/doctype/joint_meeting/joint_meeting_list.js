frappe.listview_settings["Joint Meeting"] = {
	add_fields: ["status", "starts_on"],
	hide_name_column: true,
	hide_name_filter: true,
	get_indicator(doc) {
		const STATUS = gongtongti.meetings.STATUS;
		return gongtongti.indicator(doc, "Joint Meeting", {
			[STATUS.SCHEDULED]: "blue",
			[STATUS.HELD]: "green",
			[STATUS.MISSED]: "red",
			[STATUS.CALLED_OFF]: "darkgrey",
		});
	},
};
