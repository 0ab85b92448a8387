"""The quantisers by name: waveform values to the classes that the network models, and back (section 2.2)."""

from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wavenet.audio import linear, mu_law
from wavenet.config import Quantizer as Name


class Quantizer(Protocol):
    """What a module of a quantiser has; silence is class ⌊classes / 2⌋ in all of them."""

    def encode(self, x: ArrayLike, classes: int) -> NDArray[np.int64]:
        """Waveform values in [-1, 1] (others are clipped) to classes 0 … classes - 1."""

    def decode(self, k: ArrayLike, classes: int) -> NDArray[np.float64]:
        """Classes to the waveform values at the centres of their bins."""

    def bin_edges(self, classes: int) -> NDArray[np.float64]:
        """The classes + 1 waveform values that separate the bins; the outermost are infinite."""


QUANTIZERS: dict[Name, Quantizer] = {"mu_law": mu_law, "linear": linear}


class Bins:
    """The classes of a quantiser as intervals of waveform values."""

    def __init__(self, quantizer: Name, classes: int) -> None:
        self.classes = classes
        self.values = QUANTIZERS[quantizer].decode(np.arange(classes), classes)
        """(classes,), what each stands for"""
        self.edges = QUANTIZERS[quantizer].bin_edges(classes)
        """(classes + 1,); class k is from edges[k] to edges[k + 1], and the outermost are infinite"""
        self.finest = float(np.diff(self.edges).min()) if classes > 2 else 1.0
        """width of the finest bin"""
