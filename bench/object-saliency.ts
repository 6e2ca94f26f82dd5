/**
 * Object saliency an image, stage by stage, on one thread, beside the NumPy reference where ../shared holds it; and
 * whole batches on all processors.
 *
 *     node --import ./bench/support/register-typescript.mjs bench/object-saliency.ts [maps] [regions]
 *
 * Maps are 24 x 32 x 512, what an image of 1024 x 768 gives at stride 32. The regions are patches of such maps, whitened
 * to 256 dimensions. Each row is the median over the maps.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  featureSaliency,
  nearestNeighbours,
  objectSaliency,
  objectSaliencyBatch,
  slidingMaximum,
  Whitening,
} from "../lib/index.js";
import { syntheticMap } from "./support/activation-maps.js";
import { median } from "./support/measure.js";

const REFERENCE = fileURLToPath(new URL("../../shared/reference", import.meta.url));
const [HEIGHT, WIDTH, CHANNELS, DIMENSIONS] = [24, 32, 512, 256];
const POSITIONS = HEIGHT * WIDTH;
const OPTIONS = { side: 5, k: 50, beta: 3, Theta: 2, theta: 3 };
const STAGES = ["sliding maximum", "whitening", "search", "whole"] as const;
type Times = Record<(typeof STAGES)[number], number>;

const PYTHON = `
import json, sys, time
import numpy as np
reference, folder, count, h, w, c, n, d = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:9])
sys.path.insert(0, reference)
import feature_saliency, graph, object_saliency, whitening
read = lambda name, *shape: np.fromfile(f"{folder}/{name}.f32", "<f4").reshape(shape).astype(float)
V, f, g, m, P = read("V", n, d), read("f", n), read("g", n), read("m", c), read("P", d, c)
def timed(body):
    start = time.perf_counter(); result = body(); return 1e3 * (time.perf_counter() - start), result
rows = []
for i in range(count):
    A = read(i, h, w, c)
    F = feature_saliency.feature_saliency(A)
    maximum, U = timed(lambda: object_saliency.patch_descriptors(A, 5))
    white, U = timed(lambda: whitening.apply(U.reshape(-1, c), m, P))
    search, _ = timed(lambda: graph.knn(U, V, 50))
    whole, _ = timed(lambda: object_saliency.object_saliency(A, V, f, g, m, P, F))
    rows.append([maximum, white, search, whole])
print(json.dumps(rows))
`;

const [count, regions] = [Number(process.argv[2] ?? 8), Number(process.argv[3] ?? 5000)];
const maps = Array.from({ length: count }, (_, i) => syntheticMap(HEIGHT, WIDTH, CHANNELS, 1 + (i % 5), i + 1));
const saliencies = maps.map((map) => featureSaliency(map));
const patches = maps.map((map) => ({ data: slidingMaximum(map, 5).data, rows: POSITIONS, columns: CHANNELS }));

const pooled = { data: new Float32Array(regions * CHANNELS), rows: regions, columns: CHANNELS };
for (let i = 0; i < regions; i++) {
  const [map, position] = [i % count, (i * 7919) % POSITIONS];
  const row = patches[map]?.data.subarray(position * CHANNELS, (position + 1) * CHANNELS) ?? [];
  pooled.data.set(
    Array.from(row, (v, j) => v * (1 + 0.3 * Math.sin(i + j))),
    i * CHANNELS,
  );
}
const whitening = await Whitening.fit(pooled, { dimensions: DIMENSIONS });
const vectors = await whitening.applyBatch(pooled);
const uneven = (scale: number) => Float32Array.from({ length: regions }, (_, i) => 0.5 + 0.4 * Math.sin(scale * i));
const model = { vectors, saliency: uneven(1), centrality: uneven(3), whitening };

async function time<T>(body: () => T | Promise<T>): Promise<number> {
  const all: number[] = [];
  for (let i = 0; i < 3; i++) {
    const start = performance.now();
    await body();
    all.push(performance.now() - start);
  }
  return median(all);
}

const ours: Times[] = [];
for (const [i, map] of maps.entries()) {
  const patch = patches[i] as (typeof patches)[number];
  const whitened = whitening.apply(patch);
  const options = { ...OPTIONS, threads: 1, featureSaliency: saliencies[i] };
  ours.push({
    "sliding maximum": await time(() => slidingMaximum(map, OPTIONS.side)),
    whitening: await time(() => whitening.apply(patch)),
    search: await time(() => nearestNeighbours(whitened, vectors, { k: OPTIONS.k, method: "exact", threads: 1 })),
    whole: await time(() => objectSaliency(map, model, options)),
  });
}

function reference(): Times[] | undefined {
  if (!existsSync(REFERENCE)) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "leitmotif-bench-"));
  try {
    const arrays = { V: vectors.data, f: model.saliency, g: model.centrality, m: whitening.mean };
    const images = Object.fromEntries(maps.map(({ data }, i) => [i, data]));
    const all: Record<string, Float32Array> = { ...arrays, P: whitening.projection.data, ...images };
    for (const [name, data] of Object.entries(all)) writeFileSync(join(folder, `${name}.f32`), data);
    const sizes = [count, HEIGHT, WIDTH, CHANNELS, regions, DIMENSIONS].map(String);
    const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
    const output = execFileSync("/usr/bin/python3", ["-c", PYTHON, REFERENCE, folder, ...sizes], {
      encoding: "utf8",
      env,
    });
    const rows: number[][] = JSON.parse(output);
    return rows.map((row) => Object.fromEntries(STAGES.map((stage, i) => [stage, row[i]])) as unknown as Times);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const theirs = reference();
console.log(`${count} maps of ${HEIGHT} x ${WIDTH} x ${CHANNELS}, ${regions} regions; ms an image, one thread`);
console.table(
  STAGES.map((stage) => {
    const ms = median(ours.map((row) => row[stage]));
    const peer = theirs && median(theirs.map((row) => row[stage]));
    return {
      stage,
      leitmotif: ms.toFixed(2),
      "NumPy reference": peer?.toFixed(1) ?? "not there",
      ratio: peer ? (peer / ms).toFixed(1) : "",
    };
  }),
);
const batch = await time(() => objectSaliencyBatch(maps, model, { ...OPTIONS, featureSaliency: saliencies }));
console.log(`in one batch, on all processors: ${(batch / count).toFixed(2)} ms an image`);
