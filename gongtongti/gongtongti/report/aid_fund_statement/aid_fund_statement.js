// {% include "gongtongti/gongtongti/report/parts.js" %}

frappe.query_reports["Aid Fund Statement"] = {
	filters: [
		{
			fieldname: "fund",
			label: __("Aid Fund"),
			fieldtype: "Link",
			options: "Aid Fund",
			reqd: 1,
		},
		{ fieldname: "from_date", label: __("Period From"), fieldtype: "Date" },
		{
			fieldname: "to_date",
			label: __("Period To"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
		},
	],
	formatter: gongtongti.report.coloured({}),
};
