import test from "ava";
import fc from "fast-check";
import { averagePrecision, measureRankings, precisionAt } from "../../lib/index.js";

const invalid = { instanceOf: Error, code: "ERR_INVALID_ARGUMENT" };
const near = (a: number, b: number) => Math.abs(a - b) < 1e-12;

test("average precision of rankings worked out by hand", (t) => {
  // Positives at ranks 0 and 2 of 0..3: (1 + 1)/2 and (1/2 + 2/3)/2, over two positives.
  t.true(near(averagePrecision([7, 1, 8, 2], { positive: [7, 8] }), (1 + 7 / 12) / 2));
  // The only positive comes second: (0 + 1/2) / 2.
  t.is(averagePrecision([1, 7], { positive: [7] }), 0.25);
  t.is(averagePrecision([3, 1, 2], { positive: [1, 2, 3] }), 1);
  t.is(averagePrecision([], { positive: [1] }), 0);
});

test("junk before, between and after the positives does not change ranks", (t) => {
  const clean = averagePrecision([7, 1, 8, 2], { positive: [7, 8] });
  t.is(averagePrecision([90, 91, 7, 1, 92, 8, 2, 93], { positive: [7, 8], junk: [90, 91, 92, 93, 94] }), clean);
});

test("a ranking cut short loses the positives that it leaves out", (t) => {
  t.is(averagePrecision([7, 8], { positive: [7, 8, 9, 10] }), 0.5);
});

test("an image that is both positive and junk is never found", (t) => {
  t.is(averagePrecision([7, 8], { positive: [7, 8], junk: [8] }), 0.5);
});

test("the query in the database counts as what the ground truth calls it", (t) => {
  const ranking = [0, 5, 1]; // image 0 is the query itself
  t.is(averagePrecision(ranking, { positive: [0, 1] }), (1 + (1 / 2 + 2 / 3) / 2) / 2);
  t.is(averagePrecision(ranking, { positive: [1], junk: [0] }), 0.25);
  t.is(averagePrecision(ranking, { positive: [1] }), (0 / 2 + 1 / 3) / 2);
});

test("precision at k is cut to the rank of the last positive, and ignores junk", (t) => {
  const relevance = { positive: [1, 2], junk: [9] };
  t.is(precisionAt(1, [9, 1, 2, 3], relevance), 1);
  t.is(precisionAt(10, [9, 1, 2, 3], relevance), 1);
  t.is(precisionAt(10, [1, 9, 3, 2], relevance), 2 / 3);
  t.is(precisionAt(2, [1, 9, 3, 2], relevance), 1 / 2);
  t.is(precisionAt(5, [3, 4], relevance), 0);
});

test("queries without positives are left out of the means", (t) => {
  const measures = measureRankings(
    [
      [1, 2],
      [1, 2],
      [1, 2],
    ],
    [{ positive: [1] }, { positive: [] }, { positive: [2] }],
    [1, 5],
  );
  t.is(measures.mAP, (1 + 0.25) / 2);
  t.is(measures.measured, 2);
  t.true(Number.isNaN(measures.averagePrecisions[1]));
  t.deepEqual(
    [...measures.meanPrecisionAt],
    [
      [1, 0.5],
      [5, 0.75],
    ],
  );
});

test("refuses a measure without positives, repeated images and cutoffs below 1", (t) => {
  t.throws(() => averagePrecision([1], { positive: [] }), { ...invalid, message: /at least one image/ });
  t.throws(() => averagePrecision([1, 1], { positive: [1] }), { ...invalid, message: /image 1 at two places/ });
  t.throws(() => precisionAt(0, [1], { positive: [1] }), invalid);
  t.throws(() => measureRankings([[1]], []), invalid);
});

test("average precision is 1 exactly for rankings that begin with all positives, and moving one up never lowers it", (t) => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(60), { minLength: 2, maxLength: 30 }),
      fc.integer({ min: 1, max: 29 }),
      fc.integer({ min: 1, max: 29 }),
      (ids, count, place) => {
        const positive = ids.slice(0, Math.min(count, ids.length));
        t.true(near(averagePrecision(ids, { positive }), 1));
        const shuffled = [...ids].sort((a, b) => ((a * 37) % 61) - ((b * 37) % 61));
        const i = 1 + (place % (shuffled.length - 1));
        const before = averagePrecision(shuffled, { positive });
        if (!positive.includes(shuffled[i] as number)) return;
        [shuffled[i - 1], shuffled[i]] = [shuffled[i] as number, shuffled[i - 1] as number];
        t.true(averagePrecision(shuffled, { positive }) >= before - 1e-12);
      },
    ),
  );
});
