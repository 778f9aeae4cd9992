frappe.listview_settings["Community Duty"] = {
	add_fields: ["in_use", "in_force_from", "in_force_to"],
	hide_name_column: true,
	hide_name_filter: true,
	get_indicator(doc) {
		const today = frappe.datetime.get_today();
		if (!doc.in_use) return [__("Not in Use"), "gray", "in_use,=,0"];
		if (doc.in_force_to && doc.in_force_to < today)
			return [__("No Longer in Force"), "darkgrey", `in_force_to,<,${today}`];
		if (doc.in_force_from > today)
			return [__("Not Yet in Force"), "blue", `in_force_from,>,${today}`];
		return [__("Duty in Force"), "green", "in_use,=,1"];
	},
};
