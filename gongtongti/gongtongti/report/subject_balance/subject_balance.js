frappe.query_reports["Subject Balance"] = {
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
			fieldname: "school",
			label: __("School in Question"),
			fieldtype: "Link",
			options: "Community School",
		},
		{
			fieldname: "subject",
			label: __("Teaching Subject"),
			fieldtype: "Link",
			options: "Teaching Subject",
		},
		{ fieldname: "unbalanced_only", label: __("Only Out of Balance"), fieldtype: "Check" },
	],
	onload: (report) => gongtongti.report.set_this_school_year(report),
	formatter: gongtongti.report.coloured({
		state: (row) => (row.state_key === "Out of Balance" ? "red" : "green"),
		years_in_a_row: (row) => row.years_in_a_row > 1 && "orange",
	}),
};
