frappe.ui.form.on("Shared Resource", {
	setup(frm) {
		frm.set_query("replaces", () => ({
			filters: {
				author: frappe.session.user,
				status: gongtongti.activities.RESOURCE_IN_USE,
			},
		}));
	},

	refresh(frm) {
		// a document that is not there yet is nobody's to attach to: the framework attaches the file when it is saved
		frm.get_field("file").df.options = frm.is_new() ? { doctype: null, docname: null } : "";
		const { may_write, may_rate, may_withdraw } = frm.doc.__onload || {};
		if (frm.is_new()) return;
		if (!may_write) frm.disable_form();
		gongtongti.note(
			frm,
			frm.doc.replaced_by
				? __("There is a later version of this resource: {0}", [frm.doc.replaced_by])
				: ""
		);
		if (!frm.doc.withdrawal_reason)
			frm.add_custom_button(__("Use the Resource"), () => use(frm));
		if (may_rate) frm.add_custom_button(__("Give Stars"), () => rate(frm));
		if (may_withdraw) frm.add_custom_button(__("Withdraw the Resource"), () => withdraw(frm));
	},
});

async function use(frm) {
	// before the answer comes: a window that opens later is taken for an unwanted one
	const opened = window.open("", "_blank");
	try {
		const address = await frappe.xcall("gongtongti.activities.sharing.use", {
			name: frm.doc.name,
		});
		opened.opener = null;
		opened.location = address;
	} catch (e) {
		opened.close();
		throw e;
	}
	frm.reload_doc();
}

function rate(frm) {
	gongtongti.ask({
		title: __("Give Stars"),
		fields: [
			{
				fieldname: "stars",
				fieldtype: "Select",
				label: __("Stars (1 to 5)"),
				options: ["5", "4", "3", "2", "1"],
				default: "5",
				reqd: 1,
			},
		],
		method: "gongtongti.activities.sharing.rate",
		args: ({ stars }) => ({ name: frm.doc.name, stars }),
		then: () => frm.reload_doc(),
	});
}

function withdraw(frm) {
	gongtongti.ask({
		title: __("Withdraw the Resource"),
		fields: [
			{
				fieldname: "reason",
				fieldtype: "Small Text",
				label: __("Reason for Withdrawing the Resource"),
				reqd: 1,
			},
		],
		method: "gongtongti.activities.sharing.withdraw",
		args: ({ reason }) => ({ name: frm.doc.name, reason }),
		then: () => frm.reload_doc(),
	});
}
