// {% include "gongtongti/public/js/dialog.js" %}

frappe.ui.form.on("Aided Pupil", {
	setup(frm) {
		frm.set_query("school", () => ({ filters: { status: "In Operation" } }));
	},

	onload(frm) {
		if (frm.is_new() && !frm.doc.school) suggest_school(frm);
	},

	refresh(frm) {
		gongtongti.note(
			frm,
			frm.is_new()
				? __(
						"Seen only by the leaders of this school and the basic education section. Everywhere else the pupil is a number."
				  )
				: __(
						"Private: seen only by the leaders of this school and the basic education section. Opening the record is logged."
				  ),
			"yellow"
		);
		if (!frm.is_new()) offer_actions(frm);
	},
});

/** Who leads one rural school enters its pupils. */
async function suggest_school(frm) {
	const user = frappe.session.user;
	const schools = await frappe.db.get_list("Community School", {
		filters: { status: "In Operation" },
		or_filters: { principal_user: user, leader_user: user },
		fields: ["name"],
		limit: 2,
	});
	if (frm.is_new() && !frm.doc.school && schools.length === 1)
		frm.set_value("school", schools[0].name);
}

function offer_actions(frm) {
	const pupil = { pupil: frm.docname };
	const offers = [
		["Aid Application", __("New Application")],
		["Dropout Risk", __("Report a Risk")],
		["Aid Follow Up", __("New Follow-Up")],
	];
	for (const [doctype, label] of offers) {
		if (frappe.model.can_create(doctype) && frm.doc.status === "At School")
			frm.add_custom_button(label, () => frappe.new_doc(doctype, pupil));
		if (frappe.model.can_read(doctype))
			frm.add_custom_button(
				__(doctype),
				() => frappe.set_route("List", doctype, pupil),
				__("Show Lists")
			);
	}
	if (frappe.model.can_read("Pupil Record Access"))
		frm.add_custom_button(
			__("Pupil Record Access"),
			() => frappe.set_route("List", "Pupil Record Access", pupil),
			__("Show Lists")
		);
}
