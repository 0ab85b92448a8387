"""The masks of PixelCNN's convolutions: a value may depend on those before it, in raster order, and in R → G → B."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["A", "B"]


def colour_of(channels: int, colours: int) -> NDArray[np.int64]:
    """The colour that each of several channels belongs to: the first third to red, and so on."""
    return np.arange(channels) * colours // channels


def centre(kind: Kind, outputs: int, inputs: int, colours: int) -> NDArray[np.float32]:
    """Which inputs at a pixel its outputs may see: 1 or 0, (outputs, inputs).

    Mask A is for the image itself: of its own pixel, a colour sees those before it. Mask B is for features that are
    masked already: it sees those of its own colour, too.
    """
    of_output, of_input = colour_of(outputs, colours)[:, None], colour_of(inputs, colours)[None]
    seen = of_input < of_output if kind == "A" else of_input <= of_output
    return seen.astype(np.float32)


def mask(kind: Kind, outputs: int, inputs: int, kernel_size: int, colours: int) -> NDArray[np.float32]:
    """The mask of a square convolution: (outputs, inputs, K, K). It is 0 below the centre and to the right of it."""
    found = np.zeros((outputs, inputs, kernel_size, kernel_size), np.float32)
    middle = kernel_size // 2
    found[:, :, :middle] = 1
    found[:, :, middle, :middle] = 1
    found[:, :, middle, middle] = centre(kind, outputs, inputs, colours)
    return found


def row(kind: Kind, outputs: int, inputs: int, kernel_size: int, colours: int) -> NDArray[np.float32]:
    """The part of ``mask`` in the row of its centre, up to the centre: (outputs, inputs, 1, K // 2 + 1)."""
    middle = kernel_size // 2
    return mask(kind, outputs, inputs, kernel_size, colours)[:, :, middle : middle + 1, : middle + 1]
