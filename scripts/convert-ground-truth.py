#!/usr/bin/env python3
"""Converts ground truth of retrieval benchmarks to the JSON form of docs/ground-truth.md.

    python3 scripts/convert-ground-truth.py gnd_roxford5k.pkl roxford.json
    python3 scripts/convert-ground-truth.py gnd_instre.mat instre.json

Reads `imlist` (names of the database images), the queries' names (`qimlist`, or `qidx`: their places in `imlist`) and
`gnd`: for each query `bbx` (x1 y1 x2 y2) and places in `imlist` as `ok` and `junk`, or `easy`, `hard` and `junk`.
Places count from 0 in a pickle and from 1 in a MATLAB file. Needs NumPy, and SciPy for MATLAB files. A pickle is read
without running anything of it: only plain values and NumPy arrays are let in.
"""
import argparse
import json
import pickle
import sys

import numpy as np

GRADES = ("easy", "hard", "junk")


class Malformed(Exception):
    pass


def plain_scalar(dtype, data):
    if dtype.hasobject:
        raise Malformed("it holds a NumPy value of Python objects")
    return np.frombuffer(data, dtype, 1)[0]


# NumPy 2 moved its modules; pickles of either release name their own.
ALLOWED = {
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
    ("_codecs", "encode"): lambda text, encoding: text.encode("latin1"),
}
for core in ("core", "_core"):
    ALLOWED[f"numpy.{core}.multiarray", "_reconstruct"] = np.empty(0).__reduce__()[0]
    ALLOWED[f"numpy.{core}.multiarray", "scalar"] = plain_scalar


class PlainUnpickler(pickle.Unpickler):
    """Builds plain values and NumPy arrays alone: a pickle that names anything else is refused."""

    def find_class(self, module, name):
        if (module, name) not in ALLOWED:
            raise Malformed(f"it holds {module}.{name}, which is neither a plain value nor a NumPy array")
        return ALLOWED[module, name]


def load_pickle(path):
    with open(path, "rb") as file:
        return PlainUnpickler(file, encoding="latin1").load(), 0


def load_matlab(path):
    import scipy.io

    try:
        return scipy.io.loadmat(path, simplify_cells=True), 1
    except NotImplementedError:
        raise Malformed("it is of MATLAB version 7.3: save it anew with save(..., '-v7')") from None


def as_list(value):
    """A list, an array or (where MATLAB made one element of a list) a single value, as a list."""
    if isinstance(value, np.ndarray):
        return value.ravel().tolist()
    return list(value) if isinstance(value, (list, tuple)) else [value]


def names(value, field):
    result = [str(name).strip() for name in as_list(value)]
    if not all(result):
        raise Malformed(f"{field} holds an empty name")
    return result


class Converter:
    def __init__(self, data, first):
        if not isinstance(data, dict) or "imlist" not in data or "gnd" not in data:
            raise Malformed("it holds no imlist and gnd")
        self.first = first
        self.images = names(data["imlist"], "imlist")
        self.gnd = as_list(data["gnd"])
        if "qimlist" in data:
            self.queries = names(data["qimlist"], "qimlist")
        elif "qidx" in data:
            self.queries = self.at(data["qidx"], "qidx")
        else:
            raise Malformed("it holds neither qimlist nor qidx")
        if len(self.queries) != len(self.gnd):
            raise Malformed(f"it names {len(self.queries)} queries and has ground truth for {len(self.gnd)}")

    def at(self, places, field):
        """The images at some places."""
        chosen = []
        for place in as_list(places):
            index = int(place) - self.first
            if index != place - self.first or not 0 <= index < len(self.images):
                raise Malformed(f"{field} holds {place}, which is no place among the {len(self.images)} images")
            chosen.append(self.images[index])
        return chosen

    def query(self, i):
        entry, field = self.gnd[i], f"gnd[{i}]"
        if not isinstance(entry, dict):
            raise Malformed(f"{field} is not a structure")
        query = {"name": str(i + 1), "image": self.queries[i]}
        box = as_list(entry["bbx"]) if "bbx" in entry else []
        if box:
            x1, y1, x2, y2 = self.corners(box, field)
            query["box"] = {"x": x1, "y": y1, "width": x2 - x1, "height": y2 - y1}
        if "ok" in entry:
            query["positive"] = self.at(entry["ok"], f"{field}.ok")
        elif "easy" not in entry and "hard" not in entry:
            raise Malformed(f"{field} has neither ok nor easy and hard")
        for grade in GRADES:
            if grade in entry:
                query[grade] = self.at(entry[grade], f"{field}.{grade}")
        return query

    @staticmethod
    def corners(box, field):
        corners = [float(value) for value in box]
        if len(corners) != 4 or not np.all(np.isfinite(corners)) or corners[2] <= corners[0] or corners[3] <= corners[1]:
            raise Malformed(f"{field}.bbx must be x1 y1 x2 y2 with x1 < x2 and y1 < y2, got {box}")
        return corners

    def document(self):
        return {
            "format": "leitmotif-ground-truth",
            "version": 1,
            "images": self.images,
            "queries": [self.query(i) for i in range(len(self.gnd))],
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", help="gnd_*.pkl or a MATLAB file")
    parser.add_argument("target", help="JSON file to write")
    arguments = parser.parse_args()
    load = load_matlab if arguments.source.endswith(".mat") else load_pickle
    try:
        document = Converter(*load(arguments.source)).document()
    except Malformed as error:
        sys.exit(f"{arguments.source}: {error}")
    except (OSError, ImportError) as error:
        sys.exit(str(error))
    except Exception as error:  # a damaged file fails anywhere in the readers
        sys.exit(f"{arguments.source}: cannot be read ({type(error).__name__}: {error})")
    with open(arguments.target, "w", encoding="utf-8") as file:
        json.dump(document, file, ensure_ascii=False, indent=1)
    print(f"{len(document['queries'])} queries, {len(document['images'])} images")


if __name__ == "__main__":
    main()
