import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import type { Browser, BrowserContextOptions } from "playwright-core";
import sharp from "sharp";
import type { ReportModel } from "../../lib/report/model.js";
import { renderReport } from "../../lib/report/render-report.js";
import { launchBrowser, openFile, probe } from "../support/browser.js";
import { temporaryFolder } from "../support/folders.js";
import { scene, scenesModel, syntheticModel } from "../support/scenes-report.js";

let browser: Browser;
test.before(async () => {
  browser = await launchBrowser();
});
test.after.always(() => browser?.close());

async function opened(
  t: ExecutionContext,
  make: (folder: string) => Promise<ReportModel>,
  options: BrowserContextOptions = {},
) {
  const folder = await temporaryFolder(t);
  const model = await make(join(folder, "photos"));
  const report = await renderReport(model, join(folder, "report"), { threads: 2 });
  const view = await openFile(browser, report.page, { viewport: { width: 1280, height: 900 }, ...options });
  t.teardown(() => view.page.close());
  return { ...view, model, report, folder };
}

interface Pictures {
  visible: number;
  broken: number;
}

test.serial("opens from disk with no problem, loads every picture and nothing from elsewhere", async (t) => {
  const { page, problems, requests, report } = await opened(t, (folder) => scenesModel(folder, 20));
  const { visible, broken } = await probe<Pictures>(page, "readThrough");
  t.deepEqual(problems, []);
  t.is(report.missing, 0);
  const root = new URL(".", page.url()).href;
  t.true(requests.every((url) => url.startsWith(root)));
  t.true(visible >= 40, `${visible} pictures`);
  t.is(broken, 0);
  t.is(await page.locator("h1").textContent(), "scenes");
  t.regex((await page.locator(".lead").textContent()) ?? "", /3 objects\s+recur\s+in 20 photos/);
});

test.serial("galleries hold a crop a photo, the most central first, cut where the box says", async (t) => {
  const { page, model, report } = await opened(t, (folder) => scenesModel(folder, 12));
  for (const [i, object] of model.objects.entries()) {
    const article = page.locator(`#object-${i}`);
    const images = new Set(object.members.map((member) => member.image));
    t.regex((await article.textContent()) ?? "", new RegExp(`Object ${i}\\s+${images.size} photos`));
    const shown = await article
      .locator(".crop")
      .evaluateAll((crops) => crops.map((crop) => crop.getAttribute("data-image")));
    t.deepEqual(shown.map(Number), [...images]);
    t.is(await article.locator(".exemplar").getAttribute("data-image"), String(object.members[0]?.image));
  }
  const exemplar = model.objects[0]?.members[0] as ReportModel["objects"][number]["members"][number];
  const { x, y, width, height } = exemplar.box;
  const expected = await sharp(model.source(exemplar.image))
    .extract({ left: x, top: y, width, height })
    .removeAlpha()
    .raw()
    .toBuffer();
  const crop = await sharp(join(report.page, "../report-files/crop/0-0.jpg"))
    .raw()
    .toBuffer({ resolveWithObject: true });
  t.deepEqual([crop.info.width, crop.info.height], [width, height]);
  const difference = crop.data.reduce((sum, value, i) => sum + Math.abs(value - (expected[i] as number)), 0);
  t.true(difference / expected.length < 6, `mean difference ${difference / expected.length}`);
});

