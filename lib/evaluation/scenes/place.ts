/** Puts things into a scene: turned in space, projected, lit, with their shadow. */
import { type Canvas, draw, type Point, type Quad, quadArea, shade } from "./canvas.js";
import type { Thing } from "./things.js";

/** Angles in radians. */
export interface Pose {
  /** Where the middle of its lower edge (upright) or its middle (lying) is, in pixels. */
  x: number;
  y: number;
  /** Pixels of the larger of width and height. */
  size: number;
  yaw: number;
  pitch: number;
  roll: number;
  /** Part of a round label that faces the viewer, in turns. */
  turn: number;
  upright: boolean;
}

export interface Light {
  ambient: number;
  diffuse: number;
  /** Towards the light; x right, y down, z towards the viewer. Unit length. */
  direction: readonly [number, number, number];
  shadow: number;
}

type Vector = readonly [number, number, number];

const DISTANCE = 3.5;

function rotation({ yaw, pitch, roll }: Pose): (v: Vector) => Vector {
  const [cy, sy, cp, sp, cr, sr] = [
    Math.cos(yaw),
    Math.sin(yaw),
    Math.cos(pitch),
    Math.sin(pitch),
    Math.cos(roll),
    Math.sin(roll),
  ];
  return ([x, y, z]) => {
    const [x1, z1] = [x * cy + z * sy, -x * sy + z * cy];
    const [y2, z2] = [y * cp + z1 * sp, -y * sp + z1 * cp];
    return [x1 * cr - y2 * sr, x1 * sr + y2 * cr, z2];
  };
}

/** Draws the thing and its shadow. Returns how many pixels it covers. */
export function put(target: Canvas, thing: Thing, pose: Pose, light: Light, owner: number | undefined): number {
  const turn = rotation(pose);
  const { width: w, height: h, depth: d } = thing;
  const baseY = pose.upright ? h / 2 : 0;
  // The anchor (middle of the lower edge, or the middle) is projected to (x, y).
  const anchor = turn([0, baseY, 0]);
  const project = (v: Vector): Point => {
    const [x, y, z] = turn(v);
    const near = 1 / (1 - z / DISTANCE);
    const anchorNear = 1 / (1 - anchor[2] / DISTANCE);
    return [
      pose.x + (x * near - anchor[0] * anchorNear) * pose.size,
      pose.y + (y * near - anchor[1] * anchorNear) * pose.size,
    ];
  };
  const brightness = (normal: Vector) => {
    const n = turn(normal);
    const facing = n[0] * light.direction[0] + n[1] * light.direction[1] + n[2] * light.direction[2];
    return light.ambient + light.diffuse * Math.max(0, facing);
  };
  castShadow(target, pose, w, h, light);
  if (thing.body === "can") return putRound(target, thing, pose, light, owner, project);

  const face = (index: number, corners: readonly [Vector, Vector, Vector, Vector], normal: Vector): number => {
    const quad = corners.map(project) as unknown as Quad;
    const sprite = thing.faces[index];
    // Faces turned away run the other way round; the back of a sheet is not seen.
    if (!sprite || quadArea(quad) <= 0.5) return 0;
    const base = brightness(normal);
    return draw(target, sprite, quad, {
      light: { base: base * 1.06, u: -0.06 * base * Math.sign(light.direction[0]), v: -0.12 * base },
      opacity: 1,
      owner,
    });
  };
  const [x, y, z] = [w / 2, h / 2, d / 2];
  let covered = 0;
  if (thing.body === "box") {
    covered += face(
      1,
      [
        [x, -y, z],
        [x, -y, -z],
        [x, y, -z],
        [x, y, z],
      ],
      [1, 0, 0],
    );
    covered += face(
      1,
      [
        [-x, -y, -z],
        [-x, -y, z],
        [-x, y, z],
        [-x, y, -z],
      ],
      [-1, 0, 0],
    );
    covered += face(
      2,
      [
        [-x, -y, -z],
        [x, -y, -z],
        [x, -y, z],
        [-x, -y, z],
      ],
      [0, -1, 0],
    );
    covered += face(
      2,
      [
        [-x, y, z],
        [x, y, z],
        [x, y, -z],
        [-x, y, -z],
      ],
      [0, 1, 0],
    );
  }
  return (
    covered +
    face(
      0,
      [
        [-x, -y, z],
        [x, -y, z],
        [x, y, z],
        [-x, y, z],
      ],
      [0, 0, 1],
    )
  );
}

/** A can or bottle: its silhouette does not change with the turn about its axis, its label does. */
function putRound(
  target: Canvas,
  thing: Thing,
  pose: Pose,
  light: Light,
  owner: number | undefined,
  project: (v: Vector) => Point,
): number {
  const [label, lid] = thing.faces;
  if (!label || !lid) return 0;
  const { width: w, height: h } = thing;
  // Seen from its side whatever the yaw: take it out of the projection by working in the plane of the axis.
  const [cr, sr] = [Math.cos(pose.roll), Math.sin(pose.roll)];
  const foot = project([0, h / 2, 0]);
  const length = h * pose.size * Math.max(0.5, Math.cos(pose.pitch));
  const half = (w / 2) * pose.size;
  const at = (x: number, y: number): Point => [foot[0] + x * cr - y * sr, foot[1] + x * sr + y * cr];
  const level = light.ambient + light.diffuse * 0.8;
  const body = draw(target, label, [at(-half, -length), at(half, -length), at(half, 0), at(-half, 0)], {
    light: { base: level, u: 0, v: -0.1 * level },
    opacity: 1,
    owner,
    round: { profile: thing.profile, turn: pose.turn, lightFrom: light.direction[0], gloss: thing.gloss },
  });
  const rim = half * (thing.profile[0] ?? 1);
  const ry = Math.max(rim * Math.sin(Math.abs(pose.pitch)), 1);
  const top = draw(
    target,
    lid,
    [at(-rim, -length - ry), at(rim, -length - ry), at(rim, -length + ry), at(-rim, -length + ry)],
    {
      light: { base: level * 1.1, u: 0, v: 0 },
      opacity: 1,
      owner,
    },
  );
  return body + top;
}

/** A contact shadow under what stands, a cast shadow beside what lies or hangs. */
function castShadow(target: Canvas, { x, y, size, upright }: Pose, w: number, h: number, light: Light): void {
  const [dx, dy] = [-light.direction[0] * size, -light.direction[1] * size];
  if (upright) {
    const [rx, ry] = [w * size * 0.75, w * size * 0.2 + 2];
    const [cx, cy] = [x + dx * 0.2, y - ry * 0.1];
    shade(
      target,
      [
        [cx - rx, cy - ry],
        [cx + rx, cy - ry],
        [cx + rx, cy + ry],
        [cx - rx, cy + ry],
      ],
      light.shadow,
    );
  } else {
    const [rx, ry] = [w * size * 0.68, h * size * 0.68];
    const [cx, cy] = [x + dx * 0.06, y + Math.abs(dy) * 0.06];
    shade(
      target,
      [
        [cx - rx, cy - ry],
        [cx + rx, cy - ry],
        [cx + rx, cy + ry],
        [cx - rx, cy + ry],
      ],
      light.shadow,
    );
  }
}
