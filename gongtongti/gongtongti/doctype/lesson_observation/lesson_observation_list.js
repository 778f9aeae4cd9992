frappe.listview_settings["Lesson Observation"] = {
	add_fields: ["docstatus"],
	has_indicator_for_draft: true,
	hide_name_column: true,
	hide_name_filter: true,
	get_indicator(doc) {
		return cint(doc.docstatus) === 1
			? [__("Handed In"), "green", "docstatus,=,1"]
			: [__("Not Handed In"), "orange", "docstatus,=,0"];
	},
};
