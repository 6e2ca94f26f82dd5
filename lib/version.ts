import { createRequire } from "node:module";

/** This release, as package.json has it. */
export const VERSION: string = (createRequire(import.meta.url)("leitmotif/package.json") as { version: string })
  .version;
