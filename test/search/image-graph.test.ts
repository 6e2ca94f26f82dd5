/** The graph of global descriptors, kept in the collection's folder for the next search. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { Collection, RegionGraph } from "../../lib/index.js";
import { imageGraph } from "../../lib/search/image-graph.js";
import { temporaryFolder } from "../support/folders.js";
import { writeSmallCollection } from "../support/collections.js";
import { clusteredVectors } from "../support/vectors.js";

const options = { k: 5, beta: 3 };

test("a graph is built once, and again when what it was made of, or the file, is another", async (t) => {
  const folder = join(await temporaryFolder(t), "collection");
  await writeSmallCollection(folder);
  const collection = await Collection.open(folder);
  const descriptors = clusteredVectors(60, 8, 6, 3);
  const expected = (await RegionGraph.build(descriptors, options)).adjacency;
  const file = join(collection.path, "search/graph-MAC.bin");
  const of = async (asked: Partial<typeof options> = {}) =>
    (await imageGraph(collection, "MAC", descriptors, { ...options, ...asked }, {})).adjacency;

  t.deepEqual(await of(), expected);
  const kept = await readFile(file);
  // That it is read is seen in that a graph of other descriptors, put in its place, comes back.
  const others = clusteredVectors(60, 8, 6, 4);
  await imageGraph(collection, "R-MAC", others, options, {});
  const theirs = await readFile(join(collection.path, "search/graph-R-MAC.bin"));
  await writeFile(file, Buffer.from(theirs.toString("latin1").replace('"kind":"R-MAC"', '"kind":"MAC"'), "latin1"));
  t.deepEqual(await of(), (await RegionGraph.build(others, options)).adjacency);

  for (const damaged of [kept.subarray(0, kept.length - 3), Buffer.concat([kept, Buffer.of(1)]), Buffer.from("{}")]) {
    await writeFile(file, damaged);
    t.deepEqual(await of(), expected);
    t.deepEqual(await readFile(file), kept);
  }
  t.notDeepEqual(await of({ k: 2 }), expected);
  t.deepEqual(await of(), expected);
});

test("where nothing can be written the graph is built all the same", async (t) => {
  const folder = join(await temporaryFolder(t), "collection");
  await writeSmallCollection(folder);
  const collection = await Collection.open(folder);
  await writeFile(join(collection.path, "search"), "a file, where the folder would be");
  const descriptors = clusteredVectors(20, 4, 3, 1);
  const graph = await imageGraph(collection, "MAC", descriptors, options, {});
  t.deepEqual(graph.adjacency, (await RegionGraph.build(descriptors, options)).adjacency);
});
