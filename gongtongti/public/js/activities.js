// What the form and the list of activities share.

frappe.provide("gongtongti.activities");

/** Tells how many drafts were made in one go, and which days were left out and why. */
gongtongti.activities.tell_made = function ({ made, skipped, queued }) {
	if (queued) {
		frappe.show_alert(
			__("{0} drafts are being made. You are told when it is done.", [queued])
		);
		return;
	}
	const escape = frappe.utils.escape_html;
	const left_out = skipped
		.map(
			({ day, reason }) => `<li>${frappe.datetime.str_to_user(day)}: ${escape(reason)}</li>`
		)
		.join("");
	frappe.msgprint({
		title: __("Drafts Made: {0}", [made.length]),
		indicator: made.length ? "green" : "orange",
		message: left_out ? `${__("Left out:")}<ul>${left_out}</ul>` : __("No day was left out."),
	});
};
