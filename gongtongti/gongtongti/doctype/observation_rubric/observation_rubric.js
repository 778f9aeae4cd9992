frappe.ui.form.on("Observation Rubric", {
	refresh(frm) {
		if (frm.is_new() || cint(frm.doc.docstatus) === 0)
			gongtongti.note(
				frm,
				__(
					"Submitting puts this version in force and freezes it; the version before it is no longer chosen for new sheets."
				)
			);
		else if (frm.doc.status === "In Force" && frappe.model.can_create(frm.doctype))
			frm.add_custom_button(__("Draft the Next Version"), async () => {
				const draft = await frappe.xcall("gongtongti.activities.rubrics.draft_next", {
					name: frm.doc.name,
				});
				frappe.set_route("Form", frm.doctype, draft.name);
			});
	},
});
