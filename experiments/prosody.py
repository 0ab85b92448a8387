"""Errors of the stages of a voice on recordings: durations, F0 and voicing, log-mel, each from natural inputs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wavenet.audio.features import PITCH_MIDDLE, PITCH_SPREAD, SPREAD
from wavenet.tts.examples import Example
from wavenet.tts.segments import SIL
from wavenet.tts.voice import Voice

DECIBELS = 20 / np.log(10) * SPREAD
"""a difference of 1 in log-mel, in dB"""


@dataclass(frozen=True)
class Prosody:
    """Errors over all phones, or all frames, of held-out recordings."""

    phones: int
    frames: int
    duration_rmse: float
    """ms, for phones"""
    duration_correlation: float
    pause_rmse: float
    """ms, for pauses at punctuation marks"""
    f0_rmse: float
    """Hz, where both are voiced"""
    f0_cents: float
    """the same in cents, 1,200 per octave"""
    f0_correlation: float
    """of the logarithms"""
    voicing_error: float
    """fraction of the frames"""
    mel_error: float | None
    """dB, the mean absolute difference, from natural durations and F0; None if the voice has no such stage"""


def measure(voice: Voice, examples: Sequence[Example]) -> Prosody:
    """Compare the predictions of the stages with labelled recordings."""
    results: dict[str, list[NDArray[np.generic]]] = {"durations": [], "contour": [], "mel": []}
    for example in examples:
        free = voice.sentence(example.segments)
        timed = voice.sentence(example.segments, durations=example.durations)
        results["durations"].append(free.durations)
        if timed.pitch is not None:
            results["contour"].append(timed.pitch)
        if voice.settings.uses_mel:
            given = voice.sentence(example.segments, durations=example.durations, contour=example.pitch)
            results["mel"].append(np.abs(given.conditions[:, : example.mel.shape[1]] - example.mel).mean(1))
    pauses = np.array([segment.phone == SIL for example in examples for segment in example.segments])
    ms = 1000 * voice.hop_length / voice.sample_rate
    natural = np.concatenate([example.durations for example in examples]) * ms
    predicted = np.concatenate(results["durations"]) * ms
    height, error = _pitch(examples, results["contour"]) if results["contour"] else ((np.nan, np.nan, np.nan), np.nan)
    return Prosody(
        phones=int((~pauses).sum()),
        frames=sum(example.frames for example in examples),
        duration_rmse=_rms((natural - predicted)[~pauses]),
        duration_correlation=_correlation(natural[~pauses], predicted[~pauses]),
        pause_rmse=_rms((natural - predicted)[pauses]),
        f0_rmse=height[0],
        f0_cents=height[1],
        f0_correlation=height[2],
        voicing_error=error,
        mel_error=float(np.concatenate(results["mel"]).mean() * DECIBELS) if results["mel"] else None,
    )


def _pitch(
    examples: Sequence[Example], contours: Sequence[NDArray[np.generic]]
) -> tuple[tuple[float, float, float], float]:
    """Errors of F0 in Hz and cents and its correlation, and errors of voicing."""
    natural, predicted = np.concatenate([e.pitch for e in examples]), np.concatenate(contours).astype(np.float64)
    both = (natural[:, 1] > 0) & (predicted[:, 1] > 0)
    logs = [frames[both, 0] * PITCH_SPREAD + PITCH_MIDDLE for frames in (natural, predicted)]
    height = _rms(np.exp(logs[0]) - np.exp(logs[1])), _rms(logs[0] - logs[1]) * 1200 / np.log(2), _correlation(*logs)
    return height, float(((natural[:, 1] > 0) != (predicted[:, 1] > 0)).mean())


def _rms(errors: NDArray[np.floating]) -> float:
    return float(np.sqrt((errors**2).mean())) if len(errors) else float("nan")


def _correlation(x: NDArray[np.floating], y: NDArray[np.floating]) -> float:
    return float(np.corrcoef(x, y)[0, 1]) if len(x) > 1 and x.std() and y.std() else float("nan")
