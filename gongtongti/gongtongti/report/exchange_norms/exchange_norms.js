frappe.query_reports["Exchange Norms"] = {
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
		{ fieldname: "only_urban", label: __("Only Urban Schools"), fieldtype: "Check" },
	],
	onload: (report) => gongtongti.report.set_this_school_year(report),
	formatter: gongtongti.report.coloured({
		share_result: (row) => (row.share_result_key === "Norm Met" ? "green" : "red"),
		backbone_result: (row) => (row.backbone_result_key === "Norm Met" ? "green" : "red"),
	}),
};
