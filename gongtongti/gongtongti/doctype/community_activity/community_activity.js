frappe.ui.form.on("Community Activity", {
	setup(frm) {
		gongtongti.approval.summaries[frm.doctype] = summary;
		frm.set_query("kind", () => ({ filters: { out_of_use: 0 } }));
	},

	refresh(frm) {
		gongtongti.approval.refresh(frm);
		if (gongtongti.activities.OPEN.includes(frm.doc.status) && cint(frm.doc.docstatus) === 1) {
			frm.add_custom_button(__("Record as Held"), () =>
				act(frm, "gongtongti.activities.holding.record_held")
			);
			frm.add_custom_button(__("Move to Another Day"), () => move(frm));
			frm.add_custom_button(__("Call Off"), () => call_off(frm));
		}
	},

	before_workflow_action(frm) {
		return gongtongti.approval.before_action(frm);
	},
});

function summary(doc) {
	return [doc.title, doc.kind, doc.host_school, frappe.datetime.str_to_user(doc.starts_on)];
}

async function act(frm, method, values = {}) {
	if (frm.is_dirty()) await frm.save("Update");
	await frappe.xcall(method, {
		name: frm.doc.name,
		...values,
	});
	frm.reload_doc();
}

function move(frm) {
	frappe.prompt(
		[
			{
				fieldname: "starts_on",
				fieldtype: "Datetime",
				label: __("Starts"),
				reqd: 1,
				default: frm.doc.starts_on,
			},
			{
				fieldname: "ends_on",
				fieldtype: "Datetime",
				label: __("Ends"),
				reqd: 1,
				default: frm.doc.ends_on,
			},
			{
				fieldname: "reason",
				fieldtype: "Small Text",
				label: __("Reason of the Change"),
				reqd: 1,
			},
		],
		(values) => act(frm, "gongtongti.activities.holding.move", values),
		__("Move to Another Day")
	);
}

function call_off(frm) {
	frappe.prompt(
		{
			fieldname: "reason",
			fieldtype: "Small Text",
			label: __("Reason of the Change"),
			reqd: 1,
		},
		(values) => act(frm, "gongtongti.activities.holding.call_off", values),
		__("Call Off")
	);
}
