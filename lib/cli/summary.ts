import type { Collection } from "../collection/collection.js";
import { counted } from "../format.js";
import { duration } from "./terminal.js";

const OBJECTS_SHOWN = 10;

/** What a run found, in lines. */
export function summary({ manifest, objects }: Pick<Collection, "manifest" | "objects">): string[] {
  const { counts, source, model, finished, leitmotif, timings, skipped, ignored, descriptors } = manifest;
  const seconds = Object.values(timings).reduce((sum, stage) => sum + stage.seconds, 0);
  const lines = [
    `${counted(counts.images, "image")} of ${source ?? "given activation maps"}`,
    skipped[0] && `${counted(skipped.length, "file")} skipped, such as ${skipped[0].path}: ${skipped[0].reason}`,
    ignored[0] && `${counted(ignored.length, "other file")} ignored, such as ${ignored[0]}`,
    model && `model ${model.name}, tensor ${model.tensor} of ${counted(counts.channels, "channel")}`,
    `${counted(counts.regions, "region")} in ${counts.dimensions} dimensions, ${counted(counts.edges / 2, "edge")}`,
    `descriptors ${descriptors.join(", ")}`,
    `finished ${finished} in ${duration(seconds)} with leitmotif ${leitmotif}`,
    counts.objects > 0 ? `${counted(counts.objects, "object")} found` : "no object recurs",
  ].filter((line) => typeof line === "string");
  return [...lines, ...largest(objects)];
}

function largest(objects: Collection["objects"]): string[] {
  const ranked = objects.map((object, id) => ({ ...object, id })).sort((a, b) => b.images - a.images || a.id - b.id);
  const lines = ranked.slice(0, OBJECTS_SHOWN).map(({ id, images }) => `  object ${id}: ${counted(images, "photo")}`);
  const rest = ranked.length - lines.length;
  return rest > 0 ? [...lines, `  and ${rest} more`] : lines;
}
