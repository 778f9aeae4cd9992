frappe.ui.form.on("Community Duty", {
	setup(frm) {
		frm.set_query("kinds", () => ({ filters: { out_of_use: 0 } }));
	},

	refresh(frm) {
		gongtongti.note(
			frm,
			__(
				"What a duty asks for stays as it is once a period is over: enter its last day, and a new duty from the next day."
			)
		);
	},
});
