import { percent, verdictOf } from "../report/search/words.js";
import type { PixelBox } from "../regions/pixel-box.js";
import type { FoundPlace, SearchHit, SearchResult } from "../search/result.js";
import { counted } from "../format.js";

/** The result of a search as lines for a terminal: what it comes to, then a table. */
export function describeSearch(result: SearchResult, shown: { excluded: number }): string[] {
  const { method, expand, searched, hits, verdict } = result;
  const { headline, reason } = verdictOf(result);
  const left = shown.excluded > 0 ? `, without the query's own` : "";
  const expanded = expand === "none" ? "" : ` and ${expand}`;
  const head = [
    `${headline} ${reason}`.trim(),
    `${counted(searched, "photo")} searched by ${method}${expanded}${left}`,
  ];
  if (hits.length === 0) return head;
  const ways = hits.some(({ via }) => via !== undefined);
  const rows = hits.flatMap((hit) => rowsOf(hit, verdict.chance !== null, ways));
  const title = ["", "similarity", ...(verdict.chance === null ? [] : ["chance"]), "box x,y,width,height", "photo"];
  return [...head, "", ...table([ways ? [...title, "found"] : title, ...rows])];
}

function rowsOf(hit: SearchHit, chances: boolean, ways: boolean): string[][] {
  const [best, ...others] = hit.places;
  const first = [
    String(hit.rank),
    hit.similarity.toFixed(3),
    ...(chances ? [hit.chance === null ? "" : percent(hit.chance)] : []),
    box(best?.box),
    hit.path,
    ...(ways ? [way(hit)] : []),
  ];
  const further = ({ similarity, box: at }: FoundPlace) => [
    "",
    similarity.toFixed(3),
    ...(chances ? [""] : []),
    box(at),
    "also there",
    ...(ways ? [""] : []),
  ];
  return [first, ...others.map(further)];
}

function box(at: PixelBox | undefined): string {
  return at ? [at.x, at.y, at.width, at.height].map((value) => Math.round(value)).join(",") : "";
}

function way({ via = [], score }: SearchHit): string {
  if (via.length > 0) return `over ${via.map(({ path }) => path).join(", ")}`;
  return score > 0 ? "directly" : "not reached";
}

/** Rows in columns that line up, numbers to the right. */
function table(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, j) => Math.max(...rows.map((row) => row[j]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, j) => (j < 2 ? cell.padStart(widths[j] ?? 0) : cell.padEnd(widths[j] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}
