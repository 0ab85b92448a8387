"""Local features of a recording (section 2.5): log-mel spectrum and pitch, for training and at run time.

Frame f describes samples f · hop_length … (f + 1) · hop_length - 1, which it also conditions; its window is centred on
them. A recording of T samples has ceil(T / hop_length) frames; it is silent outside.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wavenet import blas
from wavenet.arithmetic import ceil_div
from wavenet.audio.waveforms import checked
from wavenet.config import FeatureConfig, FeatureKind, PitchMethod
from wavenet.errors import MissingExtraError, UsageError
from wavenet.imports import quiet, without

Frames = NDArray[np.float32]

FLOOR = 1e-5
"""the smallest amplitude that log-mel represents: -100 dB relative to a full-scale sine"""
MIDDLE, SPREAD = -6.0, 3.0
"""mean and spread of the logarithm of speech's amplitudes, roughly; the network sees (log - MIDDLE) / SPREAD"""
AT_ONCE = 2**22
"""samples of all windows whose spectra are in memory at once, 32 MB: 41 s with the default settings"""
LEAST_LOG_MEL = (float(np.log(FLOOR)) - MIDDLE) / SPREAD
PITCH_MIDDLE, PITCH_SPREAD = 5.1, 0.4
"""the same for the logarithm of F0 in Hz"""


def count(samples: int, hop_length: int) -> int:
    """The number of frames of a recording with this number of samples."""
    return ceil_div(samples, hop_length)


def extract(
    waveform: NDArray[np.floating], sample_rate: int, settings: FeatureConfig, file_features: Frames | None = None
) -> Frames:
    """All frames (F, channels) of a waveform (T,) in [-1, 1].

    ``file_features`` are the features of kind ``file``, which only the user can provide.

    Raises:
        UsageError: features of kind ``file`` are missing; or the settings do not fit the sample rate.
        MissingExtraError: pitch by Harvest is needed, and pyworld is not installed.
    """
    parts = []
    for kind in settings.kinds:
        if kind in KINDS:
            parts.append(KINDS[kind].whole(waveform, sample_rate, settings))
        elif file_features is not None:
            least = count(len(waveform), settings.hop_length)
            check("file_features", file_features, replace(settings, kinds=("file",)), least)
            parts.append(np.asarray(file_features[:least], np.float32))
        else:
            raise UsageError("this model's features cannot be computed from a recording alone; give them as .npy")
    return np.concatenate(parts, axis=1)