test.serial(
  "boxes lie where the collection says, to half a pixel, and their colour is on the screen there",
  async (t) => {
    const { page, model } = await opened(t, (folder) => scenesModel(folder, 4));
    await page.locator("#photos").scrollIntoViewIfNeeded();
    for (const index of [0, 1, 2]) {
      const image = model.images[index] as ReportModel["images"][number];
      const sheet = await page.locator(`#photo-${index} .sheet`).boundingBox();
      if (!sheet) return t.fail("no sheet");
      t.true(Math.abs(sheet.width / sheet.height - image.width / image.height) < 0.01, "the photo keeps its shape");
      const drawn = await probe<number[]>(page, "bounds", `#photo-${index} path.object`);
      const boxes = image.boxes.object;
      const expected = [
        sheet.x + (Math.min(...boxes.map((box) => box.x)) * sheet.width) / image.width,
        sheet.y + (Math.min(...boxes.map((box) => box.y)) * sheet.height) / image.height,
        sheet.x + (Math.max(...boxes.map((box) => box.x + box.width)) * sheet.width) / image.width,
        sheet.y + (Math.max(...boxes.map((box) => box.y + box.height)) * sheet.height) / image.height,
      ];
      expected.forEach((value, i) => t.true(Math.abs(value - (drawn[i] as number)) < 0.5, `${value} ${drawn[i]}`));

      const box = boxes[0] as (typeof boxes)[number];
      const shot = await page.screenshot();
      const { data, info } = await sharp(shot).removeAlpha().raw().toBuffer({ resolveWithObject: true });
      const left = sheet.x + (box.x * sheet.width) / image.width;
      const middle = sheet.y + ((box.y + box.height / 2) * sheet.height) / image.height;
      const at = (Math.round(middle) * info.width + Math.round(left)) * 3;
      const [r, g, b] = [data[at], data[at + 1], data[at + 2]] as [number, number, number];
      t.true(g > 200 && r > 140 && b < 150, `rgb ${r} ${g} ${b} on the left edge of the box`);
    }
  },
);

test.serial("layers are switched by pointer and by keyboard", async (t) => {
  const { page, problems } = await opened(t, (folder) => scenesModel(folder, 6));
  const start = {
    ".picture": true,
    ".heat.feature": false,
    ".heat.object": true,
    "path.feature": false,
    "path.object": true,
  };
  const layers = () => probe(page, "displayed", "#photo-0", Object.keys(start));
  t.deepEqual(await layers(), start);
  await page.getByRole("radio", { name: "Feature saliency" }).click();
  t.deepEqual(await layers(), { ...start, ".heat.feature": true, ".heat.object": false });
  await page.keyboard.press("ArrowRight");
  t.deepEqual(await layers(), start);
  await page.locator("#layer-photo").focus();
  await page.keyboard.press("Space");
  t.deepEqual(await layers(), { ...start, ".picture": false });
  for (const key of ["p", "n", "g", "b"]) await page.keyboard.press(key);
  t.deepEqual(await layers(), { ...start, ".heat.object": false, "path.feature": true, "path.object": false });
  t.deepEqual(problems, []);
});

test.serial("a photo opens large, by pointer and by keyboard, and steps to its neighbours", async (t) => {
  const { page, model, problems } = await opened(t, (folder) => scenesModel(folder, 10));
  const dialog = page.locator("#viewer");
  await page.locator("#photo-0 button").focus();
  await page.keyboard.press("Enter");
  t.true(await dialog.isVisible());
  t.is(await page.locator("#viewer-name").textContent(), "scenes/scene-0.jpg");
  t.is(await dialog.locator('[data-panel="found"] rect').count(), 2);
  await page.keyboard.press("ArrowRight");
  t.is(await page.locator("#viewer-name").textContent(), "scenes/scene-1.jpg");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  t.is(await page.locator("#viewer-name").textContent(), "scenes/scene-9.jpg");
  await page.keyboard.press("Escape");
  t.false(await dialog.isVisible());
  // The dialog's close event, which moves the focus, comes after it is hidden.
  await page.waitForFunction("document.activeElement?.closest('figure')?.id === 'photo-9'");

  await page.locator("#object-2 .crop").nth(1).click();
  const member = model.objects[2]?.members[1];
  t.is(await page.locator("#viewer-name").textContent(), `scenes/scene-${member?.image}.jpg`);
  const chosen = dialog.locator(".chosen rect");
  t.is(await chosen.getAttribute("x"), String(member?.box.x));
  await dialog.locator("[data-close]").click();
  t.false(await dialog.isVisible());
  t.deepEqual(problems, []);
});

test.serial("photos are found by name and by object", async (t) => {
  const { page, model } = await opened(t, (folder) => scenesModel(folder, 12));
  const shown = () => page.locator("figure.photo:visible").count();
  t.is(await shown(), 12);
  await page.locator("#filter-name").fill("SCENE-1");
  t.is(await shown(), 3);
  t.is(await page.locator("#matches").textContent(), "3 photos");
  await page.locator("#object-2 .only").click();
  t.is(await shown(), new Set(model.objects[2]?.members.map((member) => member.image)).size);
  t.is(await page.locator("#filter-name").inputValue(), "");
});

