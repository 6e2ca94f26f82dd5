"""Trains the network without labels: python3 train.py --pictures FILE[:SHARE] ... --out FOLDER (see README.md).

Two views of one region are told apart from all other regions by a softmax over cosine similarities (InfoNCE). In half of
the pairs the second view shows the region small on another picture, and is pooled over the region alone, as the method
pools; what lies behind it is a negative. With --things, a share of the pairs are of things that recur in generated scenes.
With --teacher, the channels that are kin have to find alike what SqueezeNet finds alike, pooled and cell by cell, seen
before the light was changed; and the gate learns besides from its length.
"""
import argparse
import csv
import json
import math
import os
import time
from pathlib import Path

import torch
import torch.nn.functional as F

from losses import distance_to_teacher, fit_to_teacher, gate_loss, regions_told_apart
from network import KIN, OWN, Network
from pictures import load
from restore import restore
from teacher import SqueezeNet
from things import Things
from views import Views

# Of either gate: the weight of the teacher, and weight decay. Without much the second becomes a switch that opens
# wherever there is texture.
GATE_TEACHER, GATE_DECAY = (.3, 1.), (.02, .5)
# Of the network.
PARTS = ("body", "code", "kin", "gates")
# The columns of log.csv; a row every LOGGED_STEPS.
LOG = ("step", "loss over regions", "unlike the teacher", "distance to its features", "regions told apart",
       "loudness on small regions", "own active", "kin active", "seconds")
LOGGED_STEPS = 25
# For so many pairs one invented picture is made anew: more would take most of the time of small batches.
PAIRS_AN_INVENTION = 40


