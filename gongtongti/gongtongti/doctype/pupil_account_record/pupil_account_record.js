frappe.ui.form.on("Pupil Account Record", {
	refresh(frm) {
		frm.disable_form();
	},
});
