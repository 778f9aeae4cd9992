frappe.ui.form.on("Pupil Account Record", {
	refresh(frm) {
		frm.disable_form();
		gongtongti.say_links(frm);
		// without a currency of its own the framework shows the site's
		frm.set_df_property("amount", "formatter", (value) => gongtongti.money(value));
	},
});
