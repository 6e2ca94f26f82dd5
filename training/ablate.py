"""What matters while training: short runs that differ in one thing, and a table of what each gives.

python3 ablate.py --photos FOLDER ... --drawn FOLDER ... --teacher X.onnx --sets cartons.csv composites/labels.csv --out runs/ablation

Every run has the same seed, steps and photos but for what its name says, no gate, and is measured by leave-one-out mAP
of MAC, raw / PCA-whitened, active channels besides (measure.py). Runs that are done are not done again.
"""
import argparse
import re
import subprocess
import sys
from pathlib import Path

# Name: options of train.py; False leaves that group of pictures or the teacher out.
VARIANTS = {
    "as it ships": {},
    "no pasted regions": dict(paste=0),
    "pasted regions alone": dict(paste=1),
    "no teacher": dict(teacher=False),
    "photos alone": dict(drawn=False),
    "drawn pictures alone": dict(photos=False),
    "channels start at zero, not below": dict(silence=0),
    "192 channels": dict(channels=192),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", nargs="+", required=True)
    parser.add_argument("--drawn", nargs="+", required=True, help="scenes and drawings")
    parser.add_argument("--teacher", required=True)
    parser.add_argument("--sets", nargs="+", required=True, help="CSVs of image,label to measure on")
    parser.add_argument("--out", required=True)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--batch", type=int, default=96)
    parser.add_argument("--size", type=int, default=128)
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
        given = dict(steps=o.steps, batch=o.batch, size=o.size, teacher=o.teacher) | change
        folders = (o.photos if change.get("photos", True) else []) + (o.drawn if change.get("drawn", True) else [])
        options = [part for key, value in given.items() if value is not False and key not in ("photos", "drawn") for part in (f"--{key}", value)]
        if not (run / "network.pt").exists():
            call("train.py", "--photos", *folders, "--out", run, *options)
        told = [call("measure.py", run / "network.pt", labels, "--power", 0, "--a-class", o.a_class) for labels in o.sets]
        mac = [" / ".join(re.search(r"^MAC: raw (\S+), whitened (\S+)", text).groups()) for text in told]
        print(f"| {name} |", " | ".join([*mac, re.search(r"active (\S+)", told[0])[1]]), "|", flush=True)


if __name__ == "__main__":
    main()
