/** A Pascal VOC annotation: boxes as xmin, ymin, xmax, ymax, counted from 1, both ends within. */
export function vocAnnotation(
  filename: string,
  size: readonly [width: number, height: number],
  objects: readonly (readonly [name: string, box: readonly [number, number, number, number]])[],
): string {
  const shown = objects.map(
    ([name, [x0, y0, x1, y1]]) =>
      `<object><name>${name}</name><bndbox><xmin>${x0}</xmin><ymin>${y0}</ymin><xmax>${x1}</xmax><ymax>${y1}</ymax>` +
      "</bndbox></object>",
  );
  return (
    `<annotation><filename>${filename}</filename><size><width>${size[0]}</width><height>${size[1]}</height></size>` +
    `${shown.join("")}</annotation>`
  );
}
