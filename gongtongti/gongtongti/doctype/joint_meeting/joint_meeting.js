frappe.ui.form.on("Joint Meeting", {
	setup(frm) {
		const in_service = () => ({ filters: { status: "In Service" } });
		frm.set_query("staff", "attendees", in_service);
		frm.set_query("chair", in_service);
		frm.set_query("note_taker", in_service);
	},

	refresh(frm) {
		const { may_keep, decisions } = frm.doc.__onload || {};
		show_decisions(frm, decisions || []);
		if (!may_keep) frm.disable_save();
		if (!may_keep || !gongtongti.meetings.OPEN.includes(frm.doc.status)) return;
		frm.add_custom_button(__("Close the Meeting"), () =>
			act(frm, "gongtongti.activities.meetings.close")
		).addClass("btn-primary");
		frm.add_custom_button(__("Add a Decision"), () =>
			frappe.new_doc("Meeting Decision", {
				meeting: frm.doc.name,
				community: frm.doc.community,
			})
		);
		frm.add_custom_button(__("Move to Another Day"), () => move(frm));
		frm.add_custom_button(__("Call Off"), () => call_off(frm));
	},
});

async function act(frm, method, values = {}) {
	if (frm.is_dirty()) await frm.save();
	await frappe.xcall(method, { name: frm.doc.name, ...values });
	frm.reload_doc();
}

const REASON = {
	fieldname: "reason",
	fieldtype: "Small Text",
	label: __("Reason of the Change"),
	reqd: 1,
};

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
			REASON,
		],
		(values) => act(frm, "gongtongti.activities.meetings.move", values),
		__("Move to Another Day")
	);
}

function call_off(frm) {
	frappe.prompt(
		REASON,
		(values) => act(frm, "gongtongti.activities.meetings.call_off", values),
		__("Call Off")
	);
}

function show_decisions(frm, decisions) {
	const escape = (text) => frappe.utils.escape_html(text || "");
	const rows = decisions.map(
		(row) => `<tr>
			<td><a href="${frappe.utils.get_form_link("Meeting Decision", row.name)}">${escape(
			row.decision
		)}</a></td>
			<td>${escape(row.owner_name)}</td>
			<td>${row.due_date ? frappe.datetime.str_to_user(row.due_date) : ""}</td>
			<td>${__(row.status)}</td>
			<td>${escape(row.result)}</td>
		</tr>`
	);
	const heads = [
		__("Decision"),
		__("Responsible for It"),
		__("Due by"),
		__("Status"),
		__("Feedback on the Result"),
	].map((text) => `<th>${text}</th>`);
	frm.get_field("decisions_html").$wrapper.html(
		rows.length
			? `<table class="table table-bordered"><thead><tr>${heads.join(
					""
			  )}</tr></thead><tbody>${rows.join("")}</tbody></table>`
			: `<p class="text-muted">${__("No decisions yet")}</p>`
	);
}
