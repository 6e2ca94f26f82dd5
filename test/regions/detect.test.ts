import test from "ava";
import fc from "fast-check";
import {
  detectRegions,
  detectRegionsBatch,
  EGM_DEFAULTS,
  EGM_PRESETS,
  type Region,
  type SaliencyMap,
  traceRegions,
} from "../../lib/index.js";

const error = { instanceOf: Error, code: "ERR_INVALID_ARGUMENT" };

interface Blob {
  x: number;
  y: number;
  rx: number;
  ry: number;
}

/** Blobs cut off at a tenth of their height, so that nothing is left beyond some cells. */
function blobs(height: number, width: number, list: readonly Blob[], scale = 1): SaliencyMap {
  const data = Float32Array.from({ length: height * width }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const sum = list.reduce((s, b) => s + Math.exp(-(((x - b.x) / b.rx) ** 2 + ((y - b.y) / b.ry) ** 2) / 2), 0);
    return sum > 0.1 ? scale * sum : 0;
  });
  return { data, height, width };
}

const rectangle = ({ x0, y0, x1, y1 }: Region) => [x0, y0, x1, y1];
const randomMap = fc
  .record({ height: fc.integer({ min: 1, max: 14 }), width: fc.integer({ min: 1, max: 14 }) })
  .chain(({ height, width }) =>
    fc
      .array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true })), {
        minLength: height * width,
        maxLength: height * width,
      })
      .map((values): SaliencyMap => ({ data: Float32Array.from(values), height, width })),
  );
const settings = fc.constantFrom(EGM_DEFAULTS.featureSaliency, EGM_DEFAULTS.objectSaliency);

test("regions lie within the map, differ, and come in descending weight, whatever the map and the options", (t) => {
  const options = fc.record({
    rho: fc.double({ min: 0, max: 50, noNaN: true }),
    tau: fc.double({ min: 0, max: 0.99, noNaN: true }),
    sigma: fc.double({ min: 1e-6, max: 100, noNaN: true }),
    floor: fc.constantFrom("none" as const, "min" as const),
    sampleWeighting: fc.constantFrom("saliency" as const, "none" as const),
    purgeThreshold: fc.double({ min: 0, max: 1, noNaN: true }),
    purgeMixing: fc.boolean(),
    maxIterations: fc.integer({ min: 1, max: 20 }),
    expand: fc.double({ min: 0.1, max: 5, noNaN: true }),
  });
  fc.assert(
    fc.property(randomMap, options, (map, chosen) => {
      const regions = detectRegions(map, chosen);
      t.is(
        regions.length > 0,
        map.data.some((value) => value > 0),
      );
      t.is(new Set(regions.map((region) => rectangle(region).join())).size, regions.length);
      regions.forEach(({ x0, y0, x1, y1, weight, saliency }, i) => {
        t.true(0 <= x0 && x0 < x1 && x1 <= map.width && 0 <= y0 && y0 < y1 && y1 <= map.height);
        t.true(weight > 0 && weight <= (regions[i - 1]?.weight ?? 1) + 2e-9);
        t.true(saliency >= 0 && saliency <= 1);
      });
    }),
    { numRuns: 200 },
  );
});

test("a blob inside the map that moves takes its regions along", (t) => {
  const place = { dx: fc.integer({ min: -6, max: 6 }), dy: fc.integer({ min: -4, max: 4 }) };
  const radii = { rx: fc.double({ min: 0.6, max: 3, noNaN: true }), ry: fc.double({ min: 0.6, max: 3, noNaN: true }) };
  fc.assert(
    fc.property(fc.record({ ...place, ...radii }), settings, ({ dx, dy, rx, ry }, options) => {
      // The blob is zero beyond 2.2 radii, and its box stays off the border, so clipping does not come into it.
      const still = detectRegions(blobs(36, 40, [{ x: 20, y: 18, rx, ry }]), options);
      const moved = detectRegions(blobs(36, 40, [{ x: 20 + dx, y: 18 + dy, rx, ry }]), options);
      t.true(still.length > 0);
      t.deepEqual(
        moved.map(rectangle),
        still.map(({ x0, y0, x1, y1 }) => [x0 + dx, y0 + dy, x1 + dx, y1 + dy]),
      );
      moved.forEach(({ weight }, i) => t.true(Math.abs(weight - (still[i] as Region).weight) < 1e-9));
    }),
    { numRuns: 100 },
  );
});

test("the scale of the map does not matter to the regions", (t) => {
  fc.assert(
    fc.property(randomMap, settings, fc.integer({ min: -40, max: 40 }), (map, options, exponent) => {
      // Powers of two, so that the scaled map holds the same numbers but for underflow to denormal ones.
      fc.pre(map.data.every((value) => value === 0 || value > 1e-20));
      const scaled = { ...map, data: map.data.map((value) => value * 2 ** exponent) };
      const regions = detectRegions(map, options);
      t.deepEqual(detectRegions(scaled, options).map(rectangle), regions.map(rectangle));
    }),
    { numRuns: 100 },
  );
});

