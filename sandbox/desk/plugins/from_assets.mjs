// Addresses below /assets are served by the site and stay as they are: fonts, icons and images of the
// framework (nobody wants them inside the bundles), and the sound and picture files named in style sheets.

export function from_assets() {
	return {
		name: "from-assets",
		setup(build) {
			build.onResolve({ filter: /^\/?assets\// }, (args) => ({ path: args.path, external: true }));
		},
	};
}
