frappe.query_reports["Aid Fund Statement"] = {
	filters: [
		{
			fieldname: "fund",
			label: __("Aid Fund"),
			fieldtype: "Link",
			options: "Aid Fund",
		},
		{ fieldname: "from_date", label: __("Period From"), fieldtype: "Date" },
		{
			fieldname: "to_date",
			label: __("Period To"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
		},
	],
	onload: show_last_moved,
	formatter: gongtongti.report.coloured({}),
};

// The server means the same fund when the filter is empty. The promise is waited for before the first question.
function show_last_moved(report) {
	if (report.get_filter_value("fund")) return;
	return frappe.db
		.get_list("Aid Fund Entry", { fields: ["fund"], order_by: "creation desc", limit: 1 })
		.then(([entry]) => entry && report.get_filter("fund").set_input(entry.fund));
}
