import type { LabelTruth } from "./ground-truth.js";
import { excerpt, malformed, readTextFile } from "./text-file.js";

/** First cells that mark a first line as a header. */
export const IMAGE_HEADERS = ["image", "path", "file", "filename", "name"];

/**
 * Reads labels from a CSV (RFC 4180): image and label in the first two columns, further columns ignored; a first line
 * that begins with `image`, `path`, `file`, `filename` or `name` is a header.
 *
 * @throws {LeitmotifError} `ERR_GROUND_TRUTH` naming file and line.
 */
export async function readLabels(file: string): Promise<LabelTruth> {
  const labels = new Map<string, string>();
  let first = true;
  for (const { cells, line } of csvRecords(file, await readTextFile(file))) {
    const header = first && IMAGE_HEADERS.includes((cells[0] ?? "").trim().toLowerCase());
    first = false;
    if (header) continue;
    const [image, label] = cells.map((cell) => cell.trim());
    if (!image || !label) throw malformed(file, line, `expected image,label, got ${excerpt(cells.join(","))}`);
    const known = labels.get(image);
    if (known !== undefined && known !== label) {
      throw malformed(file, line, `${excerpt(image)} is labelled ${excerpt(label)} here and ${excerpt(known)} above`);
    }
    labels.set(image, label);
  }
  if (labels.size === 0) throw malformed(file, undefined, "holds no line image,label");
  return { kind: "labels", source: file, labels: [...labels].map(([image, label]) => ({ image, label })) };
}

/** The records of a CSV (RFC 4180) that are not blank, each with the line it begins on. */
export function* csvRecords(file: string, text: string): Generator<{ cells: string[]; line: number }> {
  const token = /"((?:[^"]|"")*)"|([^",\r\n]+)|(,)|(\r\n|\n|\r)|(")/gy;
  let cells = [""];
  let line = 1;
  let start = 1;
  let quoted = false;
  const append = (value: string) => (cells[cells.length - 1] += value);
  const filled = () => cells.some((cell) => cell.trim() !== "");
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [whole, inQuotes, plain, comma, newline, stray] = match;
    if (stray !== undefined) throw malformed(file, line, "a quotation mark is never closed");
    if (inQuotes !== undefined) {
      if (quoted || (cells.at(-1) ?? "").trim() !== "") throw malformed(file, line, "text before a quotation mark");
      cells[cells.length - 1] = inQuotes.replaceAll('""', '"');
      quoted = true;
      line += whole.split(/\r\n|\n|\r/).length - 1;
    } else if (plain !== undefined) {
      if (quoted && plain.trim() !== "") throw malformed(file, line, "text after a closing quotation mark");
      if (!quoted) append(plain);
    } else if (comma !== undefined) {
      cells.push("");
      quoted = false;
    } else if (newline !== undefined) {
      if (filled()) yield { cells, line: start };
      cells = [""];
      quoted = false;
      start = ++line;
    }
  }
  if (filled()) yield { cells, line: start };
}
