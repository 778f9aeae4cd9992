frappe.query_reports["Aid by School and Grade"] = {
	filters: [
		{
			fieldname: "school_year",
			label: __("School Year"),
			fieldtype: "Link",
			options: "Community School Year",
		},
	],
	onload: (report) => gongtongti.report.set_this_school_year(report),
	formatter: gongtongti.report.coloured({ pupils: (row) => row.hidden && "gray" }),
};
