"""SqueezeNet 1.0 as a teacher: its convolutions read from an ONNX file (features: fire9, 512 channels, stride 16)."""
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper

MEAN = (123.0, 117.0, 104.0)


class SqueezeNet:
    def __init__(self, path, device):
        model = onnx.load(path)
        weights = {t.name: torch.tensor(numpy_helper.to_array(t)) for t in model.graph.initializer}
        self.weights = {name: tensor.to(device) for name, tensor in weights.items() if tensor.is_floating_point()}
        self.mean = torch.tensor(MEAN, device=device).view(1, 3, 1, 1)

    def convolve(self, x, name, **options):
        return torch.relu(F.conv2d(x, self.weights[f"{name}_w"], self.weights[f"{name}_b"], **options))

    def fire(self, x, name):
        squeezed = self.convolve(x, f"{name}/conv1x1_1")
        wide = self.convolve(squeezed, f"{name}/conv3x3_2", padding=1)
        return torch.cat([self.convolve(squeezed, f"{name}/conv1x1_2"), wide], 1)

    @torch.no_grad()
    def __call__(self, pixels):
        """pixels (n, 3, h, w), RGB 0..255 -> (n, 512, h', w')."""
        x = self.convolve(pixels - self.mean, "conv1", stride=2)
        for number in range(2, 10):
            if number in (2, 5, 9):
                x = F.max_pool2d(x, 3, 2, ceil_mode=True)
            x = self.fire(x, f"fire{number}")
        return x
