frappe.query_reports["Community Duties"] = {
	filters: [
		{
			fieldname: "school_year",
			label: __("School Year"),
			fieldtype: "Link",
			options: "Community School Year",
		},
		{
			fieldname: "term",
			label: __("School Term"),
			fieldtype: "Select",
			options: gongtongti.report.options(gongtongti.activities.TERMS),
		},
		{
			fieldname: "community",
			label: __("Community"),
			fieldtype: "Link",
			options: "Education Community",
		},
		{
			fieldname: "duty",
			label: __("Community Duty"),
			fieldtype: "Link",
			options: "Community Duty",
		},
		{
			fieldname: "state",
			label: __("State of the Duty"),
			fieldtype: "Select",
			options: gongtongti.report.options(Object.values(gongtongti.activities.DUTY)),
		},
		{ fieldname: "month", label: __("A Day of the Month"), fieldtype: "Date" },
		{ fieldname: "one_by_one", label: __("Each Duty One by One"), fieldtype: "Check" },
	],
	onload: gongtongti.report.set_this_school_year,
	formatter(value, row, column, data, default_formatter) {
		const { duty_colour, coloured } = frappe.query_reports["Community Duties"];
		if (!data) return default_formatter(value, row, column, data);
		if (column.fieldname === "documents") return documents(data);
		const state = data[`${column.fieldname}_state`];
		if (!state) return coloured(value, row, column, data, default_formatter);
		const look = {
			...(data.community ? { community: data.community } : { duty: data.duty }),
			month: `${column.fieldname.slice(1).replace("_", "-")}-01`,
			one_by_one: 1,
		};
		return `<a class="indicator-pill ${duty_colour(state)}" data-duties="${encodeURIComponent(
			JSON.stringify(look)
		)}">${frappe.utils.escape_html(value)}</a>`;
	},
	duty_colour: (state) => {
		const { KEPT, DUE, MISSED } = gongtongti.activities.DUTY;
		return { [KEPT]: "green", [DUE]: "orange", [MISSED]: "red" }[state] || "gray";
	},
	coloured: gongtongti.report.coloured({
		state: (row) => frappe.query_reports["Community Duties"].duty_colour(row.state_key),
	}),
	// a cell opens to the duties behind it, one by one
	after_datatable_render(datatable) {
		$(datatable.wrapper)
			.off("click.duties")
			.on("click.duties", "[data-duties]", (event) => {
				event.preventDefault();
				const look = JSON.parse(decodeURIComponent(event.currentTarget.dataset.duties));
				frappe.query_report.set_filter_value(look);
			});
	},
};

function documents(data) {
	return (data.documents || "")
		.split(", ")
		.filter(Boolean)
		.map((name) => frappe.utils.get_form_link(data.counts_key, name, true))
		.join(", ");
}
