"""Fidelity of a copy: PESQ, STOI and F0, which compare it with the recording that it is a copy of.

All need the same words at the same times: copy synthesis and coding, not new readings of a text. The two begin
together and are cut to the shorter. PESQ and STOI do not like a model that draws its own noise: for generated speech
they rank worse than ears do, and naturalness decides.

- PESQ, wideband: 1.04 (bad) to 4.64 (the same), a listening score predicted from an ear's model. Source: ITU-T P.862.2.
- STOI: 0 to 1 (the same), correlation of the envelopes of 15 bands over 384 ms; it saturates early: above 0.9 all is
  intelligible. Source: Taal et al. (2011), An algorithm for intelligibility prediction of time-frequency weighted noisy
  speech, IEEE TASLP 19(7).
- F0: -1 to 1 (the same), correlation of log F0 where both are voiced, by Harvest: Morise (2017), Interspeech. What the
  paper found missing without it as an input (section 3.2).
"""

import warnings
from functools import cache
from typing import Any

import numpy as np

from wavenet.audio import features
from wavenet.config import FeatureConfig
from wavenet.errors import AudioError
from wavenet.evaluation.perception.clip import Clip, Score, Waveform, silent
from wavenet.evaluation.perception.packages import needed
from wavenet.imports import quiet

LEAST_OVERLAP = 0.9
"""of the longer of a clip and its reference; with less they are not the same words at the same times"""

_STOI_SECONDS = 0.4  # of its 30 frames
_STOI_SHORT = "less than 0.4 s of speech"
_F0 = FeatureConfig(hop_length=160)
_F0_FRAMES = 20  # 0.2 s


@cache
def load_pesq() -> Any:
    """The function, once.

    Raises:
        MissingExtraError: its package is not installed.
    """
    with needed("pesq"):
        import pesq
    return pesq


@cache
def load_stoi() -> Any:
    """The function, once.

    Raises:
        MissingExtraError: its package is not installed.
    """
    with needed("stoi"):
        import pystoi
    return pystoi.stoi


def load_f0() -> object:
    """What finds F0, once.

    Raises:
        MissingExtraError: its package is not installed.
    """
    return features.harvest()


def check_lengths(clip: Clip) -> None:
    """Raise AudioError when a clip and its reference cannot hold the same words at the same times."""
    if clip.reference is None:
        return
    ours, theirs = len(clip.waveform), len(clip.reference)
    if min(ours, theirs) < LEAST_OVERLAP * max(ours, theirs):
        raise AudioError(
            f"{clip.name} has {ours / clip.sample_rate:.2f} s and its reference {theirs / clip.sample_rate:.2f} s; "
            "pesq, stoi and f0 compare copies of the same length"
        )


def pesq(clip: Clip) -> Score:
    """PESQ of a clip at 16 kHz against its reference; none below 0.25 s or without speech."""
    module, pair = load_pesq(), _pair(clip)
    if isinstance(pair, str):
        return Score(float("nan"), note=pair)
    try:
        with quiet():
            return Score(float(module.pesq(clip.sample_rate, *pair, "wb")))
    except module.BufferTooShortError:
        return Score(float("nan"), note="shorter than 0.25 s")
    except module.NoUtterancesError:
        return Score(float("nan"), note="no speech in it or its reference")


def stoi(clip: Clip) -> Score:
    """STOI of a clip at 16 kHz against its reference; none below 0.4 s of speech."""
    function, pair = load_stoi(), _pair(clip)
    if isinstance(pair, str):
        return Score(float("nan"), note=pair)
    if len(pair[0]) < _STOI_SECONDS * clip.sample_rate:
        return Score(float("nan"), note=_STOI_SHORT)
    try:
        with quiet():
            # where its definition gives nothing it warns, and returns 1e-5
            warnings.filterwarnings("error", "Not enough STFT frames", RuntimeWarning)
            return Score(float(function(*pair, clip.sample_rate, extended=False)))
    except RuntimeWarning:
        return Score(float("nan"), note=_STOI_SHORT)


def f0(clip: Clip) -> Score:
    """Correlation of log F0 with the reference's; none below 0.2 s that both are voiced. Voiced frames weigh it."""
    pair = _pair(clip)
    if isinstance(pair, str):
        return Score(float("nan"), note=pair)
    heights = [features.pitch(waveform, clip.sample_rate, _F0) for waveform in pair]
    both = np.all([frames[:, 1] > 0 for frames in heights], 0)
    natural, ours = (frames[both, 0].astype(np.float64) for frames in heights)
    if len(ours) < _F0_FRAMES or not natural.std() or not ours.std():
        return Score(float("nan"), note="less than 0.2 s of voice in it or its reference, or no melody")
    return Score(float(np.corrcoef(natural, ours)[0, 1]), weight=float(len(ours)))


def _pair(clip: Clip) -> tuple[Waveform, Waveform] | str:
    """Reference and clip, cut to the shorter; or why there is nothing to compare."""
    if clip.reference is None:
        return "has no reference"
    check_lengths(clip)
    samples = min(len(clip.waveform), len(clip.reference))
    reference, ours = clip.reference[:samples], clip.waveform[:samples]
    if silent(reference) or silent(ours):
        return "silent" if silent(ours) else "its reference is silent"
    return reference, ours
