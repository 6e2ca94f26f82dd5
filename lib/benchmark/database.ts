import type { Matrix } from "../descriptors/matrix.js";
import type { RegionSet } from "../retrieval/region-set.js";

/** The images of a collection that are searched. An image's place is where it stands among them; its id, in the collection. */
export class Database {
  /** Id of the image at each place, ascending. */
  readonly ids: Int32Array;
  readonly #places: Int32Array;

  /** @param member for each image of the collection, whether it is searched. */
  constructor(member: Uint8Array) {
    this.ids = Int32Array.from(member.keys()).filter((id) => member[id]);
    this.#places = new Int32Array(member.length).fill(-1);
    this.ids.forEach((id, place) => (this.#places[id] = place));
  }

  get size(): number {
    return this.ids.length;
  }

  /** The images' places; those that are not searched are left out. */
  places(ids: Iterable<number>): Int32Array {
    return Int32Array.from([...ids].flatMap((id) => (this.#place(id) < 0 ? [] : [this.#place(id)])));
  }

  #place(id: number): number {
    return this.#places[id] as number;
  }

  /** The rows of the searched images, of a matrix with a row for each image of the collection. */
  rows({ data, rows, columns }: Matrix): Matrix {
    if (this.size === rows) return { data, rows, columns };
    return gather({ data, rows, columns }, this.ids);
  }

  /** The regions of the searched images, of those of all. */
  regions(vectors: Matrix, owner: Int32Array): RegionSet {
    const kept = Int32Array.from(owner.keys()).filter((region) => this.#place(owner[region] as number) >= 0);
    return {
      vectors: kept.length === vectors.rows ? vectors : gather(vectors, kept),
      owner: kept.map((region) => this.#place(owner[region] as number)),
      images: this.size,
    };
  }
}

function gather({ data, columns }: Matrix, rows: Int32Array): Matrix {
  const out = new Float32Array(rows.length * columns);
  rows.forEach((row, i) => out.set(data.subarray(row * columns, (row + 1) * columns), i * columns));
  return { data: out, rows: rows.length, columns };
}
