import type { PixelBox } from "../../lib/index.js";

/** What share of a region's area lies in a box, 0..1. */
export function shareWithin(region: PixelBox, box: PixelBox): number {
  const across = Math.min(region.x + region.width, box.x + box.width) - Math.max(region.x, box.x);
  const down = Math.min(region.y + region.height, box.y + box.height) - Math.max(region.y, box.y);
  return (Math.max(0, across) * Math.max(0, down)) / (region.width * region.height);
}