def log_mel(
    waveform: NDArray[np.floating], sample_rate: int, settings: FeatureConfig, first: int = 0, stop: int | None = None
) -> Frames:
    """Log-mel frames first … stop - 1, (F, n_mels): logarithms of amplitudes in triangular bands of the mel scale.

    Amplitudes are relative to a full-scale sine. The bands are those of Slaney (1998), scaled to unit sums.
    """
    waveform = checked(waveform)
    stop = count(len(waveform), settings.hop_length) if stop is None else stop
    size = max(AT_ONCE // settings.n_fft, 1)
    parts = (_log_mel(waveform, sample_rate, settings, i, min(i + size, stop)) for i in range(first, stop, size))
    return np.concatenate([np.empty((0, settings.n_mels), np.float32), *parts])


@blas.one_thread()
def _log_mel(
    waveform: NDArray[np.floating], sample_rate: int, settings: FeatureConfig, first: int, stop: int
) -> Frames:
    hop, n_fft = settings.hop_length, settings.n_fft
    begin = first * hop + hop // 2 - n_fft // 2
    samples = _padded(waveform, begin, begin + (stop - first - 1) * hop + n_fft)
    frames = np.lib.stride_tricks.sliding_window_view(samples, n_fft)[::hop]
    amplitudes = np.abs(np.fft.rfft(frames * _window(n_fft, settings.win_length)))
    mel = amplitudes @ bands(sample_rate, settings)
    logs: Frames = ((np.log(np.maximum(mel, FLOOR)) - MIDDLE) / SPREAD).astype(np.float32)
    return logs


def amplitudes(frames: Frames) -> NDArray[np.float64]:
    """The mel amplitudes (F, n_mels) of log-mel frames: the inverse of the scaling in ``log_mel``."""
    return np.exp(np.asarray(frames, np.float64) * SPREAD + MIDDLE)


def bands(sample_rate: int, settings: FeatureConfig) -> NDArray[np.float64]:
    """The weight (n_fft // 2 + 1, n_mels) of the amplitude at each frequency in each band."""
    return _bands(sample_rate, settings.n_fft, settings.n_mels, settings.f_min, settings.f_max)


def band_middles(settings: FeatureConfig) -> NDArray[np.float64]:
    """The frequency of each mel band's peak in Hz, (n_mels,)."""
    return _corners(settings.n_mels, settings.f_min, settings.f_max)[1:-1]


def pitch(waveform: NDArray[np.floating], sample_rate: int, settings: FeatureConfig) -> Frames:
    """(F, 2): log F0, interpolated through unvoiced frames, and voicing, 1 or 0.

    ``pitch_method`` says how they are found. A recording without voice gets the mean pitch.
    """
    find = PITCH_METHODS[settings.pitch_method]
    return pitch_frames(
        find(checked(waveform), sample_rate, settings.hop_length, settings.pitch_min, settings.pitch_max)
    )


def _correlation(
    waveform: NDArray[np.floating], sample_rate: int, hop: int, low: float, high: float
) -> NDArray[np.float64]:
    """The same by ``periodicity.f0``, which is imported here: generating audio does not need it."""
    from wavenet.audio import periodicity

    return periodicity.f0(waveform, sample_rate, hop, low, high)


def _harvest(
    waveform: NDArray[np.floating], sample_rate: int, hop: int, low: float, high: float
) -> NDArray[np.float64]:
    """F0 in Hz (F,), 0 where unvoiced, by Harvest (Morise, 2017) from the package ``pyworld``."""
    find = harvest()
    F = count(len(waveform), hop)
    # Harvest's frames lie at multiples of the period from the first sample on; half a hop of silence moves ours there
    moved = np.pad(np.asarray(waveform, np.float64), (hop - hop // 2, 2 * hop))
    f0, _ = find(moved, sample_rate, low, high, frame_period=1000 * hop / sample_rate)
    return f0[1 : F + 1]


PITCH_METHODS: dict[PitchMethod, Callable[[NDArray[np.floating], int, int, float, float], NDArray[np.float64]]] = {
    "correlation": _correlation,
    "harvest": _harvest,
}
"""F0 in Hz (F,), 0 where unvoiced, of a waveform (T,), a sample rate, ``hop_length``, ``pitch_min``, ``pitch_max``"""


class Kind(NamedTuple):
    """A kind of features that can be computed from a waveform. ``FeatureConfig`` has its name and its width."""

    bounds: tuple[float, float]
    """values outside have another scale"""
    settings: tuple[str, ...]
    """the settings that determine its numbers, besides ``hop_length`` and the sample rate"""
    whole: Callable[[NDArray[np.floating], int, FeatureConfig], Frames]
    """computes all frames (F, width) of a waveform at a sample rate"""
    excerpt: Callable[[NDArray[np.floating], int, FeatureConfig, int, int], Frames] | None = None
    """computes frames first … stop - 1, which depend only on ``n_fft`` samples around them; None: they depend on the
    whole recording, so training computes them once, into files"""


KINDS: dict[FeatureKind, Kind] = {
    "log_mel": Kind((-6.0, 6.0), ("n_fft", "win_length", "n_mels", "f_min", "f_max"), log_mel, log_mel),
    "pitch": Kind((-15.0, 15.0), ("pitch_min", "pitch_max", "pitch_method"), pitch),
}
"""all kinds except ``file``; a new one is a function, an entry here, and its width and settings in ``FeatureConfig``"""


FILE_BOUNDS = (-1e6, 1e6)
"""bounds of the user's own features: far within float32, and the products of a network stay within it"""


def check(name: str, frames: NDArray[Any], settings: FeatureConfig, least: int) -> None:
    """Raise a UsageError unless an array can be features (F, channels) with a minimum number of frames.

    What passes differs from its values in float32 by rounding only.
    """
    channels = settings.channels
    if frames.ndim != 2 or frames.shape[1] != channels or frames.dtype.kind not in "iuf":
        shape = f"an array of {frames.dtype} with shape {frames.shape}"
        turned = "; it may be transposed" if frames.ndim == 2 and frames.shape[0] == channels else ""
        raise UsageError(f"{name}: {shape}, but the model takes numbers of shape (frames, {channels}){turned}")
    if len(frames) < least:
        raise UsageError(
            f"{name}: has {len(frames)} frames, but {least} are needed; is its hop_length that of the model?"
        )
    for kind in settings.kinds:
        low, high = KINDS[kind].bounds if kind in KINDS else FILE_BOUNDS
        part = frames[:, settings.columns(kind)]
        wrong = ~((low <= part) & (part <= high))  # NaN is wrong, too
        if wrong.any():
            f, c = divmod(int(wrong.argmax()), part.shape[1])
            if not np.isfinite(part[f, c]):
                raise UsageError(f"{name}: frame {f} holds a value that is not finite; compute it again")
            told = f"frame {f} holds {part[f, c]:g} in its {kind}, which lies between {low:g} and {high:g}"
            raise UsageError(f"{name}: {told}; it was computed with other settings")


@cache
def harvest() -> Callable[..., tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """The function of ``pyworld``; raises MissingExtraError."""
    from importlib.metadata import distribution

    # pyworld reads its own version through a module that setuptools no longer has, and uses it for nothing else
    try:
        with quiet(), without("pkg_resources", get_distribution=distribution):
            from pyworld import harvest
    except ImportError:
        raise MissingExtraError("pitch", "corpora") from None
    found: Callable[..., tuple[NDArray[np.float64], NDArray[np.float64]]] = harvest
    return found


def pitch_frames(f0: NDArray[np.floating]) -> Frames:
    """F0 in Hz (F,), 0 where unvoiced, as the network sees it: (F, 2)."""
    voiced = np.flatnonzero(f0)
    log = np.full(len(f0), PITCH_MIDDLE)
    if len(voiced):
        log = np.interp(np.arange(len(f0)), voiced, np.log(f0[voiced]))
    return np.stack([(log - PITCH_MIDDLE) / PITCH_SPREAD, f0 > 0], axis=1).astype(np.float32)


def f0(frames: Frames) -> NDArray[np.float64]:
    """F0 in Hz (F,), 0 where unvoiced: the inverse of ``pitch_frames``, of frames (F, 2)."""
    return np.where(frames[:, 1] > 0, np.exp(frames[:, 0].astype(np.float64) * PITCH_SPREAD + PITCH_MIDDLE), 0.0)


def _padded(waveform: NDArray[np.floating], begin: int, stop: int) -> NDArray[np.float64]:
    """Samples begin … stop - 1 of a waveform that is silent outside."""
    inside = np.asarray(waveform[max(begin, 0) : max(stop, 0)], np.float64)
    before = min(max(-begin, 0), stop - begin)
    return np.pad(inside, (before, stop - begin - before - len(inside)))


@lru_cache
def _window(n_fft: int, win_length: int) -> NDArray[np.float64]:
    """A Hann window centred in n_fft samples, with a sum of 2, so that a full-scale sine has amplitude 1."""
    window = np.sin(np.pi * (np.arange(win_length) + 0.5) / win_length) ** 2
    before = (n_fft - win_length) // 2
    return np.pad(2 * window / window.sum(), (before, n_fft - win_length - before))


@lru_cache
def _bands(sample_rate: int, n_fft: int, n_mels: int, f_min: float, f_max: float) -> NDArray[np.float64]:
    """The weight (n_fft // 2 + 1, n_mels) of each frequency in each band."""
    if f_max > sample_rate / 2:
        raise UsageError(f"f_max is {f_max:g} Hz, more than half the sample rate, {sample_rate / 2:g}; lower it")
    corners = _corners(n_mels, f_min, f_max)
    frequency = np.linspace(0, sample_rate / 2, n_fft // 2 + 1)[:, None]
    low, middle, high = corners[:-2], corners[1:-1], corners[2:]
    rising, falling = (frequency - low) / (middle - low), (high - frequency) / (high - middle)
    weights = np.maximum(0, np.minimum(rising, falling))
    # a band narrower than the frequency grid takes the nearest frequency
    empty = np.flatnonzero(weights.sum(0) == 0)
    weights[np.abs(frequency - middle[empty]).argmin(0), empty] = 1
    scaled: NDArray[np.float64] = weights / weights.sum(0)
    return scaled


def _corners(n_mels: int, f_min: float, f_max: float) -> NDArray[np.float64]:
    """The lower edges, peaks and upper edges of the bands in Hz: (n_mels + 2,)."""
    return _hz(np.linspace(_mel(f_min), _mel(f_max), n_mels + 2))


# Slaney's scale: 15 mel per kilohertz up to 1 kHz; above that, one mel is a factor of 6.4^(1/27)
_STEP = 27 / np.log(6.4)


def _mel(hz: float) -> float:
    return hz * 0.015 if hz < 1000 else 15 + float(np.log(hz / 1000)) * _STEP


def _hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(mel < 15, mel / 0.015, 1000 * np.exp((mel - 15) / _STEP))
