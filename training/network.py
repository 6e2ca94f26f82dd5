"""The network: a small residual one, stride 16, whose last layer is non-negative and sparse. A gate says how loud each
cell is: training tells codes apart by their direction alone, which leaves their length, hence feature saliency, free.

Input (n, 3, h, w), RGB 0..255 minus nothing: the input scaling is part of the network, so that users need no constants.
Output `features` (n, CHANNELS, ceil(h / 16), ceil(w / 16)), after ReLU.
"""
import torch
from torch import nn

CHANNELS = 384
STRIDE = 16
# The gate is trained at full strength; a little below it, photos that an object fills lose less.
POWER = 0.75


def convolution(inputs, outputs, stride=1, size=3, activation=True):
    layers = [nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False), nn.BatchNorm2d(outputs)]
    return nn.Sequential(*layers, *([nn.ReLU(inplace=True)] if activation else []))


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.body = nn.Sequential(convolution(channels, channels), convolution(channels, channels, activation=False))

    def forward(self, x):
        return torch.relu(x + self.body(x))


class Network(nn.Module):
    def __init__(self, channels=CHANNELS, silence=0.7):
        super().__init__()
        self.power = POWER
        self.body = nn.Sequential(
            convolution(3, 32, 2),
            convolution(32, 48, 2), convolution(48, 48),
            convolution(48, 96, 2), Residual(96),
            convolution(96, 160, 2), Residual(160))
        self.code = convolution(160, channels, size=1, activation=False)
        # Most cells of most channels start at zero: feature saliency needs channels that are silent on background.
        nn.init.constant_(self.code[1].bias, -silence)
        self.gate = nn.Sequential(nn.Conv2d(160, 48, 3, padding=1), nn.ReLU(inplace=True), nn.Conv2d(48, 1, 3, padding=1))

    def features(self, pixels):
        """-> what a cell shows (n, CHANNELS, h, w), about as loud everywhere, and how loud it is to be (n, 1, h, w)."""
        x = self.body((pixels - 118.0) / 60.0)
        return torch.relu(self.code(x)), nn.functional.softplus(self.gate(x))

    def forward(self, pixels):
        code, loudness = self.features(pixels)
        return code * loudness ** self.power


def load_network(path):
    """The network of a run, of whatever width; a state of training will do."""
    saved = torch.load(path, map_location="cpu")
    saved = saved.get("network", saved)
    network = Network(channels=len(saved["code.1.bias"]))
    network.load_state_dict(saved)
    return network.eval()
