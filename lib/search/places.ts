import type { Collection } from "../collection/collection.js";
import type { ImageRecord } from "../collection/schema.js";
import type { Matrix } from "../descriptors/matrix.js";
import { intersectionOverUnion, type PixelBox } from "../regions/pixel-box.js";
import { dot } from "./image-index.js";
import type { FoundPlace } from "./result.js";

/** Two boxes that have more than this of their union in common are one place. */
const SAME_PLACE = 0.5;

/** Where in a collection's images a query is: their regions, with boxes. Reads the vectors of the images asked for alone. */
export class Places {
  readonly #collection: Collection;
  /** First region of each image, and the end of the last's. */
  readonly #starts: number[] = [0];

  constructor(collection: Collection) {
    this.#collection = collection;
    for (const { featureRegions } of collection.images) {
      this.#starts.push((this.#starts.at(-1) as number) + featureRegions.length);
    }
  }

  /** Of a region, by its row among all. */
  box(region: number): PixelBox {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high - 1) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] as number) <= region) low = middle;
      else high = middle;
    }
    const { featureRegions } = this.#collection.images[low] as ImageRecord;
    return (featureRegions[region - (this.#starts[low] as number)] as { box: PixelBox }).box;
  }

  /**
   * The places of an image where a query (rows of region descriptors) is.
   *
   * @param options `first`: the region by which the image was found, which comes first whatever its similarity; else the
   *   nearest does. `from`: further regions as similar as this come too, the most similar first, if they lie elsewhere.
   */
  async of(image: number, query: Matrix, options: { first: number | undefined; from: number }): Promise<FoundPlace[]> {
    const [begin, end] = [this.#starts[image] as number, this.#starts[image + 1] as number];
    const vectors = await this.#collection.regionVectors(begin, end);
    const all = Array.from({ length: end - begin }, (_, i): FoundPlace => {
      let sum = 0;
      for (let row = 0; row < query.rows; row++) sum += dot(query, row, vectors, i);
      return { region: begin + i, box: this.box(begin + i), similarity: sum / query.rows };
    }).sort((a, b) => b.similarity - a.similarity || a.region - b.region);
    const first = all.find(({ region }) => region === options.first) ?? all[0];
    if (first === undefined) return [];
    const places = [first];
    for (const place of all) {
      if (place.similarity < options.from) break;
      if (places.every(({ box }) => intersectionOverUnion(box, place.box) <= SAME_PLACE)) places.push(place);
    }
    return places;
  }
}
