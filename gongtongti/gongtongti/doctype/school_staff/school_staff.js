frappe.ui.form.on("School Staff", {
	setup(frm) {
		frm.set_query("school", () => ({ filters: { status: "In Operation" } }));
		frm.set_query("subject", () => ({ filters: { disabled: 0 } }));
		frm.set_query("subject", "subjects", () => ({ filters: { disabled: 0 } }));
		frm.set_query("user", () => ({ filters: { user_type: "System User", enabled: 1 } }));
	},

	refresh(frm) {
		keep_for_personnel(frm);
		if (!frm.is_new() && frappe.model.can_read("Exchange Placement")) {
			frm.add_custom_button(__("Placements of This Person"), () =>
				frappe.set_route("List", "Exchange Placement", { staff: frm.docname })
			);
		}
		if (
			frm.is_new() ||
			frm.doc.status !== "In Service" ||
			!frappe.model.can_create("Exchange Placement")
		)
			return;
		frm.add_custom_button(__("New Placement"), () =>
			frappe.new_doc("Exchange Placement", {
				staff: frm.docname,
				home_school: frm.doc.school,
			})
		);
	},
});

/** The server refuses these fields to everyone else; who cannot change them should not find them open. */
function keep_for_personnel(frm) {
	const keeps = gongtongti.is_one_of(gongtongti.roles.PERSONNEL, gongtongti.roles.ADMINISTRATOR);
	if (keeps || frappe.session.user === "Administrator") return;
	for (const fieldname of ["position", "cadre_status", "user", "services"])
		frm.set_df_property(fieldname, "read_only", 1);
	frm.set_df_property("school", "read_only", frm.is_new() ? 0 : 1);
}
