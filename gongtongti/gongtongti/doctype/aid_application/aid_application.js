const summary = (doc) => [
	doc.name,
	__(doc.purpose),
	gongtongti.money(doc.amount, doc),
	doc.school,
	__(doc.grade),
	`${doc.school_year} ${__(doc.term)}`,
	cint(doc.special_hardship) ? __("Special Hardship") : "",
	cint(doc.fast_track) ? __("Fast Track") : "",
];

frappe.ui.form.on("Aid Application", {
	setup(frm) {
		gongtongti.approval.summaries[frm.doctype] = summary;
		frm.set_query("pupil", () => ({ filters: { status: "At School" } }));
		frm.set_query("fund", () => ({
			filters: frm.funds ? { name: ["in", frm.funds] } : { status: "In Operation" },
		}));
	},

	onload(frm) {
		if (!frm.is_new()) return;
		suggest_fund(frm);
		suggest_term(frm);
		if (frm.doc.pupil && !frm.doc.school) take_from_pupil(frm);
	},

	refresh(frm) {
		gongtongti.approval.refresh(frm);
		show_outcome(frm);
		show_pupil(frm);
		show_fund(frm);
		limit_fast_track(frm);
		if (frm.is_new())
			gongtongti.note(
				frm,
				__(
					"Choose the pupil and the fund; purposes and ceilings follow from the fund. Names stay in the pupil's record."
				)
			);
		else offer_actions(frm);
	},

	before_workflow_action(frm) {
		return gongtongti.approval.before_action(frm);
	},

	pupil(frm) {
		take_from_pupil(frm);
	},

	fund(frm) {
		show_fund(frm);
	},

	purpose(frm) {
		show_fund(frm);
	},

	special_hardship(frm) {
		limit_fast_track(frm);
	},
});

/** What the server will fill in from the pupil, shown at once. */
async function take_from_pupil(frm) {
	const pupil = frm.doc.pupil;
	const { message } = pupil
		? await frappe.db.get_value("Aided Pupil", pupil, ["school", "grade", "special_hardship"])
		: {};
	if (frm.doc.pupil !== pupil) return;
	const { school, grade, special_hardship } = message || {};
	await frm.set_value({
		school: school || null,
		grade: grade || null,
		special_hardship: cint(special_hardship),
	});
	limit_fast_track(frm);
	show_pupil(frm);
	show_fund(frm);
}

/** Who the number is, for the leaders of the pupil's school; nothing of it is stored with the application. */
async function show_pupil(frm) {
	const pupil = frm.doc.pupil;
	let text = "";
	if (pupil && gongtongti.is_one_of(...gongtongti.roles.SCHOOL_LEADERS)) {
		const { message } = await frappe.db.get_value("Aided Pupil", pupil, [
			"pupil_name",
			"class_name",
		]);
		if (frm.doc.pupil !== pupil) return;
		text = [message && message.pupil_name, message && message.class_name]
			.filter(Boolean)
			.join(" · ");
	}
	frm.set_df_property("pupil", "description", frappe.utils.escape_html(text));
}

/** The funds that the user's own schools may ask: the district's and those of their communities. The only one is chosen. */
async function suggest_fund(frm) {
	const [funds, communities] = await Promise.all([
		frappe.db.get_list("Aid Fund", {
			filters: { status: "In Operation" },
			fields: ["name", "community"],
			limit: 0,
		}),
		frappe.db.get_list("Education Community", { fields: ["name"], limit: 0 }),
	]);
	const own = communities.map((row) => row.name);
	frm.funds = funds
		.filter((fund) => !fund.community || own.includes(fund.community))
		.map((fund) => fund.name);
	if (frm.is_new() && !frm.doc.fund && frm.funds.length === 1)
		frm.set_value("fund", frm.funds[0]);
}

/** The term that today lies in; where the school year does not say when the second one begins, it is 1 March. */
async function suggest_term(frm) {
	if (frm.doc.school_year) return;
	const today = frappe.datetime.get_today();
	const [year] = await frappe.db.get_list("Community School Year", {
		filters: { start_date: ["<=", today], end_date: [">=", today] },
		fields: ["name", "end_date", "second_term_start"],
		limit: 1,
	});
	if (!year || frm.doc.school_year) return;
	const turn = year.second_term_start || `${year.end_date.slice(0, 4)}-03-01`;
	frm.set_value({
		school_year: year.name,
		term: today < turn ? "First Term" : "Second Term",
	});
}

