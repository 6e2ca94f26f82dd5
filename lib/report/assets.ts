import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const asset = (name: string): string => fileURLToPath(new URL(`./assets/${name}`, import.meta.url));

/** What a report's page takes along, used as it is. */
export const REPORT_ASSETS = ["page.css", "report.css", "report.js"].map((name) => ({ name, path: asset(name) }));

/** The style of a page that is one file: what all pages share, and its own. */
export async function pageStyle(sheet: "explain.css" | "evaluation.css" | "search.css"): Promise<string> {
  const sheets = ["page.css", sheet].map((name) => readFile(asset(name), "utf8"));
  return (await Promise.all(sheets)).join("\n");
}
