frappe.query_reports["Pending Approvals"] = {
	filters: [
		{ fieldname: "mine_only", label: __("Only What Waits for Me"), fieldtype: "Check" },
		{ fieldname: "overdue_only", label: __("Only Overdue"), fieldtype: "Check" },
		{
			fieldname: "step",
			label: __("Approval Step"),
			fieldtype: "Select",
			options: gongtongti.report.options(gongtongti.approval.STEPS),
		},
		{
			fieldname: "community",
			label: __("Community"),
			fieldtype: "Link",
			options: "Education Community",
		},
		{
			fieldname: "school",
			label: __("Home or Host School"),
			fieldtype: "Link",
			options: "Community School",
		},
	],
	formatter: gongtongti.report.coloured({
		overdue_days: (row) => row.overdue_days > 0 && "red",
		with_whom: (row) => (row.nobody ? "red" : row.mine && "orange"),
	}),
};
