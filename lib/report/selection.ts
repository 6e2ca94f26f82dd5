import type { Box, ReportImage, ReportMember, ReportModel } from "./model.js";

/** At most this many crops of an object stand in its gallery. */
const CROPS = 96;

export interface Crop {
  /** Name of its picture, without folder and ending. */
  readonly name: string;
  readonly image: number;
  readonly box: Box;
  readonly centrality: number;
}

export interface Gallery {
  /** From 1, as shown. */
  readonly number: number;
  readonly strength: number | undefined;
  /** How many different photos hold the object. */
  readonly photos: number;
  readonly regions: number;
  /** The most central region of each photo, by descending centrality; the first is the exemplar. */
  readonly crops: readonly Crop[];
}

export interface ShownPhoto {
  readonly index: number;
  readonly image: ReportImage;
  /** Numbers of the objects found in it, ascending. */
  readonly objects: readonly number[];
}

export interface Selection {
  readonly galleries: readonly Gallery[];
  readonly photos: readonly ShownPhoto[];
}

/**
 * What of a collection a report shows: every object's gallery, and at most `limit` photos, those first whose objects
 * come first; in the collection's order.
 */
export function select(model: ReportModel, limit: number): Selection {
  const objectsOf = new Map<number, Set<number>>();
  const galleries = model.objects.map((object, i): Gallery => {
    const best = new Map<number, ReportMember>();
    for (const member of object.members) {
      if (!best.has(member.image)) best.set(member.image, member);
      objectsOf.set(member.image, (objectsOf.get(member.image) ?? new Set()).add(i + 1));
    }
    const crops = [...best.values()].slice(0, CROPS).map((member, j) => ({ ...member, name: `${i + 1}-${j + 1}` }));
    return { number: i + 1, strength: object.strength, photos: best.size, regions: object.members.length, crops };
  });
  const rank = (index: number) => Math.min(...(objectsOf.get(index) ?? [Number.POSITIVE_INFINITY]));
  const chosen = model.images
    .map((_, index) => ({ index, rank: rank(index) }))
    .sort((a, b) => (a.rank === b.rank ? a.index - b.index : a.rank - b.rank))
    .slice(0, limit)
    .map(({ index }) => index)
    .sort((a, b) => a - b);
  const photos = chosen.map((index) => ({
    index,
    image: model.images[index] as ReportImage,
    objects: [...(objectsOf.get(index) ?? [])].sort((a, b) => a - b),
  }));
  return { galleries, photos };
}