def picture_files(values):
    """["a.zip:.5", "b.zip:.3"] -> [("a.zip", .5), ("b.zip", .3)]; what the shares leave is invented."""
    return [(path, float(share)) for path, _, share in (value.rpartition(":") for value in values)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", nargs="+", required=True, metavar="FILE:SHARE", help="files of pack.py and their share of a batch")
    parser.add_argument("--things", metavar="FILE:SHARE", help="a file of pack_things.py and the share of such pairs, of the whole batch")
    parser.add_argument("--start", help="what to go on from: the folder of a run, or a network of export.py (.onnx)")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS,
                        help="train these parts of the network alone; the gates alone begin anew, on what the rest says by now")
    parser.add_argument("--out", required=True)
    parser.add_argument("--steps", type=int, default=3400)
    parser.add_argument("--batch", type=int, default=640)
    parser.add_argument("--sizes", type=int, nargs="+", default=[128, 176], help="sides of the views, in turn")
    parser.add_argument("--side", type=int, default=288)
    parser.add_argument("--paste", type=float, default=.5)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--teacher", help="SqueezeNet 1.0 as ONNX; none: no distillation")
    parser.add_argument("--alike", type=float, default=.3, help="weight of being alike where the teacher's features are")
    parser.add_argument("--distil", type=float, default=.5, help="weight of the teacher's features themselves")
    parser.add_argument("--invented", type=int, default=1024, help="how many invented pictures there are at a time")
    parser.add_argument("--own", type=int, default=OWN, help="channels that tell things apart")
    parser.add_argument("--kin", type=int, default=KIN, help="channels like the teacher's")
    parser.add_argument("--silence", type=float, default=.7, help="how far below zero the channels start: more is sparser")
    parser.add_argument("--minutes", type=float, default=math.inf, help="anneal and end by then, whatever --steps says")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    o = parser.parse_args()

    kind = torch.device(o.device).type
    torch.set_num_threads(len(os.sched_getaffinity(0)))  # PyTorch counts cores, where two processors may share one
    torch.manual_seed(o.seed)
    torch.backends.cudnn.benchmark = True
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    out = Path(o.out)
    out.mkdir(parents=True, exist_ok=True)
    (out / "options.json").write_text(json.dumps(vars(o), indent=1))
    files = picture_files(o.pictures)
    atlases = [load(path, o.side, o.device) for path, _ in files]
    network = Network(o.own, o.kin, o.silence).to(o.device, memory_format=torch.channels_last)
    teacher = SqueezeNet(o.teacher, o.device) if o.teacher else None
    head = torch.nn.Conv2d(o.kin or o.own, 512, 1).to(o.device)
    named = [*network.named_parameters(), *head.named_parameters()]
    matrices = [p for name, p in named if p.ndim > 1 and not name.startswith("gates.")]
    gate_matrices = [[p for p in gate.parameters() if p.ndim > 1] for gate in network.gates]
    others = [p for _, p in named if p.ndim <= 1]
    optimiser = torch.optim.AdamW([dict(params=params, weight_decay=decay) for params, decay in
                                   ((matrices, .02), *zip(gate_matrices, GATE_DECAY), (others, 0.))], lr=o.rate)
    first_step, spent, state = 0, 0., out / "state.pt"
    gates_anew = not state.exists() and list(o.only) == ["gates"]
    exported = not state.exists() and (o.start or "").endswith(".onnx")
    if state.exists() or o.start and not exported:
        saved = torch.load(state if state.exists() else Path(o.start) / "state.pt", map_location=o.device)
        known = {name: value for name, value in saved["network"].items() if not (gates_anew and name.startswith("gates."))}
        network.load_state_dict(known, strict=not gates_anew)
        head.load_state_dict(saved["head"])
        if state.exists():
            optimiser.load_state_dict(saved["optimiser"])
            first_step, spent = saved["step"], saved["spent"]
    trained = [getattr(network, part) for part in o.only if getattr(network, part)]
    network.requires_grad_(False)
    for part in trained:
        part.requires_grad_(True)
    things, recurring = None, 0.
    if o.things:
        (path, recurring), = picture_files([o.things])
        things = Things(path, o.side, o.device)
    views = Views(atlases, [share for _, share in files], o.seed + 1000003 * first_step, o.paste, o.invented,
                  anew=max(1, o.batch // PAIRS_AN_INVENTION), things=things, recurring=recurring)
    if exported:
        plain, pair, *_ = views.batch(o.batch, o.sizes[-1])
        restore(network, o.start, pair, gates=not gates_anew)
        if teacher:
            fit_to_teacher(head, network.features(plain)[1], teacher(plain).sqrt())
    print(f"{[len(a) for a in atlases]} pictures, {sum(p.numel() for p in network.parameters()) / 1e6:.2f} million weights", flush=True)
    started, log = time.time() - spent, open(out / "log.csv", "a", newline="")
    rows = csv.writer(log)
    if not log.tell():
        rows.writerow(LOG)
    recent = []

    def save(step):
        partial = state.with_suffix(".partial")
        torch.save(dict(network=network.state_dict(), optimiser=optimiser.state_dict(), head=head.state_dict(), step=step,
                        spent=time.time() - started), partial)
        partial.replace(state)

    step = first_step
    while True:
        share = max(step / o.steps, (time.time() - started) / 60 / o.minutes)
        if share >= 1:
            break
        warm = min(1, (step + 1) / 100)
        for group in optimiser.param_groups:
            group["lr"] = o.rate * warm * (.005 + .995 * .5 * (1 + math.cos(math.pi * share)))
        plain, pair, masks, small, behind = views.batch(o.batch, o.sizes[step % len(o.sizes)])
        n = len(plain)
        network.eval()
        for part in trained:
            part.train()
        with torch.autocast(kind, dtype=torch.bfloat16, enabled=kind == "cuda"):   # on processors it is slower by far
            own, kin, loudness = network.features(pair.contiguous(memory_format=torch.channels_last))
            seen = teacher(plain.contiguous(memory_format=torch.channels_last)).float().sqrt() if teacher else None
        own, loudness = own.float(), loudness.float()
        kin = kin.float() if kin is not None else own
        inside = F.adaptive_avg_pool2d(masks, own.shape[2:])
        regions, right = regions_told_apart(own, inside, small, behind)
        alike, distance, length = torch.zeros(2, device=o.device).unbind() + (None,)
        if teacher:
            alike, distance = distance_to_teacher(seen, head, kin[:n])
            length = F.interpolate((seen ** 2).norm(dim=1, keepdim=True), own.shape[2:], mode="bilinear", align_corners=False)
        gate, precision = (sum(values) for values in zip(*(
            gate_loss(own.detach(), loudness[:, i:i + 1], length, inside, small, behind, weight)
            for i, weight in enumerate(GATE_TEACHER))))
        loss = regions + o.alike * alike + o.distil * distance + gate   # what is not trained has no share in its gradient
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5)
        optimiser.step()
        step += 1
        recent.append(torch.stack([regions.detach(), alike.detach(), distance.detach(), right, precision.detach() / len(GATE_TEACHER),
                                   (own > 0).float().mean(), (kin > 0).float().mean()]))
        if step % LOGGED_STEPS == 0:
            row = [step, *(f"{v:.4f}" for v in torch.stack(recent).mean(0).tolist()), f"{time.time() - started:.0f}"]
            rows.writerow(row)
            log.flush()
            print(*row, flush=True)
            recent = []
        if step % 500 == 0:
            save(step)
    if network.kin:
        network.set_floor(views.batch(o.batch, o.sizes[-1])[0])
    save(step)
    torch.save(network.state_dict(), out / "network.pt")


if __name__ == "__main__":
    main()
