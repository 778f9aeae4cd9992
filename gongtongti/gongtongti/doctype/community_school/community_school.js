frappe.ui.form.on("Community School", {
	setup(frm) {
		const here = (positions) => () => ({
			filters: { school: frm.docname, status: "In Service", position: ["in", positions] },
		});
		frm.set_query("principal", here(["School Principal"]));
		frm.set_query("leader_in_charge", here(["Vice Principal", "Other School Leader"]));
	},

	refresh(frm) {
		frm.toggle_display("posts_section", !frm.is_new());
		if (frm.is_new()) {
			gongtongti.note(
				frm,
				__(
					"Save the school, add its staff, then name the principal and the leader in charge."
				)
			);
			return;
		}
		offer_lists(frm);
		if (frm.doc.status === "In Operation" && !(frm.doc.principal && frm.doc.leader_in_charge))
			gongtongti.note(
				frm,
				__(
					"Name the principal and the leader in charge: approvals wait until both posts have an account."
				),
				"orange"
			);
		else if (
			frm.doc.status === "In Operation" &&
			!(frm.doc.principal_user && frm.doc.leader_user)
		)
			gongtongti.note(
				frm,
				__("A person responsible has no account yet. Enter it in the staff record."),
				"orange"
			);
	},
});

function offer_lists(frm) {
	const lists = [
		[__("Staff of This School"), "School Staff", { school: frm.docname }],
		[__("Placements from This School"), "Exchange Placement", { home_school: frm.docname }],
		[__("Placements to This School"), "Exchange Placement", { host_school: frm.docname }],
	];
	for (const [label, doctype, filters] of lists) {
		if (frappe.model.can_read(doctype))
			frm.add_custom_button(
				label,
				() => frappe.set_route("List", doctype, filters),
				__("Show Lists")
			);
	}
}
