import { basename, isAbsolute, join } from "node:path";
import type { Collection } from "../collection/collection.js";
import type { RunOptions } from "../native.js";
import type { ReportMember, ReportModel, ReportObject } from "./model.js";

/** What a report shows of a collection. Photos are looked for where the run read them, or in `source`. */
export async function reportModel(
  collection: Collection,
  source = collection.manifest.source ?? collection.path,
  run: Pick<RunOptions, "signal"> = {},
): Promise<ReportModel> {
  const { manifest, images } = collection;
  const { counts, model, timings } = manifest;
  return {
    title: basename(manifest.source ?? collection.path) || "collection",
    date: new Date(manifest.finished),
    facts: [
      ...(manifest.source === null ? [] : [["Photos", manifest.source] as const]),
      ["Collection", collection.path],
      ["Network", model?.name ?? "activation maps were given"],
      ...(model === null ? [] : [["Tensor", model.tensor] as const, ["Model's SHA-256", model.sha256] as const]),
      ["Descriptors", `${counts.channels} channels, whitened to ${counts.dimensions} dimensions`],
      ["Leitmotif", manifest.leitmotif],
    ],
    parameters: flatten(manifest.parameters),
    stages: Object.entries(timings).map(([name, { seconds }]) => ({ name, seconds })),
    counts: {
      regions: {
        feature: counts.regions,
        object: images.reduce((sum, image) => sum + image.objectRegions.length, 0),
      },
      edges: counts.edges / 2,
    },
    warnings: manifest.warnings,
    skipped: manifest.skipped,
    images: images.map(({ path, width, height, featureRegions, objectRegions }) => ({
      path,
      width,
      height,
      boxes: {
        feature: featureRegions.map(({ box, saliency }) => ({ ...box, saliency })),
        object: objectRegions.map(({ box, saliency }) => ({ ...box, saliency })),
      },
    })),
    objects: await objects(collection, run),
    saliency: (kind, image) =>
      kind === "feature" ? collection.featureSaliency(image) : collection.objectSaliency(image),
    source: (image) => {
      const { path } = images[image] as (typeof images)[number];
      return isAbsolute(path) ? path : join(source, path);
    },
  };
}

/** The objects as the collection has them, the best attested first; the regions of each by descending centrality. */
async function objects(collection: Collection, run: Pick<RunOptions, "signal">): Promise<ReportObject[]> {
  const labels = await collection.regionObjects(run);
  const members: ReportMember[][] = collection.objects.map(() => []);
  let region = 0;
  collection.images.forEach(({ featureRegions }, image) => {
    for (const { box, centrality } of featureRegions) {
      members[labels[region++] as number]?.push({ image, box, centrality });
    }
  });
  return members.map((list, number) => ({
    number,
    cohesion: collection.objects[number]?.cohesion ?? 0,
    members: list.sort((a, b) => b.centrality - a.centrality),
  }));
}

/** Options by dotted names: `{ egm: { rho: 5 } }` gives `["egm.rho", "5"]`. */
function flatten(value: Readonly<Record<string, unknown>>, prefix = ""): (readonly [string, string])[] {
  return Object.entries(value).flatMap(([key, item]) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? flatten(item as Record<string, unknown>, `${prefix}${key}.`)
      : [[`${prefix}${key}`, typeof item === "string" ? item : JSON.stringify(item)] as const],
  );
}
