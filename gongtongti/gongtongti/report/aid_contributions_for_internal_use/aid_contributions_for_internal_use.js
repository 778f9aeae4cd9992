frappe.query_reports["Aid Contributions for Internal Use"] = {
	filters: gongtongti.report.contribution_filters(),
	formatter: gongtongti.report.coloured({ reversed: (row) => row.reversed && "red" }),
};
