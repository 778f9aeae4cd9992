frappe.listview_settings["Community Council"] = {
	add_fields: ["term_start", "term_end"],
	hide_name_column: true,
	hide_name_filter: true,
	get_indicator(doc) {
		const today = frappe.datetime.get_today();
		if (doc.term_end < today) return [__("Term Over"), "gray", `term_end,<,${today}`];
		if (doc.term_start > today) return [__("Term to Come"), "blue", `term_start,>,${today}`];
		return [__("In Office"), "green", `term_start,<=,${today}|term_end,>=,${today}`];
	},
};
