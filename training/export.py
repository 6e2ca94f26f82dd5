"""Writes the trained network as ONNX: python3 export.py runs/a/network.pt ../models/default.onnx"""
import argparse
import copy

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from network import load_network


def folded(module):
    """A copy for inference in which each batch normalisation is part of the convolution before it."""
    module = copy.deepcopy(module).eval()
    for child_of in list(module.modules()):
        if isinstance(child_of, nn.Sequential) and len(child_of) > 1 and isinstance(child_of[1], nn.BatchNorm2d):
            child_of[0], child_of[1] = fuse_conv_bn_eval(child_of[0], child_of[1]), nn.Identity()
    return module


def export(weights, path):
    network = load_network(weights)
    plain = folded(network)
    pixels = torch.rand(2, 3, 80, 112) * 255
    with torch.no_grad():
        expected = network(pixels)
        assert (plain(pixels) - expected).abs().max() < 1e-4 * expected.abs().max(), "folding changed the network"
    torch.onnx.export(plain, pixels, path, opset_version=13, do_constant_folding=False, input_names=["pixels"],
                      output_names=["features"],
                      dynamic_axes={"pixels": {0: "n", 2: "h", 3: "w"}, "features": {0: "n", 2: "fh", 3: "fw"}})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights")
    parser.add_argument("onnx")
    o = parser.parse_args()
    export(o.weights, o.onnx)
