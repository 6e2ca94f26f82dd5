import test from "ava";
import { QueryDescriber } from "../../lib/index.js";
import { DISTRACTORS } from "../../lib/search/distractors.js";
import { measureNull } from "../../lib/search/null-model.js";
import { temporaryFolder } from "../support/folders.js";
import { searchableCollection } from "../support/searchable.js";

test("a photo that the network knows again in false colours is no distractor, and is not compared with itself", async (t) => {
  const { collection, model } = await searchableCollection(await temporaryFolder(t));
  const vectors = await collection.descriptors("MAC");
  const { columns, rows: photos } = vectors;
  const vectorOf = (image: number) => vectors.data.subarray(image * columns, (image + 1) * columns);
  await using describer = new QueryDescriber(collection, { model });
  let described = 0;
  const describe = describer.describe.bind(describer);
  describer.describe = async (parts, method, run) => {
    const rows = await describe(parts, method, run);
    const [photo, whole] = [described++, (parts.length - 1) * columns];
    // The first is known again; the second is like the third, in its smallest square like itself.
    if (photo === 0) rows.data.set(vectorOf(0), whole);
    if (photo === 1) {
      rows.data.set(vectorOf(2), whole);
      rows.data.set(vectorOf(1));
    }
    return rows;
  };
  const nothing = await measureNull(collection, describer, "MAC", { vectors, imageOf: (vector) => vector });
  t.true(described >= DISTRACTORS.count + 1);
  t.true(described <= DISTRACTORS.count + photos);
  const { whole, boxes } = nothing.toJSON();
  t.is(whole.length, DISTRACTORS.count);
  t.true(Math.abs((whole.at(-1) as number) - 1) < 1e-5);
  t.true(boxes[0]?.scores.every((score) => score < 1 - 1e-5));
});
