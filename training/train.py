"""Trains the network without labels: python3 train.py --photos FOLDER ... --out FOLDER (see README.md).

Two views of one region are told apart from all other regions by a softmax over cosine similarities (InfoNCE). In half of
the pairs the second view shows the region small on another photo, and is pooled over the region alone, as the method
pools; what lies behind it is a negative. With --teacher, a linear map of each cell of the first view has besides to point
where SqueezeNet's features of that cell point, seen before the light was changed. Pooling is generalised-mean and maximum, both, since users use both.
"""
import argparse
import csv
import json
import math
import time
from pathlib import Path

import torch
import torch.nn.functional as F

from network import CHANNELS, Network
from teacher import SqueezeNet
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


def told_apart(logits, target):
    return F.cross_entropy(logits, target), (logits.argmax(1) == target).float().mean().item()


def loss_of(first, second, mask, pasted, behind):
    """InfoNCE over regions both ways, with the grounds of pasted regions as further negatives; and from regions to whole
    second views, in which they must be louder than the ground."""
    n = len(first)
    target, everywhere = torch.arange(n), torch.ones_like(mask)
    inside, everywhere = cells(mask, second.shape[2:]), cells(everywhere, second.shape[2:])
    owner = behind[pasted]
    shown = owner[None] == target[:, None]                        # the ground of a pasted region may show that very photo
    shown_whole = (behind[None] == target[:, None]) & pasted[None]
    total, right = 0., 0.
    for a, b, ground, whole in zip(pool(first, everywhere), pool(second, inside), pool(second, 1 - inside), pool(second, everywhere)):
        negatives = ground[pasted]
        forth = torch.cat([a @ b.T, (a @ negatives.T).masked_fill(shown, -1e3)], 1) / TEMPERATURE
        back = torch.cat([b @ a.T, (b @ negatives.T).masked_fill(shown, -1e3)], 1) / TEMPERATURE
        found = (a @ whole.T).masked_fill(shown_whole, -1e3) / TEMPERATURE
        for logits, weight in ((forth, .4), (back, .4), (found, .2)):
            loss, share = told_apart(logits, target)
            total, right = total + weight * loss / 2, right + weight * share / 2
    return total, right


def distance_to(teacher, head, maps, plain):
    """1 - cosine between the cells of the student's map, mapped linearly, and the square roots of the teacher's."""
    with torch.autocast(plain.device.type, dtype=torch.bfloat16):
        seen = teacher(plain.float()).float()
    target = F.interpolate(seen.sqrt(), maps.shape[2:], mode="bilinear", align_corners=False)
    return 1 - F.cosine_similarity(head(maps), target, dim=1).mean()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", nargs="+", required=True)
    parser.add_argument("--adapt", nargs="+", default=[], help="photos of a collection, of which half of each batch is to be; with --start")
    parser.add_argument("--start", help="folder of a run whose weights to start from, and teacher's map where its state.pt is there")
    parser.add_argument("--out", required=True)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--batch", type=int, default=96)
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--side", type=int, default=320)
    parser.add_argument("--paste", type=float, default=.5)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--teacher", help="SqueezeNet 1.0 as ONNX; none: no distillation")
    parser.add_argument("--distil", type=float, default=1., help="weight of the teacher's loss")
    parser.add_argument("--channels", type=int, default=CHANNELS)
    parser.add_argument("--silence", type=float, default=.7, help="how far below zero the channels start: more is sparser")
    parser.add_argument("--minutes", type=float, default=math.inf, help="anneal and end by then, whatever --steps says")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    o = parser.parse_args()

    torch.manual_seed(o.seed)
    out = Path(o.out)
    out.mkdir(parents=True, exist_ok=True)
    photos, own = load_photos(o.photos, o.side), load_photos(o.adapt, o.side)
    print(f"{len(photos)} photos, {len(own)} to be adapted to", flush=True)
    network = Network(o.channels, o.silence).to(o.device, memory_format=torch.channels_last)
    teacher = SqueezeNet(o.teacher, o.device) if o.teacher else None
    head = torch.nn.Conv2d(o.channels, 512, 1).to(o.device)
    optimiser = torch.optim.AdamW([*network.parameters(), *head.parameters()], lr=o.rate, weight_decay=1e-4)
    first_step, spent, state = 0, 0., out / "state.pt"
    if o.start and not state.exists():
        network.load_state_dict(torch.load(Path(o.start) / "network.pt", map_location=o.device))
        if (Path(o.start) / "state.pt").exists():
            head.load_state_dict(torch.load(Path(o.start) / "state.pt", map_location=o.device)["head"])
    if state.exists():
        saved = torch.load(state, map_location=o.device)
        network.load_state_dict(saved["network"])
        optimiser.load_state_dict(saved["optimiser"])
        head.load_state_dict(saved["head"])
        first_step, spent = saved["step"], saved["spent"]
    views = Views(photos, o.size, o.batch, o.seed + 1000003 * first_step, o.paste, own)
    batches = iter(torch.utils.data.DataLoader(views, batch_size=None, num_workers=1, prefetch_factor=4))
    started, log = time.time() - spent, open(out / "log.csv", "a", newline="")
    rows = csv.writer(log)
    recent = []
    for step in range(first_step, o.steps):
        share = max(step / o.steps, (time.time() - started) / 60 / o.minutes)
        if share >= 1:
            break
        warm = min(1, (step + 1) / 100)
        optimiser.param_groups[0]["lr"] = o.rate * warm * (.02 + .98 * .5 * (1 + math.cos(math.pi * min(1, share))))
        plain, first, second, mask, pasted, behind = [t.to(o.device) for t in next(batches)]
        network.train()
        with torch.autocast(torch.device(o.device).type, dtype=torch.bfloat16):
            codes, _ = network.features(torch.cat([first, second]).to(memory_format=torch.channels_last))
            maps = codes.float()
        regions, right = loss_of(maps[:o.batch], maps[o.batch:], mask, pasted, behind)
        distilled = distance_to(teacher, head, maps[:o.batch], plain) if teacher else torch.zeros(())
        loss = regions + o.distil * distilled
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5)
        optimiser.step()
        recent.append((regions.item(), distilled.item(), right, (maps > 0).float().mean().item()))
        if (step + 1) % 25 == 0:
            row = [step + 1, *(f"{sum(c) / len(c):.4f}" for c in zip(*recent)), f"{time.time() - started:.0f}"]
            rows.writerow(row)
            log.flush()
            print(*row, flush=True)
            recent = []
        if (step + 1) % 100 == 0:
            partial = state.with_suffix(".partial")
            torch.save(dict(network=network.state_dict(), optimiser=optimiser.state_dict(), head=head.state_dict(), step=step + 1,
                            spent=time.time() - started), partial)
            partial.replace(state)
    torch.save(network.state_dict(), out / "network.pt")
    (out / "options.json").write_text(json.dumps(vars(o), indent=1))


if __name__ == "__main__":
    main()
