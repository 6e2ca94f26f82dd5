import test from "ava";
import sharp, { type Sharp } from "sharp";
import { readImage } from "../../lib/index.js";

/** 60 x 40: left half red, right half blue, a green block in the upper left corner. */
const picture = () =>
  sharp({ create: { width: 60, height: 40, channels: 3, background: "#ff0000" } }).composite([
    { input: { create: { width: 30, height: 40, channels: 3, background: "#0000ff" } }, left: 30, top: 0 },
    { input: { create: { width: 12, height: 10, channels: 3, background: "#00ff00" } }, left: 0, top: 0 },
  ]);

type Image = Awaited<ReturnType<typeof readImage>>;

const pixel = ({ data, width }: Image, x: number, y: number) => [
  ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];

const near = (actual: number[], expected: number[], tolerance: number) =>
  actual.every((value, i) => Math.abs(value - (expected[i] as number)) <= tolerance);

for (const [format, tolerance] of [
  ["png", 0],
  ["tiff", 0],
  ["gif", 3],
  ["webp", 12],
  ["avif", 12],
  ["jpeg", 12],
] as const) {
  test(`reads ${format}`, async (t) => {
    const options = format === "tiff" ? { compression: "deflate" as const } : { quality: 95 };
    const image = await readImage(await picture().toFormat(format, options).toBuffer());
    t.deepEqual([image.width, image.height, image.originalWidth, image.originalHeight], [60, 40, 60, 40]);
    t.is(image.data.length, 60 * 40 * 3);
    t.true(near(pixel(image, 4, 4), [0, 255, 0], tolerance));
    t.true(near(pixel(image, 20, 30), [255, 0, 0], tolerance));
    t.true(near(pixel(image, 50, 20), [0, 0, 255], tolerance));
  });
}

test("turns every EXIF orientation upright", async (t) => {
  // How a camera stores the upright picture for each orientation.
  const stored: Record<number, (image: Sharp) => Sharp> = {
    1: (image) => image,
    2: (image) => image.flop(),
    3: (image) => image.rotate(180),
    4: (image) => image.flip(),
    5: (image) => image.rotate(270).flop(),
    6: (image) => image.rotate(270),
    7: (image) => image.rotate(90).flop(),
    8: (image) => image.rotate(90),
  };
  const upright = await picture().png().toBuffer();
  for (const [orientation, turn] of Object.entries(stored)) {
    const turned = await turn(sharp(upright)).png().toBuffer();
    const bytes = await sharp(turned)
      .withMetadata({ orientation: Number(orientation) })
      .png()
      .toBuffer();
    const image = await readImage(bytes);
    t.deepEqual([image.originalWidth, image.originalHeight], [60, 40], `size at orientation ${orientation}`);
    t.deepEqual(pixel(image, 4, 4), [0, 255, 0], `corner at orientation ${orientation}`);
    t.deepEqual(pixel(image, 50, 20), [0, 0, 255], `right half at orientation ${orientation}`);
  }
});

test("turns grey, 16 bits and CMYK into 8-bit RGB", async (t) => {
  const raw = (channels: 1 | 3, values: Uint8Array | Uint16Array) =>
    sharp(values, { raw: { width: 2, height: 1, channels } });
  const grey = await readImage(await raw(1, Uint8Array.of(10, 200)).png().toBuffer());
  t.deepEqual([...grey.data], [10, 10, 10, 200, 200, 200]);

  const deep = Uint16Array.of(257 * 17, 257 * 80, 257 * 250, 0, 65535, 257 * 128);
  const png = await raw(3, deep).toColourspace("rgb16").png().toBuffer();
  t.is((await sharp(png).metadata()).depth, "ushort");
  t.deepEqual([...(await readImage(png)).data], [17, 80, 250, 0, 255, 128]);

  const cmyk = await picture().toColourspace("cmyk").jpeg({ quality: 95 }).toBuffer();
  t.is((await sharp(cmyk).metadata()).channels, 4);
  const image = await readImage(cmyk);
  t.is(image.data.length, 60 * 40 * 3);
  const [red = 0, green = 0, blue = 0] = pixel(image, 20, 30);
  t.true(red > 180 && green < 90 && blue < 90, `red came out as ${red}, ${green}, ${blue}`);
});

test("lays transparency over middle grey", async (t) => {
  const values = Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 255, 255, 255, 255, 128);
  const png = await sharp(values, { raw: { width: 3, height: 1, channels: 4 } })
    .png()
    .toBuffer();
  const { data } = await readImage(png);
  t.deepEqual([...data.subarray(0, 6)], [128, 128, 128, 255, 0, 0]);
  t.true(near([...data.subarray(6)], [192, 192, 192], 1));
});

test("takes the first frame of an animation and the first page of a document", async (t) => {
  const frame = (background: string) =>
    sharp({ create: { width: 8, height: 6, channels: 3, background } })
      .png()
      .toBuffer();
  const frames = await Promise.all(["#ff0000", "#0000ff"].map(frame));
  for (const format of ["gif", "webp", "tiff"] as const) {
    const bytes = await sharp(frames, { join: { animated: true } })
      .toFormat(format)
      .toBuffer();
    t.is((await sharp(bytes).metadata()).pages, 2, format);
    const image = await readImage(bytes);
    t.deepEqual([image.width, image.height, image.originalHeight], [8, 6, 6], format);
    t.true(near(pixel(image, 3, 3), [255, 0, 0], 12), format);
  }
});

test("limits the longest side, keeps proportions, never enlarges, keeps a side of at least 1", async (t) => {
  const size = async (width: number, height: number, maxSide = 1024) => {
    const bytes = await sharp({ create: { width, height, channels: 3, background: "#808080" } })
      .png()
      .toBuffer();
    const image = await readImage(bytes, { maxSide });
    t.is(image.data.length, image.width * image.height * 3);
    t.deepEqual([image.originalWidth, image.originalHeight], [width, height]);
    return [image.width, image.height];
  };
  t.deepEqual(await size(2048, 1536), [1024, 768]);
  t.deepEqual(await size(300, 600, 200), [100, 200]);
  t.deepEqual(await size(20, 10, 200), [20, 10]);
  t.deepEqual(await size(1, 9000), [1, 1024]);
  t.deepEqual(await size(9000, 2, 100), [100, 1]);
});

test("refuses what it cannot read, with the reason", async (t) => {
  const fails = (source: string | Uint8Array, message: RegExp, options = {}) =>
    t.throwsAsync(readImage(source, options), { code: "ERR_IMAGE", message });
  const jpeg = await picture().resize(600, 400).jpeg().toBuffer();
  await fails("/nowhere/photo.jpg", /photo\.jpg cannot be used: there is no such file/);
  await fails(Buffer.from("GIF89 no image at all"), /is not an image|damaged/);
  await fails(jpeg.subarray(0, jpeg.length / 2), /damaged or incomplete/);
  await fails(Buffer.from("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"), /its format is svg/);
  await fails(jpeg, /600 x 400 pixels are more than the limit of 1000/, { maxPixels: 1000 });
  await fails("lib", /lib cannot be used/);
  await t.throwsAsync(readImage(new Uint8Array()), { code: "ERR_INVALID_ARGUMENT" });
  await t.throwsAsync(readImage(jpeg, { maxsize: 1 } as never), {
    code: "ERR_INVALID_ARGUMENT",
    message: /did you mean/,
  });
  await t.throwsAsync(readImage(jpeg, { maxSide: 0 }), { code: "ERR_INVALID_ARGUMENT", message: /maxSide/ });
});
