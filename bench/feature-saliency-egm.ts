/**
 * Feature saliency and EGM an image, on one thread, beside the NumPy reference where ../shared holds it.
 *
 *     npx tsx bench/feature-saliency-egm.ts [maps]
 *
 * Maps are 24 x 32 x 512, what an image of 1024 x 768 gives at stride 32. Each time is the median of its map; each row
 * the median over the maps.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { detectRegions, EGM_DEFAULTS, featureSaliency } from "../lib/index.js";
import { syntheticMap } from "./support/activation-maps.js";
import { median, times } from "./support/measure.js";

const REFERENCE = fileURLToPath(new URL("../../shared/reference", import.meta.url));
const [HEIGHT, WIDTH, CHANNELS] = [24, 32, 512];
const REPEATS = 100;
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

const count = Number(process.argv[2] ?? 12);
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
const regions = maps.map((map) => detectRegions(featureSaliency(map)).length);
console.log(`${count} maps of ${HEIGHT} x ${WIDTH} x ${CHANNELS}, ${median(regions)} regions each; ms, one thread`);
console.table(
  STAGES.map((stage) => {
    const ms = median(ours.map((row) => row[stage]));
    const peer = theirs && median(theirs.map((row) => row[stage]));
    return {
      stage,
      leitmotif: ms.toFixed(3),
      slowest: Math.max(...ours.map((row) => row[stage])).toFixed(3),
      ...(peer && { NumPy: peer.toFixed(1), ratio: (peer / ms).toFixed(0) }),
    };
  }),
);
const total = ours.map((row) => row["feature saliency"] + row["EGM, FS settings"]);
console.log(
  `feature saliency + EGM: ${median(total).toFixed(3)} ms an image, slowest ${Math.max(...total).toFixed(3)}`,
);
if (!theirs) console.log("no ../shared/reference: ours alone");
