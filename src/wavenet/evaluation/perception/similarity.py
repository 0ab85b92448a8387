"""Speaker similarity: the cosine between the embeddings of two recordings by a speaker-verification network.

-1 to 1, in practice 0.4 to 1. Two clips of 3 to 7 s have about 0.87 (0.68 to 0.92) if they are by one speaker, and 0.61
(0.46 to 0.72) if they are by two (five voices, nine in ten pairs). A single pair is a hint; a ``centroid``
distinguishes speakers. A copy of the same words has more than other words by the same speaker. The network was trained
to distinguish speakers on noisy English and knows little about quality: bad copies still score high. Clips below 1.6 s
are padded with silence and are less reliable.

Source: Wan et al. (2018), Generalized end-to-end loss for speaker verification, arXiv:1710.10467; as Resemblyzer, whose
package contains the weights.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wavenet.errors import AudioError, UsageError
from wavenet.evaluation.perception.clip import RATE, Clip, Score, silent, standard
from wavenet.evaluation.perception.packages import needed
from wavenet.imports import quiet

PACKAGES = "resemblyzer==0.1.4"

Embedding = NDArray[np.float32]
"""(256,), of unit length"""


@cache
def load() -> Any:
    """Load the network, once.

    Raises:
        MissingExtraError: its packages are not installed.
    """
    with needed("similarity", PACKAGES):
        import resemblyzer
    with quiet():
        return resemblyzer.VoiceEncoder("cpu", verbose=False)


def embed(waveform: NDArray[np.floating], sample_rate: int = RATE) -> Embedding | None:
    """The embedding of the voice in a waveform (T,), without its pauses; None if there is no voice."""
    encoder = load()
    import resemblyzer

    x = standard(waveform, sample_rate)
    if silent(x):
        return None
    with quiet():
        voiced = resemblyzer.preprocess_wav(x)
        return np.asarray(encoder.embed_utterance(voiced), np.float32) if len(voiced) else None


def score(clip: Clip) -> Score:
    """The cosine between a clip and its reference, -1 to 1."""
    if clip.reference is None:
        return Score(float("nan"), note="has no reference")
    ours, theirs = embed(clip.waveform, clip.sample_rate), embed(clip.reference, clip.sample_rate)
    if ours is None or theirs is None:
        return Score(float("nan"), note="no voice in " + ("it" if ours is None else "its reference"))
    return Score(float(ours @ theirs))


def centroid(waveforms: Iterable[NDArray[np.floating]], sample_rate: int = RATE) -> Embedding:
    """The mean embedding of a speaker's recordings; a dozen of 3 s are enough.

    Raises:
        AudioError: none of them contains a voice.
    """
    embeddings = [e for x in waveforms if (e := embed(x, sample_rate)) is not None]
    if not embeddings:
        raise AudioError("there is no voice in the recordings of a speaker; give some that contain speech")
    mean = np.mean(embeddings, axis=0)
    return np.asarray(mean / np.linalg.norm(mean), np.float32)


def nearest(
    waveform: NDArray[np.floating], voices: Mapping[str, Embedding], sample_rate: int = RATE
) -> tuple[str, dict[str, float]]:
    """The name of the voice that a waveform (T,) is most similar to, or "" if it contains none; and all cosines.

    Args:
        waveform: the recording.
        voices: the ``centroid`` of each speaker, by name.
        sample_rate: of the waveform.

    Raises:
        UsageError: there are no voices to choose from.
    """
    if not voices:
        raise UsageError("there are no reference speakers; name at least one")
    embedding = embed(waveform, sample_rate)
    if embedding is None:
        return "", {}
    cosines = {name: float(embedding @ voice) for name, voice in voices.items()}
    return max(cosines, key=cosines.__getitem__), cosines
