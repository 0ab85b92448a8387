"""Batches of labelled sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wavenet.tts import linguistics
from wavenet.tts.examples import Example


@dataclass(frozen=True)
class Batch:
    """A batch of sentences, padded with zeros at their ends."""

    features: Tensor
    """(B, S, channels)"""
    segment_inside: Tensor
    """(B, S, 1): true for a segment, false for padding"""
    durations: Tensor
    """(B, S) frames"""
    index: Tensor
    """(B, F): index of the segment of each frame"""
    places: Tensor
    """(B, F, FRAME_CHANNELS)"""
    frame_inside: Tensor
    """(B, F, 1): true for a frame, false for padding"""
    pitch: Tensor
    """(B, F, 2)"""
    mel: Tensor
    """(B, F, n_mels)"""

    @classmethod
    def of(cls, examples: Sequence[Example]) -> "Batch":
        """Pad sentences and join them into one batch."""
        columns: Mapping[str, list[NDArray[np.generic]]] = {
            "features": [e.features for e in examples],
            "segment_inside": [np.ones((len(e.segments), 1), bool) for e in examples],
            "durations": [e.durations for e in examples],
            "index": [np.repeat(np.arange(len(e.durations)), e.durations) for e in examples],
            "places": [linguistics.places(e.durations) for e in examples],
            "frame_inside": [np.ones((e.frames, 1), bool) for e in examples],
            "pitch": [e.pitch for e in examples],
            "mel": [e.mel for e in examples],
        }
        return cls(**{name: _padded(arrays) for name, arrays in columns.items()})


def _padded(arrays: Sequence[NDArray[np.generic]]) -> Tensor:
    whole = np.zeros((len(arrays), max(map(len, arrays)), *arrays[0].shape[1:]), arrays[0].dtype)
    for row, array in zip(whole, arrays, strict=True):
        row[: len(array)] = array
    return torch.from_numpy(whole)


def batches(examples: Sequence[Example], frames: int, rng: np.random.Generator) -> list[list[Example]]:
    """All sentences in random order, grouped by similar length; a group of several has at most ``frames`` frames."""
    order = sorted(rng.permutation(len(examples)), key=lambda i: examples[i].frames)
    groups: list[list[Example]] = [[]]
    for i in order:
        if groups[-1] and (len(groups[-1]) + 1) * examples[i].frames > frames:
            groups.append([])
        groups[-1].append(examples[i])
    return [groups[i] for i in rng.permutation(len(groups))]
