import { ActivationExtractor, type ActivationMap, type GivenMap } from "../../lib/index.js";
import { Random } from "../../lib/evaluation/scenes/random.js";
import { realPhotos } from "./real-collection.js";

/** Longest side of photographs, in pixels and in cells of their maps. */
const [PHOTO_SIDE, PHOTO_CELLS] = [512, 32];
/** Of the logarithms of the channels' gains; see {@link overlaidMaps}. */
const SIGMA = 0.5;

/** A map, and what each of its channels was multiplied by. */
export interface OverlaidMap extends GivenMap {
  gains: Float32Array;
}

/** Maps of photographs by the default network: of all 300 of {@link realPhotos}, or of some. */
export async function photoMaps(photos = Infinity): Promise<ActivationMap[]> {
  const all = await realPhotos();
  const count = Math.min(photos, all.length);
  const taken = Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)] as string);
  await using extractor = await ActivationExtractor.open({ maxSide: PHOTO_SIDE });
  const maps: ActivationMap[] = [];
  for await (const { extraction, error } of extractor.extractMany(taken)) {
    if (error) throw error;
    maps.push(extraction.map);
  }
  return maps;
}

/**
 * As many maps as are wanted, one at a time, of real sparsity and strength: each is laid together of two photographs'
 * maps, shifted around the border by chance and the second weakened, the stronger activation of the two. A map of more
 * cells shows them enlarged, as it would show the same photographs in more pixels.
 *
 * Each channel of a map is multiplied by a gain of its own, drawn log-normally, so that 300 photographs stand for a
 * large collection: an object drawn again is another one. Its sigma of 0.5 is fitted: of maps of 24 × 32 cells, median
 * similarities of whitened regions to the 3rd, 15th, 60th and 250th neighbour are
 *
 * - of 3,126 regions .41, .28, .19, .10 (without gains .46, .31, .21, .12; 3,126 real ones .47, .35, .24, .13);
 * - of 25,000 regions .53, .41, .32, .23 (without .71, .49, .36, .26; {@link realisticRegions} .48, .36, .28, .22).
 *
 * Over both, 0.5 is nearest (0.3 and 0.9 miss by a third more): with less, regions come too near one another as they
 * become many, with more too. Intrinsic dimension 21 (real 18).
 */
export async function* overlaidMaps(
  photos: readonly ActivationMap[],
  count: number,
  height: number,
  width: number,
): AsyncGenerator<OverlaidMap> {
  const random = new Random(`overlaid ${height} x ${width}`);
  for (let i = 0; i < count; i++) {
    yield await Promise.resolve({ id: `${i}`.padStart(7, "0"), ...overlay(photos, random, height, width) });
  }
}

/** Gains of a map's channels. */
export function drawGains(random: Random, channels: number): Float32Array {
  return Float32Array.from({ length: channels }, () => Math.exp(SIGMA * random.normal()));
}

function overlay(
  photos: readonly ActivationMap[],
  random: Random,
  height: number,
  width: number,
): Pick<OverlaidMap, "map" | "gains"> {
  const zoom = Math.max(1, Math.round(Math.max(height, width) / PHOTO_CELLS));
  const strong = shifted(random.pick(photos), zoom, random);
  const weak = shifted(random.pick(photos), zoom, random);
  const { channels } = strong.photo;
  const factor = random.range(0.2, 0.8);
  const gains = drawGains(random, channels);
  const data = new Float32Array(height * width * channels);
  const [a, b] = [strong.photo.data, weak.photo.data];
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let [i, k] = [strong.cell(x, y), weak.cell(x, y)];
      for (let j = 0; j < channels; j++) {
        const [first, second] = [a[i++] as number, factor * (b[k++] as number)];
        data[to++] = (gains[j] as number) * (first > second ? first : second);
      }
    }
  }
  return { map: { data, height, width, channels }, gains };
}

/** A photograph's map, repeated without end, enlarged and shifted: where in its data a cell begins. */
function shifted(photo: ActivationMap, zoom: number, random: Random) {
  const { height, width, channels } = photo;
  const [x0, y0] = [random.int(0, zoom * width - 1), random.int(0, zoom * height - 1)];
  const cell = (x: number, y: number) => {
    const [column, row] = [Math.floor((x + x0) / zoom) % width, Math.floor((y + y0) / zoom) % height];
    return (row * width + column) * channels;
  };
  return { photo, cell };
}
