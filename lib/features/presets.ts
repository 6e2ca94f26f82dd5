/** Descriptions of well-known networks, with the preprocessing that they were trained with. */
import { checkModelDescription, type ModelDescription, type ModelDescriptionInput } from "./model-description.js";
import type { Graph } from "./onnx/graph.js";

const IMAGENET = { range: 1, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;

const PRESETS = {
  /** SqueezeNet 1.0, fire9. */
  squeezenet: {
    input: "data",
    range: 255,
    mean: [123, 117, 104],
    tensor: "features",
    stride: 16,
    minimumSide: 32,
  },
  /** MobileNetV2 1.0 of TensorFlow, the last convolution. */
  "mobilenet-v2": {
    input: "input",
    range: 255,
    mean: [128, 128, 128],
    std: [128, 128, 128],
    tensor: "features",
    stride: 32,
    minimumSide: 32,
  },
  /** VGG16 of torchvision, or of retrieval networks trained with it: conv5_3 after its ReLU, before pool5. */
  vgg16: { ...IMAGENET, tensor: { last: "Relu" }, stride: 16 },
  /** VGG16 as MatConvNet has it, the paper's network: conv5_3 after its ReLU, average colour subtracted in 0..255. */
  "vgg16-matconvnet": {
    range: 255,
    mean: [123.68, 116.779, 103.939],
    tensor: { last: "Relu" },
    stride: 16,
  },
  /** VGG16 of Caffe: as MatConvNet's, colours in the order BGR. */
  "vgg16-caffe": {
    range: 255,
    colour: "BGR",
    mean: [103.939, 116.779, 123.68],
    tensor: { last: "Relu" },
    stride: 16,
  },
  /** ResNet-50, -101, -152 of torchvision: the last block's output after its ReLU. */
  resnet: { ...IMAGENET, tensor: { last: "Relu" }, stride: 32 },
  /** DINOv2 with or without registers: patch tokens of 14 x 14 pixels; ReLU, for they may be negative. */
  dinov2: {
    ...IMAGENET,
    tensor: "last_hidden_state",
    tensorLayout: "tokens",
    stride: 14,
    multiple: 14,
    minimumSide: 56,
    relu: true,
  },
} as const satisfies Record<string, ModelDescriptionInput>;

/** A name in {@link MODEL_PRESETS}. */
export type ModelPreset = keyof typeof PRESETS;

/** How well-known networks are fed and read, by the names that `model` takes. */
export const MODEL_PRESETS = Object.fromEntries(
  Object.entries(PRESETS).map(([name, preset]) => [name, checkModelDescription(preset, `preset ${name}`)]),
) as Readonly<Record<ModelPreset, ModelDescription>>;

/** Networks that their inputs and outputs give away. */
const KNOWN: { preset: ModelPreset; inputs: string[]; outputs: string[] }[] = [
  { preset: "squeezenet", inputs: ["data"], outputs: ["features", "probs"] },
  { preset: "mobilenet-v2", inputs: ["input"], outputs: ["features", "logits", "probs"] },
];

const sameNames = (values: { name: string }[], names: string[]) =>
  values.length === names.length && values.every(({ name }) => names.includes(name));

/** The preset of a known network, by the names of its inputs and outputs. */
export function recognise(graph: Graph): ModelPreset | undefined {
  return KNOWN.find((known) => sameNames(graph.inputs, known.inputs) && sameNames(graph.outputs, known.outputs))
    ?.preset;
}
