frappe.ui.form.on("Aid Follow Up", {
	setup(frm) {
		const of_pupil = (filters) => () => ({
			filters: { pupil: frm.doc.pupil || ["is", "set"], ...filters },
		});
		frm.set_query("risk", of_pupil({ status: ["in", gongtongti.aid.WATCHED] }));
		frm.set_query("application", of_pupil({ docstatus: 1 }));
		frm.set_query("visitor", () => ({
			filters: { school: frm.doc.school || ["is", "set"], status: "In Service" },
		}));
	},

	onload(frm) {
		if (frm.is_new() && frm.doc.pupil && !frm.doc.school)
			gongtongti.take_school_from_pupil(frm);
	},

	refresh(frm) {
		if (frm.is_new())
			gongtongti.note(
				frm,
				__(
					"Write down what the visit found: is the pupil at school, has the aid arrived, what is needed."
				)
			);
		else if (!cint(frm.doc.still_at_school))
			gongtongti.note(frm, __("The pupil was not at school at this visit."), "red");
		for (const fieldname of ["pupil", "risk"])
			frm.set_df_property(fieldname, "read_only", frm.is_new() ? 0 : 1);
		if (frm.doc.risk && !frm.is_new())
			frm.add_custom_button(__("Open the Risk"), () =>
				frappe.set_route("Form", "Dropout Risk", frm.doc.risk)
			);
	},

	pupil(frm) {
		gongtongti.take_school_from_pupil(frm);
	},

	async risk(frm) {
		if (!frm.doc.risk || frm.doc.pupil) return;
		const { message } = await frappe.db.get_value("Dropout Risk", frm.doc.risk, "pupil");
		if (message) frm.set_value("pupil", message.pupil);
	},
});
