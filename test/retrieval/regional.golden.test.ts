import test from "ava";
import { crossMatch, generalisedMaxPooling, poolToImages } from "../../lib/index.js";
import { assertClose, goldenCases } from "../support/golden.js";

for (const golden of goldenCases("graph-")) {
  const [rows, columns] = golden.shape("V") as [number, number];
  const images = golden.values.images as number;
  const regions = { vectors: { data: golden.f32("V"), rows, columns }, owner: golden.i32("owner"), images };

  test(`${golden.name}: R-Match`, async (t) => {
    const query = { data: golden.f32("Q"), rows: golden.shape("Q")[0] as number, columns };
    const { scores, best } = await crossMatch(query, regions);
    const expected = golden.f32("rmatch");
    assertClose(
      t,
      golden,
      "rmatch",
      scores.filter((score) => score > -1e29),
      1e-5,
      expected.filter((score) => score > -1e29),
    );
    best.forEach((row, image) =>
      t.is(row < 0 ? expected[image] : regions.owner[row], row < 0 ? Math.fround(-1e30) : image),
    );
  });

  test(`${golden.name}: generalised max pooling`, async (t) => {
    const weights = await generalisedMaxPooling(regions);
    assertClose(t, golden, "gmp_weights", weights, 1e-5);
    const pooled = poolToImages(golden.f32("regional_query.f"), weights, regions);
    assertClose(t, golden, "regional_query.images", pooled, 1e-5);
  });
}
