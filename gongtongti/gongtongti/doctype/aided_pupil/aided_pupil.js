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
		if (frm.doc.account_changed_on) show_changed_account(frm);
	},
});

/** A changed account stops payments until somebody confirms it who has not changed it. */
function show_changed_account(frm) {
	gongtongti.note(
		frm,
		__(
			"The account was changed and is not confirmed. Aid approved before is not paid to it until somebody confirms it who has not changed it."
		),
		"orange"
	);
	if (!(frm.doc.__onload || {}).may_confirm_account) return;
	frm.add_custom_button(__("Confirm the Account"), () =>
		gongtongti.ask({
			title: __("Confirm the Account"),
			fields: [
				gongtongti.about(
					[
						frm.doc.payee_name || frm.doc.guardian_name,
						frm.doc.bank_name,
						frm.doc.bank_account,
					]
						.filter(Boolean)
						.map((text) => frappe.utils.escape_html(text))
						.join(" · ")
				),
			],
			method: "gongtongti.aid.accounts.confirm",
			args: () => ({ pupil: frm.docname }),
			then: () => frm.reload_doc(),
		})
	);
}

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
