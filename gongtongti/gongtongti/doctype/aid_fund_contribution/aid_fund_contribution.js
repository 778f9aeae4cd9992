frappe.ui.form.on("Aid Fund Contribution", {
	setup(frm) {
		frm.set_query("fund", () => ({ filters: { status: "In Operation" } }));
		frm.set_query("school", () => ({ filters: { status: "In Operation" } }));
	},

	refresh(frm) {
		const doc = frm.doc;
		if (!cint(doc.docstatus) && frm.perm[0].write)
			gongtongti.note(
				frm,
				__(
					"Submitting books the money. What is booked is not changed any more, only reversed by a counter-entry."
				)
			);
		if (doc.status === "Reversed")
			gongtongti.note(
				frm,
				__("Reversed: {0}", [frappe.utils.escape_html(doc.reversal_reason || "")]),
				"red"
			);
		if (cint(doc.docstatus) !== 1) return;
		if (frappe.model.can_print(null, frm))
			frm.add_custom_button(__("Print the Receipt"), () => frm.print_doc());
		if (doc.status === "In the Ledger" && gongtongti.is_one_of(gongtongti.roles.FINANCE))
			frm.add_custom_button(__("Reverse"), () => reverse(frm));
	},

	source(frm) {
		if (frm.doc.source !== "School") frm.set_value("school", null);
		if (frm.doc.source === "School") frm.set_value("donor_name", null);
		if (frm.doc.source !== "Social Donation") frm.set_value({ anonymous: 0, publish_name: 0 });
	},

	anonymous(frm) {
		if (cint(frm.doc.anonymous)) frm.set_value({ donor_name: null, publish_name: 0 });
	},
});

function reverse(frm) {
	gongtongti.ask({
		title: __("Reverse"),
		fields: [
			gongtongti.about(
				__(
					"A counter-entry takes {0} out of the fund {1}. The first entry stays in the books.",
					[
						gongtongti.money(frm.doc.amount, frm.doc),
						frappe.utils.escape_html(frm.doc.fund),
					]
				)
			),
			{
				fieldname: "reason",
				fieldtype: "Small Text",
				label: __("Reason for the Reversal"),
				reqd: 1,
			},
		],
		method: "gongtongti.aid.contributions.reverse",
		args: ({ reason }) => ({ name: frm.docname, reason: reason }),
		then: () => {
			frappe.show_alert({
				message: __("The contribution is reversed."),
				indicator: "green",
			});
			frm.reload_doc();
		},
	});
}
