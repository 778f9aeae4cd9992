"""The Desk in the browser: bundles built from the sources the fork ships, laid out for the site to serve.

The fork's wheel has the sources of the Desk in `public/` but none of the bundles its pages ask for. `build()`
makes them with npm packages and esbuild, once for each state of the sources, and links them into a site's
assets.

	from sandbox.desk import build

	build(site / "assets", framework / "public")
"""

from sandbox.desk.build import build

__all__ = ["build"]
