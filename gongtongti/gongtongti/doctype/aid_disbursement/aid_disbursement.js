frappe.ui.form.on("Aid Disbursement", {
	setup(frm) {
		frm.set_query("fund", () => ({ filters: { status: "In Operation" } }));
		frm.set_query("application", "items", () => ({
			filters: {
				fund: frm.doc.fund || ["is", "set"],
				docstatus: 1,
				status: gongtongti.aid.APPROVED,
				name: ["not in", listed(frm)],
			},
		}));
	},

	refresh(frm) {
		show_next_step(frm);
		show_available(frm);
		const is_prepared = frm.doc.status === "Prepared";
		for (const fieldname of ["fund", "method", "items"])
			frm.set_df_property(fieldname, "read_only", is_prepared ? 1 : 0);
		if (!cint(frm.doc.docstatus) && frm.perm[0].write && !is_prepared)
			frm.add_custom_button(__("Get Approved Applications"), () => get_approved(frm));
		if (!frm.is_new()) offer_actions(frm);
		offer_submit(frm);
		gongtongti.say_links(frm);
	},

	fund(frm) {
		show_available(frm);
		if (listed(frm).length) {
			frm.clear_table("items");
			put_total(frm);
		}
	},
});

frappe.ui.form.on("Aid Disbursement Item", {
	async application(frm, doctype, name) {
		const row = locals[doctype][name];
		const asked = row.application;
		const { message } = asked
			? await frappe.db.get_value("Aid Application", asked, ["pupil", "purpose", "amount"])
			: {};
		if (row.application !== asked) return;
		const { pupil, purpose, amount } = message || {};
		Object.assign(row, { pupil: pupil, purpose: purpose, amount: amount });
		put_total(frm);
	},

	items_remove(frm) {
		put_total(frm);
	},
});

/** Whoever has sent or signed one of the applications is refused by the server. */
const had_part = (frm) => Boolean((frm.doc.__onload || {}).had_part);

/** Submitting books the payments: it is offered to who may pay, once the bank's reference is entered and saved. */
function offer_submit(frm) {
	if (cint(frm.doc.docstatus) || frm.is_new() || frm.is_dirty()) return;
	if (had_part(frm) || !frm.doc.payment_reference) frm.page.clear_primary_action();
}

const listed = (frm) => (frm.doc.items || []).map((row) => row.application).filter(Boolean);

/** The sums as the server will compute them, so that they are seen before the list is saved. */
function put_total(frm) {
	const rows = (frm.doc.items || []).filter((row) => row.application);
	frm.doc.item_count = rows.length;
	frm.doc.total = flt(
		rows.reduce((sum, row) => sum + Math.round(flt(row.amount) * 100), 0) / 100,
		2
	);
	frm.refresh_fields(["items", "item_count", "total"]);
	show_available(frm);
}

async function show_available(frm) {
	const fund = frm.doc.fund;
	let text = "";
	if (fund && !cint(frm.doc.docstatus)) {
		const { message } = await frappe.db.get_value("Aid Fund", fund, ["balance", "reserved"]);
		if (frm.doc.fund !== fund || !message) return;
		text = __("Balance {0}, of which {1} approved and not yet paid", [
			gongtongti.money(message.balance, frm.doc),
			gongtongti.money(message.reserved, frm.doc),
		]);
	}
	frm.set_df_property("fund", "description", text);
}

function show_next_step(frm) {
	const doc = frm.doc;
	if (cint(doc.docstatus) === 1) {
		if (frm.perm[0].write && doc.status !== "Returned by Bank")
			gongtongti.note(
				frm,
				__(
					"Paid and booked. Print the payment list or download the bank file; if the bank sends money back, record the returned payment."
				),
				"green"
			);
		return;
	}
	if (!frm.perm[0].write) return;
	if (had_part(frm))
		gongtongti.note(
			frm,
			__(
				"You have sent or signed applications of this list. Another person of the finance section pays it."
			),
			"orange"
		);
	else if (doc.status === "Prepared")
		gongtongti.note(
			frm,
			__(
				"Prepared: list and accounts are fixed. Give the bank its file, make the transfer, enter its serial number, save, then submit: submitting books the payments."
			),
			"orange"
		);
	else if (frm.is_new() && !listed(frm).length)
		gongtongti.note(
			frm,
			__("Choose the fund, then get the approved applications. Rows can be taken out again.")
		);
	else
		gongtongti.note(
			frm,
			__(
				"Nothing is paid yet. Check the list, then prepare the payment: that fixes it and gives the file for the bank."
			),
			"orange"
		);
}

