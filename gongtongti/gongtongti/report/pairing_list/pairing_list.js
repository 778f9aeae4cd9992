frappe.query_reports["Pairing List"] = {
	filters: [
		{
			fieldname: "community",
			label: __("Community"),
			fieldtype: "Link",
			options: "Education Community",
		},
		{
			fieldname: "school_year",
			label: __("School Year"),
			fieldtype: "Link",
			options: "Community School Year",
		},
		{
			fieldname: "term",
			label: __("Term of the School Year"),
			fieldtype: "Select",
			options: gongtongti.report.options(gongtongti.TERMS),
		},
		{
			fieldname: "kind",
			label: __("Kind of Pairing"),
			fieldtype: "Select",
			options: gongtongti.report.choices("School Pairing", "kind"),
		},
		{
			fieldname: "status",
			label: __("Status"),
			fieldtype: "Select",
			options: gongtongti.report.choices("School Pairing", "status"),
		},
	],
	onload(report) {
		report.page.add_inner_button(__("Official List"), () => print_list(report));
		return gongtongti.report.set_this_school_year(report);
	},
	formatter: gongtongti.report.coloured({
		status: (row) =>
			row.status_key === gongtongti.activities.PAIRING_RUNNING ? "green" : "gray",
		notes: (row) => row.without_notes && "orange",
	}),
};

/** The paper of one community; the server says what stands on it. */
function print_list(report) {
	const { community, school_year, term } = report.get_values();
	if (!community) {
		frappe.msgprint(__("Choose a community first."));
		return;
	}
	const asked = {
		doctype: "Education Community",
		name: community,
		format: "结对名单",
		no_letterhead: 1,
		settings: JSON.stringify({ school_year, term }),
	};
	window.open(frappe.urllib.get_full_url(`/printview?${new URLSearchParams(asked)}`));
}
