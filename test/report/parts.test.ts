import test from "ava";
import fc from "fast-check";
import sharp from "sharp";
import { colourOf, cssGradient } from "../../lib/report/colour-map.js";
import { concurrently } from "../../lib/report/concurrently.js";
import { counted, duration, significant } from "../../lib/format.js";
import { heatMap } from "../../lib/report/heat-map.js";
import { html } from "../../lib/report/html.js";
import { outline } from "../../lib/report/sections/photos.js";

test("text in a template never holds a character that could end it", (t) => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const inside = html`<i title="${text}">${text}</i>`.toString().slice('<i title="'.length, -"</i>".length);
      t.false(/<|'/.test(inside));
      t.is(inside.split('"').length, 2);
      t.is(inside.split(">").length, 2);
      t.false(/&(?!(amp|lt|gt|quot|#39);)/.test(inside));
    }),
  );
});

test("templates nest, lists are joined, nothing is left of absent values", (t) => {
  const items = ["a", "<b>"].map((item) => html`<b>${item}</b>`);
  const list = html`<p>${items}${null}${false}${undefined}${0}</p>`;
  t.is(list.toString(), "<p><b>a</b><b>&lt;b&gt;</b>0</p>");
});

/** L* of CIELAB, which the colour map's own OKLab has no part in. */
function lightness(rgb: readonly number[]): number {
  const [r, g, b] = rgb.map((value) => {
    const v = value / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return y > 0.008856 ? 116 * Math.cbrt(y) - 16 : 903.3 * y;
}

test("the colour map rises evenly in lightness, from nearly black to nearly white", (t) => {
  const steps = Array.from({ length: 17 }, (_, i) => lightness(colourOf(i / 16)));
  t.true((steps[0] as number) < 5 && (steps[16] as number) > 92);
  const rises = steps.slice(1).map((value, i) => value - (steps[i] as number));
  t.true(Math.min(...rises) > 2.5 && Math.max(...rises) < 9, rises.map((rise) => rise.toFixed(1)).join(" "));
  t.deepEqual(colourOf(-1), colourOf(0));
  t.is(cssGradient(2), `linear-gradient(to right, rgb(${colourOf(0).join(" ")}), rgb(${colourOf(1).join(" ")}))`);
});

test("a heat map is brightest where the map is, keeps its shape, and is dark for a zero map", async (t) => {
  const data = new Float32Array(12 * 8);
  data[2 * 12 + 9] = 0.3;
  const { data: pixels, info } = await sharp(await heatMap({ data, height: 8, width: 12 }))
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  t.deepEqual([info.width, info.height], [192, 128]);
  const at = pixels.indexOf(Math.max(...pixels));
  t.is(Math.floor((at % info.width) / 16), 9);
  t.is(Math.floor(at / info.width / 16), 2);
  const zero = await sharp(await heatMap({ data: new Float32Array(6), height: 2, width: 3 }))
    .raw()
    .toBuffer();
  t.true(Math.max(...zero) < 24);
  const long = await sharp(await heatMap({ data: new Float32Array(400).fill(1), height: 1, width: 400 })).metadata();
  t.deepEqual([long.width, long.height], [400, 1]);
});

test("boxes become one path", (t) => {
  const boxes = [
    { x: 1, y: 2, width: 3, height: 4 },
    { x: 0.26, y: 0, width: 10.5, height: 1 },
  ];
  t.is(outline(boxes), "M1 2h3v4h-3zM0.3 0h10.5v1h-10.5z");
});

test("numbers are written for readers", (t) => {
  t.is(counted(1, "photo"), "1 photo");
  t.is(counted(27293, "photo"), "27,293 photos");
  t.deepEqual([0, 0.0124, 0.9999, 4.21, 59.96, 200, 7300].map(duration), [
    "0 ms",
    "12 ms",
    "1.0 s",
    "4.2 s",
    "1 min 0 s",
    "3 min 20 s",
    "2 h 2 min",
  ]);
  t.deepEqual([0, 0.012345, 1.5e-9, 1234.5].map(significant), ["0", "0.0123", "1.50e-9", "1230"]);
});

test("work goes on in lanes, in order, and an error waits for what is under way", async (t) => {
  let running = 0;
  let most = 0;
  const started: number[] = [];
  const finished: number[] = [];
  const gates: (() => void)[] = [];
  const work = async (item: number) => {
    started.push(item);
    most = Math.max(most, ++running);
    await new Promise<void>((resolve) => (gates[item] = resolve));
    running--;
    if (item === 3) throw new RangeError("three");
    finished.push(item);
  };
  const all = concurrently([0, 1, 2, 3, 4, 5, 6], 2, work);
  for (const item of [1, 0, 3, 2]) {
    gates[item]?.();
    await new Promise(setImmediate);
  }
  await t.throwsAsync(all, { instanceOf: RangeError });
  t.is(most, 2);
  t.is(running, 0);
  t.deepEqual(started, [0, 1, 2, 3]);
  t.deepEqual(finished, [1, 0, 2]);
});
