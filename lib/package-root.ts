import { createRequire } from "node:module";
import { dirname } from "node:path";

/** The package's own folder, wherever in it this file was compiled to. */
export const PACKAGE_ROOT = dirname(createRequire(import.meta.url).resolve("leitmotif/package.json"));
