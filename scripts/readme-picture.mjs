#!/usr/bin/env node
// Makes the README's picture, docs/images/overview.jpg, from the demo's scenes: a scene, both saliency maps with their
// regions, and the object found in it as it was found in other scenes. Of all found objects it takes the one that ground
// truth confirms best; ground truth has no other part in it. Run `npm run demo` first.
import { mkdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import sharp from "sharp";
import { Collection } from "../dist/index.js";
import { heatMap } from "../dist/report/heat-map.js";
import { ROOT } from "./run.mjs";

const OUT = join(ROOT, "docs/images/overview.jpg");
const [PANEL, STRIP, GAP, LABEL] = [392, 132, 12, 30];
const CROPS = 9;

/** The regions of every object, as { image, box }. */
async function members(collection) {
  const labels = await collection.regionObjects();
  const found = collection.objects.map(() => []);
  let region = 0;
  collection.images.forEach(({ featureRegions }, image) => {
    for (const { box, centrality } of featureRegions) found[labels[region++]]?.push({ image, box, centrality });
  });
  return found.map((list) => list.sort((a, b) => b.centrality - a.centrality));
}

const inside = (box, x, y) => x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;

/** Members that show the same true object, for the true object of which there are most. */
function confirmed(list, truth) {
  const byName = new Map();
  for (const member of list) {
    const [x, y] = [member.box.x + member.box.width / 2, member.box.y + member.box.height / 2];
    for (const object of truth[member.image]?.objects ?? []) {
      if (!inside(object.box, x, y)) continue;
      byName.set(object.name, [...(byName.get(object.name) ?? []), { ...member, object }]);
    }
  }
  return [...byName.values()].sort((a, b) => b.length - a.length)[0] ?? [];
}

const svg = (width, height, content) =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${content}</svg>`);

const label = (text, width) =>
  svg(width, LABEL, `<text x="0" y="20" font-family="sans-serif" font-size="15" fill="#4a443d">${text}</text>`);

/** A heat map over the grey photo, with boxes. */
async function panel(file, { width, height }, map, boxes, colour) {
  const size = { width: PANEL, height: Math.round((PANEL * height) / width), fit: "fill" };
  const photo = await sharp(file).resize(size).greyscale().linear(1.15, 12).toColourspace("srgb").png().toBuffer();
  const heat = await sharp(await heatMap(map))
    .resize(size)
    .ensureAlpha(0.6)
    .png()
    .toBuffer();
  const scale = PANEL / width;
  const most = Math.max(...boxes.map(({ saliency }) => saliency));
  const lines = boxes.map(({ box, saliency }) => {
    const [x, y, w, h] = [box.x, box.y, box.width, box.height].map((value) => value * scale);
    const opacity = saliency < 0.1 * most ? 0.35 : 1;
    return `<rect x="${x}" y="${y}" width="${w}" height="${h}" fill="none" stroke="${colour}" stroke-width="2.5" opacity="${opacity}"/>`;
  });
  return sharp(photo)
    .composite([{ input: heat }, { input: svg(size.width, size.height, lines.join("")) }])
    .png()
    .toBuffer();
}

async function crops(collection, list, width) {
  const tiles = [];
  let left = 0;
  for (const { image, box } of list) {
    const { path, ...size } = collection.images[image];
    const region = {
      left: Math.floor(box.x),
      top: Math.floor(box.y),
      width: Math.min(Math.ceil(box.width), size.width - Math.floor(box.x)),
      height: Math.min(Math.ceil(box.height), size.height - Math.floor(box.y)),
    };
    const shown = Math.round(STRIP * Math.min(1.4, Math.max(0.7, region.width / region.height)));
    if (left + shown > width) break;
    const source = join(collection.manifest.source, path);
    const input = await sharp(source).extract(region).resize(shown, STRIP, { fit: "cover" }).png().toBuffer();
    tiles.push({ input, left });
    left += shown + GAP;
  }
  return tiles;
}

async function main() {
  const collection = await Collection.open(process.argv[2] ?? join(ROOT, "demo/collection"));
  const { source } = collection.manifest;
  const truthOf = new Map(
    JSON.parse(readFileSync(join(source, "../scenes.json"), "utf8")).images.map((image) => [image.path, image]),
  );
  const truth = collection.images.map(({ path }) => truthOf.get(`${basename(source)}/${path}`));
  const all = await members(collection);
  const [best] = all
    .map((list, object) => ({ object, list, shown: confirmed(list, truth) }))
    .sort((a, b) => b.shown.length ** 2 / b.list.length - a.shown.length ** 2 / a.list.length);
  const area = ({ object }) => object.box.width * object.box.height * object.visible;
  const { image } = best.shown.reduce((a, b) => (area(b) > area(a) ? b : a));
  const record = collection.images[image];
  const file = join(source, record.path);
  const photos = new Set(best.list.map((member) => member.image));
  console.log(`${record.path}, object ${best.object}: ${best.shown.length} of ${best.list.length} regions confirmed`);

  const height = Math.round((PANEL * record.height) / record.width);
  const width = 3 * PANEL + 2 * GAP;
  const panels = [
    await sharp(file).resize(PANEL, height, { fit: "fill" }).png().toBuffer(),
    await panel(file, record, await collection.featureSaliency(image), record.featureRegions, "#4cc9ff"),
    await panel(file, record, await collection.objectSaliency(image), record.objectRegions, "#c8ff4d"),
  ];
  const titles = ["A scene", "Feature saliency and its regions", "Object saliency and its regions"];
  const distinct = [...photos].map((photo) => best.list.find((member) => member.image === photo)).slice(0, CROPS);
  const below = LABEL + height + GAP;
  const layers = [
    ...panels.map((input, i) => ({ input, left: i * (PANEL + GAP), top: LABEL })),
    ...titles.map((title, i) => ({ input: label(title, PANEL), left: i * (PANEL + GAP), top: 0 })),
    { input: label(`An object found in it and in ${photos.size - 1} other scenes`, width), left: 0, top: below },
    ...(await crops(collection, distinct, width)).map((tile) => ({ ...tile, top: below + LABEL })),
  ];
  mkdirSync(dirname(OUT), { recursive: true });
  const { size } = await sharp({
    create: { width, height: below + LABEL + STRIP, channels: 3, background: "#fff" },
  })
    .composite(layers)
    .jpeg({ quality: 84, mozjpeg: true })
    .toFile(OUT);
  console.log(`${OUT}: ${Math.round(size / 1000)} KB`);
}

await main();
