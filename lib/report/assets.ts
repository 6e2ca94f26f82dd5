import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** The pages' style sheet and script, used as they are. */
const asset = (name: string): string => fileURLToPath(new URL(`./assets/${name}`, import.meta.url));

export const ASSETS = ["report.css", "report.js"].map((name) => ({ name, path: asset(name) }));

/** The style sheet's text. */
export const STYLE = (): Promise<string> => readFile(asset("report.css"), "utf8");
