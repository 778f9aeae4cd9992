frappe.ui.form.on("School Pairing", {
	setup(frm) {
		gongtongti.approval.summaries[frm.doctype] = (doc) => [
			__(doc.kind),
			doc.title,
			[doc.from_date, doc.to_date]
				.map((day) => frappe.datetime.str_to_user(day))
				.join(" ~ "),
		];
		for (const side of ["a", "b"]) {
			frm.set_query(`school_${side}`, () => ({
				filters: frm.members ? { name: ["in", frm.members] } : {},
			}));
			frm.set_query(`teacher_${side}`, () => ({
				filters: { school: frm.doc[`school_${side}`] || "", status: "In Service" },
			}));
		}
	},

	refresh(frm) {
		gongtongti.approval.refresh(frm);
		gongtongti.load_members(frm);
		if (frm.doc.kind === "Family Pairing" && frappe.model.can_read("Exchange Pupil"))
			frm.add_custom_button(__("Pupils of the Families"), () =>
				frappe.set_route("List", "Exchange Pupil", {
					"Exchange Pupil Pairing.pairing": frm.doc.name,
				})
			);
		if (
			frm.doc.status === gongtongti.activities.PAIRING_RUNNING &&
			frappe.model.can_create(frm.doctype)
		)
			frm.add_custom_button(__("End the Pairing"), () => end(frm));
	},

	community(frm) {
		gongtongti.load_members(frm);
	},

	before_workflow_action(frm) {
		return gongtongti.approval.before_action(frm);
	},
});

async function end(frm) {
	if (frm.is_dirty()) await frm.save("Update");
	gongtongti.ask({
		title: __("End the Pairing"),
		fields: [
			{
				fieldname: "reason",
				fieldtype: "Small Text",
				label: __("Reason for Ending the Pairing"),
				reqd: 1,
			},
		],
		method: "gongtongti.activities.pairings.end",
		args: ({ reason }) => ({ name: frm.docname, reason }),
		then: () => frm.reload_doc(),
	});
}
