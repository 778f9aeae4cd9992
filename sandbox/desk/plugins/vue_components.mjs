// Vue components of the Desk (file uploader, form builder, workflow builder, print format builder).
//
// A plugin from npm would do for ordinary sources. Here each file must first have its renaming finished, and
// its styles are SCSS with the Desk's imports and must come with the script: so the compiler of Vue is called
// directly.

import crypto from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";

import { load_package } from "../packages.mjs";
import { finish_renaming } from "./half_renamed.mjs";
import { add_to_page, compile } from "./style_sheets.mjs";

const vue = load_package("@vue/compiler-sfc");

export function vue_components(framework) {
	return {
		name: "vue-components",
		setup(build) {
			build.onLoad({ filter: /\.vue$/ }, async ({ path: file }) => {
				const source = finish_renaming(await fs.readFile(file, "utf8"));
				const { descriptor, errors } = vue.parse(source, { filename: file });
				if (errors.length) return { errors: errors.map((error) => ({ text: error.message })) };

				const id = short_hash(path.relative(framework, file));
				const styles = descriptor.styles.map((style) => page_style(style, file, id, framework));
				return {
					contents: [component(descriptor, id), ...(await Promise.all(styles))].join("\n"),
					loader: descriptor.scriptSetup?.lang === "ts" ? "ts" : "js",
					resolveDir: path.dirname(file),
				};
			});
		},
	};
}

function short_hash(text) {
	return crypto.createHash("sha1").update(text).digest("hex").slice(0, 8);
}

/** A script whose default export is the component with its render function and the id of its scoped styles. */
function component(descriptor, id) {
	const scoped = descriptor.styles.some((style) => style.scoped);
	const scopeId = scoped ? `data-v-${id}` : null;
	const scope = scoped ? `component.__scopeId = "${scopeId}";` : "";
	// Pictures in a template are addresses on the site, not files to import.
	const template = { id, scoped, transformAssetUrls: false, compilerOptions: { scopeId } };

	if (descriptor.scriptSetup) {
		const { content } = vue.compileScript(descriptor, {
			id,
			inlineTemplate: true,
			genDefaultAs: "component",
			templateOptions: template,
		});
		return `${content}\n${scope}\nexport default component;`;
	}

	const script = descriptor.script
		? vue.compileScript(descriptor, { id, genDefaultAs: "component" }).content
		: "const component = {};";
	const { code } = vue.compileTemplate({
		...template,
		source: descriptor.template.content,
		filename: descriptor.filename,
	});
	return `${script}\n${code}\ncomponent.render = render;\n${scope}\nexport default component;`;
}

async function page_style(style, file, id, framework) {
	const { code, errors } = vue.compileStyle({
		source: compile(style.content, file, framework),
		filename: file,
		id: `data-v-${id}`,
		scoped: style.scoped,
	});
	if (errors.length) throw errors[0];
	return `{\n${await add_to_page(code)}\n}`;
}
