// the uploader hands pictures over to this, which keeps nothing but what is seen on them
const UPLOAD = {
	method: "gongtongti.activities.pictures.take",
	allow_toggle_private: false,
	allow_toggle_optimize: false,
};

const FORMAT = "YYYY-MM-DD HH:mm:ss";

frappe.ui.form.on("Community Activity", {
	setup(frm) {
		gongtongti.approval.summaries[frm.doctype] = summary;
		frm.set_query("kind", () => ({ filters: { out_of_use: 0 } }));
		const { grid } = frm.fields_dict.pictures;
		grid.update_docfield_property("picture", "options", UPLOAD);
		grid.add_custom_button(__("Add Pictures"), () => add_pictures(frm));
		const members = () => (frm.members ? { filters: { name: ["in", frm.members] } } : {});
		frm.set_query("host_school", members);
		frm.set_query("school", "schools", members);
	},

	onload(frm) {
		if (frm.is_new() && !frm.doc.host_school) fill_in_own_school(frm);
	},

	async refresh(frm) {
		gongtongti.approval.refresh(frm);
		show_gallery(frm);
		show_what_lacks(frm);
		add_buttons(frm);
		await gongtongti.load_members(frm);
	},

	async community(frm) {
		await gongtongti.load_members(frm);
	},

	starts_on(frm) {
		if (frm.doc.starts_on && !frm.doc.ends_on)
			frm.set_value("ends_on", moment(frm.doc.starts_on).add(90, "minutes").format(FORMAT));
	},

	before_workflow_action(frm) {
		return gongtongti.approval.before_action(frm);
	},
});

/** A leader or teacher who plans something, plans it at the own school, most of the time. */
async function fill_in_own_school(frm) {
	const { message: own } = await frappe.db.get_value(
		"School Staff",
		{ user: frappe.session.user, status: "In Service" },
		["name", "school"]
	);
	if (!own?.school || frm.doc.host_school) return;
	const communities = await frappe.db.get_list("Education Community", { limit: 2 });
	if (communities.length === 1) await frm.set_value("community", communities[0].name);
	await frm.set_value({ host_school: own.school, organiser: own.name });
}

/** Once an activity has begun, its record comes first, under what it still lacks. */
function show_what_lacks(frm) {
	const { lacking } = frm.doc.__onload || {};
	if (!lacking) return;
	if (lacking.length)
		gongtongti.note(frm, __("Before it counts as held: {0}.", [lacking.join("、")]), "orange");
	if (frm.record_of !== frm.doc.name) frm.layout.select_tab?.("record_tab");
	frm.record_of = frm.doc.name;
}

function add_buttons(frm) {
	if (gongtongti.activities.OPEN.includes(frm.doc.status) && cint(frm.doc.docstatus) === 1) {
		frm.add_custom_button(__("Record as Held"), () =>
			act(frm, "gongtongti.activities.holding.record_held")
		);
		frm.add_custom_button(__("Move to Another Day"), () => move(frm));
		frm.add_custom_button(__("Call Off"), () => call_off(frm));
	}
	if (!frm.is_new()) frm.add_custom_button(__("Repeat This Activity"), () => repeat(frm));
	if (writes(frm))
		frm.add_custom_button(__("Participants and Attendance"), () => attendance(frm));
}

function summary(doc) {
	return [doc.title, doc.kind, doc.host_school, frappe.datetime.str_to_user(doc.starts_on)];
}

// drafts, and what was approved and is neither recorded nor called off
function writes(frm) {
	const draft = gongtongti.approval.DRAFTS.includes(frm.doc.workflow_state);
	return !frm.is_new() && (draft || gongtongti.activities.OPEN.includes(frm.doc.status));
}

/** Before the activity begins: who is on the list. Afterwards: who of them was there. */
async function attendance(frm) {
	if (frm.is_dirty()) await frm.save(frm.doc.docstatus ? "Update" : "Save");
	const people = await frappe.xcall("gongtongti.activities.participants.offered", {
		name: frm.doc.name,
	});
	const begun = frm.doc.starts_on <= frappe.datetime.now_datetime();
	const rows = Object.fromEntries((frm.doc.participants || []).map((row) => [row.staff, row]));
	const dialog = new frappe.ui.Dialog({
		title: begun ? __("Who Attended") : __("Who Takes Part"),
		fields: [
			{
				fieldname: "people",
				fieldtype: "MultiCheck",
				select_all: true,
				columns: 2,
				options: people.map(({ staff, staff_name, school }) => ({
					value: staff,
					label: frappe.utils.escape_html(`${staff_name} · ${school}`),
					checked: Boolean(rows[staff] && (!begun || rows[staff].attended)),
				})),
			},
		],
		primary_action_label: __("Take Over"),
		primary_action({ people: chosen = [] }) {
			dialog.hide();
			take_over(frm, people, new Set(chosen), begun);
		},
	});
	dialog.show();
}

