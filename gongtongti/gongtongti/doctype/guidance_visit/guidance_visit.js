frappe.ui.form.on("Guidance Visit", {
	setup(frm) {
		frm.set_query("staff", () => ({ filters: { user: frappe.session.user } }));
	},

	async onload(frm) {
		if (!frm.is_new() || frm.doc.staff) return;
		const me = await frappe.db.get_list("School Staff", {
			filters: { user: frappe.session.user },
			pluck: "name",
			limit: 1,
		});
		if (me.length) frm.set_value("staff", me[0]);
	},
});
