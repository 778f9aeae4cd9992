frappe.listview_settings["Community Coverage Target"] = {
	add_fields: ["target_share"],
	formatters: {
		// the number itself beside the framework's bar
		target_share: (value) =>
			`<span class="text-nowrap">${frappe.utils.escape_html(String(value))} %</span>`,
	},
};
