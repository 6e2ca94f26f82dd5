import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import anyTest, { type ExecutionContext, type TestFn } from "ava";
import sharp from "sharp";
import { ActivationExtractor, Collection, mac, QueryDescriber, RetrievalIndex } from "../../lib/index.js";
import { temporaryFolder } from "../support/folders.js";
import { writeSmallCollection } from "../support/collections.js";
import { type Searchable, searchableCollection } from "../support/searchable.js";
import { KERNEL, TINY_DESCRIPTION, tinyGraph, writeModel } from "../support/tiny-network.js";

const test = anyTest as TestFn<Searchable>;

// One for all tests that leave it as it is.
const shared = await mkdtemp(join(tmpdir(), "leitmotif-"));
test.before(async (t) => {
  t.context = await searchableCollection(shared);
});
test.after.always(() => rm(shared, { recursive: true }));

const close = (t: ExecutionContext, a: Float32Array, b: Float32Array, tolerance = 1e-5) => {
  t.is(a.length, b.length);
  a.forEach((value, i) => t.true(Math.abs(value - (b[i] as number)) < tolerance));
};

test("an image of the collection, as a query, is its own descriptor in every kind made of the map", async (t) => {
  const { photos, collection } = t.context;
  await using describer = new QueryDescriber(collection);
  for (const kind of ["MAC", "R-MAC"]) {
    const { data, columns } = await collection.descriptors(kind);
    for (const i of [0, 5]) {
      const image = join(photos, collection.images[i]?.path as string);
      const query = await describer.vectors([{ image }], kind);
      close(t, query.data, data.slice(i * columns, (i + 1) * columns));
    }
  }
});

test("a box is the crop, at the scale of the whole image, pooled by MAC and whitened about the regions' mean, a whole image about the kind's own", async (t) => {
  const { photos, collection, model } = t.context;
  await using describer = new QueryDescriber(collection);
  const image = join(photos, collection.images[1]?.path as string);
  const box = { x: 20, y: 12, width: 40, height: 36 };
  const { map, image: size } = await describer.read({ image, box });
  t.deepEqual(size, { width: 96, height: 72 });

  const { data, info } = await sharp(image)
    .resize(72, 54, { fit: "fill" })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const cropped = await sharp(data, { raw: { width: info.width, height: info.height, channels: 3 } })
    .extract({ left: 15, top: 9, width: 30, height: 27 })
    .raw()
    .toBuffer();
  await using extractor = await ActivationExtractor.open({ model });
  const expected = await extractor.extract({ data: new Uint8Array(cropped), width: 30, height: 27 });
  t.deepEqual([map.width, map.height], [expected.map.width, expected.map.height]);
  close(t, map.data, expected.map.data, 1e-6);

  const raw = { data: mac(expected.map), rows: 1, columns: map.channels };
  const whitening = await collection.whitening();
  const centred = whitening.withMean(await collection.descriptorMean("OS.EGM"));
  close(t, (await describer.describe([{ map }], "OS.EGM")).data, centred.apply(raw).data, 1e-6);
  for (const method of ["OS.EGM", "MAC", "regions"]) {
    close(t, (await describer.describe([{ map, box }], method)).data, whitening.apply(raw).data, 1e-6);
  }
  const two = await describer.vectors([{ image, box }, { map }], "regions");
  t.deepEqual([two.rows, two.columns], [2, whitening.dimensions]);
  t.deepEqual(two.data.slice(0, two.columns), two.data.slice(two.columns));
});

test("a box may hang over the border a little, and is cut there", async (t) => {
  const { photos, collection } = t.context;
  await using describer = new QueryDescriber(collection);
  const image = join(photos, collection.images[0]?.path as string);
  const { box } = await describer.read({ image, box: { x: -1, y: 20.5, width: 61, height: 53 } });
  t.deepEqual(box, { x: 0, y: 20.5, width: 60, height: 51.5 });
});

