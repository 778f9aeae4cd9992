// Builds the bundles of one public folder: node build.mjs SOURCES OUT URL FRAMEWORK
//
// SOURCES    a `public` folder; every *.bundle.{js,ts,css,scss} below it becomes a bundle
// OUT        an empty folder for the bundles and their manifest.json
// URL        the address at which OUT will be served
// FRAMEWORK  the framework's `public` folder
//
// The working folder must hold node_modules (see packages.mjs). The manifest has the form of the framework's
// assets.json: {"desk.bundle.js": "<URL>/js/desk.bundle.<hash>.js"}.

import fs from "node:fs";
import path from "node:path";

import { load_package, node_modules } from "./packages.mjs";
import { from_assets } from "./plugins/from_assets.mjs";
import { html_templates } from "./plugins/html_templates.mjs";
import { half_renamed_imports, published_name } from "./plugins/half_renamed.mjs";
import { page_styles, style_sheets } from "./plugins/style_sheets.mjs";
import { vue_components } from "./plugins/vue_components.mjs";

const esbuild = load_package("esbuild");

const [sources, out, url, framework] = process.argv.slice(2);

// Reports to the makers of the framework. Nothing asks for it in the sandbox, and its package is large.
const LEFT_OUT = ["sentry.bundle.js"];

// Pages, form scripts and apps say `frappe`, the fork's own sources say `monoframe`; both must be one object,
// whichever bundle a page loads first.
const ONE_NAMESPACE = "window.frappe = window.monoframe = window.monoframe || window.frappe || {};";

const COMMON = {
	bundle: true,
	minify: true,
	// The names of classes are looked up at run time (controls and widgets by fieldtype and kind).
	keepNames: true,
	metafile: true,
	logLevel: "warning",
	// Licences of the npm packages stay with the code they cover.
	legalComments: "eof",
	target: ["chrome100", "firefox100", "safari15"],
	nodePaths: [node_modules],
	entryNames: "[name].[hash]",
	// Small pictures in the style sheets of npm packages.
	loader: { ".png": "dataurl", ".svg": "dataurl", ".gif": "dataurl" },
};

function bundle_files(extensions, folder = sources) {
	return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		const file = path.join(folder, entry.name);
		if (entry.isDirectory()) {
			return ["node_modules", "dist"].includes(entry.name) ? [] : bundle_files(extensions, file);
		}
		const wanted = extensions.some((extension) => entry.name.endsWith(`.bundle.${extension}`));
		return wanted && !LEFT_OUT.includes(entry.name) ? [file] : [];
	});
}

function build_scripts() {
	return esbuild.build({
		...COMMON,
		entryPoints: bundle_files(["js", "ts"]),
		outdir: path.join(out, "js"),
		format: "iife",
		banner: { js: ONE_NAMESPACE },
		define: {
			"process.env.NODE_ENV": '"production"',
			__VUE_OPTIONS_API__: "true",
			__VUE_PROD_DEVTOOLS__: "false",
			__VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
		},
		plugins: [
			from_assets(),
			half_renamed_imports(framework),
			html_templates(),
			vue_components(framework),
			page_styles(framework),
		],
	});
}

function build_styles() {
	return esbuild.build({
		...COMMON,
		entryPoints: bundle_files(["css", "scss"]),
		outdir: path.join(out, "css"),
		plugins: [from_assets(), style_sheets(framework)],
	});
}

/** Which file was built from which entry point; the hash in a file's name changes with its content. */
function manifest_of(results) {
	const manifest = {};
	for (const { metafile } of results) {
		for (const [file, { entryPoint }] of Object.entries(metafile.outputs)) {
			if (!entryPoint) continue;
			// Named by its kind, a folder below OUT, and itself.
			const served = [url, path.basename(path.dirname(file)), path.basename(file)].join("/");
			const name = path.basename(entryPoint).replace(/\.ts$/, ".js").replace(/\.scss$/, ".css");
			manifest[name] = served;
			manifest[published_name(name)] = served;
		}
	}
	return Object.fromEntries(Object.entries(manifest).sort());
}

const results = await Promise.all([build_scripts(), build_styles()]);
fs.writeFileSync(path.join(out, "manifest.json"), JSON.stringify(manifest_of(results), null, "\t") + "\n");
