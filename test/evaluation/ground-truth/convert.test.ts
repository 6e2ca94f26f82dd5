import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { readGroundTruth } from "../../../lib/index.js";
import { PACKAGE_ROOT } from "../../../lib/package-root.js";
import { PYTHON, scipyIsThere } from "../../support/scipy.js";

const CONVERTER = join(PACKAGE_ROOT, "scripts/convert-ground-truth.py");

/** Writes a file with Python (`path` is its name there) and converts it; undefined where there is no SciPy. */
function convert(t: ExecutionContext, extension: string, code: string) {
  if (!scipyIsThere(t)) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "leitmotif-convert-"));
  const source = join(folder, `gnd${extension}`);
  const target = join(folder, "gnd.json");
  execFileSync(PYTHON, ["-c", `import sys, pickle, os, numpy as np, scipy.io\npath = sys.argv[1]\n${code}`, source]);
  const { status, stderr } = spawnSync(PYTHON, [CONVERTER, source, target], { encoding: "utf8" });
  return { status, stderr, target };
}

const GND = `
gnd = [{"bbx": [1.5, 2, 11.5, 22], "easy": np.array([0]), "hard": [1], "junk": np.array([2, 3])},
       {"bbx": np.array([0, 0, 5, 5.0]), "easy": [], "hard": [3], "junk": []}]
data = {"imlist": ["a", "b", "c", "d"], "qimlist": ["q1", "q2"], "gnd": gnd}
`;

for (const protocol of [2, 4]) {
  test(`converts a pickle of the revisited form (pickle protocol ${protocol})`, async (t) => {
    const result = convert(t, ".pkl", `${GND}pickle.dump(data, open(path, "wb"), protocol=${protocol})`);
    if (!result) return t.pass();
    t.is(result.status, 0, result.stderr);
    const truth = await readGroundTruth("roxford", result.target);
    if (truth.kind !== "queries") return t.fail();
    t.deepEqual(truth.images, ["a", "b", "c", "d"]);
    t.deepEqual(truth.queries, [
      {
        name: "1",
        image: "q1",
        box: { x: 1.5, y: 2, width: 10, height: 20 },
        grades: { positive: [], easy: ["a"], hard: ["b"], junk: ["c", "d"] },
      },
      {
        name: "2",
        image: "q2",
        box: { x: 0, y: 0, width: 5, height: 5 },
        grades: { positive: [], easy: [], hard: ["d"], junk: [] },
      },
    ]);
  });
}

test("converts a MATLAB file, whose places count from 1, with qidx in place of qimlist", async (t) => {
  const result = convert(
    t,
    ".mat",
    `
cell = lambda values: np.array(values, dtype=object).reshape(-1, 1)
gnd = np.zeros((1, 2), dtype=[("bbx", object), ("ok", object), ("junk", object)])
gnd[0, 0] = (np.array([[1.0, 2, 3, 4]]), np.array([[1, 4]]), np.zeros((0, 0)))
gnd[0, 1] = (np.array([[0.0, 0, 9, 9]]), np.array([[2]]), np.array([[3]]))
scipy.io.savemat(path, {"imlist": cell(["a", "b", "c", "d"]), "qidx": np.array([[4], [2]]), "gnd": gnd})`,
  );
  if (!result) return t.pass();
  t.is(result.status, 0, result.stderr);
  const truth = await readGroundTruth("instre", result.target);
  if (truth.kind !== "queries") return t.fail();
  t.deepEqual(
    truth.queries.map(({ image, grades }) => [image, grades.positive, grades.junk]),
    [
      ["d", ["a", "d"], []],
      ["b", ["b"], ["c"]],
    ],
  );
});

for (const [what, extension, code, message] of [
  [
    "a pickle that would run something",
    ".pkl",
    `
class Evil:
    def __reduce__(self): return (os.system, ("touch " + path + ".ran",))
pickle.dump({"imlist": [], "gnd": Evil()}, open(path, "wb"))`,
    /gnd\.pkl: it holds (posix|nt)\.system/,
  ],
  [
    "a place beyond the list",
    ".pkl",
    `${GND}gnd[0]["hard"] = [4]\npickle.dump(data, open(path, "wb"))`,
    /gnd\[0\]\.hard holds 4/,
  ],
  [
    "a turned box",
    ".pkl",
    `${GND}gnd[1]["bbx"] = [5, 5, 1, 9]\npickle.dump(data, open(path, "wb"))`,
    /gnd\[1\]\.bbx must be/,
  ],
  [
    "too few queries",
    ".pkl",
    `${GND}gnd.pop()\npickle.dump(data, open(path, "wb"))`,
    /2 queries and has ground truth for 1/,
  ],
  ["no ground truth", ".pkl", `pickle.dump([1, 2], open(path, "wb"))`, /no imlist and gnd/],
  ["a damaged file", ".mat", `open(path, "wb").write(b"MATLAB 5.0" * 9)`, /gnd\.mat: /],
] as const) {
  test(`the converter refuses ${what}`, (t) => {
    const result = convert(t, extension, code);
    if (!result) return t.pass();
    t.is(result.status, 1);
    t.regex(result.stderr, message);
    t.notRegex(result.stderr, /Traceback/);
  });
}
