/**
 * Finds a collection's images by the names that ground truth gives them. Ground truth often leaves out the folder, the
 * extension or both, so a name stands for the image whose path it is, else for the one image whose path ends with it.
 * It may also begin further up, with the name of the folder that the paths start from.
 */
export class ImageNames {
  readonly #paths: readonly string[];
  readonly #whole = new Map<string, number>();
  /** Every end of every path, with and without its extension; AMBIGUOUS where several images share it. */
  readonly #ends = new Map<string, number>();
  readonly #folder: string;

  /** @param folder that the paths start from, where that is known. */
  constructor(paths: readonly string[], folder?: string) {
    this.#folder = `/${normalise(folder ?? "")}`;
    this.#paths = paths;
    paths.forEach((path, id) => {
      const parts = normalise(path).split("/");
      this.#whole.set(parts.join("/"), id);
      for (let i = 0; i < parts.length; i++) {
        const end = parts.slice(i).join("/");
        this.#add(end, id);
        const bare = withoutExtension(end);
        if (bare !== end) this.#add(bare, id);
      }
    });
  }

  #add(end: string, id: number): void {
    const known = this.#ends.get(end);
    this.#ends.set(end, known === undefined || known === id ? id : AMBIGUOUS);
  }

  /** The image's id; undefined when there is none; the paths in question when several fit. */
  find(name: string): number | readonly string[] | undefined {
    const wanted = normalise(name);
    const id = this.#whole.get(wanted) ?? this.#ends.get(wanted);
    if (id === undefined) return this.#fromAbove(wanted);
    if (id !== AMBIGUOUS) return id;
    const fits = (path: string) => path.endsWith(`/${wanted}`) || path === wanted;
    return this.#paths.filter((path) => {
      const normal = normalise(path);
      return fits(normal) || fits(withoutExtension(normal));
    });
  }

  /** What a name finds when the end of the folder's own path is taken from its front. */
  #fromAbove(name: string): number | readonly string[] | undefined {
    for (let slash = name.indexOf("/"); slash >= 0; slash = name.indexOf("/", slash + 1)) {
      const found = this.#folder.endsWith(`/${name.slice(0, slash)}`) ? this.find(name.slice(slash + 1)) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

const AMBIGUOUS = -1;

function normalise(path: string): string {
  return path.replaceAll("\\", "/").replace(/^(?:\.?\/)+/, "");
}

function withoutExtension(path: string): string {
  return path.replace(/\.(?:jpe?g|png|webp|tiff?|gif|avif|heic|heif|bmp|ppm|pgm|svg|jp2|jxl)$/i, "");
}
