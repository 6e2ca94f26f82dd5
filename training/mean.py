"""The mean of two runs, the later of which went on from the earlier, as a run to go on from:
python3 mean.py runs/earlier runs/later --out runs/mean

It keeps more of what the earlier could do on pictures unlike those that the later saw besides.
"""
import argparse
from pathlib import Path

import torch

# The earlier run's share of the weights.
EARLIER = .2


def mean(earlier, later):
    """Of two dictionaries of tensors; what is counted is the later's."""
    return {name: torch.lerp(value, earlier[name], EARLIER) if value.is_floating_point() else value
            for name, value in later.items()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("earlier")
    parser.add_argument("later")
    parser.add_argument("--out", required=True)
    o = parser.parse_args()
    earlier, later = (torch.load(Path(run) / "state.pt", map_location="cpu") for run in (o.earlier, o.later))
    out = Path(o.out)
    out.mkdir(parents=True, exist_ok=True)
    torch.save({part: mean(earlier[part], later[part]) for part in ("network", "head")}, out / "state.pt")
