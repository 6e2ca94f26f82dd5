/** How a network is fed and read. */
import {
  checkBoolean,
  checkInteger,
  checkNumber,
  checkObject,
  checkOneOf,
  checkString,
  withDefaults,
} from "../check.js";
import { LeitmotifError, messageOf } from "../errors.js";

/**
 * What an ONNX file does not say of itself: how it wants its pixels and which tensor is the activation map. Written as
 * JSON beside the model (`net.json` beside `net.onnx`) or passed as an object; presets are of the same form.
 */
export interface ModelDescription {
  /** The graph input that takes the image. Default: the only one. */
  input?: string;
  /** Order of the input's dimensions. Default NCHW. */
  layout: "NCHW" | "NHWC";
  /** Order of the input's colour channels. Default RGB. */
  colour: "RGB" | "BGR";
  /** The value of a full pixel before `mean` and `std`: 1 for networks fed with 0..1, 255 for 0..255. */
  range: number;
  /** Subtracted from each colour channel, in the order of `colour` and the units of `range`. */
  mean: readonly [number, number, number];
  /** Then each channel is divided by this. Default [1, 1, 1]. */
  std: readonly [number, number, number];
  /** The tensor to read, an output of the graph or any other; or the last one that a kind of node makes on a grid. */
  tensor: string | { last: string };
  /** Order of the tensor's dimensions; `tokens` is (N, t, c), a token a patch, other tokens first. Default NCHW. */
  tensorLayout: "NCHW" | "NHWC" | "tokens";
  /** Pixels from one cell of the tensor to the next. */
  stride: number;
  /** A smaller image is padded to this many pixels a side. Too small an input can crash the runtime. Default 64. */
  minimumSide: number;
  /**
   * A file's image whose longest side is shorter is enlarged to so many pixels: small pictures lie below the scale at
   * which a network sees best. Default 0: never.
   */
  enlargeTo: number;
  /** Sides are padded to a multiple of this. Default 1. */
  multiple: number;
  /** Cut negative values of the tensor to zero. Needed where no ReLU comes before it. Default false. */
  relu: boolean;
}

/** A description as people write it: what has a default may be left out. */
export type ModelDescriptionInput = Partial<ModelDescription> &
  Pick<ModelDescription, "range" | "mean" | "tensor" | "stride">;

const DEFAULTS = {
  layout: "NCHW",
  colour: "RGB",
  range: undefined,
  mean: undefined,
  std: [1, 1, 1],
  tensor: undefined,
  tensorLayout: "NCHW",
  stride: undefined,
  minimumSide: 64,
  enlargeTo: 0,
  multiple: 1,
  relu: false,
};

/**
 * Fills in defaults and checks everything.
 *
 * @param origin Where the description comes from, for messages.
 * @throws {LeitmotifError} `ERR_MODEL` that names the field.
 */
export function checkModelDescription(description: unknown, origin: string): ModelDescription {
  try {
    const given = checkObject("the description", description) as Partial<ModelDescription>;
    const result = withDefaults<object, "input">("the description", given, DEFAULTS, ["input"]) as ModelDescription;
    if (given.input !== undefined) result.input = given.input;
    check(result);
    return result;
  } catch (cause) {
    if (!(cause instanceof LeitmotifError)) throw cause;
    throw new LeitmotifError("ERR_MODEL", `the model description (${origin}) is not usable: ${messageOf(cause)}`, {
      cause,
    });
  }
}

function check(d: ModelDescription): void {
  if (d.input !== undefined) checkString("input", d.input);
  checkOneOf("layout", d.layout, ["NCHW", "NHWC"]);
  checkOneOf("colour", d.colour, ["RGB", "BGR"]);
  checkNumber("range", d.range, { above: 0 });
  checkTriple("mean", d.mean, {});
  checkTriple("std", d.std, { above: 0 });
  if (typeof d.tensor === "object" && d.tensor !== null) {
    checkString("tensor.last", withDefaults("tensor", d.tensor, { last: "" }).last);
  } else {
    checkString("tensor", d.tensor);
  }
  checkOneOf("tensorLayout", d.tensorLayout, ["NCHW", "NHWC", "tokens"]);
  checkInteger("stride", d.stride, { min: 1, max: 1024 });
  checkInteger("minimumSide", d.minimumSide, { min: 1, max: 4096 });
  checkInteger("enlargeTo", d.enlargeTo, { min: 0, max: 4096 });
  checkInteger("multiple", d.multiple, { min: 1, max: 4096 });
  checkBoolean("relu", d.relu);
}

function checkTriple(name: string, value: unknown, range: { above?: number }): void {
  if (!Array.isArray(value) || value.length !== 3) {
    throw new LeitmotifError("ERR_INVALID_ARGUMENT", `${name} must be an array of three numbers, one a colour channel`);
  }
  value.forEach((v, i) => checkNumber(`${name}[${i}]`, v, range));
}

/** What the network sees for each of the 256 values of a pixel, a row of 256 a channel. */
export function pixelValues({ range, mean, std }: ModelDescription): Float32Array {
  return Float32Array.from({ length: 3 * 256 }, (_, i) => {
    const channel = i >> 8;
    return (((i & 255) * range) / 255 - (mean[channel] ?? 0)) / (std[channel] ?? 1);
  });
}
