"""Writes the trained network as ONNX: python3 export.py runs/a/network.pt ../models/default.onnx

Weights are kept in half precision, which halves the file, and are computed with in single.
"""
import argparse
import copy

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from network import KINSHIP, POWER, load_network


def folded(module):
    """A copy for inference in which each batch normalisation is part of the convolution before it."""
    module = copy.deepcopy(module).eval()
    for child_of in list(module.modules()):
        if isinstance(child_of, nn.Sequential) and len(child_of) > 1 and isinstance(child_of[1], nn.BatchNorm2d):
            child_of[0], child_of[1] = fuse_conv_bn_eval(child_of[0], child_of[1]), nn.Identity()
    return module


def halve(path):
    """Keeps weights in half precision; a runtime folds the casts when it loads the file."""
    model = onnx.load(path)
    casts = []
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype == np.float32 and values.ndim == 4:
            name = tensor.name
            tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
            casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    for cast in reversed(casts):
        model.graph.node.insert(0, cast)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def export(weights, path, power, kinship):
    network = load_network(weights)
    network.power, network.kinship = power, kinship
    plain = folded(network)
    pixels = torch.rand(2, 3, 80, 112) * 255
    with torch.no_grad():
        expected = network(pixels)
        assert (plain(pixels) - expected).abs().max() < 1e-4 * expected.abs().max(), "folding changed the network"
    torch.onnx.export(plain, pixels, path, opset_version=13, do_constant_folding=False, input_names=["pixels"],
                      output_names=["features"],
                      dynamic_axes={"pixels": {0: "n", 2: "h", 3: "w"}, "features": {0: "n", 2: "fh", 3: "fw"}})
    halve(path)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights")
    parser.add_argument("onnx")
    parser.add_argument("--power", type=float, default=POWER, help="power of the gate")
    parser.add_argument("--kinship", type=float, default=KINSHIP, help="how loud the kin are")
    o = parser.parse_args()
    export(o.weights, o.onnx, o.power, o.kinship)
