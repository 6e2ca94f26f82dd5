import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { readGroundTruth, resolveGroundTruth } from "../../../lib/index.js";

const temporary = () => mkdtemp(join(tmpdir(), "leitmotif-truth-"));

async function csv(text: string): Promise<string> {
  const file = join(await temporary(), "labels.csv");
  await writeFile(file, text);
  return file;
}

test("labels: header, quotes, line ends, further columns; every photo asks for the others of its label", async (t) => {
  const file = await csv('image,label,x\r\na.jpg,cup\r\n"b ""1"", c.jpg",cup,9\n\nd.jpg,"pot\nblue"\ne.jpg,cup');
  const truth = await readGroundTruth("groups", file);
  const paths = ["a.jpg", 'b "1", c.jpg', "d.jpg", "e.jpg", "distractor.jpg"];
  const { queries, levels, labels, database } = resolveGroundTruth(truth, paths, { protocol: "groups" });
  t.deepEqual(
    [...labels],
    [
      [0, "cup"],
      [1, "cup"],
      [2, "pot\nblue"],
      [3, "cup"],
    ],
  );
  t.deepEqual(
    queries.map(({ image }) => image),
    [0, 1, 3],
  ); // no second pot: nothing to find
  t.deepEqual(levels[0]?.relevances[1], { positive: [0, 3], junk: [1] });
  t.deepEqual([...database], [1, 1, 1, 1, 1]);
});

for (const [what, text, message] of [
  ["one column", "a.jpg,x\nb.jpg\n", /labels\.csv, line 2: expected image,label, got "b\.jpg"/],
  ["an empty label", "a.jpg, \n", /line 1: expected image,label/],
  ["two labels for a photo", 'a,x\n"q\nr",y\na,z\n', /line 4: "a" is labelled "z" here and "x" above/],
  ["an open quotation mark", 'a,x\n"b,y\n', /line 2: a quotation mark is never closed/],
  ["text after a quotation mark", 'a,"x"y\n', /line 1: text after a closing/],
  ["nothing", "image,label\n", /holds no line image,label/],
] as const) {
  test(`refuses a CSV with ${what}`, async (t) => {
    await t.throwsAsync(readGroundTruth("groups", await csv(text)), { code: "ERR_GROUND_TRUTH", message });
  });
}

const annotation = (filename: string, objects: string, size = "<width>20</width><height>10</height><depth>3</depth>") =>
  `<?xml version="1.0"?>\n<annotation verified="yes">\n <!-- a > b -->\n <folder>x</folder><filename>${filename}</filename>\n` +
  ` <size>${size}</size>\n <segmented>0</segmented>\n${objects}\n</annotation>\n`;
const object = (name: string, [x0, y0, x1, y1]: number[]) =>
  ` <object>\n  <name>${name}</name><pose>Left</pose><part/>\n  <bndbox><xmin>${x0}</xmin><ymin>${y0}</ymin>` +
  `<xmax>${x1}</xmax><ymax>${y1}</ymax></bndbox>\n </object>`;

async function annotations(files: Record<string, string>): Promise<string> {
  const folder = await temporary();
  await mkdir(join(folder, "sub"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

test("boxes: each box asks for the other photos with its label, its own being taken out", async (t) => {
  const folder = await annotations({
    "1.xml": annotation("one.jpg", object("cup &amp; pot", [1, 1, 10, 10]) + object("cup &amp; pot", [11, 1, 25, 5])),
    "sub/2.XML": annotation("one.jpg", object("<![CDATA[cup & pot]]>", [3, 4, 3, 4])),
    "3.xml": annotation("renamed.jpg", object("lid", [1, 1, 2, 2])),
    "notes.txt": "",
  });
  const truth = await readGroundTruth("boxes", folder);
  const paths = ["one.jpg", "sub/one.jpg", "photos/3.jpg"];
  const { queries, levels, boxes } = resolveGroundTruth(truth, paths, { protocol: "boxes" });
  t.deepEqual(boxes.get(0), [
    { x: 0, y: 0, width: 10, height: 10 },
    { x: 10, y: 0, width: 10, height: 5 },
  ]);
  t.deepEqual(boxes.get(1), [{ x: 2, y: 3, width: 1, height: 1 }]);
  t.deepEqual(boxes.get(2), [{ x: 0, y: 0, width: 2, height: 2 }]); // found by the annotation's own name
  t.deepEqual(
    queries.map(({ image, name }) => [image, name]),
    [
      [0, "cup & pot"],
      [0, "cup & pot"],
      [1, "cup & pot"],
    ],
  );
  t.deepEqual(levels[0]?.relevances, [
    { positive: [1], junk: [0] },
    { positive: [1], junk: [0] },
    { positive: [0], junk: [1] },
  ]);
});

for (const [what, text, message] of [
  ["a document type", "<!DOCTYPE a [<!ENTITY b 'c'>]>\n<annotation/>", /1\.xml, line 1: document types and entities/],
  ["an unknown entity", annotation("&b;.jpg", ""), /line 4: &b; is not a known character/],
  ["a tag left open", "<annotation>\n<filename>a", /line 2: <filename> is never closed/],
  ["crossed tags", "<annotation>\n<a><b></a></b></annotation>", /line 2: <\/a> closes <b> of line 2/],
  ["another root", "<html></html>", /expected <annotation>, got <html>/],
  ["text", "hello", /is not an XML document/],
  ["two roots", "<annotation/><annotation/>", /is not an XML document of one element/],
  ["a bare tag", "<annotation><</annotation>", /a tag is not well formed/],
  ["no size", annotation("a.jpg", "").replace(/<size>.*<\/size>/, ""), /line 2: <annotation> has no <size>/],
  ["a size of 0", annotation("a.jpg", "", "<width>0</width><height>9</height>"), /<width> of <size> must be/],
  ["a box outside", annotation("a.jpg", object("x", [21, 1, 30, 5])), /line 9: <bndbox> must have .*20 x 10 pixels/],
  ["a box turned round", annotation("a.jpg", object("x", [5, 5, 2, 9])), /<bndbox> must have xmin <= xmax/],
  [
    "a box of words",
    annotation("a.jpg", object("x", [1, 1, 3, 3]).replace("3<", "three<")),
    /<xmax> must be a number, got "three"/,
  ],
  ["no label", annotation("a.jpg", object(" ", [1, 1, 3, 3])), /<name> of <object> is empty/],
  ["depth without end", "<a>".repeat(10_000), /more than 64 elements/],
] as const) {
  test(`refuses an annotation with ${what}`, async (t) => {
    const folder = await annotations({ "1.xml": text });
    await t.throwsAsync(readGroundTruth("boxes", folder), { code: "ERR_GROUND_TRUTH", message });
  });
}

test("a folder without annotations is an error", async (t) => {
  const folder = await annotations({});
  await t.throwsAsync(readGroundTruth("boxes", folder), { code: "ERR_GROUND_TRUTH", message: /holds no \.xml file/ });
});
