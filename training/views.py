"""Views of photographs: crops under jitter of place, size, rotation, perspective, light and colour, and cut-and-paste."""
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}


def load_photos(folders, side):
    """All photos below the folders, shrunk to a short side of `side`: a list of pyramids [full, half, quarter] of uint8
    tensors (3, h, w). Halves spare the sampler an anti-aliasing filter."""
    photos = []
    for path in sorted(p for folder in folders for p in Path(folder).rglob("*") if p.suffix.lower() in SUFFIXES):
        try:
            image = Image.open(path).convert("RGB")
        except OSError:
            continue
        scale = side / min(image.size)
        if scale < 1:
            image = image.resize([max(1, round(s * scale)) for s in image.size], Image.BOX)
        level = torch.from_numpy(np.array(image)).permute(2, 0, 1).contiguous()
        pyramid = [level]
        for _ in range(2):
            level = F.avg_pool2d(pyramid[-1].float(), 2, ceil_mode=True).byte()
            pyramid.append(level)
        photos.append(pyramid)
    return photos


def sample(photo, centre, side, angle, perspective, size):
    """A square of `side` pixels of the photo around `centre` (x, y), turned by `angle`, tilted, seen at size x size."""
    level = min(2, max(0, int(math.log2(max(side / size, 1)) + 0.35)))
    h, w = photo[0].shape[1:]
    axis = torch.linspace(-0.5, 0.5, size)
    v, u = torch.meshgrid(axis, axis, indexing="ij")
    depth = 1 + perspective[0] * u + perspective[1] * v
    u, v = u / depth, v / depth
    cos, sin = math.cos(angle), math.sin(angle)
    x = centre[0] + side * (cos * u - sin * v)
    y = centre[1] + side * (sin * u + cos * v)
    x, y = x * photo[level].shape[2] / w, y * photo[level].shape[1] / h
    pixels, x, y = within(photo[level], x, y)
    grid = torch.stack([2 * x / pixels.shape[2] - 1, 2 * y / pixels.shape[1] - 1], -1)[None]
    return F.grid_sample(pixels[None], grid, mode="bilinear", padding_mode="reflection", align_corners=False)[0]


def within(pixels, x, y, margin=2):
    """The part of the pixels (3, h, w) that holds the places x, y, as floats, and the places in it: less to convert."""
    left, top = (max(0, int(v.min()) - margin) for v in (x, y))
    right, bottom = (int(v.max()) + margin for v in (x, y))
    left, top = min(left, pixels.shape[2] - margin), min(top, pixels.shape[1] - margin)
    return pixels[:, top:bottom, left:right].float(), x - left, y - top


def relight(views, rng, strength):
    """Brightness, contrast, colour cast, gamma, saturation, blur and noise, drawn anew for each view (n, 3, h, w)."""
    n = len(views)
    draw = lambda low, high, *shape: torch.rand(n, *shape, 1, 1, generator=rng) * (high - low) + low
    x = views / 255
    x = x.clamp(1e-3, 1) ** torch.exp(draw(-.5, .5, 1) * strength)
    grey = x.mean(1, keepdim=True)
    x = grey + (x - grey) * draw(1 - .7 * strength, 1 + .5 * strength, 1)
    mean = x.mean((1, 2, 3), keepdim=True)
    x = mean + (x - mean) * draw(1 - .45 * strength, 1 + .35 * strength, 1)
    x = x * draw(1 - .3 * strength, 1 + .3 * strength, 1) * draw(1 - .2 * strength, 1 + .2 * strength, 3)
    soft = F.avg_pool2d(x, 3, 1, 1)
    x = torch.where(draw(0, 1, 1) < .3, soft, x)
    x = x + torch.randn(x.shape, generator=rng) * draw(0, .05, 1) * strength
    return x.clamp(0, 1) * 255


def soft_shape(size, box, rng):
    """A mask (size, size) in 0..1 of a rounded rectangle or an ellipse that fills `box` = (x, y, side) in 0..1."""
    axis = (torch.arange(size) + .5) / size
    v, u = torch.meshgrid(axis, axis, indexing="ij")
    x, y, side = box
    u, v = (u - x) / (side / 2), (v - y) / (side / 2)
    power = 2 + 10 * torch.rand(1, generator=rng).item() ** 2
    radius = (u.abs() ** power + v.abs() ** power) ** (1 / power)
    return ((1 - radius) * side * size / 3).clamp(0, 1)


