/** What a {@link LeitmotifError} is about. Stable across releases; messages are not. */
export type ErrorCode =
  /** An argument or option has the wrong type, shape or range, or an unknown name. */
  | "ERR_INVALID_ARGUMENT"
  /** The operation was stopped through its `AbortSignal`. */
  | "ERR_ABORTED"
  /** A model file, its description or one of its tensors cannot be used. */
  | "ERR_MODEL"
  /** An image cannot be read or is too large or too small. */
  | "ERR_IMAGE"
  /** A collection folder is incomplete or its files contradict each other. */
  | "ERR_COLLECTION_CORRUPT"
  /** A collection folder was written by a newer release. */
  | "ERR_COLLECTION_VERSION"
  /** A collection folder does not exist, or is in use by another process. */
  | "ERR_COLLECTION"
  /** A ground-truth file does not have the form that it should. */
  | "ERR_GROUND_TRUTH"
  /** Reading or writing a file failed: no space, no permission, not found. */
  | "ERR_DISK"
  /** There is not enough memory. */
  | "ERR_OUT_OF_MEMORY"
  /** The native addon, or onnxruntime-node, is not installed or could not be loaded. */
  | "ERR_NATIVE"
  /** A defect of Leitmotif itself. */
  | "ERR_INTERNAL";

/**
 * The one class of error that Leitmotif throws. `code` says what it is about, `message` names the offending value and
 * the way out, `cause` holds what lies beneath, where there is something.
 */
export class LeitmotifError extends Error {
  override readonly name = "LeitmotifError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The error that an aborted signal stands for; its `cause` is the signal's reason. */
export function abortError(signal: AbortSignal): LeitmotifError {
  return new LeitmotifError("ERR_ABORTED", "the operation was aborted", { cause: signal.reason });
}

/** Throws when the signal is aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortError(signal);
}
