"""Packs things that recur in generated scenes: python3 pack_things.py --out runs/things.zip SCENES ...

SCENES: folders of `leitmotif generate`. Of each thing each sight that is not hidden, a square about it as it stands in its
scene, some ground about it; `things.json` says, sight by sight, which thing it shows and its box as shares of the square.
"""
import argparse
import json
import random
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image

from pack import webp

# The least share of a thing that is to be seen, and the square's side over its longest.
VISIBLE, GROUND = .6, 2.4


def sights(folder):
    """(thing, path of the picture, box) of each time that a thing is seen."""
    scenes = json.loads((folder / "scenes.json").read_text())
    for thing in scenes["objects"]:
        yield thing, folder / thing["query"], f"{folder.name}/{thing['name']}"
    for image in scenes["images"]:
        for thing in image["objects"]:
            yield thing, folder / image["path"], f"{folder.name}/{thing['name']}"


def cut(sight, side, quality):
    """-> the square's bytes as WebP, and the thing's box [left, top, width, height] as shares of it."""
    shown, path, name = sight
    x, y, w, h = (shown["box"][key] for key in ("x", "y", "width", "height"))
    image = Image.open(path).convert("RGB")
    whole = min(*image.size, round(GROUND * max(w, h)))
    rng = random.Random(f"{path.name} {name}")
    start = lambda at, length, limit: min(max(round(at - rng.random() * (whole - length)), 0), limit - whole)
    left, top = start(x, w, image.width), start(y, h, image.height)
    square = image.crop((left, top, left + whole, top + whole))
    if whole > side:
        square = square.resize((side, side), Image.LANCZOS)
    return webp(square, quality), [round(v / whole, 4) for v in (x - left, y - top, w, h)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--out", required=True)
    parser.add_argument("--side", type=int, default=192)
    parser.add_argument("--quality", type=int, default=78)
    o = parser.parse_args()
    by_thing = {}
    for folder in map(Path, o.folders):
        for shown, path, name in sights(folder):
            if shown["visible"] >= VISIBLE:
                by_thing.setdefault(name, []).append((shown, path, name))
    chosen = [sight for seen in by_thing.values() if len(seen) > 1 for sight in seen]
    with ThreadPoolExecutor() as threads, zipfile.ZipFile(o.out, "w") as packed:
        described = []
        for sight, (encoded, box) in zip(chosen, threads.map(lambda sight: cut(sight, o.side, o.quality), chosen)):
            packed.writestr(f"{len(described)}.webp", encoded)
            described.append(dict(thing=sight[2], box=box))
        packed.writestr("things.json", json.dumps(described))
    print(f"{o.out}: {len(described)} sights of {len({d['thing'] for d in described})} things, {Path(o.out).stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
