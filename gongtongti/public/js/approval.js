// What every approval shows: buttons that ask for remarks, whom a document is waiting for, signing many at once.
// For the forms and the lists of the DocTypes that are approved; gongtongti/core/approval.py decides.

frappe.provide("gongtongti.approval");
// what a form or list script says of its documents: DocType -> function of the document that gives texts, plain
frappe.provide("gongtongti.approval.summaries");
frappe.provide("gongtongti.approval.titles");
// the site's steps: those of this app, which constants.js has, and those of other apps (hook gongtongti_policy)
if (frappe.boot?.gongtongti_steps) {
	gongtongti.approval.DRAFTS = frappe.boot.gongtongti_steps.DRAFTS;
	gongtongti.approval.STEPS = frappe.boot.gongtongti_steps.STEPS;
	gongtongti.approval.RECORDED = frappe.boot.gongtongti_steps.RECORDED;
	gongtongti.approval.ENDORSED_AS = frappe.boot.gongtongti_steps.ENDORSED_AS;
}

gongtongti.approval.is_draft = (doc) =>
	!doc.workflow_state || gongtongti.approval.DRAFTS.includes(doc.workflow_state);

gongtongti.approval.is_under_review = (doc) =>
	!doc.__islocal &&
	!cint(doc.docstatus) &&
	!gongtongti.approval.is_draft(doc) &&
	Boolean(doc.pending_since);

// -- the form ---------------------------------------------------------------------------------------------------------

/** For `refresh`: what cannot be edited looks so, and the head of the form says where the document stands. */
gongtongti.approval.refresh = function (frm) {
	if (frm.is_new()) {
		frm.toggle_display("staff_name", false);
		return;
	}
	// what came of an approved document is written in fields that stay open then
	const recorded = cint(frm.doc.docstatus) === 1 && gongtongti.approval.RECORDED[frm.doctype];
	if (!gongtongti.approval.is_draft(frm.doc) && !recorded) {
		frm.set_read_only();
		frm.disable_save();
		frm.refresh_fields();
	}
	// the link already shows the name to whoever may read staff records
	const reads_staff = frappe.model.can_read("School Staff");
	frm.toggle_display("staff_name", !reads_staff);
	frm.toggle_display("staff", reads_staff);
	gongtongti.say_links(frm);
	gongtongti.approval.show_state(frm);
	if (
		gongtongti.approval.is_under_review(frm.doc) &&
		frappe.user.has_role(gongtongti.approval.ENDORSED_AS[frm.doctype]) &&
		!gongtongti.approval.round(frm.doc).some((row) => row.signer === frappe.session.user)
	) {
		frm.add_custom_button(__("Write an Opinion"), () => gongtongti.approval.endorse(frm));
	}
};

/** What is to be decided, in one line: on a phone the fields are far below. */
gongtongti.approval.summary = function (doc) {
	const say = gongtongti.approval.summaries[doc.doctype] || gongtongti.approval.say_placement;
	return say(doc)
		.filter(Boolean)
		.map((text) => frappe.utils.escape_html(text))
		.join(" · ");
};

/** Who, from where to where, what and until when. */
gongtongti.approval.say_placement = function (doc) {
	const day = (value) => (value ? frappe.datetime.str_to_user(value, false, true) : "");
	const term = doc.change_type
		? [day(doc.old_end_date), day(doc.new_end_date)].filter(Boolean).join(" → ")
		: [day(doc.start_date), day(doc.end_date)].join(" ~ ");
	return [
		doc.staff_name,
		doc.subject,
		`${doc.home_school || ""} → ${doc.host_school || ""}`,
		doc.change_type ? __(doc.change_type) : __(doc.kind),
		doc.mode ? __(doc.mode) : "",
		term,
	];
};

/** The signatures since the document was last sent for approval. */
gongtongti.approval.round = function (doc) {
	const rows = doc.signatures || [];
	const sent = rows.map((row) => row.decision).lastIndexOf(gongtongti.approval.SEND);
	return rows.slice(sent + 1);
};

