// The term's calendar: what is planned, held, missed and called off, each in its colour. Filters are those of the list.
frappe.views.calendar["Community Activity"] = {
	field_map: {
		id: "name",
		start: "starts_on",
		end: "ends_on",
		title: "title",
		allDay: 0,
		status: "status",
	},
	fields: ["name", "title", "starts_on", "ends_on", "status", "docstatus"],
	gantt: false,
	get_css_class({ status }) {
		const { states = [] } = frappe.get_meta("Community Activity");
		return (states.find((state) => state.title === status)?.color || "Gray").toLowerCase();
	},
};
