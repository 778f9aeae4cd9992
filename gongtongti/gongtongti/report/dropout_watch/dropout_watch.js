frappe.query_reports["Dropout Watch"] = {
	filters: [
		{
			fieldname: "school",
			label: __("School"),
			fieldtype: "Link",
			options: "Community School",
		},
		{
			fieldname: "cause",
			label: __("Cause"),
			fieldtype: "Select",
			options: gongtongti.report.choices("Dropout Risk", "cause"),
		},
		{
			fieldname: "level",
			label: __("Risk Level"),
			fieldtype: "Select",
			options: gongtongti.report.choices("Dropout Risk", "level"),
		},
		{
			fieldname: "status",
			label: __("Status"),
			fieldtype: "Select",
			options: gongtongti.report.choices("Dropout Risk", "status"),
		},
		{ fieldname: "overdue_only", label: __("Only Overdue"), fieldtype: "Check" },
	],
	formatter: gongtongti.report.coloured({
		level: (row) => row.level_key === "High" && "red",
		visit_by: (row) => row.overdue_days > 0 && "red",
		overdue_days: (row) => row.overdue_days > 0 && "red",
		aid: (row) => row.without_aid && "orange",
	}),
};
