// The fork renamed `frappe` to `monoframe` inside its files, but not the files and folders themselves, not
// the Vue components, and not the npm packages it depends on. So an import may say `./monoframe/dom.js` for a
// file in `frappe/`, `monoframe-charts` for the package `frappe-charts`, and a component may speak of a
// global `frappe` that Vue does not know.

/** The spellings under which something may be found, the one that is written first. */
export function spellings(name) {
	const older = name.replaceAll("monoframe", "frappe");
	return older === name ? [name] : [name, older];
}

/** The name under which the fork's pages ask for a bundle: `frappe-web` is included as `monoframe-web`. */
export function published_name(bundle) {
	return bundle.replace(/^frappe-/, "monoframe-");
}

/** Does in a Vue component what the fork did everywhere else: the global, CSS classes, methods, addresses. */
export function finish_renaming(source) {
	return source.replace(/\bfrappe\b/g, "monoframe").replaceAll("X-Frappe-", "X-Monoframe-");
}

/** Lets esbuild find the files behind half-renamed imports, and those an app imports from the framework.
 *
 * @param {string} framework  the public folder of the framework
 */
export function half_renamed_imports(framework) {
	return {
		name: "half-renamed-imports",
		setup(build) {
			build.onResolve({ filter: /monoframe|^frappe\/public\// }, async (args) => {
				if (args.pluginData?.spelled) return;
				const { resolveDir, importer, namespace, kind } = args;
				const path = args.path.replace(/^(monoframe|frappe)\/public\//, `${framework}/`);
				const written = path === args.path ? spellings(path) : [path];
				for (const name of written) {
					const found = await build.resolve(name, {
						resolveDir,
						importer,
						namespace,
						kind,
						pluginData: { spelled: true },
					});
					if (!found.errors.length) return found;
				}
			});
		},
	};
}
