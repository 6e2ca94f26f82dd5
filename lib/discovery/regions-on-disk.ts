import { join } from "node:path";
import { CollectionArrays } from "../collection/collection-arrays.js";
import { dataFolder } from "../collection/schema.js";
import type { Begun, CollectionWriter } from "../collection/writer.js";
import type { DiscoveredRegions } from "./relate-regions.js";
import type { RunContext } from "./run-context.js";
import type { Workspace } from "./workspace.js";

/** Writes what is known of all regions: the first part of a collection, and the model of the second pass. */
export async function writeRegions(writer: CollectionWriter, regions: DiscoveredRegions): Promise<void> {
  const { vectors, whitening, graph } = regions;
  const { indptr, indices, data } = graph.adjacency;
  writer.counts.edges = indices.length;
  writer.counts.dimensions = whitening.dimensions;
  await writer.array("region-vectors", [vectors.data]);
  await writer.array("region-saliency", [regions.saliency]);
  await writer.array("region-centrality", [regions.centrality]);
  await writer.array("region-owner", [regions.owner]);
  await writer.array("graph-indptr", [BigInt64Array.from(indptr, BigInt)]);
  await writer.array("graph-indices", [indices]);
  await writer.array("graph-data", [data]);
  await writer.array("whitening-mean", [whitening.mean]);
  await writer.array("whitening-projection", [whitening.projection.data]);
}

/** Reads what {@link writeRegions} wrote in an earlier run. */
export async function readRegions(
  { folder, generation }: Workspace,
  { counts, files }: Begun,
  { signal }: RunContext,
): Promise<Omit<DiscoveredRegions, "selfSimilarity">> {
  const data = { folder: join(folder, dataFolder(generation)), counts, files };
  const arrays = await CollectionArrays.open(data, [], []);
  return { ...(await arrays.regionModel({ signal })), graph: await arrays.graph({ signal }) };
}
