frappe.listview_settings["Education Community"] = {
	add_fields: ["status"],
	get_indicator(doc) {
		const colours = { Preparing: "orange", Active: "green", Dissolved: "gray" };
		return [__(doc.status), colours[doc.status] || "gray", `status,=,${doc.status}`];
	},
};
