"""Product pictures pasted small into photos: what a network is measured on, never trained on.

python3 composites.py --products FOLDER --photos FOLDER --out FOLDER

Each of the products stands once in each of --copies photos, on AREA of the picture, turned, tilted and lit anew; no photo
serves twice. Writes pictures and `labels.csv` (image,label), and Pascal VOC boxes beside the pictures.
"""
import argparse
import csv
import math
import random
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter

AREA = .07
SUFFIXES = {".jpg", ".jpeg", ".png"}


def cut_out(picture):
    """The product as RGBA: what is joined to the border and nearly white becomes transparent."""
    filled = picture.convert("RGB")
    marker = (255, 0, 254)
    w, h = filled.size
    for corner in ((0, 0), (w - 1, 0), (0, h - 1), (w - 1, h - 1), (w // 2, 0), (w // 2, h - 1), (0, h // 2), (w - 1, h // 2)):
        if min(filled.getpixel(corner)) > 225 and filled.getpixel(corner) != marker:
            ImageDraw.floodfill(filled, corner, marker, thresh=40)
    difference = ImageChops.difference(filled, Image.new("RGB", filled.size, marker)).convert("L").point(lambda v: 255 * (v > 0))
    cut = picture.convert("RGBA")
    cut.putalpha(difference.filter(ImageFilter.MinFilter(3)))
    return cut.crop(difference.getbbox() or (0, 0, w, h))


def place(product, photo, rng):
    """Pastes the product in place; -> its box (left, top, right, bottom)."""
    scale = math.sqrt(AREA * rng.uniform(.7, 1.4) * photo.width * photo.height / (product.width * product.height))
    small = product.resize((max(8, round(product.width * scale)), max(8, round(product.height * scale))), Image.LANCZOS)
    small = small.rotate(rng.uniform(-15, 15), Image.BICUBIC, expand=True)
    alpha = small.getchannel("A")
    for enhance in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        small = enhance(small).enhance(rng.uniform(.75, 1.25))
    small.putalpha(alpha)
    small = small.crop(alpha.getbbox())
    small.thumbnail((photo.width - 2, photo.height - 2))
    x, y = rng.randint(0, photo.width - small.width), rng.randint(0, photo.height - small.height)
    photo.paste(small, (x, y), small.getchannel("A"))
    return x, y, x + small.width, y + small.height


def voc(name, size, label, box):
    tags = "".join(f"<{tag}>{value}</{tag}>" for tag, value in zip(("xmin", "ymin", "xmax", "ymax"), (box[0] + 1, box[1] + 1, *box[2:])))
    return (f"<annotation><filename>{name}</filename><size><width>{size[0]}</width><height>{size[1]}</height><depth>3</depth>"
            f"</size><object><name>{label}</name><bndbox>{tags}</bndbox></object></annotation>\n")


def pictures(folder):
    return sorted(p for p in Path(folder).rglob("*") if p.suffix.lower() in SUFFIXES)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--products", required=True)
    parser.add_argument("--photos", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--copies", type=int, default=15)
    parser.add_argument("--seed", type=int, default=0)
    o = parser.parse_args()
    rng, out = random.Random(o.seed), Path(o.out)
    out.mkdir(parents=True, exist_ok=True)
    photos = pictures(o.photos)
    rng.shuffle(photos)
    with open(out / "labels.csv", "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["image", "label"])
        for path in pictures(o.products):
            product = cut_out(Image.open(path))
            for copy in range(o.copies):
                photo = Image.open(photos.pop()).convert("RGB")
                name = f"{path.stem}-{copy}"
                box = place(product, photo, rng)
                photo.save(out / f"{name}.jpg", quality=90)
                (out / f"{name}.xml").write_text(voc(f"{name}.jpg", photo.size, path.stem, box))
                rows.writerow([f"{name}.jpg", path.stem])


if __name__ == "__main__":
    main()
