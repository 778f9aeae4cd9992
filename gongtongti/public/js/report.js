// What reports share: choices of a filter, colours, the running school year.

frappe.provide("gongtongti.report");

// The options of a Select field in the reader's language; the value stays the stored word.
gongtongti.report.choices = (doctype, fieldname) => {
	const options = frappe.meta.get_docfield(doctype, fieldname)?.options || "";
	return gongtongti.report.options(options.split("\n").filter(Boolean));
};

gongtongti.report.options = (choices) => [
	{ value: "", label: "" },
	...choices.map((word) => ({ value: word, label: __(word) })),
];

// A formatter: totals in bold, and a coloured pill where `colours[fieldname](row)` names a colour.
gongtongti.report.coloured = (colours) => (value, row, column, data, default_formatter) => {
	const shown = default_formatter(value, row, column, data);
	if (!data) return shown;
	if (data.is_total) return `<b>${shown}</b>`;
	const colour = colours[column.fieldname]?.(data);
	if (!colour || value === null || value === undefined || value === "") return shown;
	return `<span class="indicator-pill ${colour}">${frappe.utils.escape_html(
		String(value)
	)}</span>`;
};

// Shows the running school year in its filter; the server means the same year when the filter is empty. The promise is
// waited for before the report is asked for the first time, and set_input (unlike set_value) does not ask by itself.
gongtongti.report.set_this_school_year = (report) => {
	if (report.get_filter_value("school_year")) return;
	const today = frappe.datetime.get_today();
	return frappe.db
		.get_value(
			"Community School Year",
			{ start_date: ["<=", today], end_date: [">=", today] },
			"name"
		)
		.then(
			({ message }) =>
				message?.name && report.get_filter("school_year").set_input(message.name)
		);
};

// Of the two lists of contributions, the published one and the bureau's own.
gongtongti.report.contribution_filters = () => [
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
		options: gongtongti.report.options(gongtongti.aid.SOURCES),
	},
];
