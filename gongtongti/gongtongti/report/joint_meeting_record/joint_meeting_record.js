frappe.query_reports["Joint Meeting Record"] = {
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
			fieldname: "status",
			label: __("Status"),
			fieldtype: "Select",
			options: gongtongti.report.choices("Joint Meeting", "status"),
		},
		{
			fieldname: "open_only",
			label: __("Only with Open Decisions"),
			fieldtype: "Check",
		},
	],
	formatter: gongtongti.report.coloured({
		status: (row) => {
			const STATUS = gongtongti.meetings.STATUS;
			return {
				[STATUS.HELD]: "green",
				[STATUS.MISSED]: "red",
				[STATUS.CALLED_OFF]: "orange",
			}[row.status_key];
		},
		overdue: (row) => row.overdue && "red",
	}),
};
