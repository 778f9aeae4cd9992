frappe.ui.form.on("Community Document", {
	refresh(frm) {
		if (frm.is_new())
			gongtongti.note(
				frm,
				__(
					"Submitting puts this version in force; the version before it is kept and marked as superseded."
				)
			);
		if (
			cint(frm.doc.docstatus) === 1 &&
			frm.doc.status === "In Force" &&
			frappe.model.can_create(frm.doctype)
		) {
			frm.add_custom_button(__("Draft the Next Version"), () =>
				frappe.new_doc("Community Document", {
					title: frm.doc.title,
					community: frm.doc.community,
					document_type: frm.doc.document_type,
				})
			);
		}
	},
});
