frappe.ui.form.on("Reflection", {
	setup(frm) {
		frm.set_query("about", () => ({ filters: { docstatus: 1 } }));
	},

	refresh(frm) {
		const is_mine = frm.is_new() || frm.doc.author === frappe.session.user;
		if (!is_mine) frm.disable_form();
		gongtongti.note(
			frm,
			is_mine
				? __(
						"Only those whom you choose read this, and nobody else finds it in any list. You may choose others later."
				  )
				: ""
		);
	},

	about_type(frm) {
		frm.set_value("about", null);
	},
});
