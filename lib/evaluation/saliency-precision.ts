import { checkInteger, invalid } from "../check.js";
import { checkSaliencyMap, type SaliencyMap } from "../saliency/saliency-map.js";
import { checkPixelBoxes, type ImageSize, type PixelBox } from "../regions/pixel-box.js";

/**
 * How well a saliency map keeps to the true boxes (section 4.3): the sum of saliency inside the union of the boxes over
 * the sum over the whole map. A cell counts by the share of its area inside; the map's cells tile the image.
 *
 * @param boxes in pixels of the image; what lies outside the image is cut away.
 * @returns 0..1; 0 for a map without saliency.
 */
export function saliencyPrecision(map: SaliencyMap, boxes: readonly PixelBox[], image: ImageSize): number {
  const { data, height, width } = checkSaliencyMap(map);
  const covered = cellCoverage(map, boxes, image);
  let inside = 0;
  let total = 0;
  for (let i = 0; i < height * width; i++) {
    const value = data[i] as number;
    inside += value * (covered[i] as number);
    total += value;
  }
  return total > 0 ? inside / total : 0;
}

/**
 * Share of each cell's area inside the union of the boxes (h * w values of 0..1, row-major). Edges of boxes and cells cut
 * the map into rectangles that lie wholly inside or outside each box.
 */
export function cellCoverage(
  { height, width }: { height: number; width: number },
  boxes: readonly PixelBox[],
  image: ImageSize,
): Float64Array {
  const covered = new Float64Array(height * width);
  const rectangles = checkPixelBoxes(boxes, image).map((box) => ({
    x0: (box.x / image.width) * width,
    x1: ((box.x + box.width) / image.width) * width,
    y0: (box.y / image.height) * height,
    y1: ((box.y + box.height) / image.height) * height,
  }));
  const xs = cuts(
    width,
    rectangles.flatMap(({ x0, x1 }) => [x0, x1]),
  );
  const ys = cuts(
    height,
    rectangles.flatMap(({ y0, y1 }) => [y0, y1]),
  );
  for (let j = 0; j + 1 < ys.length; j++) {
    const [top, bottom] = [ys[j] as number, ys[j + 1] as number];
    const row = rectangles.filter(({ y0, y1 }) => y0 <= top && bottom <= y1);
    if (row.length === 0) continue;
    for (let i = 0; i + 1 < xs.length; i++) {
      const [left, right] = [xs[i] as number, xs[i + 1] as number];
      if (!row.some(({ x0, x1 }) => x0 <= left && right <= x1)) continue;
      const cell = Math.floor(top) * width + Math.floor(left);
      covered[cell] = (covered[cell] as number) + (right - left) * (bottom - top);
    }
  }
  return covered;
}

/** Borders of the cells 0..length and the given edges within, ascending, each once. */
function cuts(length: number, edges: readonly number[]): number[] {
  const within = edges.filter((edge) => edge > 0 && edge < length);
  return [...new Set([...Array.from({ length: length + 1 }, (_, i) => i), ...within])].sort((a, b) => a - b);
}

/**
 * How often values of 0..1 fall into each of `bins` equal parts of that range, as in Figure 8; 1 itself falls into the
 * last.
 */
export function histogram(values: ArrayLike<number>, bins = 20): number[] {
  checkInteger("bins", bins, { min: 1, max: 100_000 });
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!(value >= 0 && value <= 1)) throw invalid(`values[${i}]`, "a number in 0..1", value);
    const bin = Math.min(bins - 1, Math.floor(value * bins));
    counts[bin] = (counts[bin] as number) + 1;
  }
  return counts;
}
