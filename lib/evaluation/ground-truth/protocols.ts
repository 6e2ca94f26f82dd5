import { stat } from "node:fs/promises";
import { extname } from "node:path";
import { checkOneOf, checkString } from "../../check.js";
import { messageOf } from "../../errors.js";
import { readLabels } from "./csv.js";
import type { Grade, GroundTruth } from "./ground-truth.js";
import { readJsonTruth } from "./json.js";
import { readOxford } from "./oxford.js";
import { malformed } from "./text-file.js";
import { readVoc } from "./voc.js";

/** The protocols that `leitmotif evaluate` knows. */
export const PROTOCOLS = ["oxford", "paris", "roxford", "rparis", "instre", "groups", "boxes"] as const;
/** A name in {@link PROTOCOLS}. */
export type Protocol = (typeof PROTOCOLS)[number];

/** What a level of a protocol takes as positive, and what it takes out of the ranking. */
export interface Level {
  readonly name: string;
  readonly positive: readonly Grade[];
  readonly junk: readonly Grade[];
}

const ONE_LEVEL: readonly Level[] = [{ name: "", positive: ["positive"], junk: ["junk"] }];
/** Radenović et al., CVPR 2018, section 3.2. */
const REVISITED: readonly Level[] = [
  { name: "Easy", positive: ["easy"], junk: ["hard", "junk"] },
  { name: "Medium", positive: ["easy", "hard"], junk: ["junk"] },
  { name: "Hard", positive: ["hard"], junk: ["easy", "junk"] },
];

export const LEVELS: Readonly<Record<Protocol, readonly Level[]>> = {
  oxford: ONE_LEVEL,
  paris: ONE_LEVEL,
  roxford: REVISITED,
  rparis: REVISITED,
  instre: ONE_LEVEL,
  groups: ONE_LEVEL,
  boxes: ONE_LEVEL,
};

/**
 * Reads ground truth of a protocol: `oxford`, `paris` from the folder of official text files or the documented JSON form;
 * `roxford`, `rparis`, `instre` from the JSON form (docs/ground-truth.md); `groups` from a CSV image,label; `boxes` from
 * Pascal VOC annotations.
 *
 * @throws {LeitmotifError} `ERR_GROUND_TRUTH` naming file and line; `ERR_INVALID_ARGUMENT` for an unknown protocol.
 */
export async function readGroundTruth(protocol: Protocol, path: string): Promise<GroundTruth> {
  checkString("path", path);
  const form = await formOf(path);
  const reads = READS[checkOneOf("protocol", protocol, PROTOCOLS)];
  const read = reads[form];
  if (read) return read(path);
  const readable = Object.keys(reads).map((name) => FORMS[name as Form]);
  const convert = form === "other" ? "; scripts/convert-ground-truth.py makes JSON of .pkl and .mat files" : "";
  throw malformed(
    path,
    undefined,
    `is ${FORMS[form]}, and the protocol "${protocol}" reads ${readable.join(" or ")}${convert}`,
  );
}

const FORMS = {
  folder: "a folder",
  json: "a .json file",
  xml: "an .xml file",
  text: "a text file of lines image,label",
  other: "a file of another program",
};
type Form = keyof typeof FORMS;

const QUERY_FILES = { folder: readOxford, json: readJsonTruth };
const READS: Readonly<Record<Protocol, { readonly [F in Form]?: (path: string) => Promise<GroundTruth> }>> = {
  oxford: QUERY_FILES,
  paris: QUERY_FILES,
  roxford: { json: readJsonTruth },
  rparis: { json: readJsonTruth },
  instre: { json: readJsonTruth },
  groups: { text: readLabels, json: readJsonTruth },
  boxes: { folder: readVoc, xml: readVoc },
};

/** What a path looks like, before it is read. */
async function formOf(path: string): Promise<Form> {
  const isFolder = await stat(path).then(
    (status) => status.isDirectory(),
    (cause: unknown) => {
      throw malformed(path, undefined, `cannot be read (${messageOf(cause)})`, cause);
    },
  );
  if (isFolder) return "folder";
  const ending = extname(path).toLowerCase();
  if (ending === ".json" || ending === ".xml") return ending.slice(1) as Form;
  return ending === ".pkl" || ending === ".mat" ? "other" : "text";
}
