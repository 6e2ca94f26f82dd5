"""The network: a small residual one, stride 16, whose last layer is non-negative and sparse.

Its channels are of two kinds. The first OWN tell one thing from the next; the rest are kin to the teacher's features, so
that things which are alike without being the same stay near each other. Gates say how loud each cell is: both kinds are
trained by their direction alone, which leaves their length, hence feature saliency, free.

Input (n, 3, h, w), RGB 0..255 minus nothing: the input scaling is part of the network, so that users need no constants.
Output `features` (n, CHANNELS, ceil(h / 16), ceil(w / 16)), after ReLU.
"""
import torch
from torch import nn

OWN, KIN = 256, 128
CHANNELS = OWN + KIN
STRIDE = 16
TRUNK = 192
# The gate is trained at full strength, on regions that are small on their ground, many of them pasted, which makes them
# easier to tell from it than things in place; at its root, photos that an object fills lose little, and small things are
# still found.
POWER = 0.5
# How loud the kin are beside the rest, and the share of them that speak: they tell as much as all would.
KINSHIP, SPEAKING = 0.4, 0.2


def convolution(inputs, outputs, stride=1, size=3, activation=True):
    layers = [nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False), nn.BatchNorm2d(outputs)]
    return nn.Sequential(*layers, *([nn.ReLU(inplace=True)] if activation else []))


class Residual(nn.Module):
    """x plus two convolutions of it: 3 x 3 and 3 x 3, or `sizes`, with `inner` channels between."""

    def __init__(self, channels, inner=None, sizes=(3, 3)):
        super().__init__()
        inner = inner or channels
        self.body = nn.Sequential(convolution(channels, inner, size=sizes[0]),
                                  convolution(inner, channels, size=sizes[1], activation=False))

    def forward(self, x):
        return torch.relu(x + self.body(x))


def pointwise():
    return Residual(TRUNK, 2 * TRUNK, (1, 1))


def head(channels, silence):
    """Most cells of most channels start at zero: feature saliency needs channels that are silent on background."""
    last = convolution(TRUNK, channels, size=1, activation=False)
    nn.init.constant_(last[1].bias, -silence)
    return nn.Sequential(pointwise(), last)


class Network(nn.Module):
    def __init__(self, own=OWN, kin=KIN, silence=0.7):
        super().__init__()
        self.power, self.kinship = POWER, KINSHIP
        self.register_buffer("floor", torch.zeros(()))
        # Most 3 x 3 convolutions stand at stride 8, most weights in 1 x 1 ones at stride 16: so a cell sees little beyond
        # the thing it lies on.
        self.body = nn.Sequential(
            convolution(3, 32, 2),
            convolution(32, 48, 2), convolution(48, 48),
            convolution(48, 96, 2), Residual(96), Residual(96),
            convolution(96, TRUNK, 2), Residual(TRUNK, sizes=(3, 1)), pointwise())
        self.code = head(own, silence)
        self.kin = head(kin, silence) if kin else None
        self.gates = nn.ModuleList(nn.Sequential(nn.Conv2d(TRUNK, 32, 3, padding=1), nn.ReLU(inplace=True),
                                                 nn.Conv2d(32, 1, 3, padding=1),
                                                 nn.AvgPool2d(3, 1, 1, count_include_pad=False), loudness())
                                   for loudness in (nn.Softplus, nn.Sigmoid))

    def features(self, pixels):
        """-> what a cell shows: own channels (n, own, h, w) and kin (n, kin, h, w) or None; how loud it is to be
        (n, 2, h, w), as either gate says, which teaches that gate alone."""
        x = self.body((pixels - 118.0) / 60.0)
        loudness = torch.cat([gate(x.detach()) for gate in self.gates], 1)
        return torch.relu(self.code(x)), torch.relu(self.kin(x)) if self.kin else None, loudness

    @torch.no_grad()
    def set_floor(self, pixels):
        """Has the kin stay silent below the value that the share SPEAKING of what they say of pixels (n, 3, h, w) exceeds."""
        said = self.eval().features(pixels)[1].flatten()
        said = said[said > 0]
        self.floor.copy_(said[torch.randint(len(said), (1 << 20,), device=said.device)].quantile(1 - SPEAKING))

    def forward(self, pixels):
        own, kin, loudness = self.features(pixels)
        said = torch.cat([own, self.kinship * torch.relu(kin - self.floor)], 1) if self.kin else own
        # The geometric mean of the gates, to the power.
        return said * (loudness[:, :1] * loudness[:, 1:]) ** (self.power / 2)


def load_network(path):
    """The network of a run, of whatever width; a state of training will do."""
    saved = torch.load(path, map_location="cpu")
    saved = saved.get("network", saved)
    network = Network(own=len(saved["code.1.1.bias"]), kin=len(saved.get("kin.1.1.bias", ())))
    network.load_state_dict(saved)
    return network.eval()
