"""Conditioning at run time, in numpy: y = f(h) block by block (section 2.5), and global conditioning as a bias.

The convolutions are those of ``model/conditioning.py``. All but the last upsampling run at the frame rate, which takes
thousands of times less work than the network itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from numbers import Integral
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from wavenet import blas
from wavenet.arithmetic import ceil_div
from wavenet.audio import features
from wavenet.config import ModelConfig
from wavenet.config.checks import instance, integer, is_number, shortened
from wavenet.engine.folder import Tensors
from wavenet.errors import UsageError, suggestion

BLOCK = 8
"""frames that are computed at once, at multiples of it, so that y does not depend on how the frames arrive"""

AT_ONCE = 16
"""blocks that are computed in one call where their frames are there, as the call takes as long as five of them"""

LARGEST_WEIGHT = 1e6
"""largest weight of a speaker or a tag: well within the range of float32, and so are the network's products with it"""

Array = NDArray[np.float32]
Speaker = str | int | Mapping[str, float]
Tags = Iterable[str] | Mapping[str, float]


class ConditioningNetwork:
    """y = f(h): convolutions over frames, each followed by a ReLU, then transposed convolutions or none."""

    def __init__(self, model: ModelConfig, tensors: Tensors) -> None:
        self.settings = model.features
        self.look_ahead = model.look_ahead
        """frames after the present one that the network sees"""
        self.steps_per_frame = model.steps_per_frame
        self.rows_per_frame = self.steps_per_frame if model.upsample_scales else 1
        stages = [(f"convs.{i}", 0) for i in range(model.condition_layers)]
        stages += [(f"upsampling.{i}", scale) for i, scale in enumerate(model.upsample_scales)]
        self._stages = [_stage(tensors, f"conditioning.{name}", scale) for name, scale in stages]

    @blas.one_thread()
    def rows(self, frames: Array) -> Array:
        """Compute y (…, F · rows_per_frame, C) from h (…, F + 2 look_ahead, channels), each F frames for themselves."""
        x, wanted = frames, (frames.shape[-2] - 2 * self.look_ahead) * self.rows_per_frame
        for weight, bias, taps, scale in self._stages:
            windows = np.lib.stride_tricks.sliding_window_view(x, taps, axis=-2)  # (…, F, C, taps)
            *several, count, _, _ = windows.shape
            flat = np.ascontiguousarray(windows.swapaxes(-1, -2)).reshape(*several, count, -1)
            x = np.maximum(flat @ weight + bias, 0).reshape(*several, count * scale, -1)
        surplus = (x.shape[-2] - wanted) // 2
        return x[..., surplus : surplus + wanted, :]


def _stage(tensors: Tensors, name: str, scale: int) -> tuple[Array, Array, int, int]:
    """A convolution as a matrix (taps · in, scale · out) that turns ``taps`` frames into ``scale`` rows, and its bias.

    A transposed convolution of 3 scale taps computes row j of frame f from tap j of frame f + 1, tap scale + j of frame
    f and tap 2 scale + j of frame f - 1.
    """
    weight, bias = tensors[f"{name}.weight"], tensors[f"{name}.bias"]
    if not scale:  # (out, in, taps)
        return np.ascontiguousarray(weight.transpose(2, 1, 0)).reshape(-1, len(weight)), bias, weight.shape[2], 1
    inputs, out, _ = weight.shape
    taps = weight.reshape(inputs, out, 3, scale)[:, :, ::-1].transpose(2, 0, 3, 1)  # (frame, in, row, out)
    return np.ascontiguousarray(taps).reshape(3 * inputs, scale * out), np.tile(bias, scale), 3, scale


