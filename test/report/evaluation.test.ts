import test from "ava";
import type { EvaluationDocument } from "../../lib/benchmark/evaluation-json.js";
import type { MethodMeasures } from "../../lib/index.js";
import { evaluationHtml } from "../../lib/report/evaluation/write-evaluation.js";

const row = (method: string, diffusion: boolean, mAP: number, level: string | null = null): MethodMeasures => ({
  method,
  diffusion,
  level,
  mAP,
  interval: { low: mAP - 0.05, high: mAP + 0.05 },
  precisionAt: { 1: 1, 5: 0.5, 10: 0.25 },
  measured: 3,
  averagePrecisions: [mAP, mAP, mAP],
  bytesPerImage: 1024,
  edges: diffusion ? 1234 : null,
  queryMilliseconds: 0.5,
});

const bins = (at: number, count: number) => Array.from({ length: 20 }, (_, i) => (i === at ? count : 0));

const DOCUMENT = {
  leitmotif: "0.1.0",
  collection: { path: "/c", source: "/photos/<b>", model: null, counts: {}, parameters: {} },
  groundTruth: "gt",
  seed: 0,
  protocol: "roxford",
  queries: ["q1", "q2", "q3"],
  database: 1234,
  methods: [row("MAC", false, 0.4), row("MAC", true, 0.5), row("<GeM>", true, 0.6)],
  localisation: {
    images: 7,
    boxShare: 0.1,
    feature: { precision: 0.2, histogram: bins(4, 7), corLoc: { any: 0.3, first: 0.2 } },
    object: { precision: 0.7, histogram: bins(13, 7), corLoc: { any: 0.8, first: 0.6 } },
  },
  groups: null,
  missing: ["gone<1>"],
  notes: ["a note"],
} as unknown as EvaluationDocument;

test("shows every method, best first said, the histograms and what was left out, all escaped", async (t) => {
  const page = await evaluationHtml(DOCUMENT);
  t.regex(page, /<h1>&lt;b&gt;<\/h1>/);
  t.regex(page, /Best: <strong>&lt;GeM&gt;<\/strong> with diffusion, mAP 60\.0 %\./);
  t.regex(page, /class="mean" style="inline-size:40\.00%"/);
  t.regex(page, /inset-inline-start:45\.00%;\s*inline-size:10\.00%/);
  t.is(page.match(/<rect\b/g)?.length, 40);
  t.is(page.match(/<title>7<\/title>/g)?.length, 2);
  t.regex(page, /gone&lt;1&gt;/);
  t.regex(page, /a note/);
  t.notRegex(page, /NaN|undefined|\[object|<GeM>/);
});

test("a table for each level, and no best over levels", async (t) => {
  const methods = ["Easy", "Medium", "Hard"].map((level) => row("MAC", false, 0.4, level));
  const page = await evaluationHtml({ ...DOCUMENT, methods, localisation: null, missing: [] });
  t.deepEqual(
    [...page.matchAll(/<h2 id="methods-\d">([^<]*)</g)].map(([, level]) => level),
    ["Easy", "Medium", "Hard"],
  );
  t.notRegex(page, /Best:|<rect|not in the collection/);
});
