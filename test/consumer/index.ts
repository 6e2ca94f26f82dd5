// A program of someone who has installed the package: type-checked in test/e2e/package.test.ts against the tarball.
import {
  type ActivationMap,
  detectRegions,
  discoverMaps,
  featureSaliency,
  LeitmotifError,
  type Region,
  RegionGraph,
} from "leitmotif";

const map: ActivationMap = { data: new Float32Array(24), height: 2, width: 3, channels: 4 };
const regions: Region[] = detectRegions(featureSaliency(map));
const weights: number[] = regions.map((region) => region.weight);

export async function centrality(vectors: Float32Array, columns: number, signal: AbortSignal): Promise<Float32Array> {
  try {
    const graph = await RegionGraph.build(
      { data: vectors, rows: vectors.length / columns, columns },
      { k: 10 },
      { signal, onProgress: (fraction: number) => console.log(fraction) },
    );
    return await graph.centrality();
  } catch (error) {
    if (error instanceof LeitmotifError && error.code === "ERR_ABORTED") return new Float32Array(0);
    throw error;
  }
}

// @ts-expect-error a misspelt option is a type error
detectRegions(featureSaliency(map), { sigmma: 1 });

console.log(weights.length, typeof discoverMaps);