test("two blobs far apart are two regions, each around its blob", (t) => {
  const map = blobs(24, 40, [
    { x: 9, y: 8, rx: 2, ry: 2 },
    { x: 30, y: 15, rx: 3, ry: 2 },
  ]);
  const regions = detectRegions(map);
  t.is(regions.length, 2);
  for (const [x, y] of [
    [9, 8],
    [30, 15],
  ] as const) {
    t.true(regions.some(({ x0, y0, x1, y1 }) => x0 <= x && x < x1 && y0 <= y && y < y1 && (x1 - x0) * (y1 - y0) < 150));
  }
  t.true(Math.abs(regions.reduce((sum, { weight }) => sum + weight, 0) - 1) < 1e-12);
});

test("a trace begins with a component a kept position and ends with the regions", (t) => {
  const map = blobs(12, 16, [{ x: 7, y: 5, rx: 2, ry: 1.5 }]);
  const trace = traceRegions(map, { tau: 0 });
  t.is(trace.steps.length, trace.iterations + 1);
  t.is(trace.steps[0]?.pi.length, map.data.filter((value) => value > 0).length);
  trace.steps.slice(1).forEach(({ pi, mu, variance }, i) => {
    t.is(pi.length, trace.history[i] as number);
    t.is(mu.length, 2 * pi.length);
    t.is(variance.length, 2 * pi.length);
    t.true(Math.abs(pi.reduce((sum, value) => sum + value, 0) - 1) < 1e-12);
  });
  t.true(trace.converged);
  t.false(traceRegions(map, { tau: 0, maxIterations: 1 }).converged);
});

test("the paper's settings are at hand, and the defaults for feature saliency", (t) => {
  const map = blobs(12, 16, [{ x: 7, y: 5, rx: 2, ry: 1.5 }]);
  t.deepEqual(detectRegions(map), detectRegions(map, EGM_PRESETS.PAPER.featureSaliency));
  t.like(EGM_DEFAULTS.featureSaliency, { rho: 5, tau: 0.4, sigma: 2.5 });
  t.like(EGM_PRESETS.PAPER.objectSaliency, { rho: 2, tau: 0, sigma: 2 });
  t.like(EGM_PRESETS.PAPER_UNTUNED.objectSaliency, { rho: 1, tau: 0.2, sigma: 1 });
});

test("a batch gives what single calls give, on one thread and on several, and tells its progress", async (t) => {
  const maps = Array.from({ length: 40 }, (_, i) => blobs(5 + (i % 7), 4 + (i % 11), [{ x: 2, y: 3, rx: 1, ry: 2 }]));
  const expected = maps.map((map) => detectRegions(map, { tau: 0 }));
  for (const threads of [1, 3]) {
    const seen: number[] = [];
    const onProgress = (fraction: number) => seen.push(fraction);
    t.deepEqual(await detectRegionsBatch(maps, { tau: 0 }, { threads, onProgress }), expected);
    t.is(seen.at(-1), 1);
  }
  t.deepEqual(await detectRegionsBatch([]), []);
});

test("a batch stops when asked, and fails with the map that is bad", async (t) => {
  const aborted = { code: "ERR_ABORTED" };
  const map = { data: Float32Array.from({ length: 4096 }, (_, i) => 1 + (i % 7)), height: 64, width: 64 };
  const endless = { tau: 0, tolerance: 0, purgeThreshold: 0, maxIterations: 1e6 };
  await t.throwsAsync(detectRegionsBatch([map], endless, { signal: AbortSignal.abort() }), aborted);
  const controller = new AbortController();
  const running = detectRegionsBatch([map, map, map], endless, { signal: controller.signal, threads: 2 });
  setTimeout(() => controller.abort(), 20);
  await t.throwsAsync(running, aborted);

  const bad = { data: Float32Array.of(1, Number.NaN), height: 1, width: 2 };
  await t.throwsAsync(detectRegionsBatch([bad], {}, { threads: 2 }), { ...error, message: /NaN/ });
  await t.throwsAsync(detectRegionsBatch([map, { ...map, width: 63 }]), { ...error, message: /maps\[1\]\.data/ });
});

test("refuses maps and options that cannot be, by name", (t) => {
  const map = { data: new Float32Array(6), height: 2, width: 3 };
  t.throws(() => detectRegions({ ...map, width: 4 }), { ...error, message: /Float32Array of 8 values/ });
  t.throws(() => detectRegions(undefined as never), error);
  for (const value of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
    t.throws(() => detectRegions({ ...map, data: Float32Array.of(0, 0, 0, 0, 0, value) }), error);
  }
  t.throws(() => detectRegions(map, { sigmma: 1 } as never), { ...error, message: /did you mean "sigma"/ });
  for (const options of [
    { rho: -1 },
    { tau: 1 },
    { sigma: 0 },
    { floor: "max" },
    { sampleWeighting: true },
    { purgeThreshold: 1.1 },
    { purgeMixing: "yes" },
    { maxIterations: 0 },
    { tolerance: Number.NaN },
    { expand: 0 },
  ]) {
    const [name] = Object.keys(options);
    t.throws(() => detectRegions(map, options as never), { ...error, message: new RegExp(`^${name} must be`) });
  }
});

test("reads a subarray at its offset", (t) => {
  const { data, height, width } = blobs(12, 16, [{ x: 7, y: 5, rx: 2, ry: 1.5 }]);
  const longer = new Float32Array(data.length + 9).fill(5);
  longer.set(data, 5);
  const view = { data: longer.subarray(5, 5 + data.length), height, width };
  t.deepEqual(detectRegions(view), detectRegions({ data, height, width }));
});
