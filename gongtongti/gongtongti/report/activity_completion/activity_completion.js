frappe.query_reports["Activity Completion"] = {
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
		{
			fieldname: "kind",
			label: __("Kind of Activity"),
			fieldtype: "Link",
			options: "Activity Kind",
		},
		{
			fieldname: "work_field",
			label: __("Field of Work"),
			fieldtype: "Select",
			options: gongtongti.report.choices("Community Activity", "work_field"),
		},
		{
			fieldname: "group_by",
			label: __("Counted by"),
			fieldtype: "Select",
			options: gongtongti.report.options(gongtongti.activities.COMPLETION_BY),
			default: gongtongti.activities.COMPLETION_BY[0],
		},
	],
	// a figure leads to the list of what it counts
	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		const list = data?.lists?.[column.fieldname];
		if (!list || !value) return shown;
		const filters = frappe.utils.escape_html(JSON.stringify(list));
		return `<a class="activity-list" data-filters="${filters}">${shown}</a>`;
	},
	onload(report) {
		report.page.main.on("click", "a.activity-list", (event) => {
			frappe.route_options = JSON.parse(event.currentTarget.dataset.filters);
			frappe.set_route("List", "Community Activity", "List");
		});
		return gongtongti.report.set_this_school_year(report);
	},
};
