frappe.query_reports["Training Credits"] = {
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
			label: __("Work Unit"),
			fieldtype: "Link",
			options: "Community School",
		},
		{
			fieldname: "staff",
			label: __("School Staff"),
			fieldtype: "Link",
			options: "School Staff",
		},
		{ fieldname: "sums", label: __("One Line for Each Person"), fieldtype: "Check" },
	],
	onload: gongtongti.report.set_this_school_year,
};
