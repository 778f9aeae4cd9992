frappe.ui.form.on("Recipe Visit", {
	refresh(frm) {
		gongtongti.approval.refresh(frm);
	},
	before_workflow_action(frm) {
		return gongtongti.approval.before_action(frm);
	},
});
