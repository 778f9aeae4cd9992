frappe.ui.form.on("Placement Change", {
	setup(frm) {
		frm.set_query("placement", () => ({
			filters: { docstatus: 1, status: ["in", gongtongti.exchange.OPEN] },
		}));
	},

	refresh(frm) {
		gongtongti.approval.refresh(frm);
		if (frm.doc.placement && !frm.is_new()) {
			frm.add_custom_button(__("Open Placement"), () =>
				frappe.set_route("Form", "Exchange Placement", frm.doc.placement)
			);
		}
	},

	before_workflow_action(frm) {
		return gongtongti.approval.before_action(frm);
	},

	change_type(frm) {
		if (frm.doc.change_type === "Cancellation") frm.set_value("new_end_date", null);
	},
});
