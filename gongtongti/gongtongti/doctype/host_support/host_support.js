frappe.ui.form.on("Host Support", {
	setup(frm) {
		const of_host = () => ({ filters: { school: frm.doc.host_school, status: "In Service" } });
		frm.set_query("given_by", "items", of_host);
		frm.set_query("talked_by", "talks", of_host);
	},

	refresh(frm) {
		const { may_write, may_confirm } = frm.doc.__onload || {};
		if (!may_write) frm.disable_form();
		gongtongti.note(
			frm,
			may_confirm
				? __(
						"The host school has entered what it provided. Confirm it if you have received it."
				  )
				: ""
		);
		if (may_confirm) frm.add_custom_button(__("Confirm Receipt"), () => confirm(frm));
	},
});

function confirm(frm) {
	frappe.confirm(__("Have you received everything that is entered here?"), () =>
		frappe
			.call({
				method: "gongtongti.activities.hosting.confirm_receipt",
				args: { name: frm.doc.name },
				freeze: true,
			})
			.then(() => frm.reload_doc())
	);
}
