frappe.listview_settings["Community Leading Group"] = {
	add_fields: ["status"],
	get_indicator(doc) {
		const colours = { Active: "green", Dissolved: "gray" };
		return [__(doc.status), colours[doc.status] || "gray", `status,=,${doc.status}`];
	},
};
