frappe.listview_settings["Community School Year"] = {
	add_fields: ["start_date", "end_date"],
	hide_name_column: true,
	hide_name_filter: true,
	get_indicator(doc) {
		const today = frappe.datetime.get_today();
		if (doc.end_date < today) return [__("School Year over"), "gray", `end_date,<,${today}`];
		if (doc.start_date > today)
			return [__("School Year to Come"), "blue", `start_date,>,${today}`];
		return [__("Present School Year"), "green", `start_date,<=,${today}|end_date,>=,${today}`];
	},
};
