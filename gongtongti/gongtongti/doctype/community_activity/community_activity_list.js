frappe.listview_settings["Community Activity"] = {
	add_fields: ["workflow_state", "status", "docstatus", "starts_on"],
	has_indicator_for_draft: true,
	has_indicator_for_cancelled: true,
	hide_name_column: true,
	hide_name_filter: true,
	// asked only where the DocType has no colour for the status
	get_indicator(doc) {
		return gongtongti.indicator(doc, "Community Activity");
	},
	onload(listview) {
		gongtongti.approval.setup_list(listview);
		if (frappe.model.can_create("Community Activity"))
			listview.page.add_menu_item(__("Copy from Another Year"), () => copy(listview));
	},
};

function copy(listview) {
	const year = { fieldtype: "Link", options: "Community School Year", reqd: 1 };
	gongtongti.ask({
		title: __("Copy from Another Year"),
		fields: [
			{
				fieldname: "community",
				fieldtype: "Link",
				label: __("Community"),
				options: "Education Community",
				reqd: 1,
			},
			{ fieldname: "from_year", label: __("School Year Copied From"), ...year },
			{ fieldname: "to_year", label: __("School Year Copied To"), ...year },
		],
		method: "gongtongti.activities.series.copy_from",
		args: (values) => values,
		then(answer) {
			gongtongti.activities.tell_made(answer);
			listview.refresh();
		},
	});
}
