frappe.query_reports["Open Lessons and Guidance Days"] = {
	filters: [
		{
			fieldname: "school_year",
			label: __("School Year"),
			fieldtype: "Link",
			options: "Community School Year",
		},
		{
			fieldname: "community",
			label: __("Community"),
			fieldtype: "Link",
			options: "Education Community",
		},
		{
			fieldname: "show",
			label: __("What Is Shown"),
			fieldtype: "Select",
			options: gongtongti.report.options(gongtongti.activities.SHOWN),
		},
	],
	onload: (report) => gongtongti.report.set_this_school_year(report),
	formatter: gongtongti.report.coloured({
		share: (row) => (row.share >= 100 ? "green" : "orange"),
		weeks_short: (row) => row.weeks_short && "red",
	}),
};
