import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../../errors.js";
import type { PixelBox } from "../../regions/pixel-box.js";
import type { NamedQuery, QueryTruth } from "./ground-truth.js";
import { excerpt, filledLines, malformed, readTextFile } from "./text-file.js";

const QUERY_SUFFIX = "_query.txt";
/** What the query files of Oxford buildings put before the image's name (the files of Paris do not). */
const NAME_PREFIX = "oxc1_";

/**
 * Reads the ground truth of Oxford buildings or Paris as distributed: for each query `<landmark>_<n>_query.txt` (image
 * name, x1 y1 x2 y2) and the lists `_good`, `_ok` and `_junk`, one image name a line.
 *
 * @throws {LeitmotifError} `ERR_GROUND_TRUTH` naming file and line.
 */
export async function readOxford(folder: string): Promise<QueryTruth> {
  let files: string[];
  try {
    files = await readdir(folder);
  } catch (cause) {
    throw malformed(folder, undefined, `cannot be read as a folder (${messageOf(cause)})`, cause);
  }
  const names = files
    .filter((file) => file.endsWith(QUERY_SUFFIX))
    .map((file) => file.slice(0, -QUERY_SUFFIX.length))
    .sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  if (names.length === 0) {
    throw malformed(folder, undefined, `holds no file *${QUERY_SUFFIX}: give the folder of the official text files`);
  }
  const queries: NamedQuery[] = [];
  for (const name of names) queries.push(await readQuery(folder, name));
  return { kind: "queries", source: folder, queries };
}

async function readQuery(folder: string, name: string): Promise<NamedQuery> {
  const { image, box } = await readQueryLine(join(folder, `${name}${QUERY_SUFFIX}`));
  const list = (grade: string) => readList(join(folder, `${name}_${grade}.txt`));
  const [good, ok, junk] = [await list("good"), await list("ok"), await list("junk")];
  return { name, image, box, grades: { positive: [...new Set([...good, ...ok])], easy: [], hard: [], junk } };
}

async function readQueryLine(file: string): Promise<{ image: string; box: PixelBox }> {
  const lines = [...filledLines(await readTextFile(file))];
  const [first, second] = lines;
  if (!first) throw malformed(file, 1, "is empty: expected an image name and x1 y1 x2 y2");
  if (second) throw malformed(file, second.line, "expected one line only: an image name and x1 y1 x2 y2");
  const [image, ...numbers] = first.text.split(/\s+/) as [string, ...string[]];
  const values = numbers.map(Number);
  if (values.length !== 4 || !values.every(Number.isFinite)) {
    throw malformed(
      file,
      first.line,
      `expected an image name and four numbers x1 y1 x2 y2, got ${excerpt(first.text)}`,
    );
  }
  const [x1, y1, x2, y2] = values as [number, number, number, number];
  if (x2 <= x1 || y2 <= y1) {
    throw malformed(file, first.line, `the box must have x1 < x2 and y1 < y2, got ${numbers.join(" ")}`);
  }
  return {
    image: image.startsWith(NAME_PREFIX) ? image.slice(NAME_PREFIX.length) : image,
    box: { x: x1, y: y1, width: x2 - x1, height: y2 - y1 },
  };
}

async function readList(file: string): Promise<string[]> {
  const seen = new Set<string>();
  for (const { text, line } of filledLines(await readTextFile(file))) {
    if (/\s/.test(text)) throw malformed(file, line, `expected one image name, got ${excerpt(text)}`);
    seen.add(text);
  }
  return [...seen];
}