function take_over(frm, people, chosen, begun) {
	const offered = new Set(people.map((person) => person.staff));
	const rows = frm.doc.participants || [];
	const kept = rows.filter(({ staff }) => begun || !offered.has(staff) || chosen.has(staff));
	for (const row of kept) if (offered.has(row.staff)) row.attended = cint(chosen.has(row.staff));
	frm.doc.participants = kept;
	const listed = new Set(kept.map((row) => row.staff));
	for (const { staff, staff_name, school } of people)
		if (chosen.has(staff) && !listed.has(staff))
			frm.add_child("participants", { staff, staff_name, school, attended: cint(begun) });
	kept.forEach((row, i) => (row.idx = i + 1));
	frm.refresh_field("participants");
	frm.dirty();
}

/** Several at once, from the camera or the album; the form is saved when the dialog is closed. */
function add_pictures(frm) {
	new frappe.ui.FileUploader({
		doctype: frm.doctype,
		docname: frm.docname,
		...UPLOAD,
		allow_multiple: true,
		restrictions: { allowed_file_types: ["image/*"] },
		on_success(file) {
			frm.add_child("pictures", { picture: file.file_url });
			frm.refresh_field("pictures");
			frm.dirty();
			show_gallery(frm);
		},
	});
}

function show_gallery(frm) {
	const escape = frappe.utils.escape_html;
	const shown = (frm.doc.pictures || [])
		.filter((row) => row.picture)
		.map(
			({ picture, caption }) =>
				`<figure style="margin: 0">
					<a href="${escape(encodeURI(picture))}" target="_blank" rel="noopener">
						<img src="${escape(encodeURI(picture))}" alt="${escape(caption || "")}" loading="lazy"
							style="width: 100%; height: 140px; object-fit: cover; border-radius: 6px">
					</a>
					<figcaption class="text-muted small">${escape(caption || "")}</figcaption>
				</figure>`
		);
	frm.get_field("gallery").html(
		shown.length
			? `<div style="display: grid; gap: 12px; margin-bottom: 12px;
				grid-template-columns: repeat(auto-fill, minmax(140px, 1fr))">${shown.join("")}</div>`
			: ""
	);
}

async function act(frm, method, values = {}) {
	if (frm.is_dirty()) await frm.save("Update");
	await frappe.xcall(method, {
		name: frm.doc.name,
		...values,
	});
	frm.reload_doc();
}

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
			{
				fieldname: "ends_on",
				fieldtype: "Datetime",
				label: __("Ends"),
				reqd: 1,
				default: frm.doc.ends_on,
			},
			{
				fieldname: "reason",
				fieldtype: "Small Text",
				label: __("Reason of the Change"),
				reqd: 1,
			},
		],
		(values) => act(frm, "gongtongti.activities.holding.move", values),
		__("Move to Another Day")
	);
}

function call_off(frm) {
	frappe.prompt(
		{
			fieldname: "reason",
			fieldtype: "Small Text",
			label: __("Reason of the Change"),
			reqd: 1,
		},
		(values) => act(frm, "gongtongti.activities.holding.call_off", values),
		__("Call Off")
	);
}

function repeat(frm) {
	const every = gongtongti.activities.EVERY.map((value) => ({ value, label: __(value) }));
	gongtongti.ask({
		title: __("Repeat This Activity"),
		fields: [
			{
				fieldname: "every",
				fieldtype: "Select",
				label: __("How Often"),
				options: every,
				default: every[0].value,
				reqd: 1,
			},
			{
				fieldname: "until",
				fieldtype: "Date",
				label: __("Last Day of the Series"),
				reqd: 1,
			},
		],
		method: "gongtongti.activities.series.repeat",
		args: (values) => ({ name: frm.doc.name, ...values }),
		then: gongtongti.activities.tell_made,
	});
}
