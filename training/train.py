"""Trains the network without labels: python3 train.py --photos FOLDER ... --out FOLDER (see README.md).

Two views of one region are told apart from all other regions by a softmax over cosine similarities (InfoNCE). In half of
the pairs the second view shows the region small on another photo, and is pooled over the region alone, as the method
pools; what lies behind it is a negative. Pooling is generalised-mean and maximum, both, since users use both.
"""
import argparse
import csv
import json
import math
import time
from pathlib import Path

import torch
import torch.nn.functional as F

from network import Network
from views import Views, load_photos

TEMPERATURE = .1


def pool(maps, weights):
    """maps (n, c, h, w), weights (n, 1, h, w) in 0..1 -> [GeM with p = 3, maximum], each (n, c), l2-normalised."""
    w = weights / weights.sum((2, 3), keepdim=True).clamp_min(1e-6)
    mean = ((maps ** 3 * w).sum((2, 3)) + 1e-9) ** (1 / 3)
    top = (maps * weights).amax((2, 3))
    return [F.normalize(v + 1e-6, dim=1) for v in (mean, top)]


def cells(mask, shape):
    return F.adaptive_avg_pool2d(mask, shape)


def loss_of(first, second, mask, pasted, behind):
    """InfoNCE both ways over regions, with the grounds of pasted regions as further negatives."""
    n = len(first)
    inside = cells(mask, second.shape[2:])
    total, right = 0., 0.
    for a, b, ground in zip(pool(first, torch.ones_like(inside)), pool(second, inside), pool(second, 1 - inside)):
        negatives = ground[pasted]
        owner = behind[pasted]
        logits = torch.cat([a @ b.T, a @ negatives.T], 1) / TEMPERATURE
        logits[:, n:].masked_fill_(owner[None] == torch.arange(n)[:, None], -1e4)     # the ground may show that very photo
        target = torch.arange(n)
        back = torch.cat([b @ a.T, b @ negatives.T], 1) / TEMPERATURE
        back[:, n:].masked_fill_(owner[None] == torch.arange(n)[:, None], -1e4)
        total = total + F.cross_entropy(logits, target) + F.cross_entropy(back, target)
        right += (logits.argmax(1) == target).float().mean().item()
    return total / 4, right / 2


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", nargs="+", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--batch", type=int, default=96)
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--side", type=int, default=320)
    parser.add_argument("--paste", type=float, default=.5)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--minutes", type=float, default=math.inf, help="anneal and end by then, whatever --steps says")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    o = parser.parse_args()

    torch.manual_seed(o.seed)
    out = Path(o.out)
    out.mkdir(parents=True, exist_ok=True)
    photos = load_photos(o.photos, o.side)
    print(f"{len(photos)} photos", flush=True)
    network = Network().to(o.device)
    optimiser = torch.optim.AdamW(network.parameters(), lr=o.rate, weight_decay=1e-4)
    first_step, state = 0, out / "state.pt"
    if state.exists():
        saved = torch.load(state, map_location=o.device)
        network.load_state_dict(saved["network"])
        optimiser.load_state_dict(saved["optimiser"])
        first_step = saved["step"]
    views = Views(photos, o.size, o.seed + 1000003 * first_step, o.paste)
    started, log = time.time(), open(out / "log.csv", "a", newline="")
    rows = csv.writer(log)
    recent = []
    for step in range(first_step, o.steps):
        share = max(step / o.steps, (time.time() - started) / 60 / o.minutes)
        if share >= 1:
            break
        warm = min(1, (step + 1) / 100)
        optimiser.param_groups[0]["lr"] = o.rate * warm * (.02 + .98 * .5 * (1 + math.cos(math.pi * min(1, share))))
        first, second, mask, pasted, behind = [t.to(o.device) for t in views.batch(o.batch)]
        network.train()
        maps = network(torch.cat([first, second]))
        loss, right = loss_of(maps[:o.batch], maps[o.batch:], mask, pasted, behind)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5)
        optimiser.step()
        recent.append((loss.item(), right, (maps > 0).float().mean().item()))
        if (step + 1) % 25 == 0:
            row = [step + 1, *(f"{sum(c) / len(c):.4f}" for c in zip(*recent)), f"{time.time() - started:.0f}"]
            rows.writerow(row)
            log.flush()
            print(*row, flush=True)
            recent = []
        if (step + 1) % 100 == 0:
            partial = state.with_suffix(".partial")
            torch.save(dict(network=network.state_dict(), optimiser=optimiser.state_dict(), step=step + 1), partial)
            partial.replace(state)
    torch.save(network.state_dict(), out / "network.pt")
    (out / "options.json").write_text(json.dumps(vars(o), indent=1))


if __name__ == "__main__":
    main()
