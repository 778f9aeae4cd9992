frappe.listview_settings["Meeting Decision"] = {
	add_fields: ["status", "due_date"],
	hide_name_column: true,
	hide_name_filter: true,
	get_indicator(doc) {
		const STATUS = gongtongti.decisions.STATUS;
		if (
			doc.status === STATUS.OPEN &&
			doc.due_date &&
			doc.due_date < frappe.datetime.get_today()
		)
			return [
				__("Overdue, Not Carried Out"),
				"red",
				`status,=,${doc.status}|due_date,<,${frappe.datetime.get_today()}`,
			];
		return gongtongti.indicator(doc, "Meeting Decision", {
			[STATUS.OPEN]: "orange",
			[STATUS.DONE]: "green",
			[STATUS.GIVEN_UP]: "darkgrey",
		});
	},
};