class ConditioningStream:
    """The frames of one stream as they arrive, and y of them. The first and the last frame repeat beyond the ends."""

    def __init__(self, network: ConditioningNetwork) -> None:
        self._network = network
        self._frames = np.empty((0, network.settings.channels), np.float32)
        self._first = 0  # index of the first frame that is kept
        self._fed = 0
        self._rows: list[Array] = []
        self._block = 0  # index of the block of the first of the rows
        self._finished = False

    @property
    def steps_per_row(self) -> int:
        """Network steps that a row of y conditions."""
        return self._network.steps_per_frame // self._network.rows_per_frame

    @property
    def samples(self) -> int:
        """Network steps, counted from the start of the stream, for which y is known: those of all complete blocks."""
        known = self._fed if self._finished else max(self._fed - self._network.look_ahead, 0) // BLOCK * BLOCK
        return known * self._network.steps_per_frame

    def feed(self, frames: NDArray[np.floating]) -> None:
        """Take the next frames (F, channels).

        Raises:
            UsageError: they are not features of this model, or the features were finished.
        """
        if self._finished:
            raise UsageError("the features of this stream were finished; start another one")
        frames = np.asarray(frames)
        features.check("features", frames, self._network.settings, 0)
        if len(frames) and not self._fed:
            self._frames = np.repeat(frames[:1], self._network.look_ahead, axis=0)
            self._first = -self._network.look_ahead
        self._frames = np.concatenate([self._frames, frames]).astype(np.float32)
        self._fed += len(frames)

    def finish(self) -> None:
        """Declare that no more frames will come."""
        self._finished = True

    def rows(self, first_sample: int, samples: int) -> tuple[Array, int]:
        """Return y for samples first_sample … first_sample + samples - 1, and the index of its first row.

        Earlier rows must not be requested again.

        Raises:
            UsageError: too few frames were fed.
        """
        stop = first_sample + samples
        if stop > self.samples:
            more = "; feed more, or finish them" if not self._finished else ""
            raise UsageError(f"features for {self.samples} samples are there, and {stop} are needed{more}")
        size = BLOCK * self._network.steps_per_frame
        low, high = first_sample // size, max(ceil_div(stop, size), first_sample // size + 1)
        while self._block < low:
            del self._rows[:1]
            self._block += 1
        while (there := self._block + len(self._rows)) < high:
            known = ceil_div(self.samples, size)
            self._rows.extend(self._compute(there, min(max(known - there, 1), AT_ONCE)))
        return np.concatenate(self._rows[: high - low]), low * BLOCK * self._network.rows_per_frame

    def _compute(self, block: int, count: int) -> Array:
        """Y of so many blocks (count, BLOCK · rows_per_frame, C), from the block of this index on."""
        ahead = self._network.look_ahead
        firsts = BLOCK * np.arange(block, block + count) - ahead
        at = (firsts[:, None] + np.arange(BLOCK + 2 * ahead)).clip(None, max(self._fed - 1, 0))
        rows = self._network.rows(self._frames[at - self._first])
        gone = (block + count) * BLOCK - ahead - self._first
        gone = min(max(gone, 0), max(len(self._frames) - 1, 0))  # the last frame stays because it may be repeated
        self._frames, self._first = self._frames[gone:], self._first + gone
        return rows


