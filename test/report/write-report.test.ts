import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { Collection } from "../../lib/collection/collection.js";
import { writeReport } from "../../lib/index.js";
import { reportModel } from "../../lib/report/from-collection.js";
import { writeSmallCollection } from "../support/collections.js";
import { temporaryFolder } from "../support/folders.js";

test("reads all it shows from the collection", async (t) => {
  const folder = await temporaryFolder(t);
  await writeSmallCollection(folder);
  const model = await reportModel(await Collection.open(folder));
  t.is(model.title, "photos");
  t.is(model.source(1), "/photos/b/c.jpg");
  t.deepEqual(model.counts, { regions: { feature: 3, object: 2 }, edges: 1 });
  t.deepEqual(model.parameters, [["graph.k", "50"]]);
  t.deepEqual(model.stages, [{ name: "graph", seconds: 1.5 }]);
  const box = { x: 0, y: 0, width: 32, height: 16, saliency: 0.5 };
  t.deepEqual(model.images[0], {
    path: "a.jpg",
    width: 48,
    height: 32,
    boxes: { feature: [box, box], object: [box] },
  });
  t.deepEqual(
    model.objects.map(({ members }) => members.map(({ image }) => image).sort()),
    [[0, 1]],
  );
  t.deepEqual(await model.saliency("object", 1), { data: Float32Array.of(3, 2, 1, 0), height: 2, width: 2 });
});

test("writes a report into the collection, without its photos when they are gone", async (t) => {
  const folder = await temporaryFolder(t);
  await writeSmallCollection(folder);
  const { page, missing } = await writeReport(await Collection.open(folder));
  t.is(page, join(folder, "report/index.html"));
  t.is(missing, 2);
  t.regex(await readFile(page, "utf8"), /None of the photos is to be found/);
  t.true((await stat(join(folder, "report/report-files/object/1.webp"))).size > 0);
});
