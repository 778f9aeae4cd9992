frappe.ui.form.on("Recipe Visit", {
	setup(frm) {
		gongtongti.approval.summaries[frm.doctype] = (doc) => [
			doc.school,
			frappe.datetime.str_to_user(doc.visited_on, false, true),
		];
	},

	refresh(frm) {
		gongtongti.approval.refresh(frm);
	},

	before_workflow_action(frm) {
		return gongtongti.approval.before_action(frm);
	},
});
