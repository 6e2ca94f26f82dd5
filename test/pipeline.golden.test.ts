// The whole method on ten maps, stage after stage through the public API, each stage fed by ours before it.
import test from "ava";
import {
  type ActivationMap,
  detectRegions,
  detectRegionsBatch,
  featureSaliencyBatch,
  type GlobalDescriptor,
  globalVector,
  objectSaliencyBatch,
  poolRegionsBatch,
  type Region,
  RegionGraph,
  regionSaliency,
  type SaliencyMap,
  Whitening,
  whitenGlobalVectors,
} from "../lib/index.js";
import { assertClose, assertExact, corners, egmOptions, type GoldenCase, goldenCases } from "./support/golden.js";

interface Parameters {
  d: number;
  a: number;
  k_patch: number;
  graph: { k: number; beta: number; alpha: number };
  fs_egm: Record<string, unknown>;
  os_egm: Record<string, unknown>;
  Theta: number;
  theta: number;
}

function mapsOf(golden: GoldenCase): ActivationMap[] {
  const [count, height, width, channels] = golden.shape("maps") as [number, number, number, number];
  const data = golden.f32("maps");
  const size = height * width * channels;
  return Array.from({ length: count }, (_, i) => ({
    data: data.subarray(i * size, (i + 1) * size),
    height,
    width,
    channels,
  }));
}

const flat = (maps: readonly SaliencyMap[]) => Float32Array.from(maps.flatMap(({ data }) => [...data]));
const lengths = (regions: readonly Region[][]) => regions.map(({ length }) => length);

for (const golden of goldenCases("pipeline-")) {
  test(`${golden.name}: from maps to global descriptors`, async (t) => {
    const o = golden.params as unknown as Parameters;
    const maps = mapsOf(golden);
    const fs = await featureSaliencyBatch(maps);
    assertClose(t, golden, "feature_saliency", flat(fs), 1e-5);
    const fsRegions = await detectRegionsBatch(fs, egmOptions(o.fs_egm));
    assertExact(t, golden, "fs_counts", lengths(fsRegions), golden.values.fs_counts as number[]);
    assertExact(t, golden, "fs_regions", corners(fsRegions.flat()));

    const pooled = await poolRegionsBatch(maps, fsRegions);
    assertClose(t, golden, "Z", pooled.data, 0);
    const saliency = Float32Array.from(fs.flatMap((map, i) => [...regionSaliency(map, fsRegions[i] ?? [])]));
    assertClose(t, golden, "f", saliency, 1e-5);
    const owner = Int32Array.from(fsRegions.flatMap((regions, i) => regions.map(() => i)));
    assertExact(t, golden, "owner", owner);

    // The reference's shrinkage; rows of the projection have free signs, which only descriptors show.
    const whitening = await Whitening.fit(pooled, { dimensions: o.d, shrinkage: 1e-9 });
    assertClose(t, golden, "mean", whitening.mean, 1e-5);
    assertClose(t, golden, "projection", whitening.projection.data, 1e-3);
    const vectors = whitening.apply(pooled);
    assertClose(t, golden, "V", vectors.data, 1e-3);

    const graph = await RegionGraph.build(vectors, { k: o.graph.k, beta: o.graph.beta, method: "exact" });
    assertExact(t, golden, "edges", [graph.adjacency.data.length / 2], [golden.values.edges as number]);
    const centrality = await graph.centrality({ alpha: o.graph.alpha });
    assertClose(t, golden, "g", centrality, 1e-3);

    const model = { vectors, saliency, centrality, owner, whitening };
    const { a: side, k_patch: k, Theta, theta } = o;
    const os = await objectSaliencyBatch(maps, model, { side, k, beta: o.graph.beta, Theta, theta });
    assertClose(t, golden, "object_saliency", flat(os), 1e-3);
    const osRegions = os.map((map) => detectRegions(map, egmOptions(o.os_egm)));
    assertExact(t, golden, "os_counts", lengths(osRegions), golden.values.os_counts as number[]);
    assertExact(t, golden, "os_regions", corners(osRegions.flat()));

    const kinds: [GlobalDescriptor, Region[][]][] = [
      ["MAC", []],
      ["R-MAC", []],
      ["FS.EGM", fsRegions],
      ["OS.EGM", osRegions],
      ["OS.EGM-Delta", osRegions],
    ];
    for (const [kind, regions] of kinds) {
      const raw = maps.flatMap((map, i) => [...globalVector(kind, map, { regions: regions[i] })]);
      const rows = { data: Float32Array.from(raw), rows: maps.length, columns: pooled.columns };
      const { descriptors } = await whitenGlobalVectors(rows, whitening, { mean: "whitening" });
      assertClose(t, golden, `descriptor.${kind}`, descriptors.data, 1e-3);
    }
  });
}
