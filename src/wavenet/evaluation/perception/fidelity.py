"""Fidelity of a copy: PESQ, STOI and F0, which compare it with the recording that it is a copy of.

All of them need the same words at the same times: they judge copy synthesis and coding, not new readings of a text. The
two signals start together and are cut to the shorter one. PESQ and STOI rank models that draw their own noise lower
than listeners do; for generated speech, naturalness decides.

- PESQ, wideband: 1.02 (bad) to 4.64 (identical), a listening score predicted by a model of the ear; of clips longer
  than 19 s, the mean over pieces. Source: ITU-T P.862.2.
- STOI: 0 to 1 (identical), correlation of the envelopes of 15 bands over 384 ms. It saturates early: above 0.9
  everything is intelligible. Source: Taal et al. (2011), An algorithm for intelligibility prediction of time-frequency
  weighted noisy speech, IEEE TASLP 19(7).
- F0: -1 to 1 (identical), correlation of log F0 where both are voiced, from Harvest: Morise (2017), Interspeech. The
  paper found that prosody suffers without F0 as an input (section 3.2).
"""

import warnings
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from wavenet.audio import features
from wavenet.config import FeatureConfig
from wavenet.corpora import pauses
from wavenet.corpora.pauses import Level
from wavenet.errors import AudioError
from wavenet.evaluation.perception.clip import Clip, Score, Waveform, silent
from wavenet.evaluation.perception.packages import needed
from wavenet.imports import quiet
from wavenet.workers import Aside, Died

LEAST_OVERLAP = 0.9
"""largest difference in length, relative to the longer signal; beyond it they are not the same words at the same
times"""

PESQ_SECONDS = 19.0
"""longest signal that is scored at once; ITU-T P.862.3 recommends 8 to 20 s"""

_STOI_SECONDS = 0.4  # duration of its 30 frames
_STOI_SHORT = "less than 0.4 s of speech"
_F0 = FeatureConfig(hop_length=160, pitch_method="harvest")  # as in the published tables
_F0_FRAMES = 20  # 0.2 s


@cache
def load_pesq() -> Any:
    """Load the function, once.

    Raises:
        MissingExtraError: its package is not installed.
    """
    with needed("pesq"):
        import pesq
    return pesq


@cache
def load_stoi() -> Any:
    """Load the function, once.

    Raises:
        MissingExtraError: its package is not installed.
    """
    with needed("stoi"):
        import pystoi
    return pystoi.stoi


def load_f0() -> object:
    """Load the F0 estimator, once.

    Raises:
        MissingExtraError: its package is not installed.
    """
    return features.harvest()


def check_lengths(clip: Clip) -> None:
    """Raise AudioError if a clip and its reference cannot have the same words at the same times."""
    if clip.reference is None:
        return
    ours, theirs = len(clip.waveform), len(clip.reference)
    if min(ours, theirs) < LEAST_OVERLAP * max(ours, theirs):
        raise AudioError(
            f"{clip.name} has {ours / clip.sample_rate:.2f} s and its reference {theirs / clip.sample_rate:.2f} s; "
            "pesq, stoi and f0 compare copies of the same length"
        )


def pesq(clip: Clip) -> Score:
    """PESQ of a clip at 16 kHz with its reference; none below 0.25 s or without speech.

    A clip longer than ``PESQ_SECONDS`` is cut at pauses of its reference. Its score is the mean over the pieces that
    have one, weighted by their lengths.
    """
    load_pesq()
    pair = _pair(clip)
    if isinstance(pair, str):
        return Score(float("nan"), note=pair)
    reference, ours = pair
    scores: list[tuple[float, int]] = []
    notes: list[str] = []
    for begin, end in pairwise([0, *_pesq_ends(reference, clip.sample_rate)]):
        result = _pesq_aside()((clip.sample_rate, reference[begin:end], ours[begin:end]))
        if isinstance(result, float):
            scores.append((result, end - begin))
        else:
            notes.append(f"the package pesq {result}" if isinstance(result, Died) else result)
    if not scores:
        return Score(float("nan"), note=notes[0])
    return Score(float(np.average([value for value, _ in scores], weights=[samples for _, samples in scores])))


def _pesq_ends(reference: Waveform, sample_rate: int) -> list[int]:
    """The end of each piece of a clip, in samples."""
    if len(reference) <= PESQ_SECONDS * sample_rate:
        return [len(reference)]
    level = Level(sample_rate)
    level.add(reference)
    return list(pauses.ends(level, int(PESQ_SECONDS * sample_rate)))


@cache
def _pesq_aside() -> Aside[tuple[int, Waveform, Waveform], float | str]:
    """A process of its own: the package is written in C, and a crash must not end the evaluation."""
    return Aside(_pesq)


def _pesq(job: tuple[int, Waveform, Waveform]) -> float | str:
    """The score at a sample rate of a reference (T,) and a copy of it (T,); or why there is none."""
    module = load_pesq()
    try:
        with quiet():
            return float(module.pesq(*job, "wb"))
    except module.BufferTooShortError:
        return "shorter than 0.25 s"
    except module.NoUtterancesError:
        return "no speech in it or in its reference"


def stoi(clip: Clip) -> Score:
    """STOI of a clip at 16 kHz with its reference; none below 0.4 s of speech."""
    function, pair = load_stoi(), _pair(clip)
    if isinstance(pair, str):
        return Score(float("nan"), note=pair)
    if len(pair[0]) < _STOI_SECONDS * clip.sample_rate:
        return Score(float("nan"), note=_STOI_SHORT)
    try:
        with quiet():
            # where STOI is undefined, the package warns and returns 1e-5
            warnings.filterwarnings("error", "Not enough STFT frames", RuntimeWarning)
            return Score(float(function(*pair, clip.sample_rate, extended=False)))
    except RuntimeWarning:
        return Score(float("nan"), note=_STOI_SHORT)


def f0(clip: Clip) -> Score:
    """Correlation of log F0 with the reference's, weighted by voiced frames; none if less than 0.2 s is voiced in
    both.
    """
    pair = _pair(clip)
    if isinstance(pair, str):
        return Score(float("nan"), note=pair)
    heights = [features.pitch(waveform, clip.sample_rate, _F0) for waveform in pair]
    both = np.all([frames[:, 1] > 0 for frames in heights], 0)
    natural, ours = (frames[both, 0].astype(np.float64) for frames in heights)
    if len(ours) < _F0_FRAMES or not natural.std() or not ours.std():
        return Score(float("nan"), note="less than 0.2 s of voice in it or in its reference, or no melody")
    return Score(float(np.corrcoef(natural, ours)[0, 1]), weight=float(len(ours)))


def _pair(clip: Clip) -> tuple[Waveform, Waveform] | str:
    """Reference and clip, cut to the shorter one; or why they cannot be compared."""
    if clip.reference is None:
        return "has no reference"
    check_lengths(clip)
    samples = min(len(clip.waveform), len(clip.reference))
    reference, ours = clip.reference[:samples], clip.waveform[:samples]
    if silent(reference) or silent(ours):
        return "silent" if silent(ours) else "its reference is silent"
    return reference, ours
