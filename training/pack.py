"""Packs photos into one file of squares to train on: python3 pack.py --out runs/photos.zip --side 288 FOLDER ...

Each picture is shrunk (never enlarged beyond its need) to a short side of --side and cut square, at a random place along
its longer side.
"""
import argparse
import io
import random
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}


def webp(image, quality):
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=quality)
    return buffer.getvalue()


def square(path, side, quality):
    """The picture's bytes as WebP, or None where it cannot be read."""
    try:
        image = Image.open(path).convert("RGB")
    except OSError:
        return None
    scale = side / min(image.size)
    image = image.resize([max(side, round(s * scale)) for s in image.size], Image.LANCZOS)
    rng = random.Random(path.name)
    left, top = rng.randint(0, image.width - side), rng.randint(0, image.height - side)
    return webp(image.crop((left, top, left + side, top + side)), quality)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--out", required=True)
    parser.add_argument("--side", type=int, default=288)
    parser.add_argument("--quality", type=int, default=78)
    o = parser.parse_args()
    paths = sorted(p for folder in o.folders for p in Path(folder).rglob("*") if p.suffix.lower() in SUFFIXES)
    with ThreadPoolExecutor() as threads, zipfile.ZipFile(o.out, "w") as packed:
        for number, encoded in enumerate(threads.map(lambda path: square(path, o.side, o.quality), paths)):
            if encoded:
                packed.writestr(f"{number}.webp", encoded)
    print(f"{o.out}: {len(packed.namelist())} pictures, {Path(o.out).stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