/** Fills in what is approved and not yet paid. A second click adds nothing twice. */
async function get_approved(frm) {
	if (!frm.doc.fund) {
		frappe.msgprint(__("Choose the fund first."));
		return;
	}
	if (frm.fetching) return;
	frm.fetching = true;
	try {
		const found = await frappe.xcall("gongtongti.aid.payments.payable", {
			fund: frm.doc.fund,
		});
		const there = listed(frm);
		const added = found.filter((row) => !there.includes(row.application || row.name));
		frm.doc.items = (frm.doc.items || []).filter((row) => row.application);
		for (const row of added)
			frm.add_child("items", {
				application: row.application || row.name,
				pupil: row.pupil,
				purpose: row.purpose,
				amount: row.amount,
			});
		if (added.length) frm.dirty();
		put_total(frm);
		frappe.show_alert({
			message: added.length
				? __("{0} applications added", [added.length])
				: __("There are no further approved applications that you can pay."),
			indicator: added.length ? "green" : "orange",
		});
	} finally {
		frm.fetching = false;
	}
}

function offer_actions(frm) {
	const is_draft = !cint(frm.doc.docstatus);
	if (!is_draft && frappe.model.can_print(null, frm))
		frm.add_custom_button(__("Print the List"), () => frm.print_doc());
	if (!gongtongti.is_one_of(gongtongti.roles.FINANCE)) return;
	if (is_draft && frm.doc.status !== "Prepared") {
		if (!had_part(frm)) frm.add_custom_button(__("Prepare the Payment"), () => prepare(frm));
		return;
	}
	frm.add_custom_button(__("Bank File"), () =>
		open_url_post("/api/method/gongtongti.aid.payments.bank_file", {
			disbursement: frm.docname,
		})
	);
	if (is_draft) frm.add_custom_button(__("Take the Preparation Back"), () => take_back(frm));
	if (!is_draft && frm.doc.items.some((row) => row.status === gongtongti.aid.ITEM_PAID))
		frm.add_custom_button(__("Record a Returned Payment"), () => record_return(frm));
}

async function prepare(frm) {
	if (frm.is_dirty()) {
		frappe.msgprint(__("Save your changes first."));
		return;
	}
	await frappe.call({
		method: "gongtongti.aid.payments.prepare",
		args: { disbursement: frm.docname },
		freeze: true,
	});
	frm.reload_doc();
}

function take_back(frm) {
	gongtongti.ask({
		title: __("Take the Preparation Back"),
		fields: [
			gongtongti.about(
				__("Only if the bank does not pay this list. It becomes a draft again.")
			),
			{
				fieldname: "reason",
				fieldtype: "Small Text",
				label: __("Reason for Taking It Back"),
				reqd: 1,
			},
		],
		method: "gongtongti.aid.payments.take_back",
		args: ({ reason }) => ({ disbursement: frm.docname, reason: reason }),
		then: () => frm.reload_doc(),
	});
}

function record_return(frm) {
	const paid = frm.doc.items.filter((row) => row.status === gongtongti.aid.ITEM_PAID);
	gongtongti.ask({
		title: __("Record a Returned Payment"),
		fields: [
			{
				fieldname: "item",
				fieldtype: "Select",
				label: __("Aid Payment"),
				options: paid.map((row) => ({
					value: row.name,
					label: [
						`${row.idx}.`,
						row.application,
						row.pupil,
						__(row.purpose),
						gongtongti.money(row.amount, frm.doc),
					].join(" "),
				})),
				default: paid.length === 1 ? paid[0].name : "",
				reqd: 1,
			},
			{
				fieldname: "posting_date",
				fieldtype: "Date",
				label: __("Returned On"),
				default: frappe.datetime.get_today(),
				reqd: 1,
			},
			{
				fieldname: "reference",
				fieldtype: "Data",
				label: __("Reference of the Return"),
				description: __("Serial number of the bank for the money that came back"),
			},
			{
				fieldname: "reason",
				fieldtype: "Small Text",
				label: __("Reason for the Return"),
				reqd: 1,
			},
			{
				fieldname: "still_wanted",
				fieldtype: "Check",
				label: __("Pay again once the account is put right"),
				description: __(
					"Without it the aid is stopped, and the fund has the money at its disposal again."
				),
				default: 1,
			},
		],
		method: "gongtongti.aid.payments.return_payment",
		args: (values) => ({
			disbursement: frm.docname,
			item: values.item,
			reason: values.reason,
			still_wanted: cint(values.still_wanted),
			posting_date: values.posting_date,
			reference: values.reference,
		}),
		then: () => {
			frappe.show_alert({
				message: __("The returned payment is recorded."),
				indicator: "green",
			});
			frm.reload_doc();
		},
	});
}
