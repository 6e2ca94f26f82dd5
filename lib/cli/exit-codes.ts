import type { ErrorCode } from "../errors.js";

/** What the process ends with. Documented in the README. */
export const EXIT = {
  done: 0,
  defect: 1,
  usage: 2,
  model: 3,
  image: 4,
  collection: 5,
  disk: 6,
  memory: 7,
  /** As shells show a process that Ctrl-C ended. */
  interrupted: 130,
} as const;

export function exitCode(code: ErrorCode): number {
  switch (code) {
    case "ERR_INVALID_ARGUMENT":
      return EXIT.usage;
    case "ERR_MODEL":
      return EXIT.model;
    case "ERR_IMAGE":
    case "ERR_GROUND_TRUTH":
      return EXIT.image;
    case "ERR_COLLECTION":
    case "ERR_COLLECTION_CORRUPT":
    case "ERR_COLLECTION_VERSION":
      return EXIT.collection;
    case "ERR_DISK":
      return EXIT.disk;
    case "ERR_OUT_OF_MEMORY":
      return EXIT.memory;
    case "ERR_ABORTED":
      return EXIT.interrupted;
    case "ERR_NATIVE":
    case "ERR_INTERNAL":
      return EXIT.defect;
  }
}
