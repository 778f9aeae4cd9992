// Calendar and Gantt: who is where from when until when.
frappe.views.calendar["Exchange Placement"] = {
	field_map: {
		id: "name",
		start: "start_date",
		end: "end_date",
		title: "staff_name",
		allDay: 1,
		status: "status",
	},
	fields: ["name", "staff_name", "start_date", "end_date", "status"],
	gantt: true,
};
