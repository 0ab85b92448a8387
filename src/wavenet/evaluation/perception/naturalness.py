"""Naturalness: the mean opinion score that listeners would give, as DistillMOS predicts it.

1 (bad) to 5 (excellent). Natural studio speech gets 4.2 to 4.6, old synthesizers 2 to 3.5. It was trained on listening
tests of speech after noise, codecs, packet loss and synthesis; it hears neither whether the words are right nor whose
voice it is, and is proven on English only. A mean of two dozen clips is known to about ±0.1; a difference of two
systems on the same clips is known much better.

Source: Stahl and Gamper (2025), Distillation and pruning for scalable self-supervised representation-based speech
quality assessment, arXiv:2502.05356; the weights are in its package. Each segment of 7.68 s is scaled to a peak of 1
by the network itself, so loudness plays no part.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import Any

from wavenet.evaluation.perception.clip import Clip, Score, silent
from wavenet.evaluation.perception.packages import needed, quiet

PACKAGES = "distillmos==0.9.1 xls-r-sqa==0.1.0"


@cache
def load() -> Any:
    """The network, once.

    Raises:
        MissingExtraError: its packages are not installed.
    """
    with needed("naturalness", PACKAGES), _without_torchaudio():
        import distillmos
        import torch  # noqa: F401
    with quiet():
        return distillmos.ConvTransformerSQAModel().eval()


def score(clip: Clip) -> Score:
    """The predicted mean opinion score of a clip at 16 kHz of any length; silence has none."""
    network = load()
    import torch

    if silent(clip.waveform):
        return Score(float("nan"), note="silent")
    with torch.inference_mode():
        return Score(float(network(torch.from_numpy(clip.waveform)[None])))


@contextmanager
def _without_torchaudio() -> Iterator[None]:
    """An empty ``torchaudio``: distillmos imports it for its command line alone, and no build fits every PyTorch."""
    before = sys.modules.get("torchaudio")
    sys.modules["torchaudio"] = ModuleType("torchaudio")
    try:
        yield
    finally:
        del sys.modules["torchaudio"]
        if before:
            sys.modules["torchaudio"] = before
