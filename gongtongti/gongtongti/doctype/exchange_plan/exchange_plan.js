frappe.ui.form.on("Exchange Plan", {
	setup(frm) {
		frm.set_query("community", "quotas", () => ({ filters: { status: "In Operation" } }));
		frm.set_query("subject", "quotas", () => ({ filters: { disabled: 0 } }));
	},

	refresh(frm) {
		show_use(frm);
		if (frm.is_new() || frm.doc.status === "Draft")
			gongtongti.note(
				frm,
				__(
					"Enter the places, then set the status to Published: only then can placements be drafted."
				)
			);
		if (!frm.is_new() && frappe.model.can_read("Exchange Placement")) {
			frm.add_custom_button(__("Placements of This Plan"), () =>
				frappe.set_route("List", "Exchange Placement", { plan: frm.doc.name })
			);
		}
	},

	school_year(frm) {
		if (frm.doc.school_year && !frm.doc.title)
			frm.set_value(
				"title",
				__("Exchange plan of the school year {0}", [frm.doc.school_year])
			);
	},
});

/** Used and free places of each row, from the server (only for those who see all placements). */
function show_use(frm) {
	const used = (frm.doc.__onload || {}).used;
	if (!used || !(frm.doc.quotas || []).length) return;
	const rows = frm.doc.quotas.filter((row) => row.name in used);
	const total = rows.reduce((sum, row) => sum + cint(row.quota), 0);
	const taken = rows.reduce((sum, row) => sum + cint(used[row.name]), 0);
	frm.dashboard.add_indicator(__("Places: {0}", [total]), "blue");
	frm.dashboard.add_indicator(__("Taken: {0}", [taken]), taken > total ? "red" : "green");
	const body = rows
		.map((row) => {
			const share = row.quota
				? Math.min(100, Math.round((used[row.name] / row.quota) * 100))
				: used[row.name]
				? 100
				: 0;
			const colour =
				used[row.name] > row.quota
					? "bg-danger"
					: used[row.name] == row.quota
					? "bg-warning"
					: "bg-success";
			const escape = frappe.utils.escape_html;
			return `<tr>
				<td>${escape(row.community || "")}</td>
				<td>${__(row.kind)}</td>
				<td>${escape(row.subject || __("All Subjects"))}</td>
				<td class="text-right text-nowrap">${cint(used[row.name])} / ${cint(row.quota)}</td>
				<td style="min-width: 80px; vertical-align: middle">
					<div class="progress" style="margin: 0"><div class="progress-bar ${colour}" style="width: ${share}%"></div></div>
				</td>
			</tr>`;
		})
		.join("");
	frm.dashboard.add_section(
		`<div class="table-responsive"><table class="table table-sm" style="margin: 0">
			<thead><tr>
				<th>${__("Community")}</th><th>${__("Exchange Kind")}</th><th>${__("Teaching Subject")}</th>
				<th class="text-right">${__("Taken of Places")}</th><th></th>
			</tr></thead><tbody>${body}</tbody></table></div>`,
		__("Use of the Places")
	);
	frm.dashboard.show();
}
