"""Trains the gate of a trained network, all else fixed: python3 gate.py --photos FOLDER ... --teacher X.onnx --run runs/a

How loud a cell is decides what maximum pooling and feature saliency see. Three things say how loud it should be, none of
them a label: regions pasted small into another photo must be found in the whole of it by maximum pooling; little of the
loudness should lie outside them; and over a photo it should rise and fall as the length of the teacher's features does.
"""
import argparse
from pathlib import Path

import torch
import torch.nn.functional as F

from network import load_network
from teacher import SqueezeNet
from train import TEMPERATURE, cells, pool
from views import Views, load_photos


def correlation(a, b):
    """Over the cells of each map (n, 1, h, w), averaged."""
    a, b = (v.flatten(1) - v.flatten(1).mean(1, keepdim=True) for v in (a, b))
    return F.cosine_similarity(a, b, dim=1).mean()


def loss_of(network, teacher, plain, first, second, mask, behind):
    n = len(first)
    with torch.no_grad(), torch.autocast(first.device.type, dtype=torch.bfloat16):
        trunk = network.body((torch.cat([first, second, plain.float()]) - 118.0) / 60.0)
        codes = torch.relu(network.code(trunk[:2 * n])).float()
        length = teacher(plain.float()).float().norm(dim=1, keepdim=True)
    loudness = F.softplus(network.gate(trunk.float()))
    everywhere = torch.ones_like(codes[:n, :1])
    inside = cells(mask, codes.shape[2:])
    maps, target = codes * loudness[:2 * n], torch.arange(n)
    shown = behind[None] == target[:, None]
    found = 0.
    for a, whole in zip(pool(maps[:n], everywhere), pool(maps[n:], everywhere)):
        found = found + F.cross_entropy((a @ whole.T).masked_fill(shown, -1e3) / TEMPERATURE, target) / 2
    pasted = loudness[n:2 * n]
    precision = ((pasted * inside).sum((1, 2, 3)) / pasted.sum((1, 2, 3))).clamp_min(1e-6).log().mean()
    like_teacher = correlation(loudness[2 * n:], F.interpolate(length, codes.shape[2:], mode="bilinear", align_corners=False))
    return found - precision / 2 - like_teacher, found, precision.exp(), like_teacher


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", nargs="+", required=True)
    parser.add_argument("--teacher", required=True)
    parser.add_argument("--run", required=True, help="holds network.pt, which is given the gate")
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--batch", type=int, default=48)
    parser.add_argument("--size", type=int, default=192)
    parser.add_argument("--seed", type=int, default=0)
    o = parser.parse_args()
    torch.manual_seed(o.seed)
    path = Path(o.run) / "network.pt"
    network = load_network(path)
    teacher = SqueezeNet(o.teacher, "cpu")
    optimiser = torch.optim.AdamW(network.gate.parameters(), lr=2e-3, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, total_steps=o.steps)
    views = Views(load_photos(o.photos, 320), o.size, o.batch, o.seed, paste=1.)
    batches = iter(torch.utils.data.DataLoader(views, batch_size=None, num_workers=1, prefetch_factor=4))
    for step in range(o.steps):
        plain, first, second, mask, _, behind = next(batches)
        loss, *parts = loss_of(network, teacher, plain, first, second, mask, behind)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 25 == 0 or step + 1 == o.steps:
            print(step, *(f"{part.item():.4f}" for part in parts), flush=True)
    torch.save(network.state_dict(), path)


if __name__ == "__main__":
    main()
