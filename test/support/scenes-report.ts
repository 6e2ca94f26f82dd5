/**
 * A report's input with known content: photos of bright objects at known boxes on clutter, maps that are bright there.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import type { Box, MapKind, ReportMember, ReportModel, ReportObject } from "../../lib/report/model.js";

export const OBJECTS = [
  {
    fill: "#d7263d",
    shape: `<path d="M5 20h60v60a10 10 0 0 1-10 10h-40a10 10 0 0 1-10-10zM65 35h15a12 12 0 0 1 0 35h-15" stroke="#7d0f20" stroke-width="6"/>`,
  },
  {
    fill: "#1b998b",
    shape: `<path d="M10 90V30L50 5l40 25v60z" stroke="#0c5149" stroke-width="6"/><path d="M40 90V60h20v30z" fill="#f5f0dc"/>`,
  },
  {
    fill: "#f4b942",
    shape: `<path d="M50 5l13 30 32 3-24 22 7 32-28-17-28 17 7-32L5 38l32-3z" stroke="#8a5d05" stroke-width="4"/>`,
  },
] as const;

function random(seed: number): () => number {
  let state = seed * 2654435761 + 1;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), state | 1) + 0x6d2b79f5) | 0;
    return ((state ^ (state >>> 14)) >>> 0) / 4294967296;
  };
}

export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly placed: readonly { object: number; box: Box }[];
}

/** What scene `index` shows: one or two objects, apart from each other; every fifth one none. */
export function scene(index: number): Scene {
  const next = random(index + 1);
  const [width, height] = [
    [640, 480],
    [480, 640],
    [600, 600],
  ][index % 3] as [number, number];
  if (index % 5 === 4) return { width, height, placed: [] };
  const side = Math.round((0.22 + 0.14 * next()) * Math.min(width, height));
  const box = (half: number): Box => ({
    x: Math.round((half * width) / 2 + next() * (width / 2 - side)),
    y: Math.round(next() * (height - side)),
    width: side,
    height: side,
  });
  const placed = [{ object: index % 2, box: box(0) }];
  if (index % 4 === 0) placed.push({ object: 2, box: box(1) });
  return { width, height, placed };
}

export async function drawScene(index: number, file: string): Promise<void> {
  const { width, height, placed } = scene(index);
  const next = random(1000 + index);
  const hue = Math.floor(360 * next());
  const clutter = Array.from({ length: 22 }, () => {
    const colour = `hsl(${hue + Math.floor(80 * next())} ${Math.floor(15 + 25 * next())}% ${Math.floor(25 + 45 * next())}%)`;
    return `<ellipse cx="${next() * width}" cy="${next() * height}" rx="${20 + 140 * next()}" ry="${10 + 90 * next()}" fill="${colour}" transform="rotate(${180 * next()} ${width / 2} ${height / 2})"/>`;
  });
  const objects = placed.map(({ object, box }) => {
    const { fill, shape } = OBJECTS[object] as (typeof OBJECTS)[number];
    return `<svg x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" viewBox="0 0 100 100" fill="${fill}">${shape}</svg>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="hsl(${hue} 20% 55%)"/>${clutter.join("")}${objects.join("")}</svg>`;
  await sharp(Buffer.from(svg)).jpeg().toFile(file);
}

/** `count` images on `distinct` photo files drawn into `folder`. */
export async function scenesModel(folder: string, count: number, distinct = count): Promise<ReportModel> {
  await mkdir(folder, { recursive: true });
  const file = (index: number) => join(folder, `scene-${index % distinct}.jpg`);
  for (let i = 0; i < Math.min(count, distinct); i++) await drawScene(i, file(i));
  return syntheticModel(count, (i) => scene(i % distinct), file);
}

const salient = (box: Box) => ({ ...box, saliency: 0.5 });

export function syntheticModel(
  count: number,
  sceneOf: (i: number) => Scene,
  source: (i: number) => string,
): ReportModel {
  const images = Array.from({ length: count }, (_, i) => {
    const { width, height, placed } = sceneOf(i);
    const next = random(5000 + i);
    const clutter = Array.from({ length: 4 }, () => {
      const side = Math.round(60 + 60 * next());
      return {
        x: Math.round(next() * (width - side)),
        y: Math.round(next() * (height - side)),
        width: side,
        height: side,
      };
    });
    const object = placed.map(({ box }) => box);
    return {
      path: `scenes/scene-${i}.jpg`,
      width,
      height,
      boxes: { feature: [...object, ...clutter].map(salient), object: object.map(salient) },
    };
  });
  const members: ReportMember[][] = OBJECTS.map(() => []);
  images.forEach((_, image) => {
    for (const { object, box } of sceneOf(image).placed) {
      members[object]?.push({ image, box, centrality: 1 / (1 + image) });
    }
  });
  const objects: ReportObject[] = members
    .filter((list) => list.length > 1)
    .map((list, i) => ({ number: i, cohesion: 0.91 - 0.17 * i, members: list }));
  return {
    title: "scenes",
    date: new Date("2026-03-04T05:06:07Z"),
    facts: [
      ["Network", "filter bank, 384 channels at stride 16"],
      ["Model file", "sha256 6f1d…"],
    ],
    parameters: [
      ["k", "50"],
      ["beta", "3"],
      ["alpha", "0.99"],
    ],
    stages: [
      { name: "features", seconds: 41.2 },
      { name: "feature saliency and regions", seconds: 1.31 },
      { name: "region graph", seconds: 0.42 },
      { name: "centrality", seconds: 0.034 },
      { name: "object saliency and regions", seconds: 6.8 },
    ],
    counts: {
      regions: {
        feature: images.reduce((sum, image) => sum + image.boxes.feature.length, 0),
        object: images.reduce((sum, image) => sum + image.boxes.object.length, 0),
      },
      edges: 20 * count,
    },
    warnings: [],
    skipped: [{ path: "scenes/broken.jpg", reason: "the file ends in the middle of the picture" }],
    images,
    objects,
    saliency: (kind, image) => Promise.resolve(saliency(kind, images[image] as ReportModel["images"][number])),
    source,
  };
}

/** A bump on every box of the map's kind. */
function saliency(kind: MapKind, { width, height, boxes }: ReportModel["images"][number]) {
  const [w, h] = [Math.round(width / 16), Math.round(height / 16)];
  const data = new Float32Array(w * h);
  boxes[kind].forEach((box, i) => {
    const weight = kind === "feature" ? 1 - 0.13 * i : 1;
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < w; x++) {
        const dx = (((x + 0.5) * width) / w - box.x - box.width / 2) / (box.width / 3);
        const dy = (((y + 0.5) * height) / h - box.y - box.height / 2) / (box.height / 3);
        data[y * w + x] = (data[y * w + x] as number) + weight * Math.exp(-(dx * dx + dy * dy) / 2);
      }
    }
  });
  return { data, height: h, width: w };
}
