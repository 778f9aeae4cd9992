frappe.ui.form.on("Community Leading Group", {
	setup(frm) {
		frm.set_query("user", "seats", () => ({
			filters: { user_type: "System User", enabled: 1 },
		}));
		frm.set_query("school", "seats", () => ({ filters: { status: "In Operation" } }));
	},

	refresh(frm) {
		gongtongti.note(
			frm,
			__(
				"A seat gives its holder the roles of the post while it is held; taking the account off the seat takes them away."
			)
		);
	},
});
