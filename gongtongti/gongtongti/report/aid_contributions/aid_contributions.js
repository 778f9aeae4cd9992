frappe.query_reports["Aid Contributions"] = {
	filters: gongtongti.report.contribution_filters(),
	formatter: gongtongti.report.coloured({}),
};
