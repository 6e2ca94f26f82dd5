import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { listFolders } from "../../lib/discovery/list-images.js";
import { discover } from "../../lib/index.js";
import { temporaryFolder } from "../support/folders.js";
import { makePhotos } from "../support/photos.js";
import { TINY_DESCRIPTION, tinyGraph, writeModel } from "../support/tiny-network.js";

test("the images of several folders make one collection, with paths from the folder that holds them all", async (t) => {
  const root = await temporaryFolder(t);
  const [oxford, flickr] = [join(root, "sets/oxford"), join(root, "sets/distractors/flickr")];
  await makePhotos(oxford, 3);
  await makePhotos(flickr, 2);
  await mkdir(join(root, "sets/other"));
  const model = { path: writeModel(root, "tiny.onnx", tinyGraph()), description: TINY_DESCRIPTION };
  const collection = await discover([oxford, flickr], { out: join(root, "out"), extractor: { model } });
  t.is(collection.manifest.source, join(root, "sets"));
  t.deepEqual(
    collection.images.map(({ path }) => path),
    [
      "distractors/flickr/photo-0.png",
      "distractors/flickr/sub/photo-1.png",
      "oxford/photo-0.png",
      "oxford/photo-2.png",
      "oxford/sub/photo-1.png",
    ],
  );
  await t.throwsAsync(discover([oxford, join(root, "none")], { out: join(root, "not"), extractor: { model } }), {
    code: "ERR_IMAGE",
    message: /there is no folder .*none/,
  });
});

test("an image that two of the folders hold comes once; one folder is as it was", async (t) => {
  const root = await temporaryFolder(t);
  await makePhotos(root, 3);
  const twice = await listFolders([root, join(root, "sub")]);
  t.is(twice.root, root);
  t.deepEqual(twice, await listFolders([root]));
  t.deepEqual(twice.images, ["photo-0.png", "photo-2.png", "sub/photo-1.png"]);
});
