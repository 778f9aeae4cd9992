frappe.ui.form.on("Community Agreement", {
	setup(frm) {
		frm.set_query("school", "parties", () => ({ filters: { status: "In Operation" } }));
		frm.set_query("renews", () => ({
			filters: {
				community: frm.doc.community || ["is", "set"],
				docstatus: 1,
				name: ["!=", frm.docname],
			},
		}));
	},

	refresh(frm) {
		if (cint(frm.doc.docstatus) !== 1) return;
		const days = frappe.datetime.get_day_diff(frm.doc.term_end, frappe.datetime.get_today());
		if (frm.doc.status === "In Force" && days >= 0 && days <= 30)
			gongtongti.note(
				frm,
				__("This agreement ends in {0} days. Prepare its renewal.", [days]),
				"orange"
			);
		if (frappe.model.can_create("Community Agreement")) {
			frm.add_custom_button(__("Renew Agreement"), () =>
				frappe.new_doc("Community Agreement", {
					title: frm.doc.title,
					community: frm.doc.community,
					agreement_type: frm.doc.agreement_type,
					term_start: frappe.datetime.add_days(frm.doc.term_end, 1),
					renews: frm.docname,
				})
			);
		}
	},
});
