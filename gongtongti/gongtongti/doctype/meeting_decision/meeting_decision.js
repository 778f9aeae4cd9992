frappe.ui.form.on("Meeting Decision", {
	setup(frm) {
		frm.set_query("meeting", () => ({
			filters: { status: ["in", gongtongti.meetings.OPEN] },
		}));
		frm.set_query("owner_staff", () => ({ filters: { status: "In Service" } }));
	},

	refresh(frm) {
		const { may_keep, in_force } = frm.doc.__onload || {};
		if (!in_force || frm.doc.status !== gongtongti.decisions.STATUS.OPEN) return;
		const mine = may_keep || frm.doc.owner_user === frappe.session.user;
		if (mine)
			add(frm, __("Report as Carried Out"), "gongtongti.activities.decisions.carry_out");
		if (may_keep) add(frm, __("Give Up"), "gongtongti.activities.decisions.give_up");
	},
});

function add(frm, label, method) {
	frm.add_custom_button(label, () =>
		frappe.prompt(
			{
				fieldname: "result",
				fieldtype: "Small Text",
				label: __("Feedback on the Result"),
				reqd: 1,
				default: frm.doc.result,
			},
			async ({ result }) => {
				await frappe.xcall(method, { name: frm.doc.name, result });
				frm.reload_doc();
			},
			label
		)
	);
}