test.serial("names of files and reasons cannot become markup", async (t) => {
  const hostile = [
    `"><img src=x onerror=alert(1)>.jpg`,
    `<script>alert(2)</script>.jpg`,
    `' onmouseover='alert(3).jpg`,
    `&lt;b&gt; &amp; \u202egpj.exe`,
    `--><style>*{display:none}</style>.jpg`,
    `\u0000\u0007 line\nbreak \ud800.jpg`,
    "javascript:alert(4)//\\..\\..\\`${alert(5)}`.jpg",
  ];
  const { page, problems, report } = await opened(t, async (folder) => {
    const model = await scenesModel(folder, hostile.length);
    const images = model.images.map((image, i) => ({ ...image, path: hostile[i] as string }));
    const pairs = hostile.map((text) => [text, text] as const);
    return {
      ...model,
      title: hostile[1] as string,
      images,
      skipped: hostile.map((text) => ({ path: text, reason: text })),
      warnings: hostile,
      facts: pairs,
      parameters: pairs,
      stages: hostile.map((name) => ({ name, seconds: 1 })),
    };
  });
  await probe(page, "readThrough");
  for (let i = 0; i < hostile.length; i++) {
    await page.locator(`#photo-${i} button`).click();
    await page.keyboard.press("Escape");
  }
  t.deepEqual(problems, []);
  t.is(await page.locator("h1").textContent(), hostile[1] as string);
  const names = await page.locator("figcaption .name").allTextContents();
  t.deepEqual(names.slice(0, 5), hostile.slice(0, 5));
  t.is(await page.locator("script").count(), 1);
  t.is(await page.locator("body style").count(), 0);
  t.is(await page.locator("[onerror], [onmouseover]").count(), 0);
  t.notThrows(async () => new TextDecoder("utf-8", { fatal: true }).decode(await readFile(report.page)));
});

test.serial("says that nothing recurs", async (t) => {
  const { page, problems } = await opened(t, async (folder) => ({ ...(await scenesModel(folder, 4)), objects: [] }));
  t.regex((await page.locator("h1 + .lead").textContent()) ?? "", /Nothing recurs in 4 photos/);
  t.is(await page.locator("#objects h2").textContent(), "Nothing recurs here");
  t.is(await page.locator("figure.photo").count(), 4);
  t.deepEqual(problems, []);
});

test.serial("an empty collection is a page too", async (t) => {
  const { page, problems } = await opened(t, (folder) => scenesModel(folder, 0));
  t.is(await page.locator("#objects h2").textContent(), "Nothing recurs here");
  t.is(await page.locator("#photos").count(), 0);
  t.deepEqual(problems, []);
});

test.serial("does without photos that are gone, unreadable or of another size", async (t) => {
  const { page, problems, report } = await opened(t, async (folder) => {
    const model = await scenesModel(folder, 6);
    await rm(model.source(0));
    await writeFile(model.source(1), "no image");
    await sharp({ create: { width: 50, height: 400, channels: 3, background: "red" } })
      .jpeg()
      .toFile(model.source(2));
    return model;
  });
  await probe(page, "readThrough");
  t.deepEqual(problems, []);
  t.is(report.missing, 3);
  t.regex((await page.locator(".note").textContent()) ?? "", /^3 photos of 6 are not to be found/);
  t.is(await page.locator("figure.photo .absent").count(), 3);
  t.true((await page.locator("#photo-0 path.object").getAttribute("d"))?.startsWith("M") ?? false);
  t.true(await page.evaluate<boolean>("document.querySelector('#photo-0 .heat.object').naturalWidth > 0"));
});

