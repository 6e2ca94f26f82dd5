import { rm } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { ActivationExtractor, type ImageSource, type RgbImage } from "../../lib/index.js";
import { DISTRACTOR_SIDES, distractorQueries } from "../../lib/search/distractors.js";
import { temporaryFolder } from "../support/folders.js";
import { makePhotos } from "../support/photos.js";
import { TINY_DESCRIPTION, tinyGraph, writeModel } from "../support/tiny-network.js";

test("a collection's photos in false colours come first, then drawn scenes; without photos scenes alone", async (t) => {
  const source = await temporaryFolder(t);
  const model = { path: writeModel(source, "tiny.onnx", tinyGraph()), description: { ...TINY_DESCRIPTION } };
  await using extractor = await ActivationExtractor.open({ model });
  const paths = await makePhotos(source, 5);
  const fed: ImageSource[] = [];
  const extract = extractor.extract.bind(extractor);
  extractor.extract = (image, options) => (fed.push(image), extract(image, options));
  const collection = { images: paths.map((path) => ({ path })), manifest: { source } };
  const made = async () => {
    const of: (number | undefined)[] = [];
    for await (const distractor of distractorQueries(collection, extractor)) {
      of.push(distractor.of);
      t.is(distractor.parts.length, DISTRACTOR_SIDES.length + 1);
      t.true(distractor.parts.slice(0, -1).every(({ box }) => box !== undefined));
      t.is(distractor.parts.at(-1)?.box, undefined);
      if (of.length === 7) break;
    }
    return of;
  };

  t.deepEqual(await made(), [0, 1, 2, 3, 4, undefined, undefined]);
  const { data, width, height } = await extractor.read(join(source, paths[3] as string));
  const other = fed[3] as RgbImage;
  t.deepEqual([other.width, other.height], [width, height]);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const there = pixel - (pixel % width) + width - 1 - (pixel % width);
    const colours = [1, 2, 0].map((channel) => data[3 * pixel + channel]);
    if (colours.some((value, channel) => value !== other.data[3 * there + channel])) t.fail(`pixel ${pixel}`);
  }

  await rm(join(source, paths[1] as string));
  t.deepEqual(await made(), [0, 2, 3, 4, undefined, undefined, undefined]);
  collection.manifest.source = join(source, "gone");
  t.deepEqual(await made(), new Array(7).fill(undefined));
});
