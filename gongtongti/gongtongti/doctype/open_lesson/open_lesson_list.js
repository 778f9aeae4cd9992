frappe.listview_settings["Open Lesson"] = {
	add_fields: ["status", "lesson_date"],
	hide_name_column: true,
	hide_name_filter: true,
	get_indicator(doc) {
		const STATUS = gongtongti.activities.LESSON;
		const is_over = doc.lesson_date < frappe.datetime.get_today();
		return gongtongti.indicator(doc, "Open Lesson", {
			[STATUS.PLANNED]: is_over ? "red" : "blue",
			[STATUS.GIVEN]: "orange",
			[STATUS.DISCUSSED]: "green",
		});
	},
};
