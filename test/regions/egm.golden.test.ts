import test from "ava";
import { detectRegions, traceRegions } from "../../lib/index.js";
import { assertError, assertExact, corners, egmOptions, goldenCases, largestDifference } from "../support/golden.js";

interface Variant {
  options: Record<string, unknown>;
  history: number[];
  iterations: number;
  converged: boolean;
  float32_safe: boolean;
  pi: number[];
  mu: number[][];
  var: number[][];
  regions: number[][];
}

// The mixture is fitted in float64, so the cases that single precision need not pass are held to as well.
for (const golden of goldenCases("egm-")) {
  for (const [name, variant] of Object.entries(golden.values.variants as Record<string, Variant>)) {
    test(`${golden.name}, ${name}: history, mixture and regions`, (t) => {
      const [height, width] = golden.shape("S") as [number, number];
      const map = { data: golden.f32("S"), height, width };
      const options = egmOptions(variant.options);
      const trace = traceRegions(map, options);
      t.is(trace.iterations, variant.iterations);
      t.is(trace.converged, variant.converged);
      assertExact(t, golden, `${name} history`, trace.history, variant.history);
      assertExact(t, golden, `${name} regions`, corners(trace.regions), variant.regions.flat());
      t.deepEqual(detectRegions(map, options), trace.regions);

      const last = trace.steps.at(-1);
      assertError(t, golden, `${name} pi`, largestDifference(last?.pi ?? [], variant.pi), 1e-4);
      assertError(t, golden, `${name} mu`, largestDifference(last?.mu ?? [], variant.mu.flat()), 1e-3);
      assertError(t, golden, `${name} var`, largestDifference(last?.variance ?? [], variant.var.flat()), 1e-3);
    });
  }
}
