import test from "ava";
import { type DescriptorSet, discoverMaps, type EgmOptions, type Region } from "../../lib/index.js";
import { assertClose, goldenCases } from "../support/golden.js";

interface Params {
  d: number;
  a: number;
  k_patch: number;
  graph: { k: number; beta: number; alpha: number };
  fs_egm: EgmParams;
  os_egm: EgmParams;
  Theta: number;
  theta: number;
}

interface EgmParams {
  rho: number;
  tau: number;
  sigma: number;
  floor: EgmOptions["floor"];
  sample_weighting: EgmOptions["sampleWeighting"];
  purge_threshold: number;
  purge_mixing: boolean;
  max_iterations: number;
  tolerance: number;
}

const egm = (p: EgmParams): Partial<EgmOptions> => ({
  rho: p.rho,
  tau: p.tau,
  sigma: p.sigma,
  floor: p.floor,
  sampleWeighting: p.sample_weighting,
  purgeThreshold: p.purge_threshold,
  purgeMixing: p.purge_mixing,
  maxIterations: p.max_iterations,
  tolerance: p.tolerance,
});

const KINDS = ["MAC", "R-MAC", "FS.EGM", "OS.EGM", "OS.EGM-Delta"] as const;

const corners = (regions: readonly Region[]) => regions.flatMap(({ x0, y0, x1, y1 }) => [x0, y0, x1, y1]);

for (const golden of goldenCases("pipeline-")) {
  test(`${golden.name}: every stage of the whole path`, async (t) => {
    const [count, height, width, channels] = golden.shape("maps") as [number, number, number, number];
    const all = golden.f32("maps");
    const size = height * width * channels;
    const maps = Array.from({ length: count }, (_, i) => ({
      id: String(i),
      map: { data: all.subarray(i * size, (i + 1) * size), height, width, channels },
    }));
    const p = golden.params as unknown as Params;
    const found = await discoverMaps(maps, {
      preset: "paper",
      featureRegions: egm(p.fs_egm),
      objectRegions: egm(p.os_egm),
      whitening: { dimensions: p.d, shrinkage: 1e-9 },
      graph: { k: p.graph.k, beta: p.graph.beta, method: "exact" },
      centrality: { alpha: p.graph.alpha },
      objectSaliency: { side: p.a, k: p.k_patch, beta: p.graph.beta, Theta: p.Theta, theta: p.theta },
    });

    const images = found.images;
    const concatenated = (maps: Float32Array[]) => maps.flatMap((map) => Array.from(map));
    assertClose(t, golden, "feature_saliency", concatenated(images.map((i) => i.featureSaliency.data)), 1e-5);
    t.deepEqual(
      images.flatMap((i) => corners(i.featureRegions)),
      Array.from(golden.i32("fs_regions")),
    );
    t.deepEqual(found.owner, golden.i32("owner"));
    assertClose(t, golden, "f", found.saliency, 1e-5);
    assertClose(t, golden, "g", found.centrality, 1e-4);
    assertClose(t, golden, "object_saliency", concatenated(images.map((i) => i.objectSaliency.data)), 1e-3);
    t.deepEqual(
      images.flatMap((i) => corners(i.objectRegions)),
      Array.from(golden.i32("os_regions")),
    );

    // A whitening is the same with any of its dimensions turned over.
    const { data: P, rows: d } = found.whitening.projection;
    const expected = golden.f32("projection");
    const signs = Array.from({ length: d }, (_, row) => {
      const product = P.subarray(row * channels, (row + 1) * channels).reduce(
        (sum, value, j) => sum + value * (expected[row * channels + j] as number),
        0,
      );
      return Math.sign(product);
    });
    const turned = (data: Float32Array) => data.map((value, i) => value * (signs[i % d] as number));
    assertClose(t, golden, "V", turned(found.vectors.data), 1e-3);
    for (const kind of KINDS) {
      assertClose(
        t,
        golden,
        `descriptor.${kind}`,
        turned((found.descriptors[kind] as DescriptorSet).vectors.data),
        1e-3,
      );
    }
  });
}
