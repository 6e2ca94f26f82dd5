import type { Picture } from "./world.js";

/** A Pascal VOC annotation (1-based, inclusive pixel boxes) of a generated picture. `name`: what an object is called. */
export function vocAnnotation(
  path: string,
  { width, height, boxes }: Picture,
  name: (object: number) => string,
): string {
  const [folder = "", file = ""] = path.split("/");
  const objects = boxes.map(
    (box) => `  <object>
    <name>${name(box.object)}</name>
    <truncated>0</truncated>
    <occluded>${box.visible < 0.95 ? 1 : 0}</occluded>
    <difficult>0</difficult>
    <bndbox><xmin>${box.x + 1}</xmin><ymin>${box.y + 1}</ymin><xmax>${box.x + box.width}</xmax><ymax>${box.y + box.height}</ymax></bndbox>
  </object>\n`,
  );
  return `<annotation>
  <folder>${folder}</folder>
  <filename>${file}</filename>
  <size><width>${width}</width><height>${height}</height><depth>3</depth></size>
  <segmented>0</segmented>
${objects.join("")}</annotation>
`;
}
