import { join, resolve } from "node:path";
import { checkList, checkNumber, checkObject, checkString, invalid, withDefaults } from "../../check.js";
import type { Collection } from "../../collection/collection.js";
import { findImage } from "../../collection/find-image.js";
import { checkNetwork } from "../../collection/network.js";
import type { ImageRecord } from "../../collection/schema.js";
import { LeitmotifError } from "../../errors.js";
import type { ActivationExtractor } from "../../features/activation-extractor.js";
import type { RunOptions } from "../../native.js";
import { threadCount } from "../../threads.js";
import { toCellRectangle } from "../../regions/cells.js";
import type { PixelBox } from "../../regions/pixel-box.js";
import { concurrently } from "../concurrently.js";
import { pageStyle } from "../assets.js";
import { heatMap } from "../heat-map.js";
import { Photo } from "../photo.js";
import { savePage } from "../save-page.js";
import { explain, type Wanted } from "./explain.js";
import { type Explanation, type ExplanationPictures, NEAR_SHOWN, type ShownRegion } from "./explanation.js";
import { explanationPage } from "./page.js";

/** Options of {@link writeExplanation}. */
export interface ExplanationOptions {
  /** The page. `explain/<image's path>.html` in the collection, if not given. */
  out: string;
  /** Points in pixels of the original whose patches are looked up; if neither points nor boxes are given, telling ones. */
  points: readonly { readonly x: number; readonly y: number }[];
  /** Boxes in pixels of the original that are looked up whole. */
  boxes: readonly PixelBox[];
  /** Folder that the photos' paths start from, when they have moved. */
  source: string;
  /** How many photos are read at a time, and threads of the search. */
  threads: number;
}

const KNOWN = ["out", "points", "boxes", "source", "threads"] as const;
const CROP_SIDE = 180;

/**
 * Writes a page that shows why an image of a collection has the maps and regions that it has: the evolution of both
 * mixtures (the paper's Figure 3), and for some patches the regions of the collection nearest to them (Figure 4). It is
 * one file that holds all it needs. The photo is fed to the network again, which must be the collection's.
 *
 * @param image Its path as the collection has it, or the path of its file.
 * @returns Where the page is.
 * @throws {LeitmotifError} `ERR_INVALID_ARGUMENT` when the collection has no such image or an option is wrong, `ERR_MODEL`
 * when the network is another, `ERR_IMAGE` when the photo is gone or has changed, `ERR_DISK`, `ERR_ABORTED`.
 */
export async function writeExplanation(
  collection: Collection,
  image: string,
  extractor: ActivationExtractor,
  options: Partial<ExplanationOptions> = {},
  run: RunOptions = {},
): Promise<string> {
  withDefaults<object, (typeof KNOWN)[number]>("explanation options", options, {}, KNOWN);
  const source = options.source ?? collection.manifest.source ?? collection.path;
  const index = findImage(collection, checkString("image", image), source);
  if (index < 0) throw invalid("image", `one of the ${collection.images.length} images of the collection`, image);
  const record = collection.images[index] as ImageRecord;
  checkNetwork(collection.manifest.model, extractor.model);
  const { map } = await extractor.extract(resolve(source, record.path), run);
  if (map.width !== record.map.width || map.height !== record.map.height) {
    throw new LeitmotifError(
      "ERR_IMAGE",
      `${record.path} gives a map of ${map.width} x ${map.height} cells, and the collection has one of ` +
        `${record.map.width} x ${record.map.height}: it has changed, or is fed at another size`,
    );
  }
  const threads = threadCount(options.threads);
  const explanation = await explain(collection, index, map, wanted(options, record), { threads }, run);
  const pictures = await draw(explanation, collection, source, threads, run);
  const out = options.out ?? join(collection.path, "explain", `${fileName(record.path)}.html`);
  await savePage(checkString("out", out), explanationPage(explanation, pictures, await pageStyle("explain.css")));
  return out;
}

/** Points and boxes as cells. */
function wanted({ points = [], boxes = [] }: Partial<ExplanationOptions>, { map, ...image }: ImageRecord): Wanted[] {
  checkList("points", points);
  checkList("boxes", boxes);
  return [
    ...points.map((point, i): Wanted => {
      const { x, y } = checkObject(`points[${i}]`, point);
      const column = checkNumber(`points[${i}].x`, x, { min: 0, below: image.width });
      const row = checkNumber(`points[${i}].y`, y, { min: 0, below: image.height });
      return {
        at: { x: Math.floor((column * map.width) / image.width), y: Math.floor((row * map.height) / image.height) },
        why: `the patch at pixel ${Math.round(column)}, ${Math.round(row)}`,
      };
    }),
    ...boxes.map((box): Wanted => ({
      rectangle: toCellRectangle(box, map, image),
      why: `the box of ${Math.round(box.width)} × ${Math.round(box.height)} pixels at ${Math.round(box.x)}, ${Math.round(box.y)}`,
    })),
  ];
}

async function draw(
  { maps, looks, image }: Explanation,
  { images }: Collection,
  source: string,
  threads: number,
  run: RunOptions,
): Promise<ExplanationPictures> {
  const photo = await Photo.open(resolve(source, image.path), image);
  const crops = await Promise.all(
    looks.map(async ({ rectangle: { x0, y0, x1, y1 } }) => {
      const across = image.width / maps.feature.width;
      const down = image.height / maps.feature.height;
      return photo?.crop({ x: x0 * across, y: y0 * down, width: (x1 - x0) * across, height: (y1 - y0) * down });
    }),
  );
  const shown = new Set(looks.flatMap(({ near }) => near.slice(0, NEAR_SHOWN).map(({ region }) => region)));
  const regions = new Map<number, ShownRegion>();
  let first = 0;
  const owners = images.flatMap((record) => {
    const wantedRegions = record.featureRegions
      .map(({ box }, i) => ({ region: first + i, box }))
      .filter(({ region }) => shown.has(region));
    first += record.featureRegions.length;
    return wantedRegions.length > 0 ? [{ record, wantedRegions }] : [];
  });
  await concurrently(
    owners,
    threads,
    async ({ record, wantedRegions }) => {
      const theirs = await Photo.open(resolve(source, record.path), record);
      for (const { region, box } of wantedRegions) {
        regions.set(region, { path: record.path, box, crop: await theirs?.crop(box, CROP_SIDE) });
      }
    },
    run,
  );
  return {
    photo: await photo?.shown(),
    heat: { feature: await heatMap(maps.feature), object: await heatMap(maps.object) },
    looks: crops,
    regions,
  };
}

/** A path as the name of a file: "a/b c.jpg" becomes "a-b-c.jpg". */
function fileName(path: string): string {
  return path
    .replace(/[^\p{L}\p{N}._-]+/gu, "-")
    .replace(/^[.-]+/, "")
    .slice(-120);
}
