frappe.query_reports["Community Coverage"] = {
	filters: [
		{
			fieldname: "stage",
			label: __("School Stage"),
			fieldtype: "Select",
			options: gongtongti.report.choices("Education Community", "stage"),
		},
		{
			fieldname: "subdistrict",
			label: __("Education Subdistrict"),
			fieldtype: "Link",
			options: "Education Subdistrict",
		},
	],
	// a year opens to its uncovered schools
	tree: true,
	initial_depth: 0,
	formatter(value, row, column, data, default_formatter) {
		if (column.fieldname === "label" && data?.school) {
			return frappe.utils.get_form_link("Community School", data.school, true);
		}
		return frappe.query_reports["Community Coverage"].coloured(
			value,
			row,
			column,
			data,
			default_formatter
		);
	},
	coloured: gongtongti.report.coloured({
		result: (row) => (row.result_key === "Target Met" ? "green" : "red"),
		gap: (row) => row.gap < 0 && "red",
	}),
};
