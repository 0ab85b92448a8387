"""F0 and voicing from the normalised cross-correlation of the waveform, after Talkin (1995), A robust algorithm for
pitch tracking.

A frame is voiced if the waveform around it repeats itself, is loud beside the rest of the recording, and has its energy
at low frequencies: closures and hiss of voiceless consonants fail in at least one. Of the periods at which a frame
repeats itself, the one that fits its neighbours is taken (dynamic programming), which also decides voicing.
"""

from math import ceil
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wavenet.arithmetic import ceil_div

Array = NDArray[np.float64]

WINDOW = 0.015
"""seconds whose products are summed: short, so that voicing ends where the vowel does"""
RATE = 16_000
"""waveforms of higher sample rates are brought near this one, which is enough for any F0"""
FINENESS = 12
"""samples of the shortest period, or its multiples would pass for longer periods that repeat better"""
CANDIDATES = 12
"""periods of a frame that are considered"""
LEAST = 0.3
"""smallest correlation at which a period is considered"""
QUIET = 1e-3
"""amplitude relative to the loud parts below which what repeats is no voice: -60 dB"""
AT_ONCE = 256
"""frames whose correlations are in memory at once"""

# chosen so that by benchmarks/voicing.py at most 10 % of voiceless consonants are voiced, and at most 3 % of audible
# vowels are not
CORRELATION, LOUDNESS, LOWNESS, BIAS = 8.0, 5.5, 2.8, -2.6
"""logarithm of the odds that a frame is voiced: weights of the correlation, of the level relative to the loud parts
and of how low the energy lies, both in units of 20 dB, and a constant"""
OCTAVES = 0.1
"""what the longest period loses in correlation, in favour of its fractions, at which a frame repeats itself as well"""
JUMP, SWITCH = 2.0, 1.0
"""cost, in odds, of a change of F0 by a factor of e, and of a change of voicing, from one frame to the next"""
PURE = 0.95
"""correlation from which a period shorter than those searched for can be that of a tone"""


class _Frames(NamedTuple):
    """What is known of each of F frames."""

    periods: Array
    """in samples, (F, candidates)"""
    odds: Array
    """logarithm of the odds that the frame is voiced with each period, (F, candidates); -inf: there is none"""


def f0(waveform: NDArray[np.floating], sample_rate: int, hop_length: int, low: float, high: float) -> Array:
    """F0 in Hz (F,) between ``low`` and ``high``, 0 where unvoiced, of a waveform (T,).

    It does not depend on the waveform's scale. Frame f is centred on sample (f + 1/2) · ``hop_length``.
    """
    count = ceil_div(len(waveform), hop_length)
    if not count:
        return np.zeros(0)
    more = max(1, ceil(FINENESS * high / sample_rate))
    step = max(1, min(round(sample_rate / RATE), int(sample_rate / (FINENESS * high))))
    x = _resampled(np.asarray(waveform, np.float64), more, step)
    rate = sample_rate * more / step
    x -= _moving_mean(x, round(2 * rate / low))
    centres = np.rint((np.arange(count) * hop_length + hop_length / 2) * more / step).astype(np.int64)
    frames = _frames(x, centres, rate, low, high)
    if frames is None:
        return np.zeros(count)
    chosen = _path(frames)
    none = frames.periods.shape[1]
    periods = np.take_along_axis(frames.periods, np.minimum(chosen, none - 1)[:, None], 1)[:, 0]
    return np.where(chosen < none, rate / periods, 0.0)


def _resampled(x: Array, more: int, step: int) -> Array:
    """At ``more`` times the sample rate, or every ``step``-th sample after a low-pass filter; one of them is 1."""
    factor = more * step
    if factor == 1:
        return x.copy()
    spread = np.zeros(len(x) * more)
    spread[::more] = x * more
    n = np.arange(-8 * factor, 8 * factor + 1)
    taps = np.sinc(0.9 * n / factor) * np.hanning(len(n) + 2)[1:-1]
    return np.convolve(np.pad(spread, 8 * factor), taps / taps.sum(), "valid")[::step]


