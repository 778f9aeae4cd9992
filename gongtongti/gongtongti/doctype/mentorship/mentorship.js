frappe.ui.form.on("Mentorship", {
	setup(frm) {
		for (const side of ["mentor", "trainee"])
			frm.set_query(side, () => ({
				query: "gongtongti.activities.lessons.search_teachers",
				filters: { community: frm.doc.community || "", day: frm.doc.from_date },
			}));
	},

	refresh(frm) {
		const { may_write, may_confirm } = frm.doc.__onload || {};
		if (!frm.is_new() && !may_write) frm.disable_form();
		gongtongti.note(
			frm,
			may_confirm
				? __("Confirm the guidances and the result if they are as they are entered here.")
				: ""
		);
		if (may_confirm) frm.add_custom_button(__("Confirm the Mentorship"), () => confirm(frm));
	},
});

async function confirm(frm) {
	if (frm.is_dirty()) await frm.save();
	frappe.confirm(__("Are the guidances and the result as they are entered here?"), async () => {
		await frappe.xcall("gongtongti.activities.mentoring.confirm", { name: frm.doc.name });
		frm.reload_doc();
	});
}
