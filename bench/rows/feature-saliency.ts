/**
 * Feature saliency and EGM an image, on one thread, beside the NumPy reference where ../shared holds it.
 *
 *     node --import ./bench/support/register-typescript.mjs bench/rows/feature-saliency.ts [--short]
 *
 * Maps are 24 x 32 x 512, what an image of 1024 x 768 gives at stride 32. Each time is the median of its map; each row
 * the median over the maps.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { detectRegions, EGM_DEFAULTS, featureSaliency } from "../../lib/index.js";
import { syntheticMap } from "../support/activation-maps.js";
import { measureRates } from "../support/machine.js";
import { median, times } from "../support/measure.js";
import { report, row, SHORT } from "../support/rows.js";

const REFERENCE = fileURLToPath(new URL("../../../shared/reference", import.meta.url));
const [HEIGHT, WIDTH, CHANNELS] = [24, 32, 512];
const REPEATS = 100;
/** Milliseconds an image that this may take. */
const GOAL = 0.5;
const STAGES = ["feature saliency", "EGM, FS settings", "EGM, OS settings"] as const;
type Times = Record<(typeof STAGES)[number], number>;

const PYTHON = `
import json, sys, time
import numpy as np
reference, folder, count, h, w, c = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:7])
sys.path.insert(0, reference)
import egm, feature_saliency, pipeline
def median(body):
    times = []
    for _ in range(3):
        start = time.perf_counter(); body(); times.append(1e3 * (time.perf_counter() - start))
    return sorted(times)[1]
rows = []
for i in range(count):
    A = np.fromfile(f"{folder}/{i}.f32", "<f4").reshape(h, w, c)
    F = feature_saliency.feature_saliency(A).astype(np.float32)
    rows.append([median(lambda: feature_saliency.feature_saliency(A)), median(lambda: egm.detect(F, **pipeline.FS_EGM)),
                 median(lambda: egm.detect(F, **pipeline.OS_EGM))])
print(json.dumps(rows))
`;

const count = SHORT ? 5 : 12;
const maps = Array.from({ length: count }, (_, i) => syntheticMap(HEIGHT, WIDTH, CHANNELS, 1 + (i % 5), i + 1));

const ours = maps.map((map): Times => {
  const saliency = featureSaliency(map);
  return {
    "feature saliency": median(times(REPEATS, () => featureSaliency(map))),
    "EGM, FS settings": median(times(REPEATS, () => detectRegions(saliency, EGM_DEFAULTS.featureSaliency))),
    "EGM, OS settings": median(times(REPEATS, () => detectRegions(saliency, EGM_DEFAULTS.objectSaliency))),
  };
});

function reference(): Times[] | undefined {
  if (!existsSync(REFERENCE)) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "leitmotif-bench-"));
  try {
    maps.forEach(({ data }, i) => writeFileSync(join(folder, `${i}.f32`), data));
    const args = ["-c", PYTHON, REFERENCE, folder, count, HEIGHT, WIDTH, CHANNELS].map(String);
    const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
    const rows: number[][] = JSON.parse(execFileSync("/usr/bin/python3", args, { encoding: "utf8", env }));
    return rows.map((row) => Object.fromEntries(STAGES.map((stage, i) => [stage, row[i]])) as unknown as Times);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const theirs = reference();
const work = `map of ${HEIGHT} × ${WIDTH} × ${CHANNELS}, one thread`;
const middle = (rows: readonly Times[], ...stages: (typeof STAGES)[number][]) =>
  median(rows.map((row) => stages.reduce((sum, stage) => sum + row[stage], 0)));
const bytes = 4 * HEIGHT * WIDTH * CHANNELS;
const both = ["feature saliency", "EGM, FS settings"] as const;
const whole = middle(ours, ...both);
report([
  row({
    stage: "feature saliency + EGM",
    work,
    unit: "ms",
    ours: whole,
    ...(theirs && { peer: { name: "NumPy reference", value: middle(theirs, ...both) } }),
    bound: { name: "the map read twice at M", value: (2000 * bytes) / measureRates(1).bytes },
    ratio: whole / GOAL,
    goal: { ratio: `ours / ${GOAL} ms`, atMost: 1 },
  }),
  ...STAGES.slice(1).flatMap((stage) => {
    if (!theirs) return [];
    const [value, peer] = [middle(ours, stage), middle(theirs, stage)];
    const goal = { ratio: "NumPy reference / ours", atLeast: 100 };
    return row({
      stage,
      work,
      unit: "ms",
      ours: value,
      peer: { name: "NumPy reference", value: peer },
      ratio: peer / value,
      goal,
    });
  }),
]);
if (!theirs) console.error("no ../shared/reference: ours alone");