def _moving_mean(x: Array, width: int) -> Array:
    """The mean of the ``width`` samples around each: what changes more slowly than a voice."""
    sums = _sums(np.pad(x, (width // 2 + 1, width)))
    return (sums[width : width + len(x)] - sums[: len(x)]) / width


def _sums(x: Array) -> Array:
    return np.concatenate([[0.0], np.cumsum(x)])


def _frames(x: Array, centres: NDArray[np.int64], rate: float, low: float, high: float) -> _Frames | None:
    """Periods and odds of each frame; None if all is silent."""
    width = max(round(WINDOW * rate), 2)
    lags = np.arange(2, int(np.ceil(rate / low)) + 3)
    margin = int(lags[-1]) + width
    padded = np.pad(x, (margin, margin + max(int(centres[-1]) + 1 - len(x), 0)))
    middles = centres + margin
    power = _power(padded, middles, width)
    if not power.any():
        return None
    loud = float((power**2).sum() / power.sum())  # the mean of the loud parts, however much silence surrounds them
    floor = loud * QUIET**2
    slope = np.diff(padded, prepend=0.0) * (rate / RATE)
    level = np.log10((power + floor) / loud) / 2
    lowness = np.minimum(np.log10((power + floor) / (_power(slope, middles, width) + floor)) / 2, 1.0)
    periods, heights = np.concatenate(
        [
            _candidates(_correlations(padded, middles[i : i + AT_ONCE], width, lags, floor), rate / high, rate / low)
            for i in range(0, len(middles), AT_ONCE)
        ],
        axis=1,
    )
    return _Frames(periods, CORRELATION * heights + (LOUDNESS * level + LOWNESS * lowness + BIAS)[:, None])


def _power(x: Array, middles: NDArray[np.int64], width: int) -> Array:
    """The mean square of the ``width`` samples around each middle."""
    sums = _sums(x * x)
    begin = middles - width // 2
    return np.maximum(sums[begin + width] - sums[begin], 0.0) / width


def _correlations(x: Array, middles: NDArray[np.int64], width: int, lags: NDArray[np.int64], floor: float) -> Array:
    """The correlation (F, lags) of ``width`` samples with those one lag later, both together centred on each middle."""
    most = int(lags[-1]) + width
    windows = np.lib.stride_tricks.sliding_window_view(x, 2 * most)[middles - most]
    squares = np.pad(np.cumsum(windows**2, axis=1), ((0, 0), (1, 0)))
    found = np.empty((len(middles), len(lags)))
    for j, lag in enumerate(lags.tolist()):
        begin = most - (width + lag) // 2
        end, later = begin + width, begin + lag
        products = np.einsum("fw,fw->f", windows[:, begin:end], windows[:, later : later + width])
        before, after = squares[:, end] - squares[:, begin], squares[:, later + width] - squares[:, later]
        found[:, j] = products / (np.sqrt(np.maximum(before, 0.0) * np.maximum(after, 0.0)) + width * floor)
    return found


def _candidates(correlations: Array, shortest: float, longest: float) -> Array:
    """Periods in samples and correlations at the highest peaks, (2, F, candidates), interpolated by parabolas.

    The lags are 2, 3, …; the correlations have lost what ``OCTAVES`` takes, and -inf says that there are no more peaks.
    """
    before, at, after = correlations[:, :-2], correlations[:, 1:-1], correlations[:, 2:]
    lags = np.arange(3, 3 + at.shape[1])
    bend = np.minimum(before - 2 * at + after, -1e-12)
    shift = np.clip((before - after) / (2 * bend), -0.5, 0.5)
    periods, heights = lags + shift, at - (before - after) * shift / 4
    peak = (at >= before) & (at > after)
    inside = (periods >= shortest - 0.1) & (periods <= longest + 0.1)
    found = np.where(peak & inside & (heights >= LEAST), heights, -np.inf)
    above = np.where(peak & ~inside & (lags < longest), heights, 0.0).max(1)
    found[(above >= PURE) & (above >= found.max(1) - 0.02)] = -np.inf  # a tone whose period is too short
    found -= OCTAVES * periods / longest
    top = np.argsort(-found, axis=1, kind="stable")[:, :CANDIDATES]
    return np.stack([np.take_along_axis(each, top, 1) for each in (periods, found)])


def _path(frames: _Frames) -> NDArray[np.int64]:
    """The candidate of each frame, or their number where unvoiced, whose odds less the costs of changes are highest."""
    F, n = frames.odds.shape
    logs = np.log(frames.periods)
    odds = np.pad(frames.odds, ((0, 0), (0, 1)))  # unvoiced: 0
    costs = np.full((n + 1, n + 1), 2 * SWITCH)
    costs[n, n] = 0.0
    total, back = odds[0], np.empty((F, n + 1), np.int64)
    for f in range(1, F):
        costs[:n, :n] = 2 * JUMP * np.abs(logs[f][:, None] - logs[f - 1])
        reached = total - costs
        back[f] = reached.argmax(1)
        total = reached.max(1) + odds[f]
    chosen = np.empty(F, np.int64)
    chosen[-1] = total.argmax()
    for f in range(F - 1, 0, -1):
        chosen[f - 1] = back[f, chosen[f]]
    return chosen
