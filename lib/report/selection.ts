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
  readonly number: number;
  readonly cohesion: number;
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
  const galleries = model.objects.map((object): Gallery => {
    const best = new Map<number, ReportMember>();
    for (const member of object.members) {
      if (!best.has(member.image)) best.set(member.image, member);
      objectsOf.set(member.image, (objectsOf.get(member.image) ?? new Set()).add(object.number));
    }
    const crops = [...best.values()].slice(0, CROPS).map((member, j) => ({ ...member, name: `${object.number}-${j}` }));
    return {
      number: object.number,
      cohesion: object.cohesion,
      photos: best.size,
      regions: object.members.length,
      crops,
    };
  });
  const place = new Map(model.objects.map((object, i) => [object.number, i]));
  const rank = (index: number) =>
    Math.min(...[...(objectsOf.get(index) ?? [])].map((number) => place.get(number) ?? 0), model.objects.length);
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
