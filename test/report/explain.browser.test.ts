import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import type { Browser } from "playwright-core";
import {
  ActivationExtractor,
  type Collection,
  discover,
  OBJECT_SALIENCY_DEFAULTS,
  writeExplanation,
} from "../../lib/index.js";
import { launchBrowser, openFile, probe } from "../support/browser.js";
import { temporaryFolder } from "../support/folders.js";
import { drawScene, scene } from "../support/scenes-report.js";

let browser: Browser;
let extractor: ActivationExtractor;
test.before(async () => {
  browser = await launchBrowser();
  extractor = await ActivationExtractor.open({ threads: 2 });
});
test.after.always(async () => {
  await browser?.close();
  await extractor?.[Symbol.asyncDispose]();
});

async function discovered(folder: string): Promise<Collection> {
  await mkdir(join(folder, "photos/<i> & co"), { recursive: true });
  for (let i = 0; i < 8; i++) await drawScene(i, join(folder, "photos/<i> & co", `${i}.jpg`));
  return discover(join(folder, "photos"), { out: join(folder, "collection"), threads: 2 });
}

test.serial("one file shows maps, evolution, patches and channels, whatever the image is called", async (t) => {
  const folder = await temporaryFolder(t);
  const collection = await discovered(folder);
  const image = "<i> & co/2.jpg";
  const file = await writeExplanation(collection, image, extractor, { threads: 2 });
  t.is(file, join(collection.path, "explain/i-co-2.jpg.html"));
  t.true((await readFile(file)).length < 3e6);

  for (const [width, colorScheme] of [
    [1280, "light"],
    [400, "dark"],
  ] as const) {
    const { page, problems, requests } = await openFile(browser, file, {
      viewport: { width, height: 900 },
      colorScheme,
    });
    const { visible, broken } = await probe<{ visible: number; broken: number }>(page, "readThrough");
    t.deepEqual(problems, []);
    t.true(requests.slice(1).every((url) => url.startsWith("data:")));
    t.is(broken, 0);
    t.true(visible > 12);
    t.is(await page.evaluate("document.documentElement.scrollWidth"), width);
    t.is(await page.locator("h1").textContent(), image);
    const captions = await page.locator(".strip figcaption").allTextContents();
    t.regex(captions[0] ?? "", /^i = 0, m = \d+$/);
    t.is(captions.filter((caption) => /^\d+ regions?$/.test(caption)).length, 2);
    t.is(await page.locator(".look").count(), 2);
    t.is(await page.locator("#patch-1 .near li").count(), OBJECT_SALIENCY_DEFAULTS.k);
    t.true((await page.locator(".channels").count()) >= 3);

    const record = collection.images.find(({ path }) => path === image);
    const box = record?.objectRegions[0];
    const sheet = await page.locator(".marked .sheet").nth(1).boundingBox();
    const shown = await probe<number[]>(page, "bounds", ".marked:has(.heat.object) path.region");
    if (!record || !box || !sheet) return t.fail();
    const right = Math.max(...record.objectRegions.map((region) => region.x1));
    t.true(Math.abs((shown[2] as number) - (sheet.x + (sheet.width * right) / record.map.width)) < 0.5);
    await page.close();
  }
});

test.serial("looks where it is told to", async (t) => {
  const folder = await temporaryFolder(t);
  const collection = await discovered(folder);
  const { box } = scene(0).placed[0] as { box: { x: number; y: number; width: number; height: number } };
  const out = join(folder, "why.html");
  const points = [{ x: 17, y: 33 }];
  const image = join(folder, "photos/<i> & co/0.jpg");
  t.is(await writeExplanation(collection, image, extractor, { out, points, boxes: [box], threads: 2 }), out);
  const { page, problems } = await openFile(browser, out);
  t.teardown(() => page.close());
  t.deepEqual(problems, []);
  t.regex((await page.locator("#patch-1").textContent()) ?? "", /pixel 17, 33.*Cell\s*1, 2/s);
  t.regex((await page.locator("#patch-2").textContent()) ?? "", /the box of/);
});

test.serial("refuses what it cannot explain", async (t) => {
  const folder = await temporaryFolder(t);
  const collection = await discovered(folder);
  const { path } = collection.images[0] as (typeof collection.images)[number];
  const argument = { code: "ERR_INVALID_ARGUMENT" };
  await t.throwsAsync(writeExplanation(collection, "no.jpg", extractor), {
    ...argument,
    message: /one of the 8 images/,
  });
  await t.throwsAsync(writeExplanation(collection, path, extractor, { points: [{ x: 1e4, y: 0 }] }), argument);
  await t.throwsAsync(writeExplanation(collection, path, extractor, { point: [] } as never), argument);
  const other = { model: { ...extractor.model, name: "other", sha256: "0".repeat(64) } } as ActivationExtractor;
  await t.throwsAsync(writeExplanation(collection, path, other), { code: "ERR_MODEL", message: /is another/ });
  await rm(join(folder, "photos", path));
  await t.throwsAsync(writeExplanation(collection, path, extractor), { code: "ERR_IMAGE" });
});
