import test from "ava";
import {
  bootstrapDifference,
  bootstrapMean,
  corLoc,
  groupAgreement,
  histogram,
  saliencyPrecision,
} from "../../lib/index.js";

const invalid = { instanceOf: Error, code: "ERR_INVALID_ARGUMENT" };
const near = (t: { true(value: boolean, message?: string): void }, a: number, b: number) =>
  t.true(Math.abs(a - b) < 1e-9, `${a} is not ${b}`);

const box = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });

test("saliency precision counts a cell by the share of its area inside the union of the boxes", (t) => {
  const map = { data: Float32Array.of(1, 2, 3, 4), height: 2, width: 2 };
  const image = { width: 20, height: 10 }; // cells of 10 x 5 pixels
  near(t, saliencyPrecision(map, [box(0, 0, 10, 5)], image), 1 / 10);
  near(t, saliencyPrecision(map, [box(5, 0, 10, 10)], image), 0.5);
  near(t, saliencyPrecision(map, [box(5, 0, 10, 10), box(5, 0, 5, 10), box(5, 2, 3, 3)], image), 0.5);
  near(t, saliencyPrecision(map, [box(-5, -5, 10, 7.5)], image), (0.5 * 0.5) / 10);
  near(t, saliencyPrecision(map, [box(0, 0, 20, 10)], image), 1);
  near(t, saliencyPrecision(map, [box(12, 1, 2, 2), box(13, 2, 2, 2)], image), (2 * 7) / 50 / 10);
  t.is(saliencyPrecision(map, [], image), 0);
  t.is(saliencyPrecision({ ...map, data: new Float32Array(4) }, [box(0, 0, 9, 9)], image), 0);
  t.throws(() => saliencyPrecision(map, [box(0, 0, 0, 5)], image), { ...invalid, message: /boxes\[0\]\.width/ });
});

test("the histogram puts 1 into its last part and refuses what lies outside", (t) => {
  t.deepEqual(histogram([0, 0.24, 0.25, 0.5, 0.99, 1], 4), [2, 1, 1, 2]);
  t.throws(() => histogram([1.5]), { ...invalid, message: /values\[0\]/ });
  t.throws(() => histogram([Number.NaN]), invalid);
});

test("CorLoc counts any box and the first box, over images with a true box", (t) => {
  const truth = [[box(0, 0, 10, 10)], [box(0, 0, 10, 10), box(50, 50, 10, 10)], [], [box(0, 0, 4, 4)]];
  const found = [
    [box(0, 0, 10, 5)], // exactly half
    [box(20, 20, 5, 5), box(49, 50, 10, 10)], // the second box hits the second object
    [box(0, 0, 1, 1)],
    [],
  ];
  const result = corLoc(found, truth);
  near(t, result.any, 2 / 3);
  near(t, result.first, 1 / 3);
  t.is(result.images, 3);
  near(t, result.overlaps.any[1] as number, 90 / 110);
  near(t, corLoc(found, truth, 0.51).first, 0);
});

test("groups that equal the labels agree fully; one group of everything tells nothing", (t) => {
  const labels = new Map(["a", "a", "b", "b"].map((label, i) => [i, label]));
  const perfect = groupAgreement(
    [
      [0, 1],
      [2, 3],
    ],
    labels,
  );
  near(t, perfect.purity, 1);
  near(t, perfect.nmi, 1);
  near(t, perfect.coverage, 1);
  t.is(perfect.labelsFound, 2);
  const one = groupAgreement([[0, 1, 2, 3]], labels);
  near(t, one.purity, 0.5);
  near(t, one.nmi, 0);
});

test("group agreement worked out by hand: a mixed group, an unlabelled photo, a photo in two groups", (t) => {
  const labels = new Map(["a", "a", "b", "b", "c", "c"].map((label, i) => [i, label]));
  const result = groupAgreement(
    [
      [0, 1, 2, 99],
      [2, 3, 3],
    ],
    labels,
  ); // memberships: a a b | b b
  near(t, result.purity, 4 / 5);
  near(t, result.coverage, 4 / 6);
  const information = (2 / 5) * Math.log(5 / 3) + (1 / 5) * Math.log(5 / 9) + (2 / 5) * Math.log(5 / 3);
  const entropy = -(2 / 5) * Math.log(2 / 5) - (3 / 5) * Math.log(3 / 5);
  near(t, result.nmi, information / entropy);
  t.deepEqual([result.labelsFound, result.labels, result.groups], [2, 3, 2]);
  t.true(Number.isNaN(groupAgreement([], labels).purity));
  t.is(groupAgreement([], labels).coverage, 0);
});

test("the bootstrap interval has the spread that theory says, and depends on the seed alone", (t) => {
  const values = Float64Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? 0 : 1));
  const { mean, low, high } = bootstrapMean(values);
  near(t, mean, 0.5);
  t.true(Math.abs(low - (0.5 - 1.96 * 0.025)) < 0.006, `${low}`); // standard error 0.5 / sqrt(400)
  t.true(Math.abs(high - (0.5 + 1.96 * 0.025)) < 0.006, `${high}`);
  t.deepEqual(bootstrapMean(values), { mean, low, high });
  t.notDeepEqual(bootstrapMean(values, { seed: 1 }), { mean, low, high });
});

test("the interval of a difference pairs the queries, and leaves out what cannot be measured", (t) => {
  const a = Float64Array.from({ length: 50 }, (_, i) => (i * 7919) % 101);
  const better = a.map((value) => value + 1);
  a[3] = Number.NaN;
  t.deepEqual(bootstrapDifference(better, a), { mean: 1, low: 1, high: 1 });
  t.throws(() => bootstrapMean([Number.NaN]), invalid);
  t.throws(() => bootstrapDifference([1], [1, 2]), invalid);
});
