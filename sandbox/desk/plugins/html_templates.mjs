// The Desk imports *.html files for their effect: each becomes an entry of the table from which
// frappe.render_template() takes its templates. esbuild does not know what to do with them.

import fs from "node:fs/promises";
import path from "node:path";

export function html_templates() {
	return {
		name: "html-templates",
		setup(build) {
			build.onLoad({ filter: /\.html$/ }, async ({ path: file }) => {
				const name = JSON.stringify(path.basename(file, ".html"));
				const html = compact(await fs.readFile(file, "utf8"));
				return {
					// A bundle may come before the one that sets up the table.
					contents: `(window.monoframe.templates ||= {})[${name}] = ${JSON.stringify(html)};`,
					loader: "js",
				};
			});
		},
	};
}

/** The template engine works on a single line; a comment that holds an apostrophe would break its output. */
function compact(html) {
	return html.replace(/<!--.*?-->/gs, "").replace(/\s+/g, " ").trim();
}
