frappe.query_reports["Exchange Roster"] = {
	filters: [
		{
			fieldname: "on_duty_on",
			label: __("On Duty on"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
		},
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
			label: __("Home or Host School"),
			fieldtype: "Link",
			options: "Community School",
		},
		{
			fieldname: "kind",
			label: __("Exchange Kind"),
			fieldtype: "Select",
			options: gongtongti.report.choices("Exchange Placement", "kind"),
		},
		{
			fieldname: "mode",
			label: __("Exchange Mode"),
			fieldtype: "Select",
			options: gongtongti.report.choices("Exchange Placement", "mode"),
		},
		{
			fieldname: "subject",
			label: __("Teaching Subject"),
			fieldtype: "Link",
			options: "Teaching Subject",
		},
		{
			fieldname: "status",
			label: __("Status"),
			fieldtype: "Select",
			options: gongtongti.report.choices("Exchange Placement", "status"),
		},
	],
	formatter: gongtongti.report.coloured({
		status: (row) =>
			({
				Serving: "green",
				"Finally Approved": "blue",
				"In Approval": "orange",
				"Ended Early": "yellow",
				"Not Approved": "red",
				"Placement Withdrawn": "gray",
				Cancelled: "red",
			}[row.status_key] || "gray"),
		days_left: (row) => row.ends_soon && "orange",
	}),
};
