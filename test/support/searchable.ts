import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Collection, discover } from "../../lib/index.js";
import { makePhotos } from "./photos.js";
import { TINY_DESCRIPTION, tinyGraph, writeModel } from "./tiny-network.js";

export interface Searchable {
  folder: string;
  /** Folder of the photos, each 96 x 72 pixels, of one printed square. */
  photos: string;
  model: { path: string; description: typeof TINY_DESCRIPTION };
  collection: Collection;
}

/** A collection of a few photos, fed at three quarters of their size to a network that is a file beside them. */
export async function searchableCollection(folder: string, count = 8): Promise<Searchable> {
  const photos = join(folder, "photos");
  await mkdir(photos);
  await makePhotos(photos, count);
  const model = { path: writeModel(folder, "tiny.onnx", tinyGraph()), description: TINY_DESCRIPTION };
  const collection = await discover(photos, { out: join(folder, "out"), extractor: { model, maxSide: 72 } });
  return { folder, photos, model, collection };
}
