"""Writes the trained network as ONNX: python3 export.py network.pt leitmotif.onnx"""
import sys

import torch

from network import Network


def export(weights, path):
    network = Network()
    network.load_state_dict(torch.load(weights, map_location="cpu"))
    network.eval()
    # Folded constants break batch normalisation in this exporter (maps nearly all zero, no error): leave folding out.
    torch.onnx.export(network, torch.zeros(1, 3, 64, 64), path, opset_version=13, do_constant_folding=False,
                      training=torch.onnx.TrainingMode.PRESERVE, input_names=["pixels"], output_names=["features"],
                      dynamic_axes={"pixels": {0: "n", 2: "h", 3: "w"}, "features": {0: "n", 2: "fh", 3: "fw"}})


if __name__ == "__main__":
    export(sys.argv[1], sys.argv[2])
