import type { Collection } from "../collection/collection.js";
import { byteView } from "../collection/npy.js";
import type { Matrix } from "../descriptors/matrix.js";
import { type GraphOptions, RegionGraph } from "../graph/region-graph.js";
import type { RunOptions } from "../native.js";
import type { ThreadOptions } from "../threads.js";
import { Kept } from "./kept.js";

/**
 * The graph of a collection's global descriptors of a kind, kept for the next time: at 105,000 images it takes the better
 * part of a minute to build.
 */
export async function imageGraph(
  collection: Collection,
  kind: string,
  descriptors: Matrix,
  { threads, ...options }: Partial<GraphOptions> & ThreadOptions,
  run: RunOptions,
): Promise<RegionGraph> {
  const { rows } = descriptors;
  const kept = new Kept(collection, `graph-${kind}.bin`, { version: 1, kind, rows, ...options });
  const known = await kept.read();
  if (known) return RegionGraph.fromAdjacency(adjacencyIn(known, rows), { threads }, { signal: run.signal });
  const graph = await RegionGraph.build(descriptors, { ...options, threads }, run);
  const { indptr, indices, data } = graph.adjacency;
  await kept.write(byteView(indptr), byteView(indices), byteView(data));
  return graph;
}

/** Row ends, columns and weights one after the other, as their hash says that they were written. */
function adjacencyIn(content: Buffer, rows: number) {
  const bytes = Uint8Array.from(content).buffer;
  const indptr = new Int32Array(bytes, 0, rows + 1);
  const stored = indptr[rows] as number;
  const from = indptr.byteLength;
  return {
    indptr,
    indices: new Int32Array(bytes, from, stored),
    data: new Float32Array(bytes, from + 4 * stored, stored),
    rows,
    columns: rows,
  };
}
