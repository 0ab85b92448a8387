"""Samples of a file as classes of a network, and positions of the values within their class; and back.

A 16-bit sample has the class that the network gives it, and a position among the 16-bit values of that class: of
65,536 linear classes, each has one. The 256 codes of telephone μ-law and A-law, in the order of their values, are taken
for the 256 classes.
"""

from functools import cache
from io import BytesIO
from typing import Literal

import numpy as np
import soundfile
from numpy.typing import NDArray

from wavenet.audio.quantizers import QUANTIZERS
from wavenet.config import Quantizer
from wavenet.errors import UsageError

Kind = Literal["pcm16", "mulaw", "alaw"]
KINDS: dict[Kind, int] = {"pcm16": 2, "mulaw": 1, "alaw": 1}
"""bytes of a sample"""
WORDS: dict[Quantizer, str] = {"mu_law": "μ-law", "linear": "linear"}
_SUBTYPES = {"mulaw": "ULAW", "alaw": "ALAW"}
"""what libsndfile calls the codes of G.711"""

Integers = NDArray[np.int32]
SMALLEST, COUNT = -(2**15), 2**16


class Values:
    """How the samples of a kind become classes of a network with ``classes`` classes; raises UsageError."""

    def __init__(self, kind: Kind, classes: int, quantizer: Quantizer = "mu_law") -> None:
        if kind != "pcm16" and (classes, quantizer) != (256, "mu_law"):
            raise UsageError(
                f"the model has {classes} {WORDS[quantizer]} classes; {kind} needs one of 256 μ-law classes"
            )
        self.kind: Kind = kind
        of_each = _class_of_each(classes, quantizer) if kind == "pcm16" else _ranks(kind)
        self._of_each = of_each
        """class of each value or code, by its number from 0"""
        self.widths: NDArray[np.int64] = np.bincount(of_each, minlength=classes).clip(1)
        """values in each class"""
        self._by_class = np.argsort(of_each, kind="stable").astype(np.int32)
        self._first = np.searchsorted(of_each[self._by_class], np.arange(classes)).astype(np.int32)

    def classes(self, data: bytes) -> tuple[Integers, Integers]:
        """Samples as stored in a file, as classes and positions (N,) each."""
        numbers = np.frombuffer(data, np.uint8).astype(np.int32)
        if self.kind == "pcm16":
            numbers = np.frombuffer(data, "<i2").astype(np.int32) - SMALLEST
        classes = self._of_each[numbers]
        ranks = np.empty(len(self._of_each), np.int32)
        ranks[self._by_class] = np.arange(len(ranks), dtype=np.int32)
        return classes, ranks[numbers] - self._first[classes]

    def data(self, classes: Integers, positions: Integers) -> bytes:
        """The inverse of ``classes``."""
        numbers = self._by_class[self._first[classes] + positions]
        if self.kind == "pcm16":
            return bytes((numbers + SMALLEST).astype("<i2"))
        return bytes(numbers.astype(np.uint8))


@cache
def _class_of_each(classes: int, quantizer: Quantizer) -> Integers:
    """The class of each 16-bit value, from the smallest to the largest: (65536,)."""
    return QUANTIZERS[quantizer].encode(np.arange(SMALLEST, SMALLEST + COUNT) / 2**15, classes).astype(np.int32)


@cache
def _ranks(kind: Kind) -> Integers:
    """The place of each code of G.711 in the order of what it stands for, -0 before +0: (256,)."""
    values, _ = soundfile.read(
        BytesIO(bytes(range(256))), dtype="int16", format="RAW", subtype=_SUBTYPES[kind], channels=1, samplerate=8000
    )
    negative_zero_first = [code >= 128 for code in range(256)]  # of the codes that stand for 0: 127, and 255 after it
    return np.argsort(np.lexsort((negative_zero_first, values))).astype(np.int32)
