frappe.listview_settings["Dropout Risk"] = {
	add_fields: ["status", "level", "visit_by", "last_visit"],
	// asked only where the DocType has no colour for the status
	get_indicator(doc) {
		const colours = { "Still Open": "orange", "Family Visited": "blue" };
		// aid/watch.py says the same
		const today = frappe.datetime.get_today();
		const is_due = !doc.last_visit || doc.visit_by > doc.last_visit;
		if (is_due && doc.visit_by < today)
			return [__("Visit Overdue"), "red", `closed_on,is,not set|visit_by,<,${today}`];
		return gongtongti.indicator(doc, "Dropout Risk", colours);
	},
};
