frappe.ui.form.on("Exchange Pupil", {
	setup(frm) {
		frm.set_query("school", () => ({ filters: { status: "In Operation" } }));
		frm.set_query("pairing", "pairings", () => ({
			filters: { kind: "Family Pairing" },
		}));
	},

	refresh(frm) {
		gongtongti.note(
			frm,
			__(
				"Seen only by the leaders of this school and the basic education section. Everywhere else the pupil is a number."
			),
			"yellow"
		);
		if (frm.is_new() || !frappe.model.can_read("Two Help One Group")) return;
		frm.add_custom_button(__("Two Help One Group"), () =>
			frappe.set_route("List", "Two Help One Group", { struggling_pupil: frm.docname })
		);
	},
});
