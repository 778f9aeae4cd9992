frappe.ui.form.on("Exchange Placement", {
	setup(frm) {
		frm.set_query("plan", () => ({ filters: { status: "Published" } }));
		frm.set_query("community", () => ({ filters: { status: "In Operation" } }));
		frm.set_query("home_school", () => schools(frm, "home"));
		frm.set_query("host_school", () => schools(frm, "host"));
		frm.set_query("subject", () => ({ filters: { disabled: 0 } }));
		// people who are elsewhere at that time would be refused when the placement is sent
		frm.set_query("staff", () => ({
			query: "gongtongti.exchange.people.search",
			filters: Object.fromEntries(
				[
					"name",
					"kind",
					"mode",
					"home_school",
					"start_date",
					"end_date",
					...gongtongti.exchange.WEEKDAYS,
				]
					.filter((fieldname) => frm.doc[fieldname])
					.map((fieldname) => [fieldname, frm.doc[fieldname]])
			),
		}));
		frm.set_query("support_team", () => ({
			filters: {
				community: frm.doc.community || ["is", "set"],
				school_year: frm.doc.school_year || ["is", "set"],
				status: ["!=", "Dissolved"],
			},
		}));
		frm.set_query("counterpart", () => ({
			filters: {
				mode: "Short Swap",
				home_school: frm.doc.host_school || ["is", "set"],
				host_school: frm.doc.home_school || ["is", "set"],
				name: ["!=", frm.docname],
				status: ["not in", gongtongti.exchange.NO_LONGER],
			},
		}));
	},

	onload(frm) {
		if (frm.is_new() && !frm.doc.plan) suggest_plan(frm);
	},

	refresh(frm) {
		limit_modes(frm);
		gongtongti.load_members(frm);
		weekdays_in_a_row(frm);
		gongtongti.approval.refresh(frm);
		if (frm.is_new() && gongtongti.approval.is_draft(frm.doc)) {
			gongtongti.note(
				frm,
				__(
					"Choose the kind and the person first; school, subject and dates follow from them."
				)
			);
		}
		if (cint(frm.doc.docstatus) === 1 && gongtongti.exchange.OPEN.includes(frm.doc.status))
			offer_changes(frm);
	},

	before_workflow_action(frm) {
		return gongtongti.approval.before_action(frm);
	},

	plan(frm) {
		suggest_dates(frm);
	},

	kind(frm) {
		limit_modes(frm);
		if (frm.doc.kind !== "Teacher Exchange") frm.set_value("support_team", null);
	},

	async community(frm) {
		await gongtongti.load_members(frm);
		for (const fieldname of ["home_school", "host_school"]) {
			const school = frm.doc[fieldname];
			if (school && frm.members && !frm.members.includes(school))
				frm.set_value(fieldname, null);
		}
	},

	async staff(frm) {
		// what follows from the person goes with the person
		if (!frm.doc.staff) return frm.set_value("subject", null);
		const { message } = await frappe.db.get_value("School Staff", frm.doc.staff, [
			"school",
			"subject",
		]);
		if (!message) return;
		if (frm.members && !frm.members.includes(message.school))
			await frm.set_value("community", null);
		await frm.set_value("home_school", message.school);
		await frm.set_value("subject", message.subject || null);
		if (!frm.doc.community) suggest_community(frm, message.school);
	},

	mode(frm) {
		if (frm.doc.mode === "Fixed Weekdays") return;
		for (const day of gongtongti.exchange.WEEKDAYS) if (frm.doc[day]) frm.set_value(day, 0);
	},
});

/** The schools of the chosen community on the side (home or host) that the kind asks for. */
function schools(frm, side) {
	const filters = { status: "In Operation" };
	const location = (gongtongti.exchange.KINDS[frm.doc.kind] || {})[side];
	const other = frm.doc[side === "home" ? "host_school" : "home_school"];
	if (location) filters.location = location;
	if (frm.members) {
		const names = frm.members.filter((school) => school !== other);
		filters.name = ["in", names];
	} else if (other) {
		filters.name = ["!=", other];
	}
	return { filters };
}

function limit_modes(frm) {
	const kinds = gongtongti.exchange.KINDS;
	const modes = (kinds[frm.doc.kind] || kinds["Teacher Exchange"]).modes;
	frm.set_df_property("mode", "options", modes);
	if (gongtongti.approval.is_draft(frm.doc) && frm.doc.kind && !modes.includes(frm.doc.mode))
		frm.set_value("mode", modes[0]);
}

async function suggest_plan(frm) {
	const plans = await frappe.db.get_list("Exchange Plan", {
		filters: { status: "Published" },
		fields: ["name"],
		order_by: "school_year desc",
		limit: 1,
	});
	if (plans.length && !frm.doc.plan) frm.set_value("plan", plans[0].name);
}

async function suggest_dates(frm) {
	if (!frm.doc.plan || (frm.doc.start_date && frm.doc.end_date)) return;
	const plan = (await frappe.db.get_value("Exchange Plan", frm.doc.plan, "school_year")).message;
	if (!plan || !plan.school_year) return;
	const year = (
		await frappe.db.get_value("Community School Year", plan.school_year, [
			"start_date",
			"end_date",
		])
	).message;
	if (!year) return;
	const today = frappe.datetime.get_today();
	if (!frm.doc.start_date)
		frm.set_value("start_date", year.start_date > today ? year.start_date : today);
	if (!frm.doc.end_date) frm.set_value("end_date", year.end_date);
}

async function suggest_community(frm, school) {
	const found = await frappe.db.get_list("Education Community", {
		filters: [
			["Community Member School", "school", "=", school],
			["Community Member School", "left_on", "is", "not set"],
			["Education Community", "status", "=", "In Operation"],
		],
		fields: ["name"],
		limit: 2,
	});
	if (found.length === 1 && !frm.doc.community) frm.set_value("community", found[0].name);
}

function weekdays_in_a_row(frm) {
	const column = frm.get_field("monday").$wrapper.parent();
	column.css({ display: "flex", flexWrap: "wrap", columnGap: "2rem" });
}

function offer_changes(frm) {
	if (!frappe.model.can_create("Placement Change")) return;
	const started = frm.doc.start_date <= frappe.datetime.get_today();
	const types = started ? ["Term Extension", "Early End"] : ["Term Extension", "Cancellation"];
	for (const type of types) {
		frm.add_custom_button(
			__(type),
			() =>
				frappe.new_doc("Placement Change", { placement: frm.docname, change_type: type }),
			__("Change Placement")
		);
	}
}
