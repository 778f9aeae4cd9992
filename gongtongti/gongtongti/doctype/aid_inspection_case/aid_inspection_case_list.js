frappe.listview_settings["Aid Inspection Case"] = {
	add_fields: ["status", "expires_on"],
	// asked only where the DocType has no colour for the status
	get_indicator(doc) {
		const colours = { "Still Open": "orange" };
		const today = frappe.datetime.get_today();
		if (doc.expires_on < today)
			return [__("Time Is Up"), "gray", `status,=,${doc.status}|expires_on,<,${today}`];
		return gongtongti.indicator(doc, "Aid Inspection Case", colours);
	},
};
