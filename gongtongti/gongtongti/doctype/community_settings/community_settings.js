frappe.ui.form.on("Community Settings", {
	refresh(frm) {
		// the framework shows the name of a single document as it is stored
		frm.page.set_title(__(frm.doctype));
		const accounts = (frm.doc.__onload && frm.doc.__onload.laden_accounts) || [];
		if (!accounts.length) return;
		const names = accounts.map((name) => frappe.utils.escape_html(name)).join(", ");
		gongtongti.note(
			frm,
			__(
				"These accounts hold most roles of the app, as the setup wizard gives them to its first user: {0}.",
				[names]
			),
			"orange"
		);
		frm.add_custom_button(__("Take the Roles Away"), () =>
			frappe.confirm(
				__("Take away all roles of the app that no seat or post gives? {0}", [names]),
				() =>
					frappe
						.call({
							method: "gongtongti.organisation.wizard.take_away",
							type: "POST",
							freeze: true,
						})
						.then(() => window.location.reload())
			)
		);
	},
});
