import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { RecordLog, type RecordPlace } from "../../lib/collection/record-log.js";
import { temporaryFolder } from "../support/folders.js";

async function open(folder: string) {
  const found: { value: unknown; place: RecordPlace }[] = [];
  const log = await RecordLog.open(folder, "images", (value, place) => found.push({ value, place }));
  return { log, found };
}

const floats = Float32Array.of(1, 2.5, -3);
const bytes = Uint8Array.of(1, 2, 3, 4, 5);

test("records come back, over several runs, with the arrays that are asked for", async (t) => {
  const folder = await temporaryFolder(t);
  const first = await open(folder);
  await first.log.append({ path: "a" }, { bytes, floats });
  await first.log.append({ path: "b" }, { floats: new Float32Array(0) });
  await first.log.close();
  const second = await open(folder);
  t.deepEqual(
    second.found.map(({ value }) => value),
    [{ path: "a" }, { path: "b" }],
  );
  const place = await second.log.append({ path: "c" }, { floats: floats.subarray(1) });
  t.deepEqual(await second.log.read(place, ["floats"]), { value: { path: "c" }, arrays: { floats: floats.slice(1) } });
  const [a, b] = second.found;
  t.deepEqual(await second.log.read(a?.place as RecordPlace, ["floats", "bytes"]), {
    value: { path: "a" },
    arrays: { bytes, floats },
  });
  t.deepEqual(await second.log.read(a?.place as RecordPlace), { value: { path: "a" }, arrays: {} });
  t.deepEqual((await second.log.read(b?.place as RecordPlace, ["floats"])).arrays, { floats: new Float32Array(0) });
  await second.log.close();
});

test("a file cut or damaged at any byte gives the whole records before it", async (t) => {
  const folder = await temporaryFolder(t);
  const { log } = await open(folder);
  const ends: number[] = [];
  for (const path of ["a", "b", "c"]) {
    const place = await log.append({ path }, { floats, bytes });
    ends.push(place.offset + 20 + place.headerBytes + place.payloadBytes);
  }
  await log.close();
  const [file = ""] = await readdir(folder);
  const whole = await readFile(join(folder, file));
  t.is(ends[2], whole.length);
  for (let cut = 0; cut <= whole.length; cut++) {
    const other = await temporaryFolder(t);
    await writeFile(join(other, file), whole.subarray(0, cut));
    const after = await open(other);
    await after.log.close();
    t.is(after.found.length, ends.filter((end) => end <= cut).length, `cut at ${cut}`);
  }
  for (let at = 0; at < whole.length; at += 3) {
    const other = await temporaryFolder(t);
    const damaged = Buffer.from(whole);
    damaged.writeUInt8(damaged.readUInt8(at) ^ 0x41, at);
    await writeFile(join(other, file), damaged);
    const after = await open(other);
    await after.log.close();
    t.is(after.found.length, ends.filter((end) => end <= at).length, `damaged at ${at}`);
  }
});
