frappe.ui.form.on("Rural Support Team", {
	setup(frm) {
		frm.set_query("community", () => ({ filters: { status: "In Operation" } }));
		frm.set_query("host_school", () => schools(frm, "Rural"));
		frm.set_query("leader", () => {
			const filters = { status: "In Service" };
			const homes = (frm.members || []).filter((school) => school !== frm.doc.host_school);
			if (homes.length) filters.school = ["in", homes];
			return { filters };
		});
		frm.set_query("subject", "subjects", () => ({ filters: { disabled: 0 } }));
	},

	refresh(frm) {
		gongtongti.load_members(frm);
		if (frm.doc.rotation_note)
			gongtongti.note(frm, frappe.utils.escape_html(frm.doc.rotation_note), "orange");
		if (
			!frm.is_new() &&
			frappe.model.can_create("Exchange Placement") &&
			frm.doc.status !== "Dissolved"
		) {
			frm.add_custom_button(__("New Placement"), () =>
				frappe.new_doc("Exchange Placement", {
					community: frm.doc.community,
					kind: "Teacher Exchange",
					support_team: frm.docname,
					host_school: frm.doc.host_school,
				})
			);
		}
	},

	community(frm) {
		gongtongti.load_members(frm);
	},
});

function schools(frm, location) {
	const filters = { status: "In Operation", location };
	if (frm.members) filters.name = ["in", frm.members];
	return { filters };
}
