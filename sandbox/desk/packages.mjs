// Where the npm packages are.
//
// The sources of this builder live in the repository, the packages in the ignored cache folder, and the Desk
// sources in the Python environment: three places of which none lies above another, so Node's usual search
// upwards finds nothing. build.py starts the build in the folder that holds node_modules; everything is
// required from there.

import { createRequire } from "node:module";
import path from "node:path";

export const node_modules = path.resolve("node_modules");
export const load_package = createRequire(path.resolve("package.json"));
