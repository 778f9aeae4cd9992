frappe.ui.form.on("Aid Fund", {
	setup(frm) {
		frm.set_query("community", () => ({ filters: { status: "In Operation" } }));
	},

	refresh(frm) {
		if (frm.is_new()) {
			gongtongti.note(
				frm,
				__(
					"Name the purposes with their ceilings per pupil and term. Money comes in by contributions."
				)
			);
			return;
		}
		frm.dashboard.add_indicator(
			__("Available: {0}", [gongtongti.money(frm.doc.available, frm.doc)]),
			flt(frm.doc.available) > 0 ? "green" : "red"
		);
		frm.dashboard.add_indicator(
			__("Approved, not yet paid: {0}", [gongtongti.money(frm.doc.reserved, frm.doc)]),
			flt(frm.doc.reserved) ? "orange" : "gray"
		);
		offer_actions(frm);
	},

	fund_level(frm) {
		if (frm.doc.fund_level === "District") frm.set_value("community", null);
	},
});

function offer_actions(frm) {
	const fund = { fund: frm.docname };
	if (frappe.model.can_read("Aid Fund Entry"))
		frm.add_custom_button(__("Statement"), () =>
			frappe.set_route("query-report", "Aid Fund Statement", fund)
		);
	const lists = [
		"Aid Fund Contribution",
		"Aid Disbursement",
		"Aid Application",
		"Aid Fund Entry",
	];
	for (const doctype of lists.filter((name) => frappe.model.can_read(name)))
		frm.add_custom_button(
			__(doctype),
			() => frappe.set_route("List", doctype, fund),
			__("Show Lists")
		);
	if (frm.doc.status !== "In Operation") return;
	if (frappe.model.can_create("Aid Fund Contribution"))
		frm.add_custom_button(__("New Contribution"), () =>
			frappe.new_doc("Aid Fund Contribution", fund)
		);
	if (frappe.model.can_create("Aid Disbursement"))
		frm.add_custom_button(__("New Aid Payment"), () =>
			frappe.new_doc("Aid Disbursement", fund)
		);
	if (frappe.model.can_create("Aid Application"))
		frm.add_custom_button(__("New Application"), () =>
			frappe.new_doc("Aid Application", fund)
		);
}