test.serial("a thousand photos load, scroll and fit in a small page", async (t) => {
  const { page, problems, requests, report } = await opened(t, (folder) => scenesModel(folder, 1000, 8), {
    viewport: { width: 1280, height: 900 },
  });
  const html = await readFile(report.page);
  t.true(html.length < 2e6, `${html.length} bytes`);
  t.is(await page.locator("figure.photo").count(), 1000);
  const first = requests.length;
  t.true(first > 3 && first < 400, `${first} files are loaded at once`);
  await page.locator("#photo-999").scrollIntoViewIfNeeded();
  await page.waitForFunction("document.querySelector('#photo-999 .picture').naturalWidth > 0");
  t.true(requests.length < 1200, "pictures that were scrolled past at once are not loaded");
  t.deepEqual(problems, []);
  const timing = await probe<number>(page, "loadTime");
  t.log(`page of ${Math.round(html.length / 1000)} KB loaded in ${timing} ms with ${first} files`);
});

for (const [width, colorScheme] of [
  [400, "light"],
  [400, "dark"],
  [1280, "dark"],
] as const) {
  test.serial(`${width} pixels wide, ${colorScheme}: nothing sticks out, text is legible`, async (t) => {
    const { page } = await opened(t, (folder) => scenesModel(folder, 12), {
      viewport: { width, height: 800 },
      colorScheme,
    });
    t.is(await page.evaluate("document.documentElement.scrollWidth"), width);
    const texts = ["body", ".about", ".lead", ".lead strong", "th", ".extent", "figcaption .name"];
    const contrasts = await probe<[string, number][]>(page, "contrasts", texts);
    for (const [selector, contrast] of contrasts) t.true(contrast >= 4.5, `${selector}: ${contrast.toFixed(2)}`);
  });
}

test.serial("prints its photos, without the controls", async (t) => {
  const { page } = await opened(t, (folder) => scenesModel(folder, 6));
  await page.emulateMedia({ media: "print" });
  t.false(await page.locator(".controls").isVisible());
  t.true(await page.locator("#photo-5").isVisible());
});

test.serial("a new report replaces the earlier one and touches nothing else", async (t) => {
  const folder = await temporaryFolder(t);
  const out = join(folder, "report");
  await renderReport(await scenesModel(join(folder, "photos"), 6), out);
  await writeFile(join(out, "mine.txt"), "kept");
  await renderReport(
    syntheticModel(2, scene, (i) => join(folder, "photos", `scene-${i}.jpg`)),
    out,
    { images: 1 },
  );
  t.deepEqual((await readdir(out)).sort(), ["index.html", "mine.txt", "report-files"]);
  t.deepEqual(await readdir(join(out, "report-files/photo")), ["0.jpg"]);
});

test.serial("shows the photos with objects first when not all are shown, and says so", async (t) => {
  const folder = await temporaryFolder(t);
  const model = await scenesModel(join(folder, "photos"), 10);
  const { page: file } = await renderReport(model, join(folder, "report"), { images: 5 });
  const { page } = await openFile(browser, file);
  t.teardown(() => page.close());
  t.is(await page.locator("figure.photo").count(), 5);
  t.is(await page.locator("figure.photo .chips").count(), 5);
  t.regex((await page.locator("#photos .about").textContent()) ?? "", /5 of 10 photos are shown/);
});

test.serial("stops when it is told to, leaving no page", async (t) => {
  const folder = await temporaryFolder(t);
  const model = await scenesModel(join(folder, "photos"), 30, 3);
  const controller = new AbortController();
  const fractions: number[] = [];
  const onProgress = (fraction: number) => {
    fractions.push(fraction);
    if (fractions.length === 5) controller.abort();
  };
  const out = join(folder, "report");
  await t.throwsAsync(renderReport(model, out, { threads: 2 }, { signal: controller.signal, onProgress }), {
    code: "ERR_ABORTED",
  });
  t.true(fractions.length < 10);
  t.deepEqual(await readdir(out), ["report-files"]);
});

test.serial("refuses wrong options and a folder that cannot be written", async (t) => {
  const folder = await temporaryFolder(t);
  const model = await scenesModel(join(folder, "photos"), 1);
  await t.throwsAsync(renderReport(model, folder, { images: -1 }), { code: "ERR_INVALID_ARGUMENT" });
  await t.throwsAsync(renderReport(model, folder, { image: 1 } as never), { message: /did you mean "images"/ });
  await writeFile(join(folder, "file"), "");
  await t.throwsAsync(renderReport(model, join(folder, "file")), { code: "ERR_DISK" });
});
