/** One world of scenes: objects that recur in it, and its pictures. Everything follows from the seed. */
import { backdrop, type Spot } from "./backdrop.js";
import { canvas, type Canvas } from "./canvas.js";
import { photograph } from "./photograph.js";
import { type Light, type Pose, put } from "./place.js";
import { Random } from "./random.js";
import { blueprint, build, clutterBlueprint, type Thing } from "./things.js";

/** Where an object is seen in a picture, in pixels: the box of what is visible of it. */
export interface SceneBox {
  /** Number of the object, from 0. */
  object: number;
  x: number;
  y: number;
  width: number;
  height: number;
  /** Share of the object that is not hidden, 0..1. */
  visible: number;
}

export interface Picture {
  jpeg: Buffer;
  width: number;
  height: number;
  boxes: SceneBox[];
}

export interface WorldOptions {
  seed: number;
  /** How many objects recur. */
  objects: number;
  /** Longer side of the pictures in pixels. */
  size: number;
  /** How differently an object looks from scene to scene (turn, size, depth), 0..1. */
  variation: number;
}

const OBJECT_PIXELS = 288;
const CLUTTER_PIXELS = 150;
/** An object that shows less than this is drawn but not listed. */
const LEAST_VISIBLE = 0.35;

export class World {
  readonly #options: WorldOptions;
  readonly #random: Random;
  readonly #objects = new Map<number, Promise<Thing>>();

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#random = new Random(`scenes ${options.seed}`);
  }

  /** What an object is: "carton", "bottle", "toy", … */
  kind(object: number): string {
    return this.#blueprint(object).kind;
  }

  #blueprint(object: number) {
    return blueprint(this.#random.fork("object").fork(object));
  }

  #object(number: number): Promise<Thing> {
    let thing = this.#objects.get(number);
    if (!thing) {
      thing = build([this.#blueprint(number)], [OBJECT_PIXELS]).then(([first]) => first as Thing);
      this.#objects.set(number, thing);
    }
    return thing;
  }

  /**
   * A cluttered picture that shows the given objects. `index` names it: the same index gives the same picture, whatever
   * was drawn before.
   */
  scene(index: number, objects: readonly number[]): Promise<Picture> {
    return this.#picture(this.#random.fork("scene").fork(index), objects, { clutter: [5, 12], size: 0.34 });
  }

  /** A picture of one object, larger and with little around it: what someone would take as a query. */
  async query(index: number, object: number): Promise<Picture> {
    const random = this.#random.fork("query").fork(index);
    let picture = await this.#picture(random, [object], { clutter: [1, 4], size: 0.5 });
    // Drawn again where the clutter hides the object, and at last without clutter.
    for (let draw = 1; picture.boxes.length === 0 && draw <= 8; draw++) {
      picture = await this.#picture(random.fork(draw), [object], { clutter: draw < 8 ? [1, 4] : [0, 0], size: 0.5 });
    }
    return picture;
  }

  async #picture(
    random: Random,
    objects: readonly number[],
    { clutter, size }: { clutter: [number, number]; size: number },
  ): Promise<Picture> {
    const portrait = random.chance(0.25);
    const aspect = random.pick([3 / 4, 3 / 4, 2 / 3, 9 / 16, 1]);
    const [long, short] = [this.#options.size, Math.round(this.#options.size * aspect)];
    const target = portrait ? canvas(short, long) : canvas(long, short);
    const place = backdrop(target, random);
    const light = lighting(random);
    const extent = Math.sqrt(target.width * target.height);

    const blueprints = Array.from({ length: random.int(...clutter) }, () => clutterBlueprint(random));
    const things = await build(
      blueprints,
      blueprints.map(() => Math.min(OBJECT_PIXELS, CLUTTER_PIXELS * (this.#options.size / 640))),
    );
    const placed: { thing: Thing; pose: Pose; object: number | undefined }[] = [];
    for (const thing of things) {
      const spot = place.spot(random);
      const pose: Pose = {
        ...spot,
        size: random.range(0.1, 0.42) * extent * spot.scale,
        yaw: random.normal() * (thing.body === "box" ? 0.5 : 0.32),
        turn: random.next(),
      };
      placed.push({ thing, pose, object: undefined });
    }
    // Streams of their own: with and without its objects, a scene is the same but for them.
    for (const object of objects) {
      const own = random.fork("shown").fork(object);
      const thing = await this.#object(object);
      const pose = objectPose(own, place.spot(own), thing, size * extent, this.#options.variation);
      keepInside(pose, thing, target);
      placed.push({ thing, pose, object });
    }

    // Farther things first; among those that lie, any order, but objects seldom at the very bottom.
    const shuffle = random.fork("order");
    const order = placed
      .map((item) => ({
        ...item,
        depth: item.pose.upright ? item.pose.y : shuffle.next() + (item.object === undefined ? 0 : 0.35),
      }))
      .sort((a, b) => a.depth - b.depth);
    const drawn = new Map<number, { object: number; pixels: number }>();
    order.forEach(({ thing, pose, object }, i) => {
      const pixels = put(target, thing, pose, light, i + 1);
      if (object !== undefined) drawn.set(i + 1, { object, pixels });
    });
    const boxes = visibleBoxes(target, drawn);
    return { jpeg: await photograph(target, random.fork("camera")), width: target.width, height: target.height, boxes };
  }
}

/** How an object is shown: near its usual pose and size, the farther from them the larger `variation`. */
function objectPose(random: Random, spot: Spot, thing: Thing, size: number, variation: number): Pose {
  return {
    ...spot,
    size: size * Math.exp(random.range(-0.75, 0.75) * variation) * (1 + (spot.scale - 1) * variation),
    yaw: random.normal() * (thing.body === "box" ? 0.6 : 0.4) * variation,
    pitch: spot.pitch * Math.min(1, 1.5 * variation),
    roll: Math.max(-2.5, Math.min(2.5, (spot.roll + random.normal() * 0.08) * 0.7)) * variation,
    turn: random.range(-0.18, 0.18) * variation,
  };
}

function lighting(random: Random): Light {
  const angle = random.range(-1, 1) * 1.2;
  const z = random.range(0.4, 0.9);
  const flat = Math.sqrt(1 - z * z);
  const ambient = random.range(0.4, 0.85);
  return {
    ambient,
    diffuse: 1.1 - ambient,
    direction: [Math.sin(angle) * flat, -Math.cos(angle) * flat, z],
    shadow: random.range(0.3, 0.75),
  };
}

/** Moves a pose so that most of the thing lies inside the picture. */
function keepInside(pose: Pose, { width, height }: Thing, target: Canvas): void {
  const half = (Math.max(width, height) * pose.size) / 2;
  const margin = half * 0.8;
  pose.x = Math.max(margin, Math.min(target.width - margin, pose.x));
  const rise = pose.upright ? height * pose.size : margin;
  pose.y = Math.max(rise * 0.9, Math.min(target.height - (pose.upright ? -0.12 * rise : margin), pose.y));
}

/** Boxes of what is left to see of each listed owner. */
function visibleBoxes(
  { width, height, owner }: Canvas,
  drawn: Map<number, { object: number; pixels: number }>,
): SceneBox[] {
  const found = new Map<number, { x0: number; y0: number; x1: number; y1: number; count: number }>();
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const number = owner[y * width + x] as number;
      if (!drawn.has(number)) continue;
      const box = found.get(number) ?? { x0: x, y0: y, x1: x, y1: y, count: 0 };
      box.x0 = Math.min(box.x0, x);
      box.x1 = Math.max(box.x1, x);
      box.y1 = y;
      box.count++;
      found.set(number, box);
    }
  return [...found]
    .map(([number, { x0, y0, x1, y1, count }]): SceneBox => {
      const { object, pixels } = drawn.get(number) as { object: number; pixels: number };
      return { object, x: x0, y: y0, width: x1 - x0 + 1, height: y1 - y0 + 1, visible: Math.min(1, count / pixels) };
    })
    .filter(({ visible }) => visible >= LEAST_VISIBLE)
    .sort((a, b) => a.object - b.object);
}
