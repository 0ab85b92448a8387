"""The two recordings that an amplifier is learned from: read, checked, aligned, and divided. No PyTorch is needed."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wavenet.audio.decoders import decoded
from wavenet.audio.waveforms import LARGEST
from wavenet.config.amp import SHAPES, TrainAmpConfig
from wavenet.errors import UsageError, warn

Samples = NDArray[np.float32]
SILENT = 1e-4
"""of full scale: a recording that stays below holds nothing to learn from"""
CLIPPED = 3
"""samples in a row at one extreme, beyond which a recording is taken to be clipped"""
RATES = range(1_000, 1_000_001)
MOST_HELD_OUT = 20.0
"""seconds"""
FARTHEST = 0.5
"""seconds: the largest latency, in either direction, that is searched for"""
CONVINCING = 8.0
"""how far the peak of the correlation is above its mean square, as a ratio of amplitudes. Of unrelated noise, the
largest of 48,000 values is at 4.5"""
RIVAL = 0.5
"""the part of the peak that no other peak may reach; that of a tone repeats itself at every period"""
COMPARED = 2**22
"""samples that are compared at most, where the input is loudest: those of hours need no memory of their own"""
NEAR = 0.005
"""seconds around the peak that belong to it: loudspeakers ring"""


@dataclass(frozen=True)
class Recordings:
    """An aligned pair: sample t of the output is what sample t of the input, and those before it, gave."""

    dry: Samples
    wet: Samples
    sample_rate: int
    latency: int
    """samples that the output was behind"""
    cut: int
    """where the part begins that is held out"""

    @property
    def digest(self) -> str:
        """Of the samples, wherever the files are."""
        return sha256(self.dry.tobytes() + self.wet.tobytes()).hexdigest()


def read(dry: str, wet: str, config: TrainAmpConfig) -> Recordings:
    """Read two recordings, and align them; tells the latency that was found, and what was left out.

    Raises:
        UsageError: a recording is not there, not mono, silent, too short, of another rate than the other, or has
            samples that are no numbers; or no latency is convincing, or it is too large.
        AudioError: one is damaged.
    """
    (x, rate), (y, other) = (_one(path) for path in (dry, wet))
    if rate != other:
        raise UsageError(f"{dry} has {rate} Hz and {wet} {other} Hz; bring both to one rate, by recording them again")
    if len(x) != len(y):
        longer = dry if len(x) > len(y) else wet
        spare = abs(len(x) - len(y)) / rate
        print(f"{longer} is longer by {spare:.2f} s; what both have is used, {min(len(x), len(y)) / rate:.2f} s")
    n = min(len(x), len(y))
    x, y = x[:n], y[:n]
    needed = 2 * (SHAPES[config.shape].past + config.window)
    if n < needed:
        raise UsageError(
            f"{dry} and {wet} have {n:,} samples in common, and shape and window need {needed:,} "
            f"({needed / rate:.1f} s); record more, or lower --window"
        )
    latency = _latency(x, y, rate, dry, wet, config.latency)
    x, y = (x[: n - latency], y[latency:]) if latency >= 0 else (x[-latency:], y[: n + latency])
    past = SHAPES[config.shape].past
    cut = len(x) - min(round(len(x) * config.validation), round(MOST_HELD_OUT * rate))
    if not past + config.window <= cut < len(x):
        raise UsageError(
            f"validation is {config.validation}, which leaves {cut:,} samples of {dry} to learn from, and shape and "
            f"window need {past + config.window:,}; lower --validation"
        )
    held_out = y[cut:]
    if np.abs(held_out).max() < SILENT:
        raise UsageError(f"{wet} is silent in its last {len(held_out) / rate:.1f} s, which are held out; cut that off")
    return Recordings(np.ascontiguousarray(x), np.ascontiguousarray(y), rate, latency, cut)


def _one(path: str) -> tuple[Samples, int]:
    """One recording and its sample rate."""
    parts, rates = [], set()
    for rate, block in decoded(Path(path), warn):
        if block.shape[1] != 1:
            raise UsageError(f"{path} has {block.shape[1]} channels, and must have one; export it as mono")
        parts.append(block[:, 0])
        rates.add(rate)
    found = np.concatenate(parts) if parts else np.empty(0, np.float32)
    if len(rates) > 1 or not len(found):
        what = "no samples" if not len(found) else f"parts of {len(rates)} sample rates"
        raise UsageError(f"{path} holds {what}; record it again")
    (rate,) = rates
    if rate not in RATES:
        raise UsageError(f"{path} has {rate} Hz, and must have {RATES[0]} to {RATES[-1]} Hz; record it again")
    wrong = ~np.isfinite(found)
    if wrong.any():
        at = int(wrong.argmax())
        raise UsageError(f"{path}: sample {at} is {found[at]}; repair the file, or record it again")
    peak = float(np.abs(found).max())
    if peak < SILENT:
        raise UsageError(f"{path} is silent, its largest sample is {peak:.1e}; check the cable, and record it again")
    if peak > LARGEST:
        raise UsageError(f"{path} reaches {peak:g}, but full scale is 1; scale both recordings by one factor")
    if longest := clipped(found):
        warn(
            f"{path} is clipped: {longest} samples in a row are at {peak:.3f}; the network learns that too, so record "
            "it again at a lower level"
        )
    return found.astype(np.float32, copy=False), rate


def clipped(samples: Samples) -> int:
    """The most samples in a row at an extreme near full scale; 0: that is no clipping."""
    longest = 0
    for extreme in (samples.max(), samples.min()):
        if abs(extreme) < 0.98:
            continue
        at = np.flatnonzero(np.concatenate([[False], samples == extreme, [False]]))
        if len(at):
            starts = np.flatnonzero(np.diff(at, prepend=-2) > 1)
            longest = max(longest, int(np.diff(np.append(starts, len(at))).max()))
    return longest if longest > CLIPPED else 0


def _latency(x: Samples, y: Samples, rate: int, dry: str, wet: str, given: int | None) -> int:
    """The latency that was given, or found; raises UsageError."""
    if given is not None:
        if abs(given) > len(x) // 4:
            raise UsageError(f"--latency is {given}, and must be within {len(x) // 4:,} samples; check the recordings")
        return given
    part = _loudest(x, COMPARED)
    bound = min(round(FARTHEST * rate), len(x[part]) // 4)
    lag, peak, rival = correlate(x[part], y[part], bound, round(NEAR * rate))
    if peak < CONVINCING or rival > RIVAL:
        why = (
            f"no lag within ±{bound:,} samples stands out: the peak is at {lag}, {peak:.1f} times the rest, and must "
            f"have {CONVINCING:g}"
            if peak < CONVINCING
            else f"another lag correlates nearly as well as {lag}, {rival:.0%} of it"
        )
        raise UsageError(
            f"{wet} does not show how far it is behind {dry}: {why}; record noise or a click too, or give --latency"
        )
    print(f"latency: {lag} samples ({1000 * lag / rate:.2f} ms), by cross-correlation; --latency gives another")
    return lag


def _loudest(x: Samples, n: int) -> slice:
    """That one of the parts of n samples, one after the other, whose energy is highest."""
    energies = [float(np.square(x[at : at + n]).sum()) for at in range(0, len(x), n)]
    at = n * int(np.argmax(energies))
    return slice(at, at + n)


def correlate(x: Samples, y: Samples, bound: int, near: int) -> tuple[int, float, float]:
    """The lag at which two recordings correlate best, of whatever polarity, and how convincing that is.

    The cross-spectrum is whitened where it is strong, so that the peak of a note is not as wide as its period. Of a
    peak's flanks, the first lag is taken that has half of it: a network can wait, but it cannot look ahead.

    Args:
        x: the input (T,).
        y: the output (T,).
        bound: the largest lag.
        near: lags around the peak that belong to it.

    Returns:
        The lag in samples, the peak as a ratio to the root mean square of all lags beyond ``near``, and the largest of
        those as a part of the peak.
    """
    size = 1 << (len(x) + bound - 1).bit_length()
    cross = np.fft.rfft(x, size).conj() * np.fft.rfft(y, size)
    level = np.abs(cross)
    correlation = np.abs(np.fft.irfft(cross / (level + level.mean() + 1e-30), size))
    found = np.concatenate([correlation[size - bound :], correlation[: bound + 1]])  # lags -bound … bound
    best = int(found.argmax())
    first = max(best - near, 0)
    rest = np.concatenate([found[:first], found[best + near + 1 :]])
    rms = float(np.sqrt(np.mean(rest**2))) if len(rest) else 0.0
    peak = float(found[best])
    lag = first + int((found[first : best + 1] >= peak / 2).argmax())
    return lag - bound, peak / max(rms, 1e-30), float(rest.max(initial=0)) / max(peak, 1e-30)
