"""Leave-one-out mAP of a network's MAC and R-MAC, raw and PCA-whitened: the quick look while training.

python3 measure.py network.pt|squeezenet.onnx labels.csv [--column class_id] [--only PART-OF-PATH]

The table of the model card comes from `leitmotif evaluate`.
"""
import argparse
import csv
from collections import Counter
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from network import POWER, load_network
from teacher import SqueezeNet


def open_network(path, power):
    if path.endswith(".onnx"):
        return SqueezeNet(path, "cpu")
    network = load_network(path)
    network.power = power
    return network


def read(path, enlarge_to):
    """The pixels (1, 3, h, w) of a photo, its longest side at least `enlarge_to`."""
    image = Image.open(path).convert("RGB")
    scale = enlarge_to / max(image.size)
    if scale > 1:
        image = image.resize([round(side * scale) for side in image.size], Image.LANCZOS)
    return torch.from_numpy(np.array(image)).permute(2, 0, 1)[None].float()


def unit(x):
    return x / (np.linalg.norm(x, axis=-1, keepdims=True) + 1e-12)


def whiten(x, dimensions=128, shrinkage=.1):
    centred = x - x.mean(0)
    values, vectors = np.linalg.eigh(centred.T @ centred / len(x))
    largest = np.argsort(-values)[:dimensions]
    return unit(centred @ vectors[:, largest] / np.sqrt(values[largest] + shrinkage * values[-1]))


def rmac(maps):
    """(c, h, w) -> the sum of unit maxima over squares of three sizes."""
    h, w = maps.shape[1:]
    total = 0
    for level in (1, 2, 3):
        side = max(1, 2 * min(h, w) // (level + 1))
        for top in np.linspace(0, h - side, level + (h > w)).astype(int):
            for left in np.linspace(0, w - side, level + (w > h)).astype(int):
                total = total + unit(maps[:, top:top + side, left:left + side].max((1, 2)))
    return unit(total)


def average_precision(relevant):
    hits, ranks = np.cumsum(relevant), np.arange(1, len(relevant) + 1)
    before = np.where(ranks > 1, (hits - relevant) / np.maximum(ranks - 1, 1), 1)
    return (relevant * (hits / ranks + before) / 2).sum() / relevant.sum()


def leave_one_out(x, labels, queries):
    similarity = x @ x.T
    np.fill_diagonal(similarity, -np.inf)
    orders = np.argsort(-similarity[queries], axis=1, kind="stable")[:, :-1]
    return np.mean([average_precision((labels[o] == labels[q]).astype(float)) for q, o in zip(queries, orders)])


@torch.no_grad()
def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network")
    parser.add_argument("labels")
    parser.add_argument("--column", default="label")
    parser.add_argument("--enlarge-to", type=int, default=640, help="longest side below which photos are enlarged; 0: never")
    parser.add_argument("--power", type=float, default=POWER, help="power of the gate; 0: none")
    parser.add_argument("--a-class", type=int, default=10 ** 9, help="so many photos of each label at most")
    parser.add_argument("--only", default="", help="queries: images with this in their path; the rest are distractors")
    o = parser.parse_args()
    network, folder = open_network(o.network, o.power), Path(o.labels).parent
    met = Counter()
    rows = [row for row in csv.DictReader(open(o.labels)) if met.update([row[o.column]]) or met[row[o.column]] <= o.a_class]
    paths = [next(v for k, v in row.items() if k in ("image", "path")) for row in rows]
    vectors, active = {"MAC": [], "R-MAC": []}, []
    for path in paths:
        maps = network(read(folder / path, o.enlarge_to))[0].numpy()
        active.append((maps > 0).mean())
        vectors["MAC"].append(unit(maps.max((1, 2))))
        vectors["R-MAC"].append(rmac(maps))
    labels = np.array([row[o.column] for row in rows])
    queries = [i for i, path in enumerate(paths) if o.only in path]
    for name, rows in vectors.items():
        x = np.stack(rows)
        print(f"{name}: raw {leave_one_out(x, labels, queries):.3f}, whitened {leave_one_out(whiten(x), labels, queries):.3f}")
    print(f"active {np.mean(active):.3f}")


if __name__ == "__main__":
    main()