/** Only purposes of the fund, the ceiling beside the amount, and what the fund has. */
async function show_fund(frm) {
	const name = frm.doc.fund;
	if (name && (!frm.fund_doc || frm.fund_doc.name !== name))
		frm.fund_doc = await frappe.db.get_doc("Aid Fund", name);
	if (frm.doc.fund !== name) return;
	const fund = name ? frm.fund_doc : null;
	const rows = (fund && fund.purposes) || [];

	const purposes = rows.map((row) => row.purpose);
	if (frm.doc.purpose && !purposes.includes(frm.doc.purpose)) {
		if (frm.is_new() && purposes.length) frm.set_value("purpose", null);
		else purposes.push(frm.doc.purpose);
	}
	if (fund) frm.set_df_property("purpose", "options", ["", ...purposes]);

	const row = rows.find((each) => each.purpose === frm.doc.purpose);
	const ceiling =
		row && (cint(frm.doc.special_hardship) ? row.special_ceiling : row.ceiling || 0);
	frm.set_df_property(
		"amount",
		"description",
		row ? __("At most {0} per term for this pupil", [gongtongti.money(ceiling, fund)]) : ""
	);
	frm.set_df_property(
		"fund",
		"description",
		fund ? __("Available: {0}", [gongtongti.money(fund.available, fund)]) : ""
	);
}

function limit_fast_track(frm) {
	const special = cint(frm.doc.special_hardship);
	frm.toggle_display("fast_track", Boolean(special || cint(frm.doc.fast_track)));
	if (!special && cint(frm.doc.fast_track) && gongtongti.approval.is_draft(frm.doc))
		frm.set_value("fast_track", 0);
}

/** Where the money is, once the approval is over. */
function show_outcome(frm) {
	const doc = frm.doc;
	const day = (value) => frappe.datetime.str_to_user(value, false, true);
	if (doc.status === gongtongti.aid.APPROVED && doc.disbursement)
		gongtongti.note(frm, __("Approved. Being paid with {0}.", [doc.disbursement]), "blue");
	else if (doc.status === gongtongti.aid.APPROVED)
		gongtongti.note(frm, __("Approved. Waiting to be paid by the finance section."), "blue");
	else if (doc.status === gongtongti.aid.PAID && doc.paid_on)
		gongtongti.note(
			frm,
			__("Paid on {0} with {1}.", [day(doc.paid_on), doc.disbursement || ""]),
			"green"
		);
	else if (doc.status === gongtongti.aid.STOPPED)
		gongtongti.note(
			frm,
			__("Stopped: {0}", [frappe.utils.escape_html(doc.stop_reason || "")]),
			"red"
		);
}

function offer_actions(frm) {
	const doc = frm.doc;
	const cares = gongtongti.is_one_of(
		...gongtongti.roles.SCHOOL_LEADERS,
		gongtongti.roles.BASIC_EDUCATION
	);
	if (frappe.model.can_print(null, frm))
		frm.add_custom_button(__("Print the Form"), () => frm.print_doc());
	const goes_on = doc.status === gongtongti.aid.PAID && cint(doc.recurring) && !doc.stopped_on;
	if (
		cares &&
		cint(doc.docstatus) === 1 &&
		((doc.status === gongtongti.aid.APPROVED && !doc.disbursement) || goes_on)
	)
		frm.add_custom_button(__("Stop Aid"), () => stop(frm));
	if (cares && doc.status === gongtongti.aid.PAID)
		frm.add_custom_button(__("New Follow-Up"), () =>
			frappe.new_doc("Aid Follow Up", { pupil: doc.pupil, application: doc.name })
		);
	// whoever has sent or signed it would be refused
	const me = frappe.session.user;
	const had_part =
		doc.submitted_by === me ||
		(doc.signatures || []).some(
			(row) => row.signer === me && !gongtongti.approval.NEGATIVE.includes(row.decision)
		);
	if (
		doc.status === gongtongti.aid.APPROVED &&
		!doc.disbursement &&
		!had_part &&
		frappe.model.can_create("Aid Disbursement")
	)
		frm.add_custom_button(__("New Aid Payment"), () =>
			frappe.new_doc("Aid Disbursement", { fund: doc.fund })
		);
}

function stop(frm) {
	gongtongti.ask({
		title: __("Stop Aid"),
		fields: [
			gongtongti.about(
				frm.doc.status === gongtongti.aid.APPROVED
					? __(
							"What is approved is not paid out, and the fund has it at its disposal again."
					  )
					: __("What is paid stays paid; no further term is proposed.")
			),
			{
				fieldname: "reason",
				fieldtype: "Small Text",
				label: __("Reason for Stopping"),
				reqd: 1,
			},
		],
		method: "gongtongti.aid.applications.stop",
		args: ({ reason }) => ({ name: frm.docname, reason: reason }),
		then: () => {
			frappe.show_alert({ message: __("The aid has been stopped."), indicator: "orange" });
			frm.reload_doc();
		},
	});
}