test("boxes outside the image or below a cell, unreadable images and foreign maps are refused with what to do", async (t) => {
  const { photos, folder, collection } = t.context;
  await using describer = new QueryDescriber(collection);
  const image = join(photos, collection.images[0]?.path as string);
  const refused = (query: unknown, code: string, message: RegExp) =>
    t.throwsAsync(describer.read(query as never), { code, message });
  await refused(
    { image, box: { x: 50, y: 40, width: 90, height: 70 } },
    "ERR_INVALID_ARGUMENT",
    /box must be within the image of 96 x 72/,
  );
  await refused({ image, box: { x: 500, y: 0, width: 9, height: 9 } }, "ERR_INVALID_ARGUMENT", /within the image/);
  await refused(
    { image, box: { x: 5, y: 5, width: 1, height: 30 } },
    "ERR_INVALID_ARGUMENT",
    /at least 3 pixels each way/,
  );
  await refused({ image, box: { x: 5, y: 5, width: 0, height: 30 } }, "ERR_INVALID_ARGUMENT", /box.width/);
  await refused({ image: join(folder, "none.jpg") }, "ERR_IMAGE", /no such file/);
  await refused({ image: join(folder, "tiny.onnx") }, "ERR_IMAGE", /not an image that can be read/);
  const dot = { data: new Uint8Array(3), width: 1, height: 1 };
  await refused({ image: dot }, "ERR_IMAGE", /smaller than a cell/);
  const map = { data: new Float32Array(4), height: 1, width: 1, channels: 4 };
  await refused({ map }, "ERR_INVALID_ARGUMENT", /channels of the query's map must be 5/);
  await t.throwsAsync(describer.describe([], "sift"), { code: "ERR_INVALID_ARGUMENT", message: /"regions" or "MAC"/ });
});

test("the network must be the collection's, and may have moved", async (t) => {
  const { folder, photos, collection, model } = await searchableCollection(await temporaryFolder(t));
  const image = join(photos, collection.images[0]?.path as string);
  const read = async (opened: Collection, options?: object) => {
    await using describer = new QueryDescriber(opened, options);
    return (await describer.read({ image })).map;
  };
  const before = await read(collection);

  const graph = tinyGraph();
  (graph.initializer?.[0] as { rawData: Uint8Array }).rawData = new Uint8Array(KERNEL.map((v) => 2 * v).buffer);
  const other = writeModel(folder, "other.onnx", graph);
  const another = { code: "ERR_MODEL", message: /made with the network tiny .* and .*other\.onnx is another/ };
  await t.throwsAsync(read(collection, { model: other }), another);
  const input = { ...model, description: { ...TINY_DESCRIPTION, tensor: "conv", relu: true } };
  await t.throwsAsync(read(collection, { model: input }), { code: "ERR_MODEL", message: /the tensor map, not conv/ });

  await copyFile(model.path, join(folder, "moved.onnx"));
  await rm(model.path);
  await t.throwsAsync(read(await Collection.open(collection.path)), { code: "ERR_MODEL", message: /tiny is now/ });
  t.deepEqual((await read(collection, { model: join(folder, "moved.onnx") })).data, before.data);
});

test("a collection of given maps is searched by maps", async (t) => {
  const folder = await temporaryFolder(t);
  await writeSmallCollection(folder);
  const collection = await Collection.open(folder);
  await using describer = new QueryDescriber(collection);
  await t.throwsAsync(describer.read({ image: "a.jpg" }), { code: "ERR_MODEL", message: /made of activation maps/ });
  const map = { data: Float32Array.of(0, 1, 0, 0), height: 1, width: 1, channels: 4 };
  const query = await describer.vectors([{ map }], "regions");
  const index = await RetrievalIndex.build((await collection.regionModel()).vectors, { expand: "none" });
  t.is((await index.search(query, { top: 1 })).ids[0], 1);
});
