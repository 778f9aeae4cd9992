frappe.listview_settings["Aid Inspection Case"] = {
	add_fields: ["status", "expires_on"],
	get_indicator(doc) {
		const colours = { "Still Open": "orange", Closed: "gray" };
		const today = frappe.datetime.get_today();
		if (doc.status === "Still Open" && doc.expires_on < today)
			return [__("Time Is Up"), "gray", `status,=,Open|expires_on,<,${today}`];
		return gongtongti.indicator(doc, "Aid Inspection Case", colours);
	},
};