def contrast(photo, region):
    """Standard deviation of the colours in a region, seen coarsely."""
    x, y, side = (v * photo[-1].shape[2] / photo[0].shape[2] for v in region)
    top, left = max(0, int(y - side / 2)), max(0, int(x - side / 2))
    return photo[-1][:, top:int(y + side / 2) + 1, left:int(x + side / 2) + 1].float().std((1, 2)).sum().item()


class Views(torch.utils.data.IterableDataset):
    """Draws pairs of views of one region of a photo; the second view of a pair may show it small on another photo. Half of
    each batch shows `own`, the photos of a collection to be adapted to, where there are any."""

    def __init__(self, photos, size, batch, seed, paste=.5, own=()):
        self.photos, self.size, self.pairs, self.paste = [*photos, *own], size, batch, paste
        self.others = len(photos)
        self.rng = torch.Generator().manual_seed(seed)

    def uniform(self, low, high):
        return torch.rand(1, generator=self.rng).item() * (high - low) + low

    def region(self, photo, low=.25, high=.9):
        """(x, y, side) of a square; of three drawn, mostly the one with the most contrast: objects more than walls."""
        h, w = photo[0].shape[1:]
        side = min(h, w) * math.exp(self.uniform(math.log(low), math.log(high)))
        drawn = [(self.uniform(side / 2, w - side / 2), self.uniform(side / 2, h - side / 2), side) for _ in range(3)]
        return max(drawn, key=lambda region: contrast(photo, region)) if self.uniform(0, 1) < .7 else drawn[0]

    def choose(self, n):
        """n photos, by index, none twice, in any order."""
        own = min(n // 2, len(self.photos) - self.others)
        drawn = [torch.randperm(self.others, generator=self.rng)[:n - own],
                 self.others + torch.randperm(len(self.photos) - self.others, generator=self.rng)[:own]]
        return torch.cat(drawn)[torch.randperm(n, generator=self.rng)].tolist() if own else drawn[0].tolist()

    def look(self, photo, region, size, place=.15, zoom=.25, turn=.35, tilt=.25):
        x, y, side = region
        centre = (x + self.uniform(-place, place) * side, y + self.uniform(-place, place) * side)
        perspective = (self.uniform(-tilt, tilt), self.uniform(-tilt, tilt))
        return sample(photo, centre, side * math.exp(self.uniform(-zoom, zoom)), self.uniform(-turn, turn), perspective, size)

    def __iter__(self):
        while True:
            yield self.batch(self.pairs)

    def batch(self, n):
        """-> plain (n, 3, s, s), the first view before its light was changed, first (n, 3, s, s), second (n, 3, s, s), mask (n, 1, s, s) of the region in the second, pasted (n,) bool,
        behind (n,): which pair's photo lies behind a pasted region. No photo stands twice in a batch."""
        chosen = self.choose(n)
        behind = torch.roll(torch.arange(n), 1)
        first, second = torch.empty(n, 3, self.size, self.size), torch.empty(n, 3, self.size, self.size)
        mask, pasted = torch.ones(n, 1, self.size, self.size), torch.zeros(n, dtype=torch.bool)
        for i, index in enumerate(chosen):
            photo = self.photos[index]
            region = self.region(photo)
            first[i] = self.look(photo, region, self.size)
            if self.uniform(0, 1) >= self.paste:
                second[i] = self.look(photo, region, self.size)
                continue
            pasted[i] = True
            ground = self.photos[chosen[behind[i]]]
            side = self.uniform(.3, .75)
            x, y = self.uniform(side / 2, 1 - side / 2), self.uniform(side / 2, 1 - side / 2)
            pixels = max(16, round(side * self.size))
            left, top = min(self.size - pixels, int((x - side / 2) * self.size)), min(self.size - pixels, int((y - side / 2) * self.size))
            left, top = max(0, left), max(0, top)
            canvas = self.look(ground, self.region(ground, .5, .95), self.size)
            scene = canvas.clone()
            scene[:, top:top + pixels, left:left + pixels] = self.look(photo, region, pixels, place=.05, zoom=.1)
            box = ((left + pixels / 2) / self.size, (top + pixels / 2) / self.size, pixels / self.size)
            shape = soft_shape(self.size, box, self.rng)
            if self.uniform(0, 1) < .3:   # something stands in front of a part
                shape = shape * (1 - soft_shape(self.size, (box[0] + self.uniform(-.5, .5) * side, box[1] + self.uniform(-.5, .5) * side, .5 * side), self.rng))
            second[i] = canvas + (scene - canvas) * shape
            mask[i, 0] = shape
        strength = .8
        return first.byte(), relight(first, self.rng, strength), relight(second, self.rng, strength), mask, pasted, behind
