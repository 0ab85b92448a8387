"""The conditioning of other implementations as our conditioning network computes it (docs/model-folder.md).

Each of our stages ends in a ReLU. A stage that is linear there is written twice, once with each sign, and what follows
takes the difference: y = relu(y) - relu(-y).
"""

from dataclasses import dataclass, field

import numpy as np

from wavenet.errors import UsageError
from wavenet.importers.parts import Array

MOST_WEIGHTS = 2**27
"""maximum weights of a stage, as a small file can ask for many"""


@dataclass
class Stage:
    """A convolution over frames, (out, in, taps), or a transposed one, (in, out, 3 · scale)."""

    weight: Array
    bias: Array
    rectified: bool
    """whether a ReLU follows in the checkpoint's network too"""


@dataclass
class Conditioning:
    """Features of ``channels``, a frame for each ``hop_length`` samples, and the stages behind them."""

    channels: int
    hop_length: int
    convs: list[Stage] = field(default_factory=list)
    upsampling: list[Stage] = field(default_factory=list)

    @property
    def scales(self) -> tuple[int, ...]:
        """The stride of each transposed convolution."""
        return tuple(stage.weight.shape[2] // 3 for stage in self.upsampling)

    @property
    def kernel_size(self) -> int:
        """Frames that each convolution spans."""
        return max((stage.weight.shape[2] for stage in self.convs), default=1)

    @property
    def width(self) -> int:
        """Channels of every stage: those of the widest, twice where it is linear. The others are filled with zeros."""
        widths = [len(stage.bias) * (1 if stage.rectified else 2) for stage in (*self.convs, *self.upsampling)]
        return max(widths, default=1)

    @property
    def mirrored(self) -> bool:
        """Whether what the layers take has both signs."""
        last = [*self.convs, *self.upsampling][-1:]
        return bool(last) and not last[0].rectified

    def projection(self, weight: Array) -> Array:
        """What a layer multiplies the output of the last stage by, (2D, width), from (2D, channels)."""
        if not (self.convs or self.upsampling):
            return weight
        both = np.concatenate([weight, -weight], axis=1) if self.mirrored else weight
        return _filled(both, 1, self.width)

    def tensors(self) -> dict[str, Array]:
        """The tensors of the conditioning network."""
        found: dict[str, Array] = {}
        before, width, inputs = False, self.width, self.channels
        names = [f"convs.{i}" for i in range(len(self.convs))]
        names += [f"upsampling.{i}" for i in range(len(self.upsampling))]
        for name, stage in zip(names, (*self.convs, *self.upsampling), strict=True):
            into, out = (1, 0) if name.startswith("convs") else (0, 1)
            if inputs * width * stage.weight.shape[2] > MOST_WEIGHTS:
                raise UsageError(f"the conditioning network would have more than {MOST_WEIGHTS} weights in a stage")
            weight, bias = stage.weight, stage.bias
            if before:
                weight = np.concatenate([weight, -weight], axis=into)
            if not stage.rectified:
                weight, bias = np.concatenate([weight, -weight], axis=out), np.concatenate([bias, -bias])
            found[f"conditioning.{name}.weight"] = _filled(_filled(weight, into, inputs), out, width)
            found[f"conditioning.{name}.bias"] = _filled(bias, 0, width)
            before, inputs = not stage.rectified, width
        return found


def _filled(array: Array, axis: int, size: int) -> Array:
    """Zeros behind an axis."""
    widths = [(0, 0)] * array.ndim
    widths[axis] = (0, max(size - array.shape[axis], 0))
    return np.pad(array, widths)


def repeated(channels: int, scale: int) -> Stage:
    """Each frame ``scale`` times, as a stage."""
    return spread(np.ones((1, scale)), np.zeros(1), channels, rectified=False)


def spread(weight: Array, bias: Array, channels: int, *, rectified: bool) -> Stage:
    """A transposed convolution over time and frequency, (frequencies, scale), as wide in time as its stride.

    It is one for all channels: channel c of a frame goes to those around it.
    """
    scale = weight.shape[1]
    within(channels * channels * 3 * scale)
    taps = np.zeros((channels, channels, 3 * scale))
    for offset, row in enumerate(weight, -((len(weight) - 1) // 2)):
        for c in range(max(-offset, 0), min(channels - offset, channels)):
            taps[c, c + offset, scale : 2 * scale] = row
    return Stage(taps, np.full(channels, bias[0]), rectified)


def smoothed(weight: Array, scale: int, channels: int) -> Stage:
    """Each frame ``scale`` times, then a convolution (frequencies, 2 · scale + 1), one for all channels; linear.

    Its tap k, from -scale to scale, at row i - scale of a frame reaches that frame where i + k is from scale to
    2 · scale - 1.
    """
    within(channels * channels * 3 * scale)
    sums = np.concatenate([np.zeros((len(weight), 1)), np.cumsum(weight, axis=1)], axis=1)
    first = np.clip(2 * scale - np.arange(3 * scale), 0, 2 * scale + 1)
    last = np.clip(3 * scale - np.arange(3 * scale), 0, 2 * scale + 1)
    reached = sums[:, last] - sums[:, first]
    taps = np.zeros((channels, channels, 3 * scale))
    for offset, row in enumerate(reached, -((len(weight) - 1) // 2)):
        for c in range(max(-offset, 0), min(channels - offset, channels)):
            taps[c + offset, c] = row
    return Stage(taps, np.zeros(channels), False)


def overlapping(weight: Array, bias: Array, scale: int) -> tuple[list[Stage], Stage]:
    """A transposed convolution (in, out, window) of any window, linear: row j of frame f has window / scale frames.

    A stage of ours reaches from the frame before to the one behind; a convolution before it fetches earlier ones.
    """
    inputs, out, window = weight.shape
    count = -(-window // scale)
    within(inputs * out * max(count, 3) * scale)
    weight = np.pad(weight, ((0, 0), (0, 0), (0, count * scale - window)))
    parts = weight.reshape(inputs, out, count, scale)
    if count <= 2:
        taps = np.zeros((inputs, out, 3, scale))
        taps[:, :, 1 : 1 + count] = parts
        return [], Stage(taps.reshape(inputs, out, 3 * scale), bias, False)
    shifts = list(range(1, count - 1, 3))
    if shifts[-1] + 1 < count - 1:
        shifts.append(count - 2)
    reach = shifts[-1]
    within(2 * len(shifts) * inputs * max(out, len(shifts) * inputs) * 6 * scale)
    gathered = np.zeros((len(shifts) * inputs, inputs, 2 * reach + 1))
    taps = np.zeros((len(shifts) * inputs, out, 3, scale))
    missing = set(range(count))
    for n, shift in enumerate(shifts):
        rows = slice(n * inputs, (n + 1) * inputs)
        gathered[rows, :, reach - shift] = np.eye(inputs)
        for place, back in enumerate((shift - 1, shift, shift + 1)):
            if back in missing:
                missing.remove(back)
                taps[rows, :, place] = parts[:, :, back]
    fetched = Stage(gathered, np.zeros(len(gathered)), False)
    return [fetched], Stage(taps.reshape(len(taps), out, 3 * scale), bias, False)


def delayed(stage: Stage) -> Stage:
    """A transposed convolution whose output comes one sample later; its last tap must be zero."""
    if stage.weight[:, :, -1].any():
        raise UsageError("the upsampling reaches so far that it cannot be delayed by one sample")
    return Stage(np.pad(stage.weight[:, :, :-1], ((0, 0), (0, 0), (1, 0))), stage.bias, stage.rectified)


def within(weights: int) -> None:
    """Raise UsageError if a stage would have too many weights."""
    if weights > MOST_WEIGHTS:
        raise UsageError(f"the conditioning network would have {weights} weights, more than {MOST_WEIGHTS}")
