frappe.ui.form.on("Education Community", {
	setup(frm) {
		frm.set_query("bureau_leader", () => ({ filters: { user_type: "System User" } }));
		frm.set_query("school", "members", () => {
			const filters = { status: "In Operation" };
			if (frm.doc.stage && frm.doc.stage !== "Nine-Year School")
				filters.stage = ["in", [frm.doc.stage, "Nine-Year School"]];
			const taken = (frm.doc.members || []).map((row) => row.school).filter(Boolean);
			if (taken.length) filters.name = ["not in", taken];
			return { filters };
		});
	},

	refresh(frm) {
		if (frm.is_new()) {
			gongtongti.note(
				frm,
				__(
					"Add the lead schools in town and the member schools; each school stands in one community only."
				)
			);
			return;
		}
		show_state(frm, (frm.doc.__onload || {}).state);
		offer_reports(frm);
	},

	founded_on(frm) {
		for (const row of frm.doc.members || [])
			if (!row.joined_on)
				frappe.model.set_value(row.doctype, row.name, "joined_on", frm.doc.founded_on);
	},
});

frappe.ui.form.on("Community Member School", {
	members_add(frm, doctype, name) {
		if (frm.doc.founded_on)
			frappe.model.set_value(doctype, name, "joined_on", frm.doc.founded_on);
	},
});

/** What organisation/state.py counts; None means that the reader may not see it. */
function show_state(frm, state) {
	if (!state) return;
	const add = (value, text, colour) => {
		if (value !== null && value !== undefined) frm.dashboard.add_indicator(text, colour);
	};
	add(
		state.placements_running,
		__("Placements on Duty: {0}", [state.placements_running]),
		"green"
	);
	add(
		state.placements_pending,
		__("Placements in Approval: {0}", [state.placements_pending]),
		state.placements_pending ? "orange" : "gray"
	);
	add(
		state.agreements_in_force,
		__("Agreements in Force: {0}", [state.agreements_in_force]),
		state.agreements_in_force ? "green" : "red"
	);
	if (state.agreements_ending)
		add(1, __("Agreements Ending Soon: {0}", [state.agreements_ending]), "orange");
	add(
		state.documents_in_force,
		__("Documents in Force: {0}", [state.documents_in_force]),
		state.documents_in_force ? "green" : "gray"
	);
	add(state.duties_kept, __("Duties Kept: {0}", [state.duties_kept]), "green");
	if (state.duties_due) add(1, __("Duties Still Due: {0}", [state.duties_due]), "orange");
	add(
		state.duties_missed,
		__("Duties Not Kept: {0}", [state.duties_missed]),
		state.duties_missed ? "red" : "gray"
	);
	const missing = (state.posts_missing || []).map(
		(row) => `${frappe.utils.escape_html(row.school)}: ${__(row.post)}`
	);
	if (missing.length && frm.doc.status === "In Operation")
		gongtongti.note(frm, `${__("Posts to Fill")} · ${missing.join(" · ")}`, "orange");
}

function offer_reports(frm) {
	const filters = { community: frm.doc.name };
	const group = __("Reports of This Community");
	for (const report of [
		"Exchange Roster",
		"Pending Approvals",
		"Subject Balance",
		"Community Duties",
	]) {
		frm.add_custom_button(
			__(report),
			() => frappe.set_route("query-report", report, filters),
			group
		);
	}
	const lists = [
		"Exchange Placement",
		"Rural Support Team",
		"Community Agreement",
		"Community Document",
	];
	for (const doctype of lists.filter((name) => frappe.model.can_read(name))) {
		frm.add_custom_button(
			__(doctype),
			() => frappe.set_route("List", doctype, filters),
			__("Show Lists")
		);
	}
	if (frappe.model.can_create("Exchange Placement") && frm.doc.status === "In Operation") {
		frm.add_custom_button(__("New Placement"), () =>
			frappe.new_doc("Exchange Placement", { community: frm.doc.name })
		);
	}
}
