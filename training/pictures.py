"""The pictures that training looks at, on the device, and squares looked at in them."""
import io
import math
import zipfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

# Halves and quarters of a picture lie beside it: they spare the sampler an anti-aliasing filter.
LEVELS = 3


def uniform(rng, low, high, *shape):
    return torch.rand(*shape, generator=rng, device=rng.device) * (high - low) + low


def atlas_of(pixels):
    """(n, 3, s, s), 0..255 -> (n, 3, s, 3s/2) of uint8: the picture, and its half above its quarter."""
    n, _, s, _ = pixels.shape
    half = F.avg_pool2d(pixels, 2)
    atlas = torch.zeros(n, 3, s, s + s // 2, dtype=torch.uint8, device=pixels.device)
    atlas[..., :s] = pixels.round().byte()
    atlas[:, :, :s // 2, s:] = half.round().byte()
    atlas[:, :, s // 2:s // 2 + s // 4, s:s + s // 4] = F.avg_pool2d(half, 2).round().byte()
    return atlas


def load(path, side, device):
    """The pictures of a file that pack.py or pack_things.py wrote, as atlases."""
    packed = zipfile.ZipFile(path)
    encoded = [packed.read(name) for name in packed.namelist() if not name.endswith(".json")]

    def decode(data):
        image = Image.open(io.BytesIO(data)).convert("RGB")
        return np.asarray(image if image.width == side else image.resize((side, side), Image.BICUBIC))

    with ThreadPoolExecutor() as threads:
        pictures = np.stack(list(threads.map(decode, encoded)))
    parts = torch.from_numpy(pictures).permute(0, 3, 1, 2).split(256)
    return torch.cat([atlas_of(part.to(device).float()) for part in parts])


def column(values):
    return values.view(-1, 1, 1)


def points_seen(centre, side, size, angle=None, tilt=None, place=None, extent=None):
    """Where in its picture each pixel of a view lies: x, y, each (n, size, size). Arguments as of `look`."""
    axis = (torch.arange(size, device=centre.device) + .5) / size
    v, u = torch.meshgrid(axis, axis, indexing="ij")
    if place is None:
        u, v = u[None] - .5, v[None] - .5
    else:
        u, v = ((w[None] - column(p)) / column(extent) for w, p in ((u, place[:, 0]), (v, place[:, 1])))
    if tilt is not None:
        depth = (1 + column(tilt[:, 0]) * u + column(tilt[:, 1]) * v).clamp_min(.3)
        u, v = u / depth, v / depth
    if angle is not None:
        cos, sin = column(angle.cos()), column(angle.sin())
        u, v = cos * u - sin * v, sin * u + cos * v
    return column(centre[:, 0]) + column(side) * u, column(centre[:, 1]) + column(side) * v


def look(atlases, centre, side, size, angle=None, tilt=None, place=None, extent=None):
    """Squares of pictures, turned by `angle`, tilted by `tilt` (n, 2): (n, 3, size, size).

    atlases (n, 3, s, 3s/2); centre (n, 2) and side (n,) in pixels of the picture. The square fills the view, or lies at
    `place` (n, 2) with `extent` (n,), both as shares of the view; beyond the square the view goes on.
    """
    s = atlases.shape[2]
    level = (torch.log2(side / (size * (1 if extent is None else extent))) + .35).floor().clamp(0, LEVELS - 1)
    shrink, lower = column(2 ** level), column((level > 0).float() * s)
    beneath = column((level > 1).float() * (s // 2))
    places = []
    for w, offset in zip(points_seen(centre, side, size, angle, tilt, place, extent), (lower, beneath)):
        w = w % (2 * s)                                    # mirrored at the borders
        w = torch.minimum(w, 2 * s - w) / shrink
        places.append(torch.minimum(w.clamp_min(.5), s / shrink - .5) + offset)
    grid = torch.stack([2 * places[0] / (s + s // 2) - 1, 2 * places[1] / s - 1], -1)
    return F.grid_sample(atlases.float(), grid, mode="bilinear", padding_mode="border", align_corners=False)


def relight(views, rng, strength):
    """Gamma, saturation, contrast, brightness, colour cast, uneven light, blur, coarseness and noise, drawn anew for each
    view."""
    n = len(views)
    draw = lambda low, high, channels=1: uniform(rng, low, high, n, channels, 1, 1)
    x = (views / 255).clamp(1e-3, 1) ** torch.exp(draw(-.5, .5) * strength)
    grey = x.mean(1, keepdim=True)
    x = grey + (x - grey) * draw(1 - .7 * strength, 1 + .5 * strength) * (draw(0, 1) > .07)
    mean = x.mean((1, 2, 3), keepdim=True)
    x = mean + (x - mean) * draw(1 - .45 * strength, 1 + .35 * strength)
    x = x * draw(1 - .3 * strength, 1 + .3 * strength) * draw(1 - .2 * strength, 1 + .2 * strength, 3)
    x = x * torch.exp(F.interpolate(torch.randn(n, 1, 3, 3, generator=rng, device=x.device) * .25 * strength, x.shape[2:],
                                    mode="bicubic", align_corners=True))
    kind = draw(0, 1)
    coarse = F.interpolate(F.avg_pool2d(x, 2), x.shape[2:], mode="bilinear", align_corners=False)
    x = torch.where(kind < .25, F.avg_pool2d(x, 3, 1, 1, count_include_pad=False), torch.where(kind > .85, coarse, x))
    x = x + torch.randn(x.shape, generator=rng, device=x.device) * draw(0, .05) * strength
    return x.clamp(0, 1) * 255


def soft_shape(size, place, extent, rng):
    """Masks (n, 1, size, size) in 0..1 of turned superellipses, from rhombs to rectangles, that lie at `place` (n, 2)
    and fill `extent` (n,)."""
    n = len(extent)
    axis = (torch.arange(size, device=extent.device) + .5) / size
    v, u = torch.meshgrid(axis, axis, indexing="ij")
    u, v = ((w[None] - column(p)) / column(extent / 2) for w, p in ((u, place[:, 0]), (v, place[:, 1])))
    longer = uniform(rng, -.5, .5, n)
    u, v = u * column(torch.exp(longer.clamp_min(0))), v * column(torch.exp((-longer).clamp_min(0)))
    angle = uniform(rng, -.3, .3, n)
    cos, sin = column(angle.cos()), column(angle.sin())
    u, v = cos * u - sin * v, sin * u + cos * v
    power = column(1 + 11 * uniform(rng, 0, 1, n) ** 2)
    radius = ((u.abs() + 1e-4) ** power + (v.abs() + 1e-4) ** power) ** (1 / power)
    return ((1 - radius) * column(extent) * size / 3).clamp(0, 1)[:, None]


def textures(n, size, rng):
    """Noise (n, 3, size, size), 0..255, with spectra from clouds to grain, streaked at will, of few or of many tones."""
    device = rng.device
    f = torch.fft.fftfreq(size, device=device)
    fy, fx = torch.meshgrid(f, f[:size // 2 + 1].abs(), indexing="ij")
    angle, streak = uniform(rng, 0, math.pi, n, 1, 1), torch.exp(uniform(rng, -2, 2, n, 1, 1))
    a, b = angle.cos() * fx + angle.sin() * fy, angle.cos() * fy - angle.sin() * fx
    radius = ((a * streak) ** 2 + (b / streak) ** 2).sqrt() + 1 / size
    spectrum = torch.fft.rfft2(torch.randn(n, 3, size, size, generator=rng, device=device))
    x = torch.fft.irfft2(spectrum * (radius ** -uniform(rng, .3, 2, n, 1, 1))[:, None], s=(size, size))
    x = x / x.std((1, 2, 3), keepdim=True)
    x = torch.where(uniform(rng, 0, 1, n, 1, 1, 1) < .3, torch.tanh(8 * x), x)
    mix = torch.randn(n, 3, 3, generator=rng, device=device) * uniform(rng, 10, 45, n, 1, 1)
    return (torch.einsum("ncd,ndhw->nchw", mix, x) + uniform(rng, 20, 235, n, 3, 1, 1)).clamp(0, 255)
