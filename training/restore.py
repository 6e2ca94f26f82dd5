"""A network to go on training from, out of the ONNX file that export.py wrote: what it folded is unfolded."""
import onnx
import torch
from onnx import numpy_helper
from torch import nn


def unfold(convolution, norm, outputs):
    """Puts a batch normalisation, which so far only adds, in charge of the outputs (n, c, h, w) of the convolution before
    it: these come to a variance of 1, as trained ones have, so that a step changes them by as much."""
    mean, spread = outputs.mean((0, 2, 3)), outputs.std((0, 2, 3)).clamp_min(1e-3)
    convolution.weight /= spread[:, None, None, None]
    norm.running_mean.copy_(mean / spread)
    norm.running_var.fill_(1)
    norm.weight.copy_(spread * (1 + norm.eps) ** .5)
    norm.bias += mean


@torch.no_grad()
def restore(network, path, pixels, gates=True):
    """Has the network say what that of the ONNX file says, but for its gates where these are to be trained anew. pixels
    (n, 3, h, w): views to take means and spreads from."""
    known = {t.name.removesuffix(".half"): torch.tensor(numpy_helper.to_array(t)).float() for t in onnx.load(path).graph.initializer}
    normalised = {name: block for name, block in network.named_modules()
                  if isinstance(block, nn.Sequential) and len(block) > 1 and isinstance(block[1], nn.BatchNorm2d)}
    for name, (_, norm, *_) in normalised.items():
        known[f"{name}.1.bias"] = known.pop(f"{name}.0.bias")
        known |= {f"{name}.1.{key}": value for key, value in norm.state_dict().items() if key != "bias"}
        known[f"{name}.1.running_var"] = torch.full_like(norm.running_var, 1 - norm.eps)
    network.load_state_dict({name: value for name, value in known.items() if gates or not name.startswith("gates.")}, strict=gates)
    outputs = {}
    hooks = [block[0].register_forward_hook(lambda _, __, output, name=name: outputs.update({name: output}))
             for name, block in normalised.items()]
    network.eval().features(pixels)
    for hook in hooks:
        hook.remove()
    for name, block in normalised.items():
        unfold(block[0], block[1], outputs[name])
