frappe.ui.form.on("Dropout Risk", {
	setup(frm) {
		frm.set_query("pupil", () => ({ filters: { status: "At School" } }));
		frm.set_query("visitor", () => ({
			filters: { school: frm.doc.school || ["is", "set"], status: "In Service" },
		}));
	},

	onload(frm) {
		if (frm.is_new() && frm.doc.pupil && !frm.doc.school)
			gongtongti.take_school_from_pupil(frm);
	},

	refresh(frm) {
		if (frm.is_new()) {
			gongtongti.note(frm, __("Say what points to a dropout, who visits, and by when."));
			return;
		}
		frm.set_df_property("pupil", "read_only", 1);
		if (!is_watched(frm.doc)) {
			frm.set_read_only();
			frm.disable_save();
		} else {
			// the server says whether it is visited; the reader says how it ended
			frm.set_df_property("status", "options", [
				frm.doc.status,
				"Risk Resolved",
				"Left School",
			]);
		}
		show_next_step(frm);
		offer_actions(frm);
	},

	pupil(frm) {
		gongtongti.take_school_from_pupil(frm);
	},
});

const is_watched = (doc) => !doc.closed_on;

/** Whether a visit is due, and what comes after it; aid/watch.py says the same. */
function show_next_step(frm) {
	const { visit_by, last_visit } = frm.doc;
	if (!is_watched(frm.doc)) return;
	const today = frappe.datetime.get_today();
	const is_due = !last_visit || visit_by > last_visit;
	if (is_due && visit_by < today)
		gongtongti.note(
			frm,
			__("The visit is {0} days overdue.", [frappe.datetime.get_day_diff(today, visit_by)]),
			"red"
		);
	else if (is_due)
		gongtongti.note(
			frm,
			__("To be visited by {0}.", [frappe.datetime.str_to_user(visit_by, false, true)]),
			"orange"
		);
	else
		gongtongti.note(
			frm,
			__("Visited. Once the pupil stays at school, set the status and write the outcome."),
			"blue"
		);
}

function offer_actions(frm) {
	const { pupil, visitor } = frm.doc;
	const is_open = is_watched(frm.doc);
	if (is_open && frappe.model.can_create("Aid Follow Up"))
		frm.add_custom_button(__("Record a Visit"), () =>
			frappe.new_doc("Aid Follow Up", { risk: frm.docname, pupil: pupil, visitor: visitor })
		);
	if (is_open && frappe.model.can_create("Aid Application"))
		frm.add_custom_button(__("New Application"), () =>
			frappe.new_doc("Aid Application", { pupil: pupil })
		);
	if (frappe.model.can_read("Aid Follow Up"))
		frm.add_custom_button(
			__("Aid Follow Up"),
			() => frappe.set_route("List", "Aid Follow Up", { risk: frm.docname }),
			__("Show Lists")
		);
}
