frappe.ui.form.on("Community Role Grant", {
	refresh(frm) {
		gongtongti.say_links(frm);
		// kept as the option of the seat or of the staff record, which is English
		frm.set_df_property("source_post", "formatter", (value) =>
			frappe.utils.escape_html(__(value || ""))
		);
	},
});
