"""What matters while training: short runs that differ in one thing, and a table of what each gives.

python3 ablate.py --pictures FILE:SHARE ... --teacher X.onnx --sets cartons.csv composites/labels.csv --out runs/ablation

Every run has the same seed, steps and pictures but for what its name says, and is measured without the gate by
leave-one-out mAP of MAC, raw / PCA-whitened, active channels besides (measure.py). Runs that are done are not done again.
"""
import argparse
import re
import subprocess
import sys
from pathlib import Path

from network import CHANNELS
from train import picture_files

# Name: options of train.py; None leaves an option out.
VARIANTS = {
    "as it ships": {},
    "no pasted regions": dict(paste=0),
    "pasted regions alone": dict(paste=1),
    "no teacher": dict(teacher=None, kin=0, own=CHANNELS),
    "the teacher upon the same channels": dict(kin=0, own=CHANNELS),
    "nothing invented": dict(invented=0),
    "channels start at zero, not below": dict(silence=0),
    "half the channels": dict(own=128, kin=64),
}


def filled(pictures):
    """The files with shares that leave nothing to be invented."""
    files = picture_files(pictures)
    total = sum(share for _, share in files)
    return [f"{path}:{share / total}" for path, share in files]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", nargs="+", required=True)
    parser.add_argument("--teacher", required=True)
    parser.add_argument("--sets", nargs="+", required=True, help="CSVs of image,label to measure on")
    parser.add_argument("--out", required=True)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--batch", type=int, default=96)
    parser.add_argument("--sizes", default="128")
    parser.add_argument("--a-class", type=int, default=8)
    parser.add_argument("--only", default="", help="variants whose names hold this regular expression")
    o = parser.parse_args()
    here = Path(__file__).parent
    call = lambda script, *options: subprocess.run([sys.executable, here / script, *map(str, options)], check=True, text=True, stdout=subprocess.PIPE).stdout
    print("| variant |", " | ".join([*(Path(p).parent.name for p in o.sets), "active"]), "|")
    print("| --- |", "--- | " * (len(o.sets) + 1), flush=True)
    for name, change in VARIANTS.items():
        if not re.search(o.only, name):
            continue
        run = Path(o.out) / re.sub(r"\W+", "-", name)
        given = dict(steps=o.steps, batch=o.batch, sizes=o.sizes, teacher=o.teacher) | change
        options = [part for key, value in given.items() if value is not None for part in (f"--{key}", value)]
        pictures = o.pictures if change.get("invented", 1) else filled(o.pictures)
        if not (run / "network.pt").exists():
            call("train.py", "--pictures", *pictures, "--out", run, *options)
        told = [call("measure.py", run / "network.pt", labels, "--power", 0, "--a-class", o.a_class) for labels in o.sets]
        mac = [" / ".join(re.search(r"^MAC: raw (\S+), whitened (\S+)", text).groups()) for text in told]
        print(f"| {name} |", " | ".join([*mac, re.search(r"active (\S+)", told[0])[1]]), "|", flush=True)


if __name__ == "__main__":
    main()
