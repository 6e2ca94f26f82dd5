import { readdir, stat } from "node:fs/promises";
import { basename, dirname, extname, join, relative } from "node:path";
import { messageOf } from "../../errors.js";
import type { PixelBox } from "../../regions/pixel-box.js";
import type { AnnotatedImage, BoxTruth } from "./ground-truth.js";
import { excerpt, malformed, readTextFile } from "./text-file.js";
import { parseXml, type XmlElement } from "./xml.js";

/**
 * Reads boxes from Pascal VOC annotations: one XML file, or all in a folder and those within it. Pixels are counted from
 * 1 there, and both ends of a box belong to it.
 *
 * @throws {LeitmotifError} `ERR_GROUND_TRUTH` naming file and line.
 */
export async function readVoc(path: string): Promise<BoxTruth> {
  let files: string[];
  let folder = path;
  try {
    if ((await stat(path)).isDirectory()) {
      const entries = await readdir(path, { recursive: true });
      files = entries.filter((file) => extname(file).toLowerCase() === ".xml").sort();
    } else {
      files = [basename(path)];
      folder = dirname(path);
    }
  } catch (cause) {
    throw malformed(path, undefined, `cannot be read (${messageOf(cause)})`, cause);
  }
  if (files.length === 0)
    throw malformed(path, undefined, "holds no .xml file: give a folder of Pascal VOC annotations");
  const images: AnnotatedImage[] = [];
  for (const file of files) images.push(await readAnnotation(folder, file));
  return { kind: "boxes", source: path, images };
}

async function readAnnotation(folder: string, file: string): Promise<AnnotatedImage> {
  const path = join(folder, file);
  const root = parseXml(path, await readTextFile(path));
  if (root.name !== "annotation") throw malformed(path, root.line, `expected <annotation>, got <${root.name}>`);
  const filename = child(path, root, "filename").text.trim();
  if (!filename) throw malformed(path, root.line, "<filename> is empty");
  const size = child(path, root, "size");
  const side = (name: string) => {
    const value = number(path, size, name);
    if (!Number.isInteger(value) || value < 1) {
      throw malformed(path, size.line, `<${name}> of <size> must be a whole number of at least 1, got ${value}`);
    }
    return value;
  };
  const image = { width: side("width"), height: side("height") };
  const inFolder = dirname(relative(folder, path));
  const stem = file.slice(0, -extname(file).length);
  return {
    names: [...new Set([join(inFolder, basename(filename)), basename(filename), stem])],
    size: image,
    objects: root.children
      .filter(({ name }) => name === "object")
      .map((object) => ({ label: label(path, object), box: box(path, object, image) })),
  };
}

function label(file: string, object: XmlElement): string {
  const text = child(file, object, "name").text.trim();
  if (!text) throw malformed(file, object.line, "<name> of <object> is empty");
  return text;
}

/** The box, cut to the image; one that does not touch the image is an error. */
function box(file: string, object: XmlElement, image: { width: number; height: number }): PixelBox {
  const bounds = child(file, object, "bndbox");
  const x0 = Math.max(0, number(file, bounds, "xmin") - 1);
  const y0 = Math.max(0, number(file, bounds, "ymin") - 1);
  const x1 = Math.min(image.width, number(file, bounds, "xmax"));
  const y1 = Math.min(image.height, number(file, bounds, "ymax"));
  if (x1 <= x0 || y1 <= y0) {
    const size = `${image.width} x ${image.height} pixels`;
    throw malformed(file, bounds.line, `<bndbox> must have xmin <= xmax and ymin <= ymax within the image of ${size}`);
  }
  return { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
}

function child(file: string, parent: XmlElement, name: string): XmlElement {
  const [only, second] = parent.children.filter((element) => element.name === name);
  if (!only) throw malformed(file, parent.line, `<${parent.name}> has no <${name}>`);
  if (second) throw malformed(file, second.line, `<${parent.name}> has more than one <${name}>`);
  return only;
}

function number(file: string, parent: XmlElement, name: string): number {
  const element = child(file, parent, name);
  const text = element.text.trim();
  const value = text === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw malformed(file, element.line, `<${name}> must be a number, got ${excerpt(text)}`);
  return value;
}
