frappe.ui.form.on("Aid Fund Entry", {
	refresh(frm) {
		frm.disable_form();
		gongtongti.say_links(frm);
		gongtongti.note(
			frm,
			__(
				"Entries are written by the system and stay as they are; mistakes get a counter-entry."
			)
		);
	},
});
