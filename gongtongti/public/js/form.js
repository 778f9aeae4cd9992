// What forms share: one dialog for one request, one note at the head, amounts, what follows from a choice.

frappe.provide("gongtongti");

/**
 * The dialog stays open when the request is refused, and cannot send it twice.
 *
 * In: title, fields (of frappe.ui.Dialog), label of the button, method (POST), args (values of the dialog -> arguments),
 * then (called with the answer). Out: the dialog.
 */
gongtongti.ask = function ({ title, fields, label, method, args, then }) {
	const dialog = new frappe.ui.Dialog({
		title: title,
		fields: fields,
		primary_action_label: label || title,
		primary_action: (values) => {
			if (dialog.sending) return;
			dialog.sending = true;
			dialog.disable_primary_action();
			// the framework's own promise knows no finally()
			Promise.resolve(frappe.call({ method: method, args: args(values), freeze: true }))
				.then((answer) => {
					dialog.hide();
					then(answer.message);
				})
				.catch(() => dialog.enable_primary_action())
				.finally(() => (dialog.sending = false));
		},
	});
	dialog.show();
	return dialog;
};

/** A paragraph at the head of a dialog. `html` is trusted: escape what somebody entered. */
gongtongti.about = (html) => ({
	fieldname: "about",
	fieldtype: "HTML",
	options: `<p>${html}</p>`,
});

/** The one note at the head of a form, in place of the framework's and of those from earlier refreshes. `html` is trusted. */
gongtongti.note = function (frm, html, colour) {
	frm.set_intro("");
	if (html) frm.set_intro(html, colour || "blue");
};

/** Whether the session's user holds one of these roles. */
gongtongti.is_one_of = (...roles) => roles.some((role) => frappe.user.has_role(role));

/** An amount of the document as text, with its currency's sign. */
gongtongti.money = (amount, doc) => format_currency(amount, (doc && doc.currency) || "CNY");

/** Links to what hardly anybody may open, and the framework therefore shows as stored: accounts by name, types and roles translated. */
gongtongti.LINKS = {
	User: (value) => frappe.user.full_name(value),
	DocType: (value) => __(value),
	Role: (value) => __(value),
};
gongtongti.say_links = function (frm) {
	for (const field of frm.fields) {
		const { options, fieldtype, read_only } = field.df;
		const say = gongtongti.LINKS[options];
		if (fieldtype !== "Link" || !say || !read_only) continue;
		field.df.formatter = (value) => (value ? frappe.utils.escape_html(say(value)) : "");
		field.refresh();
	}
};

/** `frm.members`: the schools that belong to the chosen community today, as the server says; null without a community. */
gongtongti.load_members = async function (frm) {
	const community = frm.doc.community;
	if (!community) {
		frm.members = null;
		return;
	}
	const doc = await frappe.model.with_doc("Education Community", community);
	if (frm.doc.community === community) frm.members = (doc && doc.__onload?.schools) || [];
};

/** The school of the chosen pupil, which the server will fill in, shown at once. */
gongtongti.take_school_from_pupil = async function (frm) {
	const pupil = frm.doc.pupil;
	const { message } = pupil ? await frappe.db.get_value("Aided Pupil", pupil, "school") : {};
	if (frm.doc.pupil === pupil) frm.set_value("school", (message && message.school) || null);
};
