"""Pairs of views of things that recur in generated scenes: the same thing, another place, light, side and ground."""
import json
import math
import zipfile

import torch

from pictures import load, look, points_seen, uniform

# The share of a view that the thing's longest side fills: first views, and second ones, in which it may be small.
FIRST, SECOND = (.45, .95), (.25, .9)


class Things:
    """The sights of a file of pack_things.py, `side` pixels each, on the device."""

    def __init__(self, path, side, device):
        described = json.loads(zipfile.ZipFile(path).read("things.json"))
        self.atlas = load(path, side, device)
        self.boxes = torch.tensor([d["box"] for d in described], device=device) * side
        sights = {}
        for number, d in enumerate(described):
            sights.setdefault(d["thing"], []).append(number)
        self.count = torch.tensor([len(s) for s in sights.values()], device=device)
        self.sights = torch.zeros(len(sights), int(self.count.max()), dtype=torch.long, device=device)
        for row, numbers in enumerate(sights.values()):
            self.sights[row, :len(numbers)] = torch.tensor(numbers)

    def see(self, chosen, size, filled, rng):
        """Sights by index -> views (n, 3, size, size) and masks (n, 1, size, size) of the things in them."""
        n, whole = len(chosen), self.atlas.shape[2]
        corner, extent = self.boxes[chosen].split(2, 1)
        longest = extent.amax(1)
        side = (longest / torch.exp(uniform(rng, math.log(filled[0]), math.log(filled[1]), n))).clamp(max=whole)
        room = (side[:, None] - extent).clamp_min(0) / 2
        centre = corner + extent / 2 + uniform(rng, -1, 1, n, 2) * room
        centre = torch.maximum(torch.minimum(centre, whole - side[:, None] / 2), side[:, None] / 2)
        seen = (centre, side, size, uniform(rng, -.3, .3, n), uniform(rng, -.25, .25, n, 2))
        inside = [(at >= low.view(-1, 1, 1)) & (at <= (low + length).view(-1, 1, 1))
                  for at, low, length in zip(points_seen(*seen), corner.T, extent.T)]
        return look(self.atlas[chosen], *seen), (inside[0] & inside[1]).float()[:, None]

    def batch(self, n, size, rng):
        """n things, none twice, each seen in two places -> first views, second views, masks of both."""
        things = torch.randperm(len(self.count), generator=rng, device=rng.device)[:n]
        n, count = len(things), self.count[things]
        first = (uniform(rng, 0, 1, n) * count).long()
        second = (first + 1 + (uniform(rng, 0, 1, n) * (count - 1)).long()) % count
        (a, a_mask), (b, b_mask) = (self.see(self.sights[things, which], size, filled, rng)
                                    for which, filled in ((first, FIRST), (second, SECOND)))
        return a, b, a_mask, b_mask
