// {% include "gongtongti/gongtongti/report/parts.js" %}

frappe.query_reports["Aid Contributions for Internal Use"] = {
	filters: [
		{
			fieldname: "fund",
			label: __("Aid Fund"),
			fieldtype: "Link",
			options: "Aid Fund",
		},
		{ fieldname: "from_date", label: __("Period From"), fieldtype: "Date" },
		{ fieldname: "to_date", label: __("Period To"), fieldtype: "Date" },
		{
			fieldname: "source",
			label: __("Source of Money"),
			fieldtype: "Select",
			options: gongtongti.report.words(["Appropriation", "School", "Social Donation"]),
		},
	],
	formatter: gongtongti.report.coloured({ reversed: (row) => row.reversed && "red" }),
};