gongtongti.approval.show_state = function (frm) {
	const doc = frm.doc;
	const mine = cint(doc.may_sign);
	const last = (doc.signatures || []).slice(-1)[0];
	const lines = [];
	let colour = "blue";

	if (gongtongti.approval.is_under_review(doc)) {
		// days on the calendar, as the reports count them: the time of day plays no part
		const first_day = doc.pending_since.slice(0, 10);
		const days = frappe.datetime.get_day_diff(frappe.datetime.now_date(), first_day);
		const since = frappe.datetime.str_to_user(first_day, false, true);
		const asked = ((frm.get_docinfo() || {}).assignments || []).map((row) =>
			frappe.user.full_name(row.owner)
		);
		lines.push(
			`<b>${__(doc.workflow_state)}</b> · ` +
				(days > 0 ? __("since {0}, {1} days", [since, days]) : __("since today"))
		);
		lines.push(gongtongti.approval.summary(doc));
		if (mine) lines.push(__("It is your turn to sign."));
		else if (asked.length)
			lines.push(
				__("Waiting for: {0}", [
					frappe.utils.escape_html(gongtongti.approval.enumerate(asked)),
				])
			);
		colour = mine ? "orange" : "blue";
	} else if (
		gongtongti.approval.is_draft(doc) &&
		last &&
		gongtongti.approval.NEGATIVE.includes(last.decision)
	) {
		lines.push(
			__("Sent back by {0}: {1}", [
				frappe.utils.escape_html(last.signer_name || last.signer),
				frappe.utils.escape_html(last.remarks || ""),
			])
		);
		lines.push(__("Correct the draft, save it and send it again."));
		colour = "orange";
	} else if (last && last.decision === gongtongti.approval.WITHDRAW) {
		lines.push(
			__("Withdrawn by {0}: {1}", [
				frappe.utils.escape_html(last.signer_name || last.signer),
				frappe.utils.escape_html(last.remarks || ""),
			])
		);
		colour = "gray";
	} else if (last && last.decision === gongtongti.approval.DISAGREE) {
		lines.push(
			__("Not approved by {0}: {1}", [
				frappe.utils.escape_html(last.signer_name || last.signer),
				frappe.utils.escape_html(last.remarks || ""),
			])
		);
		colour = "red";
	} else if (gongtongti.approval.is_draft(doc) && mine) {
		lines.push(__("This is a draft. Check it, then send it for approval."));
	} else if (cint(doc.docstatus) === 1 && doc.status) {
		lines.push(`<b>${__(doc.status)}</b>`);
		lines.push(gongtongti.approval.summary(doc));
		colour = "green";
	}
	if (!lines.length) return;

	// as things stand now, and in a draft only: the server looks at each opening
	const hindrances = ((doc.__onload || {}).hindrances || []).map(strip_html);
	if (hindrances.length) {
		lines.splice(
			0,
			lines.length,
			gongtongti.approval.list(__("Cannot be sent like this"), hindrances)
		);
		colour = "red";
	}
	const open = gongtongti.approval.is_draft(doc) || gongtongti.approval.is_under_review(doc);
	const notes = (open ? (doc.warnings || "").split("\n") : []).filter(
		(note) => note.trim() && !hindrances.includes(note)
	);
	if (notes.length) lines.push(gongtongti.approval.list(__("Points to Note"), notes));
	const buttons = (frm.is_dirty() ? [] : gongtongti.approval.actions(frm)).filter(
		(action) => !hindrances.length || action !== gongtongti.approval.SEND
	);
	frm.set_intro("");
	frm.set_intro(
		`<div class="gongtongti-state">
			${lines.map((line) => `<div>${line}</div>`).join("")}
			<div class="gongtongti-actions" style="display: flex; flex-wrap: wrap; gap: 8px; margin-top: ${
				buttons.length ? 8 : 0
			}px">
				${buttons
					.map(
						(action) =>
							`<button type="button" class="btn btn-sm ${
								gongtongti.approval.NEGATIVE.includes(action)
									? "btn-default"
									: "btn-primary"
							}" data-action="${action}">${__(action)}</button>`
					)
					.join("")}
			</div>
		</div>`,
		colour
	);
	frm.layout.message.find("[data-action]").on("click", function () {
		gongtongti.approval.ask(frm, this.dataset.action);
	});
};

/** A heading with items below it; `items` are plain text. */
gongtongti.approval.list = (title, items) =>
	`${title}<ul class="mb-0">${items
		.map((item) => `<li>${frappe.utils.escape_html(item)}</li>`)
		.join("")}</ul>`;

/** The actions that the Workflow offers this user in the present state, each once: to sign, and to withdraw. */
gongtongti.approval.actions = function (frm) {
	const actions = frappe.workflow
		.get_all_transitions(frm.doctype)
		.filter(
			(row) =>
				row.state === frm.doc.workflow_state && frappe.user_roles.includes(row.allowed)
		)
		.map((row) => row.action)
		.filter((action) =>
			cint(action === gongtongti.approval.WITHDRAW ? frm.doc.may_withdraw : frm.doc.may_sign)
		);
	return [...new Set(actions)];
};

/**
 * For `before_workflow_action`: our own dialog and request take the framework's place. What is returned never
 * resolves, because the framework would send its own request after it.
 */
gongtongti.approval.before_action = function (frm) {
	const action = frm.selected_workflow_action;
	frm.selected_workflow_action = null;
	frappe.dom.unfreeze();
	gongtongti.approval.ask(frm, action);
	return new Promise(() => {});
};

gongtongti.approval.ask = function (frm, action) {
	if (frm.is_dirty()) {
		frappe.msgprint(__("Save your changes first."));
		return;
	}
	const doc = frm.doc;
	gongtongti.approval.ask_remarks(action, {
		about: gongtongti.approval.summary(doc),
		notes: (doc.warnings || "").split("\n"),
		method: "gongtongti.core.approval.sign",
		args: { doctype: frm.doctype, name: frm.docname, action: action },
		then: () => {
			frappe.show_alert({ message: __("{0}: recorded", [__(action)]), indicator: "green" });
			frm.reload_doc();
		},
	});
};

gongtongti.approval.endorse = function (frm) {
	gongtongti.approval.ask_remarks(gongtongti.approval.ENDORSE, {
		title: __("Write an Opinion"),
		required: true,
		label: __("Opinion of the Education Office"),
		about: __(
			"The opinion is put on record and shown to the signers. It does not hold up the approval."
		),
		method: "gongtongti.core.approval.endorse",
		args: { doctype: frm.doctype, name: frm.docname },
		then: () => frm.reload_doc(),
	});
};

/** Asks for the remarks that go with a decision. */
gongtongti.approval.ask_remarks = function (
	action,
	{ title, label, required, about, notes, method, args, then }
) {
	const negative = gongtongti.approval.NEGATIVE.includes(action);
	notes = (notes || []).filter((note) => note.trim());
	if (negative) notes = [];
	return gongtongti.ask({
		title: title || __(action),
		fields: [
			gongtongti.about(about || ""),
			{
				fieldname: "notes",
				fieldtype: "HTML",
				hidden: notes.length ? 0 : 1,
				// of many documents there are many notes: the remarks and the button stay in sight
				options: `<div class="form-message orange" style="max-height: 30vh; overflow-y: auto"><div>${gongtongti.approval.list(
					__("Points to Note"),
					notes
				)}</div></div>`,
			},
			{
				fieldname: "remarks",
				fieldtype: "Small Text",
				label:
					label ||
					(action === gongtongti.approval.WITHDRAW
						? __("Reason, shown to the signers")
						: negative
						? __("Reason, shown to whoever sent it")
						: __("Remarks of the Signer")),
				reqd: required || negative ? 1 : 0,
			},
		],
		label: title ? __("Put on Record") : __(action),
		method: method,
		args: ({ remarks }) => ({ ...args, remarks: remarks || null }),
		then: then,
	});
};

// -- the list ---------------------------------------------------------------------------------------------------------

/** For `onload` of a list: signing many with remarks instead of the framework's bulk actions, which carry none. */
gongtongti.approval.setup_list = function (listview) {
	// an action that several roles may take is added several times; what is kept of it may be the link or its text
	const items = Object.entries(listview.workflow_action_items || {}).map(([action, $item]) => [
		action,
		$item.closest("li"),
	]);
	for (const [action, $item] of items) {
		const $link = $item.find("a");
		$link.off("click").on("click", (event) => {
			event.preventDefault();
			gongtongti.approval.sign_many(listview, action);
		});
	}
	const $none = $(
		`<li class="dropdown-item text-muted" style="max-width: 200px; white-space: normal; pointer-events: none">${__(
			"Nothing that you can sign for all of these together."
		)}</li>`
	).hide();
	listview.page.actions.prepend($none);
	// called whenever the menu of actions opens
	listview.toggle_workflow_actions = function () {
		const docs = listview
			.get_checked_items(true)
			.map((name) => ({ doctype: listview.doctype, name: name }));
		const show = (actions) => {
			$none.toggle(actions && !actions.length);
			for (const [action, $item] of items)
				$item.toggle(Boolean(actions && actions.includes(action)));
		};
		show(null);
		frappe
			.xcall("frappe.model.workflow.get_common_transition_actions", {
				docs: docs,
				doctype: listview.doctype,
			})
			.then((actions) => show(actions || []));
	};
	listview.page.add_inner_button(__("Waiting for Me"), () =>
		gongtongti.approval.show_mine(listview)
	);
};

gongtongti.approval.show_mine = function (listview) {
	const mine = [listview.doctype, "_assign", "like", `%"${frappe.session.user}"%`];
	listview.filter_area.clear(false).then(() => listview.filter_area.add([mine]));
};

gongtongti.approval.sign_many = function (listview, action) {
	const names = listview.get_checked_items(true);
	if (!names.length) return;
	const rows = Object.fromEntries(listview.data.map((row) => [row.name, row]));
	const title = gongtongti.approval.titles[listview.doctype] || ((row) => row.staff_name);
	const person = (name) => (rows[name] && title(rows[name])) || name;
	const notes = names
		.filter((name) => rows[name] && rows[name].warnings)
		.map((name) => `${person(name)}: ${rows[name].warnings.replace(/\n/g, " ")}`);
	const shown = names.slice(0, 10).map((name) => frappe.utils.escape_html(person(name)));
	if (names.length > shown.length) shown.push("…");

	gongtongti.approval.ask_remarks(action, {
		about: `<b>${__("{0} documents", [names.length])}</b>: ${gongtongti.approval.enumerate(
			shown
		)}`,
		notes: notes,
		method: "gongtongti.core.approval.sign_many",
		args: { doctype: listview.doctype, names: names, action: action },
		then: (result) => {
			listview.clear_checked_items();
			listview.refresh();
			gongtongti.approval.show_result(listview, action, result, person);
		},
	});
};

gongtongti.approval.show_result = function (listview, action, result, person) {
	if (result.queued) {
		frappe.msgprint({
			title: __(action),
			indicator: "blue",
			message: __(
				"{0} documents are being signed in the background. You will be notified of the outcome.",
				[result.queued]
			),
		});
		return;
	}
	if (!result.refused.length) {
		frappe.show_alert({
			message: __("{0}: {1} recorded", [__(action), result.done.length]),
			indicator: "green",
		});
		return;
	}
	const link = (name) =>
		`<a href="${frappe.utils.get_form_link(
			listview.doctype,
			name
		)}">${frappe.utils.escape_html(person(name))}</a>`;
	const refused = result.refused
		.map(
			(row) =>
				`<tr><td class="text-nowrap">${link(row.name)}</td><td>${gongtongti.approval.plain(
					row.message
				)}</td></tr>`
		)
		.join("");
	frappe.msgprint({
		title: __("{0}: {1} recorded, {2} refused", [
			__(action),
			result.done.length,
			result.refused.length,
		]),
		indicator: result.done.length ? "orange" : "red",
		message: `
			${
				result.done.length
					? `<p><b>${__("Recorded")}</b>: ${gongtongti.approval.enumerate(
							result.done.map(link)
					  )}</p>`
					: ""
			}
			<p><b>${__("Refused")}</b></p>
			<table class="table table-bordered"><tbody>${refused}</tbody></table>`,
	});
};

gongtongti.approval.enumerate = (texts) =>
	texts.join(frappe.boot.lang.startsWith("zh") ? "、" : ", ");

gongtongti.approval.plain = (html) => frappe.utils.escape_html(strip_html(html || ""));
