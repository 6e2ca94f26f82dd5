import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const asset = (name: string): string => fileURLToPath(new URL(`./assets/${name}`, import.meta.url));

/** What a report's page takes along, used as it is. */
export const REPORT_ASSETS = ["page.css", "report.css", "report.js"].map((name) => ({ name, path: asset(name) }));

/** The style of an explanation's page. */
export async function explanationStyle(): Promise<string> {
  const sheets = ["page.css", "explain.css"].map((name) => readFile(asset(name), "utf8"));
  return (await Promise.all(sheets)).join("\n");
}
