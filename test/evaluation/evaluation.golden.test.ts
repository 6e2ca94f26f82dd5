import test from "ava";
import { averagePrecision, measureRankings, saliencyPrecision } from "../../lib/index.js";
import { assertError, goldenCases } from "../support/golden.js";

interface Query {
  ranking: number[];
  positive: number[];
  junk: number[];
  average_precision: number;
}

for (const golden of goldenCases("evaluation-")) {
  test(`${golden.name}: average precision and saliency precision`, (t) => {
    const queries = golden.values.queries as Query[];
    const worst = queries.map((query) => Math.abs(averagePrecision(query.ranking, query) - query.average_precision));
    assertError(t, golden, "average_precision", Math.max(...worst), 1e-6);
    const { mAP } = measureRankings(
      queries.map(({ ranking }) => ranking),
      queries,
    );
    assertError(
      t,
      golden,
      "mean_average_precision",
      Math.abs(mAP - (golden.values.mean_average_precision as number)),
      1e-6,
    );

    const [height, width] = golden.shape("S") as [number, number];
    const packed = golden.i32("boxes");
    const boxes = Array.from({ length: packed.length / 4 }, (_, i) => {
      const [x0, y0, x1, y1] = packed.subarray(4 * i, 4 * i + 4) as unknown as [number, number, number, number];
      return { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
    });
    const precision = saliencyPrecision({ data: golden.f32("S"), height, width }, boxes, { height, width });
    assertError(
      t,
      golden,
      "saliency_precision",
      Math.abs(precision - (golden.values.saliency_precision as number)),
      1e-6,
    );
  });
}
