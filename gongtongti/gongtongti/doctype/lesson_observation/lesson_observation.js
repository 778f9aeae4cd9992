frappe.ui.form.on("Lesson Observation", {
	setup(frm) {
		frm.set_query("rubric", () => ({ filters: gongtongti.activities.RUBRICS_CHOSEN }));
		frm.set_query("lesson", () => ({
			filters: { lesson_date: ["<=", frappe.datetime.get_today()] },
		}));
	},

	onload(frm) {
		if (frm.is_new() && !frm.doc.rubric) suggest_rubric(frm);
	},

	refresh(frm) {
		gongtongti.note(
			frm,
			cint(frm.doc.docstatus) === 1
				? ""
				: __(
						"Nobody else sees this sheet until the discussion of the lesson is recorded. Submitting hands it in; then it is no longer changed."
				  )
		);
		draw(frm);
	},

	rubric(frm) {
		take_rows(frm);
	},
});

async function suggest_rubric(frm) {
	const [first] = await frappe.db.get_list("Observation Rubric", {
		filters: gongtongti.activities.RUBRICS_CHOSEN,
		limit: 1,
	});
	if (first && !frm.doc.rubric) frm.set_value("rubric", first.name);
}

/** The rows of the chosen rubric, shown at once; the server makes them anew. */
async function take_rows(frm) {
	frm.clear_table("scores");
	const name = frm.doc.rubric;
	if (name) {
		const rubric = await frappe.model.with_doc("Observation Rubric", name);
		if (frm.doc.rubric !== name) return;
		for (const { part, item, greatest, steps, is_bonus } of rubric.items)
			frm.add_child("scores", { part, item, greatest, steps, is_bonus });
	}
	draw(frm);
}

/** What may be given for an item, the greatest first. */
function allowed({ steps, greatest }) {
	if (steps) return steps.split("/");
	return Array.from({ length: cint(greatest) + 1 }, (_, i) => String(cint(greatest) - i));
}

/** One line for each item with the scores to choose from: a table of rows is no use on a phone. */
function draw(frm) {
	const escape = frappe.utils.escape_html;
	const open = cint(frm.doc.docstatus) === 0;
	const rows = frm.doc.scores || [];
	let part = null;
	const body = rows
		.map((row) => {
			const head =
				row.part === part
					? ""
					: `<tr><th colspan="2">${escape(row.part || "")}${
							cint(row.is_bonus) ? ` · ${__("Counts as Bonus")}` : ""
					  }</th></tr>`;
			part = row.part;
			const choices = ["", ...allowed(row)]
				.map(
					(score) =>
						`<option value="${escape(score)}" ${
							score === String(row.score ?? "") ? "selected" : ""
						}>${escape(score)}</option>`
				)
				.join("");
			const score = open
				? `<select class="form-control" data-row="${escape(
						row.name
				  )}" aria-label="${escape(row.item || "")}">${choices}</select>`
				: escape(String(row.score ?? ""));
			return `${head}<tr><td>${escape(
				row.item || ""
			)}</td><td class="text-right" style="width: 84px">${score}</td></tr>`;
		})
		.join("");
	const area = frm.fields_dict.score_sheet.$wrapper.html(
		rows.length
			? `<table class="table table-sm"><tbody>${body}</tbody><tfoot><tr><th>${__(
					"Total with Bonus"
			  )}</th><th class="text-right" data-total></th></tr></tfoot></table>`
			: ""
	);
	const add_up = () => {
		const total = rows.reduce((sum, row) => sum + cint(row.score), 0);
		const full = rows.reduce(
			(sum, row) => sum + (cint(row.is_bonus) ? 0 : cint(row.greatest)),
			0
		);
		area.find("[data-total]").text(`${total} / ${full}`);
	};
	area.find("select").on("change", (event) => {
		const row = rows.find(({ name }) => name === event.target.dataset.row);
		frappe.model.set_value(row.doctype, row.name, "score", event.target.value);
		frm.dirty();
		add_up();
	});
	add_up();
}
