import { callAsync, type RunOptions } from "../native.js";
import type { RgbImage, Size } from "./image.js";

/**
 * The point of a photo, in pixels from its upper left corner, that a point (u, v) of a view of it shows:
 * x = xx u + xy v + x0, y = yx u + yy v + y0.
 */
export interface Placement {
  xx: number;
  xy: number;
  x0: number;
  yx: number;
  yy: number;
  y0: number;
}

/**
 * What becomes of a colour (0..1 a channel): gain times its power gamma, at most 1; then `saturation` times its distance
 * from the mean of the three.
 */
export interface Light {
  gamma: number;
  gains: readonly [red: number, green: number, blue: number];
  saturation: number;
}

/**
 * A photo as it would look from elsewhere and in other light, off the event loop. What lies beyond its borders is its
 * reflection.
 *
 * @throws {LeitmotifError} `ERR_ABORTED`.
 */
export async function renderView(
  { data, width, height }: RgbImage,
  { xx, xy, x0, yx, yy, y0 }: Placement,
  { gamma, gains, saturation }: Light,
  size: Size,
  { signal }: Pick<RunOptions, "signal"> = {},
): Promise<RgbImage> {
  const out = new Uint8Array(size.width * size.height * 3);
  await callAsync({ signal }, (native, control) =>
    native.renderView(
      data,
      height,
      width,
      xx,
      xy,
      x0,
      yx,
      yy,
      y0,
      gamma,
      ...gains,
      saturation,
      size.height,
      size.width,
      out,
      control,
    ),
  );
  return { data: out, ...size };
}
