frappe.ui.form.on("Aid Inspection Case", {
	onload(frm) {
		// whoever opens a case cannot read the pupil before; the server says whether there is one of that number
		frm.get_docfield("pupil").ignore_link_validation = 1;
	},

	refresh(frm) {
		const doc = frm.doc;
		if (frm.is_new()) {
			gongtongti.note(
				frm,
				__(
					"An open case lets you read the record of this one pupil until the day you choose. Every reading is logged."
				)
			);
			if (!doc.expires_on)
				frm.set_value(
					"expires_on",
					frappe.datetime.add_days(frappe.datetime.get_today(), 7)
				);
			return;
		}
		frm.disable_save();
		if (doc.status !== "Still Open" || doc.opened_by !== frappe.session.user) return;
		if (doc.expires_on >= frappe.datetime.get_today())
			frm.add_custom_button(__("Open the Record"), () => open_record(frm));
		frm.add_custom_button(__("Close the Case"), () => close_case(frm));
	},
});

/** The record and the applications in one dialog: lists and forms of pupils are not for discipline inspection. */
async function open_record(frm) {
	const { message } = await frappe.call({
		method: "gongtongti.aid.inspection.read",
		args: { case: frm.docname },
		freeze: true,
	});
	new frappe.ui.Dialog({
		title: __("Aided Pupil"),
		size: "large",
		fields: [
			{
				fieldtype: "HTML",
				fieldname: "record",
				options: [message.record, ...message.applications, ...message.accounts]
					.map(as_table)
					.join(""),
			},
		],
	}).show();
}

function as_table(words) {
	const rows = words.map(([label, value]) => {
		const text = frappe.utils.escape_html(value);
		const shown = value.startsWith("/private/files/")
			? `<a href="${encodeURI(value)}" target="_blank">${text}</a>`
			: text;
		return `<tr><td class="text-muted" style="width: 30%">${frappe.utils.escape_html(
			label
		)}</td><td style="white-space: pre-wrap">${shown}</td></tr>`;
	});
	return `<table class="table table-bordered">${rows.join("")}</table>`;
}

function close_case(frm) {
	gongtongti.ask({
		title: __("Close the Case"),
		fields: [gongtongti.about(__("You can then no longer read the record of this pupil."))],
		method: "gongtongti.aid.inspection.close",
		args: () => ({ name: frm.docname }),
		then: () => frm.reload_doc(),
	});
}
