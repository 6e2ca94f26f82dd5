import { createRequire } from "node:module";
import { join } from "node:path";
import { PACKAGE_ROOT } from "./package-root.js";

/** This release, as package.json has it. */
export const VERSION: string = (
  createRequire(import.meta.url)(join(PACKAGE_ROOT, "package.json")) as { version: string }
).version;
