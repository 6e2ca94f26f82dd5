import { csvRecords, IMAGE_HEADERS } from "../evaluation/ground-truth/csv.js";
import { excerpt, malformed, readTextFile } from "../evaluation/ground-truth/text-file.js";
import type { PixelBox } from "../regions/pixel-box.js";

/** A place in a photo, in pixels of the original; the whole photo without a box. */
export interface Place {
  image: string;
  box: PixelBox | null;
}

/** Places that show the same thing. */
export type PlacePair = readonly [Place, Place];

/**
 * Reads pairs of places that show the same thing from a CSV (RFC 4180): two images a line, or, where a place is a part
 * of its photo, `image,x,y,width,height` for each of the two in pixels of the original; empty numbers mean the whole
 * photo. A first line that begins with `image`, `path`, `file`, `filename` or `name` is a header.
 *
 * @throws {LeitmotifError} `ERR_GROUND_TRUTH` naming file and line.
 */
export async function readPairs(file: string): Promise<PlacePair[]> {
  const pairs: PlacePair[] = [];
  let first = true;
  for (const { cells, line } of csvRecords(file, await readTextFile(file))) {
    const values = cells.map((cell) => cell.trim());
    const header = first && IMAGE_HEADERS.includes((values[0] ?? "").toLowerCase());
    first = false;
    if (header) continue;
    const half = values.length / 2;
    if (half !== 1 && half !== 5) {
      const expected = "image,image or image,x,y,width,height,image,x,y,width,height";
      throw malformed(file, line, `expected ${expected}, got ${excerpt(cells.join(","))}`);
    }
    pairs.push([place(file, line, values.slice(0, half)), place(file, line, values.slice(half))]);
  }
  if (pairs.length === 0) throw malformed(file, undefined, "holds no pair");
  return pairs;
}

function place(file: string, line: number, [image = "", ...numbers]: string[]): Place {
  if (image === "") throw malformed(file, line, "an image has no name");
  if (numbers.every((cell) => cell === "")) return { image, box: null };
  const [x = NaN, y = NaN, width = NaN, height = NaN] = numbers.map((cell) => (cell === "" ? NaN : Number(cell)));
  if (![x, y, width, height].every(Number.isFinite) || width <= 0 || height <= 0) {
    throw malformed(file, line, `a box is x,y,width,height in pixels, got ${excerpt(numbers.join(","))}`);
  }
  return { image, box: { x, y, width, height } };
}
