frappe.listview_settings["Aid Fund Entry"] = {
	add_fields: ["kind", "currency"],
	formatters: {
		// the fund stands beside it: of the name its number is enough
		name: (value, df, doc) => doc.name.split("-").pop(),
		kind(value) {
			const colours = {
				Contribution: "green",
				"Aid Payment": "blue",
				"Returned Payment": "orange",
				Correction: "red",
			};
			return `<span class="indicator-pill ${colours[value] || "gray"}">${__(value)}</span>`;
		},
	},
};
