import type { SaliencyMap } from "../saliency/saliency-map.js";

/** A box in pixels of the original image, EXIF orientation applied. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Which of the two saliency maps of the method: feature saliency (3.3) or object saliency (3.8). */
export type MapKind = "feature" | "object";

/** A box with the mean of its map over it. */
export interface SalientBox extends Box {
  readonly saliency: number;
}

export interface ReportImage {
  /** As the user knows it: relative to the folder that was searched. */
  readonly path: string;
  /** Size of the original in pixels, EXIF orientation applied. */
  readonly width: number;
  readonly height: number;
  /** Boxes detected on each map, strongest first. */
  readonly boxes: Readonly<Record<MapKind, readonly SalientBox[]>>;
}

/** One occurrence of an object: a region of an image. */
export interface ReportMember {
  /** Index into the report's images. */
  readonly image: number;
  readonly box: Box;
  /** Katz centrality g (eq. 13) of the region. */
  readonly centrality: number;
}

export interface ReportObject {
  /** Its name: its label in the collection. */
  readonly number: number;
  /** How much of one piece it is, 0..1. */
  readonly cohesion: number;
  /** By descending centrality; the first is the exemplar. */
  readonly members: readonly ReportMember[];
}

/** What a report shows. All of it is read from a collection; {@link source} alone reaches for the photos. */
export interface ReportModel {
  /** What the collection is called: the folder that was searched. */
  readonly title: string;
  /** When the run ended. */
  readonly date: Date;
  /** Facts of the run, as shown: model, device, release and the like. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly parameters: readonly (readonly [name: string, value: string])[];
  readonly stages: readonly { readonly name: string; readonly seconds: number }[];
  readonly counts: { readonly regions: Readonly<Record<MapKind, number>>; readonly edges: number };
  readonly warnings: readonly string[];
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
  readonly images: readonly ReportImage[];
  /** The best attested first. */
  readonly objects: readonly ReportObject[];
  /** The map of an image. */
  saliency(kind: MapKind, image: number): Promise<SaliencyMap>;
  /** Where the photo lies. It may be gone: the report then says so and does without it. */
  source(image: number): string;
}
