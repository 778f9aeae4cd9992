frappe.ui.form.on("Open Lesson", {
	setup(frm) {
		frm.set_query("subject", () => ({ filters: { disabled: 0 } }));
		frm.set_query("teacher", () => ({
			query: "gongtongti.activities.lessons.search_teachers",
			filters: { community: frm.doc.community, day: frm.doc.lesson_date },
		}));
		frm.set_query("school", () => ({
			filters: frm.members ? { name: ["in", frm.members.map((row) => row.school)] } : {},
		}));
		frm.set_query("activity", () => ({
			filters: {
				community: frm.doc.community || ["is", "set"],
				docstatus: 1,
			},
		}));
	},

	refresh(frm) {
		gongtongti.load_members(frm);
		if (frm.is_new()) return;
		const STATUS = gongtongti.activities.LESSON;
		gongtongti.note(
			frm,
			frm.doc.status === STATUS.GIVEN
				? __("What the observers gave is seen once the discussion is recorded here.")
				: ""
		);
		if (
			frappe.model.can_create("Lesson Observation") &&
			frm.doc.lesson_date <= frappe.datetime.get_today()
		)
			frm.add_custom_button(__("My Observation Sheet"), () => own_sheet(frm));
		if (frappe.model.can_read("Lesson Observation") && frm.doc.status === STATUS.DISCUSSED)
			frm.add_custom_button(__("All Sheets of This Lesson"), () =>
				frappe.set_route("List", "Lesson Observation", { lesson: frm.doc.name })
			);
	},

	community(frm) {
		gongtongti.load_members(frm);
	},
});

/** The sheet that the reader has begun, or a new one. */
async function own_sheet(frm) {
	const [found] = await frappe.db.get_list("Lesson Observation", {
		filters: { lesson: frm.doc.name, observer: frappe.session.user },
		limit: 1,
	});
	if (found) frappe.set_route("Form", "Lesson Observation", found.name);
	else frappe.new_doc("Lesson Observation", { lesson: frm.doc.name });
}
