"""The network: a small residual one, stride 16, whose last layer is non-negative and sparse.

Input (n, 3, h, w), RGB 0..255 minus nothing: the input scaling is part of the network, so that users need no constants.
Output `features` (n, CHANNELS, ceil(h / 16), ceil(w / 16)), after ReLU.
"""
import torch
from torch import nn

CHANNELS = 384
STRIDE = 16


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
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            convolution(3, 32, 2),
            convolution(32, 48, 2), convolution(48, 48),
            convolution(48, 96, 2), Residual(96),
            convolution(96, 160, 2), Residual(160),
            convolution(160, CHANNELS, size=1, activation=False))
        # Most cells of most channels start at zero: feature saliency needs channels that are silent on background.
        nn.init.constant_(self.body[-1][1].bias, -0.7)

    def forward(self, pixels):
        return torch.relu(self.body((pixels - 118.0) / 60.0))
