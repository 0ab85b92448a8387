"""Naturalness: the mean opinion score of listeners, as predicted by DistillMOS.

1 (bad) to 5 (excellent). Natural studio speech gets 4.2 to 4.6, old synthesisers 2 to 3.5. It was trained on listening
tests of speech after noise, codecs, packet loss and synthesis. It does not notice whether the words are right or whose
voice it is, and is proven on English only. A mean over two dozen clips is known to about ±0.1; the difference of two
systems on the same clips is known much better.

The network is sensitive to silence around speech, and to the position of speech on its 20 ms grid: a delay of 0 to 0.2
s changes the score of a clip by 0.2 to 0.5, and zeros before or after it by up to a point. So a clip is cut to its
speech and 80 ms on either side (``ends.cut``), and its score is the mean over three delays.

Source: Stahl and Gamper (2025), Distillation and pruning for scalable self-supervised representation-based speech
quality assessment, arXiv:2502.05356; the weights are in its package. The network scales each segment of 7.68 s to a
peak of 1, so loudness does not matter.
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
"""numbers of zeros at 16 kHz before a clip; the scores are averaged"""
SEGMENT = 122_880
"""samples that the network processes at once; it pads shorter clips with zeros"""


@cache
def load() -> Any:
    """Load the network, once.

    Raises:
        MissingExtraError: its packages are not installed.
    """
    # distillmos imports torchaudio only for its command line, and there is not a build of it for every PyTorch
    with needed("naturalness", PACKAGES), without("torchaudio"):
        import distillmos
        import torch  # noqa: F401
    with quiet():
        return distillmos.ConvTransformerSQAModel().eval()


def score(clip: Clip) -> Score:
    """The predicted mean opinion score of a clip of any length at 16 kHz, with its ends cut; silence has none."""
    load()  # so that a missing package is reported for silence too
    if silent(clip.waveform):
        return Score(float("nan"), note="silent")
    return Score(float(np.mean(delayed(ends.cut(clip.waveform)))))


def delayed(waveform: Waveform) -> list[float]:
    """The opinion scores of a waveform (T,) at 16 kHz after each of ``DELAYS``.

    They are computed in one pass if each fits into a segment: the network itself would pad it with zeros.
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