@dataclass(frozen=True, eq=False)
class Conditioning:
    """The external conditioning of a network: h of section 2.5, as far as it is given.

    Raises:
        UsageError: a weight is not finite, or is above ``LARGEST_WEIGHT``. Names are checked later, by ``weights``.
    """

    speaker: Speaker | None = None
    """a name from the model's ``speakers``, an index, or a mixture: weights of several names"""
    tags: Tags | None = None
    """names of tags that apply, or values by name; all others are 0"""
    features: NDArray[np.floating] | None = None
    """all frames (F, channels); None: a stream is fed with them later, and a score computes them from its waveform"""

    def __post_init__(self) -> None:
        if self.tags is not None:
            instance("tags", self.tags, Iterable, "names, or values by name")
            if isinstance(self.tags, str | bytes):
                raise UsageError(f"tags is {self.tags!r}, and must be names: tags=[{self.tags!r}]")
        if isinstance(self.speaker, bytes) or not (
            self.speaker is None or isinstance(self.speaker, Iterable | Integral) or hasattr(self.speaker, "__index__")
        ):
            raise UsageError(f"speaker is {shortened(self.speaker)}, and must be a name, an index, or weights by name")
        if self.features is not None:
            object.__setattr__(self, "features", np.asarray(self.features))
        # copies, because an iterator can be consumed only once
        if self.speaker is not None and not isinstance(self.speaker, Iterable):
            object.__setattr__(self, "speaker", integer("speaker", self.speaker, -(2**63)))  # numpy's become Python's
        elif self.speaker is not None and not isinstance(self.speaker, str):
            object.__setattr__(self, "speaker", _copied(self.speaker, "speaker"))
        if self.tags is not None:
            object.__setattr__(self, "tags", _copied(self.tags, "tag"))

    def weights(self, model: ModelConfig) -> Array | None:
        """The weight of each speaker and the value of each tag (speakers + tags,); None if the model has neither.

        Raises:
            UsageError: a name is unknown, a speaker is missing, or the model has no speakers or no tags.
        """
        weights = np.zeros(len(model.speakers) + len(model.tags), np.float32)
        if (self.speaker is None) == bool(model.speakers):
            known = f": one of {', '.join(model.speakers)}" if model.speakers else ""
            raise UsageError(
                f"this model needs a speaker{known}" if known else "this model has no speakers to choose from"
            )
        if self.tags is not None and not model.tags:
            raise UsageError("this model has no tags")
        if isinstance(self.speaker, int):
            if not 0 <= self.speaker < len(model.speakers):
                most = len(model.speakers) - 1
                raise UsageError(f"speaker is {self.speaker}, and must be from 0 to {most}, or a name")
            weights[self.speaker] = 1
        elif self.speaker is not None:
            mixed = (self.speaker,) if isinstance(self.speaker, str) else self.speaker
            for name, weight in _pairs(mixed):
                weights[_index(name, model.speakers, "speaker")] = weight
            if not weights.any():
                raise UsageError(f"speaker is {shortened(mixed)}, and must name somebody with a weight other than 0")
        for name, value in _pairs(self.tags or ()):
            weights[len(model.speakers) + _index(name, model.tags, "tag")] = value
        return weights if len(weights) else None


class SpeakerKeywords(TypedDict, total=False):
    """The fields of ``Conditioning`` that may change at any sample, as keywords."""

    speaker: Speaker | None
    tags: Tags | None


class ConditioningKeywords(SpeakerKeywords, total=False):
    """The fields of ``Conditioning`` as keywords."""

    features: NDArray[np.floating] | None


def _copied(names: Tags, what: str) -> Tags:
    for name in (names := names if isinstance(names, Mapping) else tuple(names)):
        if not isinstance(name, str):
            raise UsageError(f"a {what} is named {shortened(name)}, and must be named by its name, a text")
    if not isinstance(names, Mapping):
        return names
    for name, value in names.items():
        if not (is_number(value) and abs(value) <= LARGEST_WEIGHT):
            raise UsageError(
                f"{what} {name!r} has the weight {value!r}, and must have a finite one, at most {LARGEST_WEIGHT:g}"
            )
    return dict(names)


def _pairs(names: Tags) -> list[tuple[str, float]]:
    return list(names.items()) if isinstance(names, Mapping) else [(name, 1.0) for name in names]


def _index(name: str, known: tuple[str, ...], what: str) -> int:
    if name not in known:
        raise UsageError(f"unknown {what} {name!r}{suggestion(name, known)}")
    return known.index(name)


@blas.one_thread()
def global_bias(model: ModelConfig, tensors: Tensors, weights: Array | None) -> Array | None:
    """V·h of every layer (L, 2D), from ``Conditioning.weights``; None without global conditioning."""
    if weights is None:
        return None
    h = weights
    if model.speakers:
        known = len(model.speakers)
        h = np.concatenate([weights[:known] @ tensors["speakers.weight"], weights[known:]])
    return np.stack([tensors[f"layers.{i}.global_condition.weight"][:, :, 0] @ h for i in range(model.layers)])
