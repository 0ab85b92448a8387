"""Draws the receptive field of PixelCNN from gradients: that of one stack has a blind spot, that of two has none.

``python -m experiments.receptive_field docs/images/pixelcnn_receptive_field.png`` draws both networks of ``SHAPE``.
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from experiments import command
from wavenet.audio import pictures
from wavenet.config.pixelcnn import PixelCNNConfig, Stacks
from wavenet.pixelcnn.network import PixelCNN

SHAPE = PixelCNNConfig(height=15, width=27, levels=2, layers=6, first_kernel_size=3, channels=24, head_channels=24)
IMAGES = 100
"""random images over which gradients are averaged, as each passes only some of the ReLUs"""


def gradients(model: PixelCNNConfig, seed: int = 0) -> NDArray[np.float32]:
    """How much each pixel influences the logits of the pixel in the middle of the last row: (H, W).

    The mean of ∣∂ logits / ∂ pixel∣ over ``IMAGES`` images of noise, in a network with random weights.
    """
    torch.manual_seed(seed)
    network = PixelCNN(model)
    images = torch.rand(IMAGES, model.height, model.width, model.colours, requires_grad=True)
    labels = torch.zeros(IMAGES, dtype=torch.long) if model.classes else None
    logits = network(images, labels)[:, model.height - 1, model.width // 2, 0]
    logits[:, 0].sum().backward()
    assert images.grad is not None
    found: NDArray[np.float32] = images.grad.abs().mean((0, 3)).numpy()
    return found


def draw(path: Path) -> None:
    """Draw the gradients of both networks, on a logarithmic scale."""
    fig = pictures.figure(10, 3.4)
    kinds: tuple[Stacks, Stacks] = ("one", "two")
    found = [gradients(replace(SHAPE, stacks=stacks)) for stacks in kinds]
    titles = ("one stack: masked convolutions", "two stacks, gated")
    for axes, title, values in zip(fig.subplots(1, 2), titles, found, strict=True):
        seen = np.where(values > 0, np.log10(np.maximum(values, 1e-30) / values.max()), np.nan)
        image = axes.imshow(seen, cmap="viridis", vmin=-6, vmax=0)
        axes.set_facecolor("lightgrey")
        axes.plot(SHAPE.width // 2, SHAPE.height - 1, "s", color="tab:red", markersize=5)
        axes.set(title=title, xticks=[], yticks=[], xlabel="grey: no influence on the red pixel")
    fig.colorbar(image, ax=fig.axes, label="log10 of the gradient, relative", shrink=0.7)
    pictures.write(fig, path)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = command.parser("receptive_field", __doc__)
    parser.add_argument("picture", type=Path, help="the file .png to write")
    command.main(parser, _run, arguments)


def _run(given: argparse.Namespace) -> None:
    pictures.check_writable(given.picture)
    draw(given.picture)
    print(given.picture)


if __name__ == "__main__":
    main()
