/** Noise fields, row-major (width * height), for textures. */
import type { Random } from "./random.js";

export interface FractalOptions {
  /** Size of the largest features in pixels, along x and y. */
  scaleX: number;
  scaleY: number;
  octaves: number;
  /** Amplitude of each octave relative to the one before. */
  persistence: number;
  /** Take |2n - 1| of each octave: veins and billows instead of clouds. */
  ridged?: boolean;
}

/**
 * Fractal value noise, about 0..1: octaves of random lattices, interpolated smoothly. Each octave is interpolated along
 * x once a lattice row, then along y once a pixel.
 */
export function fractal(random: Random, width: number, height: number, options: FractalOptions): Float32Array {
  const { octaves, persistence, ridged = false } = options;
  const field = new Float32Array(width * height);
  let { scaleX, scaleY } = options;
  let amplitude = 1;
  let total = 0;
  for (let octave = 0; octave < octaves && (octave === 0 || Math.max(scaleX, scaleY) >= 1); octave++) {
    addOctave(field, random, width, height, Math.max(scaleX, 1), Math.max(scaleY, 1), amplitude, ridged);
    total += amplitude;
    amplitude *= persistence;
    scaleX /= 2;
    scaleY /= 2;
  }
  // Sums of octaves crowd around the middle: stretch them.
  const gain = 1.6 / total;
  for (let i = 0; i < field.length; i++) field[i] = clamp01(0.5 + ((field[i] as number) - total / 2) * gain);
  return field;
}

function addOctave(
  field: Float32Array,
  random: Random,
  width: number,
  height: number,
  scaleX: number,
  scaleY: number,
  amplitude: number,
  ridged: boolean,
): void {
  const columns = Math.ceil(width / scaleX) + 2;
  const shiftX = random.next();
  const shiftY = random.next();
  const indexX = new Int32Array(width);
  const weightX = new Float32Array(width);
  for (let x = 0; x < width; x++) {
    const at = x / scaleX + shiftX;
    indexX[x] = Math.floor(at);
    weightX[x] = smooth(at - Math.floor(at));
  }
  const lattice = new Float32Array(columns);
  const nextRow = () => {
    for (let i = 0; i < columns; i++) lattice[i] = random.next();
    const row = new Float32Array(width);
    for (let x = 0; x < width; x++) {
      const i = indexX[x] as number;
      const a = lattice[i] as number;
      row[x] = a + ((lattice[i + 1] as number) - a) * (weightX[x] as number);
    }
    return row;
  };
  let above = nextRow();
  let below = nextRow();
  let rowIndex = 0;
  for (let y = 0; y < height; y++) {
    const at = y / scaleY + shiftY;
    for (; rowIndex < Math.floor(at); rowIndex++) {
      above = below;
      below = nextRow();
    }
    const t = smooth(at - Math.floor(at));
    const start = y * width;
    for (let x = 0; x < width; x++) {
      const a = above[x] as number;
      const value = a + ((below[x] as number) - a) * t;
      (field[start + x] as number) += amplitude * (ridged ? 1 - Math.abs(2 * value - 1) : value);
    }
  }
}

/** What {@link cells} finds at each pixel. */
export interface CellField {
  /** Distance to the nearest cell border, 0 there, about 1 in the middle. */
  border: Float32Array;
  /** A random value 0..1 a cell. */
  value: Float32Array;
}

/** Worley cells of about `size` pixels: stones, leaves, cracked ground, tiles of irregular shape. */
export function cells(random: Random, width: number, height: number, size: number, jitter = 0.9): CellField {
  const columns = Math.ceil(width / size) + 4;
  const rows = Math.ceil(height / size) + 4;
  const px = new Float32Array(columns * rows);
  const py = new Float32Array(columns * rows);
  const id = new Float32Array(columns * rows);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      px[r * columns + c] = (c - 2 + 0.5 + random.range(-0.5, 0.5) * jitter) * size;
      py[r * columns + c] = (r - 2 + 0.5 + random.range(-0.5, 0.5) * jitter) * size;
      id[r * columns + c] = random.next();
    }
  }
  const border = new Float32Array(width * height);
  const value = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / size) + 2;
    for (let x = 0; x < width; x++) {
      const column = Math.floor(x / size) + 2;
      let first = Infinity;
      let second = Infinity;
      let best = 0;
      for (let r = row - 1; r <= row + 1; r++) {
        for (let i = r * columns + column - 1; i <= r * columns + column + 1; i++) {
          const dx = (px[i] as number) - x;
          const dy = (py[i] as number) - y;
          const d = dx * dx + dy * dy;
          if (d < first) {
            second = first;
            first = d;
            best = i;
          } else if (d < second) second = d;
        }
      }
      const at = y * width + x;
      border[at] = Math.min(1, ((Math.sqrt(second) - Math.sqrt(first)) / size) * 1.6);
      value[at] = id[best] as number;
    }
  }
  return { border, value };
}

function smooth(t: number): number {
  return t * t * (3 - 2 * t);
}

export function clamp01(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}
