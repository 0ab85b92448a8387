"""Waveform to classes: linear prediction or pre-emphasis, the lowest part of the band, gain and μ-law, as settings say.

``engine/decoder.py`` undoes all of it.
"""

import numpy as np
from numpy.typing import NDArray

from wavenet.audio import bands, mu_law, prediction
from wavenet.audio.features import Frames
from wavenet.audio.prediction import Filters
from wavenet.config import AudioConfig, ModelConfig

PLAIN = ModelConfig()


def filters(audio: AudioConfig, model: ModelConfig, frames: Frames | None = None) -> Filters:
    """What predicts a sample from those before: by the features (F, channels), or always the same.

    Pre-emphasis is a filter of one coefficient.
    """
    settings = model.features
    if audio.lpc_order:
        assert frames is not None, "filters that follow from frames"
        return prediction.filters(frames[:, settings.columns("log_mel")], audio.sample_rate, settings, audio.lpc_order)
    coefficients = np.full((1, 1), audio.pre_emphasis) if audio.pre_emphasis else np.empty((1, 0))
    return Filters(coefficients, np.ones(1), settings.hop_length)


def encode(
    waveform: NDArray[np.floating],
    audio: AudioConfig,
    model: ModelConfig = PLAIN,
    by: Filters | None = None,
    first: int = 0,
    skipped: int = 0,
) -> NDArray[np.int64]:
    """The classes (T,) that the network models, of a waveform (T,) in [-1, 1]; (ceil(T / decimation),) of its low band.

    Args:
        waveform: what lies before it is taken for silence: the first ``by.order`` samples depend on that.
        audio: the settings.
        model: and what it says of classes and decimation.
        by: the filters, where they follow from frames.
        first: the number of the first sample, counted from the first frame of the filters.
        skipped: so many samples are there for those after them only, and get no classes.
    """
    excitation = (by or filters(audio, model)).excitation(waveform, first)[skipped:]
    return mu_law.encode(audio.gain * bands.low(excitation, model.decimation), model.quantization_channels)
