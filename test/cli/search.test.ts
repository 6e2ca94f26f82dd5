import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import anyTest, { type TestFn } from "ava";
import { runCommandLine } from "../../lib/cli/program.js";
import type { SearchResult } from "../../lib/index.js";
import { type Searchable, searchableCollection } from "../support/searchable.js";

const test = anyTest as TestFn<Searchable>;

const shared = await mkdtemp(join(tmpdir(), "leitmotif-"));
test.before(async (t) => {
  t.context = await searchableCollection(shared);
});
test.after.always(() => rm(shared, { recursive: true }));

async function run(...argv: string[]) {
  let out = "";
  let err = "";
  const code = await runCommandLine(["search", ...argv], {
    out: (text) => (out += text),
    err: (text) => (err += text),
    interactive: false,
    columns: () => 80,
    signal: new AbortController().signal,
  });
  return { code, out, err };
}

test.serial("prints a verdict and a table, without the query's own photo", async (t) => {
  const { collection, photos } = t.context;
  const found = await run(collection.path, join(photos, "photo-2.png"), "--top", "3", "--explain");
  t.is(found.code, 0, found.err);
  const lines = found.out.trimEnd().split("\n");
  t.regex(
    lines[0] ?? "",
    /^(\d+ of the results match|Nothing in the collection matches).*The most similar photo has 0\.\d\d; queries/,
  );
  t.is(lines[1], "7 photos searched by R-MAC and diffusion, without the query's own");
  t.regex(lines[3] ?? "", /similarity +chance +box x,y,width,height +photo +found$/);
  t.is(lines.length, 7);
  for (const line of lines.slice(4)) {
    t.regex(
      line,
      /^ *\d +-?\d\.\d{3} +(under )?\d+ % +\d+,\d+,\d+,\d+ +(sub\/)?photo-\d\.png +(directly|over .*\.png|not reached)$/,
    );
  }
  t.false(lines.slice(4).some((line) => / photo-2\.png /.test(line)));
});

test.serial("--json gives the whole result; images may be named as the collection has them", async (t) => {
  const { collection, photos } = t.context;
  const args = ["--no-expand", "--method", "MAC", "--json", "--box", "5,6,40,30", "--box", "8,8,50,40"];
  const { code, out, err } = await run(collection.path, "sub/photo-1.png", ...args);
  t.is(code, 0, err);
  const {
    collection: path,
    images,
    ...result
  } = JSON.parse(out) as SearchResult & { collection: string; images: string[] };
  t.is(path, collection.path);
  t.deepEqual(images, [join(photos, "sub/photo-1.png")]);
  t.deepEqual(Object.keys(result), ["method", "expand", "query", "searched", "verdict", "hits"]);
  t.deepEqual([result.method, result.expand, result.searched, result.hits.length], ["MAC", "none", 7, 7]);
  t.deepEqual(result.query[1], { image: { width: 96, height: 72 }, box: { x: 8, y: 8, width: 50, height: 40 } });
  t.deepEqual(Object.keys(result.verdict), ["similarity", "chance", "least", "matches"]);
  for (const hit of result.hits)
    t.deepEqual(Object.keys(hit), ["rank", "image", "path", "score", "similarity", "chance", "places"]);
});

test.serial("--html writes a page that holds all it needs; --occurrences searches regions", async (t) => {
  const { collection, photos, folder } = t.context;
  const page = join(folder, "pages/found.html");
  const image = join(photos, "photo-4.png");
  const found = await run(collection.path, image, "--occurrences", "--html", page, "--box", "3,3,60,50");
  t.is(found.code, 0, found.err);
  t.regex(found.out, /photos searched by regions and diffusion/);
  t.true(found.out.endsWith(`open ${page} to look at it\n`));
  const html = await readFile(page, "utf8");
  t.is(html.match(/<li class=/g)?.length, 7);
  t.is(html.match(/src="data:image\/jpeg;base64,/g)?.length, 8);
  t.notRegex(html, /(src|href)="(?!data:)/);
  t.true(html.includes('d="M3 3h60v50h-60z"'));
});

test.serial("what cannot be searched is refused with its exit code and what to do", async (t) => {
  const { collection, photos, folder } = t.context;
  const image = join(photos, "photo-0.png");
  const refused = async (args: string[], code: number, message: RegExp) => {
    const result = await run(...args);
    t.deepEqual([result.code, result.out], [code, ""]);
    t.regex(result.err, message);
  };
  await refused([collection.path, image, "--box", "80,60,60,60"], 2, /box must be within the image of 96 x 72 pixels/);
  await refused([collection.path, image, "--box", "0,0,1,1"], 2, /at least 3 pixels each way/);
  await refused([collection.path, image, "--box", "1,2,3"], 2, /It must be x,y,width,height/);
  await refused([collection.path, image, image, "--box", "0,0,9,9"], 2, /once for each of the 2 images/);
  await refused([collection.path, image, "--method", "SIFT"], 2, /can be searched by, regions, MAC/);
  await refused([collection.path, image, "--occurrences", "--method", "MAC"], 2, /places are found by "regions"/);
  await refused([collection.path, join(folder, "tiny.onnx")], 4, /not an image that can be read/);
  await refused([collection.path, join(folder, "gone.jpg")], 4, /no such file/);
  await refused([photos, image], 5, /holds no collection; make one with leitmotif discover/);
  await refused([collection.path, image, "--model", join(folder, "gone.onnx")], 3, /cannot be read/);
  await refused([collection.path], 2, /missing required argument/);
});
