"""Views of pictures: crops under jitter of place, size, rotation, perspective, light and colour, and cut-and-paste."""
import math

import torch

from pictures import atlas_of, look, relight, soft_shape, textures, uniform

STRENGTH = .8


class Views:
    """Draws pairs of views of one region of a picture; the second view of a pair may show it small on another picture.
    A share of the pairs, `recurring`, are of `things` (Things) in place, seen from two sides in two scenes.

    atlases: groups of pictures (pictures.load), of which a batch takes `shares`. The rest of each batch are invented
    pictures: textures and pieces of others laid over one another, `anew` of them made anew for each batch.
    """

    def __init__(self, atlases, shares, seed, paste=.5, invented=1024, anew=16, things=None, recurring=0.):
        self.paste, self.anew, self.turn = paste, anew, 0
        self.things, self.recurring = things, recurring
        self.atlas = torch.cat(atlases)
        device, side = self.atlas.device, self.atlas.shape[2]
        self.rng = torch.Generator(device).manual_seed(seed)
        self.groups, start = [], 0
        for atlas, share in zip(atlases, shares):
            self.groups.append((torch.arange(start, start + len(atlas), device=device), share))
            start += len(atlas)
        self.known, self.invented = start, invented
        if invented:
            self.groups.append((torch.arange(start, start + invented, device=device), 1 - sum(shares)))
            self.atlas = torch.cat([self.atlas, torch.zeros(invented, 3, side, side + side // 2, dtype=torch.uint8, device=device)])
            for first in range(0, invented, anew):
                self.invent(first)

    def uniform(self, low, high, *shape):
        return uniform(self.rng, low, high, *shape)

    def shuffled(self, n):
        return torch.randperm(n, generator=self.rng, device=self.rng.device)

    def invent(self, first, layers=7):
        """Makes the invented pictures from the `first` on anew: pieces of known ones and textures, over one another."""
        n, side = min(self.anew, self.invented - first), self.atlas.shape[2]
        canvas = None
        for layer in range(layers):
            piece = self.atlas[self.shuffled(self.known)[:n]]
            extent = torch.exp(self.uniform(math.log(.15), math.log(.8), n)) if layer else torch.ones(n, device=self.rng.device)
            place = self.uniform(0, 1, n, 2)
            content = look(piece, self.uniform(0, side, n, 2), side * extent * torch.exp(self.uniform(-.5, .7, n)), side,
                           self.uniform(-math.pi, math.pi, n), self.uniform(-.3, .3, n, 2), place, extent)
            content = torch.where(self.uniform(0, 1, n, 1, 1, 1) < .25, textures(n, side, self.rng), content)
            content = relight(content, self.rng, 1.)
            canvas = content if canvas is None else canvas + (content - canvas) * soft_shape(side, place, extent, self.rng)
        self.atlas[self.known + first:self.known + first + n] = atlas_of(canvas)

    def choose(self, n):
        """n pictures, by index, none twice, in any order."""
        drawn, left = [], n
        for number, (ids, share) in enumerate(self.groups):
            count = left if number + 1 == len(self.groups) else min(len(ids), round(n * share))
            drawn.append(ids[self.shuffled(len(ids))[:count]])
            left -= count
        drawn = torch.cat(drawn)
        return drawn[self.shuffled(len(drawn))]

    def regions(self, chosen, low=.25, high=.95):
        """Squares (centre (n, 2), side (n,)); of three drawn, mostly that of most contrast: objects more than walls."""
        n, whole = len(chosen), self.atlas.shape[2]
        side = whole * torch.exp(self.uniform(math.log(low), math.log(high), n))
        centres = side[:, None, None] / 2 + self.uniform(0, 1, n, 3, 2) * (whole - side)[:, None, None]
        atlases = self.atlas[chosen]
        contrast = torch.stack([look(atlases, centres[:, i], side, 16).std((2, 3)).sum(1) for i in range(3)], 1)
        best = torch.where(self.uniform(0, 1, n) < .7, contrast.argmax(1), torch.zeros(n, dtype=torch.long, device=chosen.device))
        return centres[torch.arange(n, device=chosen.device), best], side

    def jittered(self, region, shift=.15, zoom=.3, turn=.4, tilt=.35):
        centre, side = region
        n = len(side)
        return (centre + self.uniform(-shift, shift, n, 2) * side[:, None], side * torch.exp(self.uniform(-zoom, zoom, n)),
                self.uniform(-turn, turn, n), self.uniform(-tilt, tilt, n, 2))

    def see(self, chosen, region, size, place=None, extent=None, **jitter):
        centre, side, angle, tilt = self.jittered(region, **jitter)
        return look(self.atlas[chosen], centre, side, size, angle, tilt, place, extent)

    def of_pictures(self, n, size):
        """-> first and second views (n, 3, s, s), mask (n, 1, s, s) of the region in the second, pasted (n,) bool, behind
        (n,): which pair's picture lies behind a pasted region. No picture stands twice."""
        if self.invented:
            self.turn = (self.turn + self.anew) % self.invented
            self.invent(self.turn)
        chosen, device = self.choose(n), self.rng.device
        n = len(chosen)
        behind = torch.roll(torch.arange(n, device=device), 1)
        region = self.regions(chosen)
        first, second = self.see(chosen, region, size), self.see(chosen, region, size)
        mask, pasted = torch.ones(n, 1, size, size, device=device), self.uniform(0, 1, n) < self.paste
        count = int(pasted.sum())
        if count:
            extent = torch.exp(self.uniform(math.log(.22), math.log(.8), count))
            place = extent[:, None] / 2 + self.uniform(0, 1, count, 2) * (1 - extent[:, None])
            grounds = chosen[behind[pasted]]
            canvas = self.see(grounds, self.regions(grounds, .5, .95), size)
            thing = self.see(chosen[pasted], tuple(part[pasted] for part in region), size, place, extent, shift=.05, zoom=.1)
            shape = soft_shape(size, place, extent, self.rng)
            hidden = soft_shape(size, place + self.uniform(-.5, .5, count, 2) * extent[:, None], .5 * extent, self.rng)
            shape = shape * (1 - hidden * (self.uniform(0, 1, count, 1, 1, 1) < .3))   # something stands in front of a part
            second[pasted], mask[pasted] = canvas + (thing - canvas) * shape, shape
        return first, second, mask, pasted, behind

    @torch.no_grad()
    def batch(self, n, size):
        """n pairs -> plain (n, 3, s, s), the first views before their light was changed; views (2n, 3, s, s), first ones, then
        second; masks (2n, 1, s, s) of the regions in them; small (n,) bool, whether the second view shows the region on
        other ground; behind (n,): which pair's picture that ground is of, -1 for none."""
        count = round(n * self.recurring)
        first, second, mask, small, behind = self.of_pictures(n - count, size)
        masks = [torch.ones_like(mask), mask]
        if count:
            a, b, *of_things = self.things.batch(count, size, self.rng)
            first, second = torch.cat([first, a]), torch.cat([second, b])
            masks = [torch.cat(pair) for pair in zip(masks, of_things)]
            small, behind = (torch.cat([known, known.new_full((len(a),), value)]) for known, value in ((small, True), (behind, -1)))
        return first, relight(torch.cat([first, second]), self.rng, STRENGTH), torch.cat(masks), small, behind
