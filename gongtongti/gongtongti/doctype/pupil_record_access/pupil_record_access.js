frappe.ui.form.on("Pupil Record Access", {
	refresh(frm) {
		frm.disable_form();
		gongtongti.say_links(frm);
	},
});
