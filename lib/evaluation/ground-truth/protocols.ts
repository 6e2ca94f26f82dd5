import { checkOneOf, checkString } from "../../check.js";
import { readLabels } from "./csv.js";
import type { Grade, GroundTruth } from "./ground-truth.js";
import { readJsonTruth } from "./json.js";
import { readOxford } from "./oxford.js";
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
  switch (checkOneOf("protocol", protocol, PROTOCOLS)) {
    case "oxford":
    case "paris":
      return path.toLowerCase().endsWith(".json") ? readJsonTruth(path) : readOxford(path);
    case "roxford":
    case "rparis":
    case "instre":
      return readJsonTruth(path);
    case "groups":
      return path.toLowerCase().endsWith(".json") ? readJsonTruth(path) : readLabels(path);
    case "boxes":
      return readVoc(path);
  }
}
