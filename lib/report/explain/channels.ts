import type { ActivationMap } from "../../features/activation-map.js";
import { channelWeights } from "../../saliency/feature-saliency.js";
import type { Rectangle } from "../../regions/region.js";

/** What a channel has to do with feature saliency somewhere (eq. 1–2). */
export interface ChannelFact {
  readonly channel: number;
  /** b_j. */
  readonly weight: number;
  /** a_j: share of the map's positions where the channel is active. */
  readonly active: number;
  /** Its share of F summed over the cells, 0..1. */
  readonly share: number;
}

/** The channels that contribute most to feature saliency over some cells, by descending share; silent ones left out. */
export function channelFacts(map: ActivationMap, { x0, y0, x1, y1 }: Rectangle, most: number): ChannelFact[] {
  const { data, height, width, channels } = map;
  const weights = channelWeights(map);
  const active = new Float64Array(channels);
  const sums = new Float64Array(channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = x >= x0 && x < x1 && y >= y0 && y < y1;
      const cell = data.subarray((y * width + x) * channels, (y * width + x + 1) * channels);
      cell.forEach((value, j) => {
        if (value > 0) active[j] = (active[j] as number) + 1;
        if (inside) sums[j] = (sums[j] as number) + value * (weights[j] as number);
      });
    }
  }
  const total = sums.reduce((sum, value) => sum + value, 0);
  return Array.from(sums, (sum, channel) => ({
    channel,
    weight: weights[channel] as number,
    active: (active[channel] as number) / (width * height),
    share: total > 0 ? sum / total : 0,
  }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share || a.channel - b.channel)
    .slice(0, most);
}
