import { Collection } from "../collection/collection.js";
import { CollectionWriter } from "../collection/writer.js";
import { throwIfAborted } from "../errors.js";
import { VERSION } from "../version.js";
import { StageProgress } from "./events.js";
import { FirstPass, type FirstValue } from "./first-pass.js";
import { firstPassKinds } from "./descriptor-kinds.js";
import { groupRegions, objectLabels, objectRecord } from "./group-regions.js";
import type { MatchingPairs } from "./matching-pairs.js";
import { arraysOf, describeImages, imageRecords, type Passes } from "./outcome.js";
import type { Parameters } from "./parameters.js";
import type { PassValue } from "./record-store.js";
import { readRegions, writeRegions } from "./regions-on-disk.js";
import { type DiscoveredRegions, gatherRegions, relateRegions } from "./relate-regions.js";
import type { RunContext } from "./run-context.js";
import { secondPass } from "./second-pass.js";
import { storedSelfSimilarity } from "./stored-halves.js";
import { settleNeighbours } from "./settle-neighbours.js";
import type { ViewsValue } from "./self-made-pairs.js";
import type { Source } from "./source.js";
import { type Survey, survey } from "./survey.js";
import { type Lessons, matchingPairs, type WhiteningChosen } from "./whitening-lessons.js";
import { keyOf, type Workspace } from "./workspace.js";

/** Raised when what an interrupted run left can no longer be gone on from. */
const WORK_VERSION = 4;

/**
 * Runs the method over a source into a workspace's folder, with what earlier runs have left there: records of the first
 * pass where network, options and image are the same; regions and records of the second where all images are.
 */
export async function discoverInto(
  workspace: Workspace,
  source: Source,
  parameters: WhiteningChosen & Record<string, unknown>,
  context: RunContext,
  lessons: Lessons,
  keepWork: boolean,
): Promise<Collection> {
  const { featureSaliency, featureRegions, uniform, maps, extractor, descriptors } = parameters;
  const firstKey = keyOf(WORK_VERSION, VERSION, source.model, source.folder, [
    featureSaliency,
    featureRegions,
    uniform,
    maps,
    extractor,
    firstPassKinds(descriptors.kinds),
  ]);
  const first = await workspace.store<FirstValue>("first", firstKey);
  const paths = await new FirstPass(source, first, parameters, context).run();
  const counts = await survey(paths, first, source);
  await first.sync();

  const settled = settleNeighbours(parameters, counts);
  const secondKey = keyOf(
    workspace.generation,
    firstKey,
    settled,
    lessons.given,
    paths.map((path) => first.mark(path)),
  );
  const teach = () =>
    matchingPairs(lessons, { paths, first, channels: counts.channels }, settled, context, () =>
      workspace.store<ViewsValue>("views", keyOf(firstKey, settled.whitening.seed)),
    );
  const passed = { paths, first, counts };
  const { writer, regions } = await regionsOf(workspace, secondKey, passed, teach, settled, context);
  const second = await workspace.store<PassValue>("second", secondKey);
  const passes = { paths, first, second };
  await secondPass({ ...passes, model: regions, reextract: lessons.reextract }, settled, context);

  const objects = await groupRegions(regions, settled, context);

  await context.stopwatch.time("writing", paths.length, async () => {
    writer.counts.objects = objects.length;
    await writer.objects(objects.map(objectRecord));
    await writer.array("region-objects", [objectLabels(objects, counts.regions)]);
    await writeImages(writer, passes, regions, settled, context);
  });
  writer.counts.skipped = source.skipped.length;
  await writer.commit({
    leitmotif: VERSION,
    finished: new Date().toISOString(),
    source: source.folder,
    parameters: settled,
    model: source.model,
    timings: context.stopwatch.timings,
    skipped: source.skipped,
    ignored: source.ignored,
    warnings: context.warnings,
  });
  await workspace.clear(keepWork);
  return Collection.open(workspace.folder);
}

/** The regions of all images, related; as an earlier run left them where it came so far. */
async function regionsOf(
  workspace: Workspace,
  key: string,
  { paths, first, counts }: Pick<Passes, "paths" | "first"> & { counts: Survey },
  teach: () => Promise<MatchingPairs | undefined>,
  parameters: Parameters,
  context: RunContext,
): Promise<{ writer: CollectionWriter; regions: DiscoveredRegions }> {
  const begun = await workspace.checkpoint(key);
  const { kinds } = parameters.descriptors;
  const writer = await CollectionWriter.create(workspace.folder, workspace.generation, kinds, begun);
  if (begun) {
    const known = await readRegions(workspace, begun, context);
    const selfSimilarity = await storedSelfSimilarity({ paths, first }, counts.regions, known.whitening, context);
    return { writer, regions: { ...known, selfSimilarity } };
  }
  const pairs = await teach();
  const regions = await relateRegions(await gatherRegions(paths, first, counts), parameters, context, pairs);
  Object.assign(writer.counts, counts);
  await context.stopwatch.time("writing", 0, () => writeRegions(writer, regions));
  await workspace.saveCheckpoint(key, writer.begun);
  return { writer, regions };
}

/** Writes what there is of every image: records, saliency maps, global descriptors. */
async function writeImages(
  writer: CollectionWriter,
  passes: Passes,
  { whitening, centrality }: DiscoveredRegions,
  parameters: Parameters,
  context: RunContext,
): Promise<void> {
  const { paths, first, second } = passes;
  const { kinds } = parameters.descriptors;
  const progress = new StageProgress("writing", kinds.length + 1, context.tell);
  await writer.images(imageRecords(passes, centrality, context));
  await writer.array("feature-saliency", arraysOf(paths, first, "saliency", context));
  await writer.array("object-saliency", arraysOf(paths, second, "saliency", context));
  await writer.array("map-offsets", mapOffsets(passes));
  progress.add(1);
  for (const kind of kinds) {
    throwIfAborted(context.signal);
    const { vectors, mean } = await describeImages(passes, kind, whitening, parameters, context);
    await writer.array(`descriptor-mean-${kind}`, [mean]);
    await writer.array(`descriptors-${kind}`, [vectors.data]);
    progress.add(1);
  }
}

async function* mapOffsets({ paths, first }: Passes): AsyncGenerator<BigInt64Array> {
  let offset = 0n;
  yield BigInt64Array.of(offset);
  for (const path of paths) {
    const { width, height } = (await first.read(path, [])).value.map;
    offset += BigInt(width * height);
    yield BigInt64Array.of(offset);
  }
}
