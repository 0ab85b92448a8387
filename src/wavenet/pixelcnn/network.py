"""PixelCNN in PyTorch: p(x) = Π p(x_i | x_1 … x_{i−1}) over the values of an image, in raster order and R → G → B.

Shapes: B images, C colours, H × W pixels, P channels, Q levels. Images are integers (B, H, W, C); inside, arrays are
(B, P, H, W). ``cached.py`` computes the same, value by value, without PyTorch.
"""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from wavenet.config.pixelcnn import PixelCNNConfig
from wavenet.pixelcnn import masks


class Masked(nn.Conv2d):
    """A convolution whose weights are multiplied by a mask."""

    def __init__(self, seen: NDArray[np.float32], padding: tuple[int, int] = (0, 0), bias: bool = True) -> None:
        outputs, inputs, height, width = seen.shape
        super().__init__(inputs, outputs, (height, width), padding=padding, bias=bias)
        self.register_buffer("mask", torch.from_numpy(seen), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, in, H, W) to (B, out, H, W), if the padding is that of the kernel."""
        assert isinstance(self.mask, Tensor)
        return F.conv2d(x, self.weight * self.mask, self.bias, padding=self.padding)


class GatedLayer(nn.Module):
    """One layer of the gated PixelCNN (Figure 2): a vertical stack sees all rows above, a horizontal one its own row.

    z = tanh(a) ⊙ σ(b) in both, where a and b are the halves of what a convolution gives. The horizontal stack takes in
    the vertical one of the row above, before its gate, by a convolution of 1 × 1.
    """

    def __init__(self, model: PixelCNNConfig, first: bool) -> None:
        super().__init__()
        P, C = model.channels, model.colours
        inputs, K = (C, model.first_kernel_size) if first else (P, model.kernel_size)
        self._kernel_size, self._residual = K, not first
        self.vertical = nn.Conv2d(inputs, 2 * P, (K // 2 + 1, K))
        self.link = nn.Conv2d(2 * P, 2 * P, 1)
        seen = masks.row("A" if first else "B", P, inputs, K, C)
        self.horizontal = Masked(np.concatenate([seen, seen]), bias=False)
        within = masks.centre("B", P, P, C)[..., None, None]
        self.residual, self.skip = Masked(within), Masked(within)
        self.classes = nn.Parameter(torch.zeros(model.classes, 4 * P)) if model.classes else None

    def forward(self, v: Tensor, h: Tensor, labels: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
        """Map the stacks (B, in, H, W) to the next ones and to skip outputs, (B, P, H, W) each."""
        half = self._kernel_size // 2
        seen_above = self.vertical(F.pad(v, (half, half, half, 0)))
        of_row_above = self.link(F.pad(seen_above[:, :, :-1], (0, 0, 1, 0)))
        inside = self.horizontal(F.pad(h, (half, 0))) + of_row_above
        if self.classes is not None:
            assert labels is not None
            of_class = self.classes[labels][:, :, None, None]
            seen_above, inside = (x + bias for x, bias in zip((seen_above, inside), of_class.chunk(2, 1), strict=True))
        z = gate(inside)
        residual = self.residual(z)
        return gate(seen_above), h + residual if self._residual else residual, self.skip(z)


def gate(x: Tensor) -> Tensor:
    """The gated activation unit: (B, 2P, H, W) to (B, P, H, W)."""
    a, b = x.chunk(2, 1)
    return torch.tanh(a) * torch.sigmoid(b)


class PlainLayer(nn.Module):
    """One layer of the first PixelCNN: masked convolutions of ReLU, with a residual connection."""

    def __init__(self, model: PixelCNNConfig, first: bool) -> None:
        super().__init__()
        P, C = model.channels, model.colours
        inputs, K = (C, model.first_kernel_size) if first else (P, model.kernel_size)
        self._first = first
        seen = masks.mask("A" if first else "B", P, inputs, K, C)
        self.conv = Masked(seen, padding=(K // 2, K // 2))
        within = masks.centre("B", P, P, C)[..., None, None]
        self.residual, self.skip = Masked(within), Masked(within)
        self.classes = nn.Parameter(torch.zeros(model.classes, P)) if model.classes else None

    def forward(self, h: Tensor, labels: Tensor | None) -> tuple[Tensor, Tensor]:
        """Map (B, in, H, W) to the next layer's input and to a skip output, (B, P, H, W) each."""
        x = self.conv(h if self._first else torch.relu(h))
        if self.classes is not None:
            assert labels is not None
            x = x + self.classes[labels][:, :, None, None]
        z = torch.relu(x)
        residual = self.residual(z)
        return residual if self._first else h + residual, self.skip(z)


class PixelCNN(nn.Module):
    """The network: images to the logits of all their values."""

    def __init__(self, model: PixelCNNConfig) -> None:
        super().__init__()
        self.model = model
        layer: Any = GatedLayer if model.stacks == "two" else PlainLayer
        self.layers = nn.ModuleList(layer(model, first=not i) for i in range(model.layers + 1))
        P, C, hidden = model.channels, model.colours, model.head_channels
        self.hidden = Masked(masks.centre("B", hidden, P, C)[..., None, None])
        self.output = Masked(masks.centre("B", C * model.levels, hidden, C)[..., None, None])

    def forward(self, images: Tensor, labels: Tensor | None = None) -> Tensor:
        """Map images (B, H, W, C), and their classes (B,) if the network is conditional, to logits (B, H, W, C, Q).

        The logits of a value depend on the values before it alone.
        """
        h = scaled(images, self.model.levels).movedim(3, 1)
        v, skips = h, torch.zeros(())
        for layer in self.layers:
            if isinstance(layer, GatedLayer):
                v, h, skip = layer(v, h, labels)
            else:
                h, skip = layer(h, labels)
            skips = skips + skip
        logits = self.output(torch.relu(self.hidden(torch.relu(skips))))
        found: Tensor = logits.movedim(1, 3).unflatten(3, (self.model.colours, self.model.levels))
        return found

    def loss(self, images: Tensor, labels: Tensor | None = None) -> Tensor:
        """-log p of each image, in nats: (B,)."""
        logits = self(images, labels)
        nats = F.cross_entropy(logits.flatten(0, 3), images.flatten().long(), reduction="none")
        found: Tensor = nats.view(len(images), -1).sum(1)
        return found

    def tensors(self) -> dict[str, NDArray[np.float32]]:
        """The weights as a model folder stores them: masked."""
        return exported(self.model, {name: weight.detach() for name, weight in self.state_dict().items()})


def exported(model: PixelCNNConfig, weights: dict[str, Tensor]) -> dict[str, NDArray[np.float32]]:
    """Weights by their names, those of the masked convolutions times their masks."""
    seen = {f"{name}.weight": part.mask for name, part in PixelCNN(model).named_modules() if isinstance(part, Masked)}
    return {name: (weight.float() * seen.get(name, 1.0)).cpu().numpy() for name, weight in weights.items()}  # type: ignore[operator]


def scaled(images: Tensor, levels: int) -> Tensor:
    """Values 0 … levels - 1 as -1 … 1."""
    return images.float() * (2 / (levels - 1)) - 1
