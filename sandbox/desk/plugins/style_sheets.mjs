// SCSS as the Desk writes it, which is not as Sass or esbuild read it:
// - `@import "~bootstrap/..."` and `@import "cropperjs/..."` mean npm packages;
// - `@import "monoframe/public/..."` and `"frappe/public/..."` mean the sources of the framework;
// - `@import "x.css"` is meant to be copied in, while Sass leaves it to the browser;
// - file names were renamed by halves (see half_renamed.mjs);
// - a script that imports a style sheet expects it on the page, while esbuild writes a file nobody includes.

import fs from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { load_package, node_modules } from "../packages.mjs";
import { spellings } from "./half_renamed.mjs";

const sass = load_package("sass");
const esbuild = load_package("esbuild");

/** Compiles SCSS or CSS to plain CSS.
 *
 * @param {string} source  text of the style sheet
 * @param {string} file  where it stands; imports are relative to it
 * @param {string} framework  the public folder of the framework
 */
export function compile(source, file, framework) {
	const importer = importer_for(path.dirname(framework));
	const { css } = sass.compileString(copy_in_css(source), {
		syntax: "scss",
		url: pathToFileURL(file),
		importer,
		importers: [importer],
		// Bootstrap 4 was written for the Sass of its time; its deprecation warnings fill screens.
		logger: sass.Logger.silent,
	});
	return css;
}

function importer_for(fork) {
	return {
		canonicalize(url) {
			const beside = url.startsWith("file:");
			const file = beside ? existing(fileURLToPath(url), fork) : from_package(url, fork);
			return file ? pathToFileURL(file) : null;
		},
		load(url) {
			const file = fileURLToPath(url);
			const css = file.endsWith(".css");
			const text = fs.readFileSync(file, "utf8");
			return { contents: css ? text : copy_in_css(text), syntax: css ? "css" : "scss" };
		},
	};
}

// Sass copies a plain style sheet in only if the import does not end in `.css`. Dropping the ending would not
// do: inter.scss imports inter.css beside it.
const COPIED = ".copied";

function copy_in_css(source) {
	return source.replace(/(@import\s+["'](?!https?:|\/\/)[^"']+\.css)(["'])/g, `$1${COPIED}$2`);
}

function from_package(url, fork) {
	const name = url.replace(/^~/, "");
	const [, inside] = name.match(/^(?:monoframe|frappe)\/(.+)$/) ?? [];
	const [, vendored] = (inside ?? "").match(/^public\/node_modules\/(.+)$/) ?? [];
	if (inside && !vendored) return existing(path.join(fork, inside), fork);
	return existing(path.join(node_modules, vendored ?? name), node_modules);
}

/** The file meant by a path without ending or underscore. Only what is below `root` was renamed by halves. */
function existing(target, root) {
	target = target.endsWith(COPIED) ? target.slice(0, -COPIED.length) : target;
	const inside = path.relative(root, target);
	const names = inside.startsWith("..") ? [target] : spellings(inside).map((name) => path.join(root, name));
	for (const name of names) {
		const folder = path.dirname(name);
		const base = path.basename(name);
		for (const candidate of [
			...[base, `_${base}`].flatMap((stem) => ["", ".scss", ".css"].map((ending) => stem + ending)),
			path.join(base, "_index.scss"),
			path.join(base, "index.scss"),
		]) {
			const file = path.join(folder, candidate);
			if (fs.statSync(file, { throwIfNoEntry: false })?.isFile()) return file;
		}
	}
	return null;
}

/** For bundles that are style sheets themselves. */
export function style_sheets(framework) {
	return {
		name: "style-sheets",
		setup(build) {
			build.onLoad({ filter: /\.s?css$/ }, ({ path: file }) => ({
				contents: compile(fs.readFileSync(file, "utf8"), file, framework),
				loader: "css",
				resolveDir: path.dirname(file),
			}));
		},
	};
}

/** For style sheets imported by a script. */
export function page_styles(framework) {
	return {
		name: "page-styles",
		setup(build) {
			build.onLoad({ filter: /\.s?css$/ }, async ({ path: file }) => ({
				contents: await add_to_page(compile(fs.readFileSync(file, "utf8"), file, framework)),
				loader: "js",
			}));
		},
	};
}

/** A script that puts the style sheet on the page it runs on. */
export async function add_to_page(css) {
	const { code } = await esbuild.transform(css, { loader: "css", minify: true });
	return [
		`const style = document.createElement("style");`,
		`style.textContent = ${JSON.stringify(code.trim())};`,
		`document.head.append(style);`,
	].join("\n");
}
