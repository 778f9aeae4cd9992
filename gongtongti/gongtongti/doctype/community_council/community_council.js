frappe.ui.form.on("Community Council", {
	setup(frm) {
		frm.set_query("staff", "seats", () => ({ filters: { status: "In Service" } }));
	},

	refresh(frm) {
		gongtongti.note(
			frm,
			__(
				"A seat gives its holder the area of work inside this community while it is held. The chair and the secretary general lead all areas."
			)
		);
	},
});
