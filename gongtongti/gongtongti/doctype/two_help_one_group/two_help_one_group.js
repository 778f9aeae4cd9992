frappe.ui.form.on("Two Help One Group", {
	setup(frm) {
		frm.set_query("struggling_pupil", () => ({
			filters: { school: frm.doc.school || "", status: "At School" },
		}));
		frm.set_query("excellent_pupil", () => ({
			filters: { name: ["!=", frm.doc.struggling_pupil || ""], status: "At School" },
		}));
	},

	refresh(frm) {
		gongtongti.note(
			frm,
			__(
				"Seen only by the leaders of this school, the teacher of the group and the basic education section. Write numbers, not names."
			),
			"yellow"
		);
		if (frm.is_new()) return;
		const { RUNNING, CONCLUDED } = gongtongti.activities.HELP;
		if (frm.doc.status === CONCLUDED) {
			frm.disable_save();
			frm.set_read_only();
			frm.refresh_fields();
		} else if (frm.doc.status === RUNNING && (frm.doc.sessions || []).length)
			frm.add_custom_button(__("Conclude the Help"), () => conclude(frm));
	},
});

function conclude(frm) {
	frappe.prompt(
		{
			fieldname: "conclusion",
			fieldtype: "Small Text",
			label: __("Conclusion"),
			default: frm.doc.conclusion,
			reqd: 1,
		},
		async ({ conclusion }) => {
			await frm.set_value({ conclusion, status: gongtongti.activities.HELP.CONCLUDED });
			frm.save();
		},
		__("Conclude the Help")
	);
}
