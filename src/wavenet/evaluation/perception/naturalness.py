"""Naturalness: the mean opinion score that listeners would give, as DistillMOS predicts it.

1 (bad) to 5 (excellent). Natural studio speech gets 4.2 to 4.6, old synthesizers 2 to 3.5. It was trained on listening
tests of speech after noise, codecs, packet loss and synthesis; it hears neither whether the words are right nor whose
voice it is, and is proven on English only. A mean of two dozen clips is known to about ±0.1; a difference of two
systems on the same clips is known much better.

The network hears silence around speech, and where on its grid of 20 ms speech begins: a delay of 0 to 0.2 s moves a
clip by 0.2 to 0.5, and zeros before or behind it by up to a point. So a clip is cut to its speech and 80 ms on either
side (``ends.cut``), and its score is the mean over three delays.

Source: Stahl and Gamper (2025), Distillation and pruning for scalable self-supervised representation-based speech
quality assessment, arXiv:2502.05356; the weights are in its package. Each segment of 7.68 s is scaled to a peak of 1
by the network itself, so loudness plays no part.
"""

from functools import cache
from typing import Any

import numpy as np

from wavenet.evaluation.perception import ends
from wavenet.evaluation.perception.clip import Clip, Score, Waveform, silent
from wavenet.evaluation.perception.packages import needed
from wavenet.imports import quiet, without

PACKAGES = "distillmos==0.9.1 xls-r-sqa==0.1.0"
DELAYS = 0, 1100, 2300
"""samples of zeros at 16 kHz before a clip, whose scores are averaged"""
SEGMENT = 122_880
"""samples that the network hears at once; it fills up shorter clips with zeros"""


@cache
def load() -> Any:
    """The network, once.

    Raises:
        MissingExtraError: its packages are not installed.
    """
    # distillmos imports torchaudio for its command line alone, and no build of that fits every PyTorch
    with needed("naturalness", PACKAGES), without("torchaudio"):
        import distillmos
        import torch  # noqa: F401
    with quiet():
        return distillmos.ConvTransformerSQAModel().eval()


def score(clip: Clip) -> Score:
    """The predicted mean opinion score of a clip at 16 kHz of any length, its ends cut; silence has none."""
    load()  # what is missing is told of silence too
    if silent(clip.waveform):
        return Score(float("nan"), note="silent")
    return Score(float(np.mean(delayed(ends.cut(clip.waveform)))))


def delayed(waveform: Waveform) -> list[float]:
    """The opinion score of a waveform (T,) at 16 kHz as it is, after each of ``DELAYS``.

    In one pass where each fits into a segment: there, zeros behind it are what the network itself would add.
    """
    network = load()
    import torch

    waveforms = [np.pad(waveform, (delay, 0)) for delay in DELAYS]
    longest = max(map(len, waveforms))
    if longest <= SEGMENT:
        batches = [np.stack([np.pad(x, (0, longest - len(x))) for x in waveforms])]
    else:
        batches = [x[None] for x in waveforms]
    with torch.inference_mode():
        return [float(opinion) for batch in batches for opinion in network(torch.from_numpy(batch)).flatten()]
