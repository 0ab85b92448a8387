"""The audio front end: waveform to classes and features, for whole recordings or excerpts.

Waveform to classes: linear prediction or pre-emphasis, the low band, gain and quantiser, according to the settings;
``engine/decoder.py`` inverts all of it. Waveform to features: what conditions the network and determines the filters of
linear prediction. Training, generation and evaluation call the same object.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from wavenet.arithmetic import ceil_div
from wavenet.audio import bands, features, mu_law, prediction
from wavenet.audio.features import Frames
from wavenet.audio.prediction import Array, Filters
from wavenet.audio.quantizers import QUANTIZERS
from wavenet.audio.waveforms import checked
from wavenet.config import AudioConfig, FeatureKind, ModelConfig
from wavenet.errors import UsageError

Waveform = NDArray[np.floating]
Read = Callable[[int, int], Waveform]
"""returns samples first … stop - 1 of a recording, or those of them that exist"""
ReadFrames = Callable[[int, int], Frames]
"""returns frames first … stop - 1 of a recording, (stop - first, channels)"""
Count = TypeVar("Count", int, NDArray[np.int64])

PLAIN = ModelConfig()


class FrontEnd:
    """Everything between audio and network that an ``AudioConfig`` and a ``ModelConfig`` determine.

    Lengths have three units: samples of audio, steps of the network (``decimation`` samples each) and frames
    (``hop_length`` samples each).
    """

    def __init__(self, audio: AudioConfig, model: ModelConfig = PLAIN) -> None:
        self.audio, self.model = audio, model
        self._quantizer = QUANTIZERS[audio.quantizer]
        self.silence = mu_law.silence(model.quantization_channels)
        """the class of a sample with value 0"""
        self.order = audio.lpc_order or int(audio.pre_emphasis > 0)
        """P: the number of preceding samples of audio that a sample's class depends on"""

    @property
    def needs_file_features(self) -> bool:
        """Whether some features cannot be computed from a waveform, so that the user has to provide them."""
        return "file" in self.model.features.kinds

    def steps(self, samples: Count) -> Count:
        """The number of network steps for a number of samples of audio."""
        return ceil_div(samples, self.model.decimation)

    def frames(self, samples: int) -> int:
        """The number of frames of a recording with this number of samples of audio."""
        return features.count(samples, self.model.features.hop_length)

    def frames_seen(self, start: int, steps: int) -> tuple[int, int]:
        """The frames, first … stop - 1, that belong to a number of network steps from ``start`` on.

        They cover these steps and the units that their predictions depend on, so the first may lie before the
        recording. ``start`` is a multiple of ``ModelConfig.alignment``. The conditioning network needs ``look_ahead``
        more frames on either side.
        """
        hop = self.model.steps_per_frame
        first = start // hop - features.count(self.model.conditioned_past, hop)
        return first, start // hop + features.count(steps, hop)

    def features(self, waveform: Waveform, file_features: Frames | None = None) -> Frames:
        """The local features (F, channels) of a waveform (T,) at the sample rate, according to the settings.

        ``file_features`` (F or more, file_channels) are the features of kind ``file``, if there are any.

        Raises:
            UsageError: the model takes no features, or features of kind ``file`` are missing, or the settings do not
                fit the sample rate.
            MissingExtraError: a package is not installed.
        """
        if not self.model.takes_features:
            raise UsageError("this model takes no features")
        return features.extract(waveform, self.audio.sample_rate, self.model.features, file_features)

    def excerpt_features(
        self, first: int, stop: int, samples: int, read: Read, stored: Mapping[FeatureKind, Frames]
    ) -> Frames:
        """Frames first … stop - 1 of a recording of a number of samples of audio, (stop - first, channels).

        Outside the recording its first and last frame are repeated. Only the samples that the frames depend on are
        read.

        Args:
            first: the first frame; it may lie before the recording.
            stop: the frame after the last one; it may lie after the recording.
            samples: length of the recording, in samples of audio.
            read: reads samples of the recording.
            stored: all frames of the kinds that cannot be computed from an excerpt; those of kind ``file`` stand for
                all features if the settings have no such kind.
        """
        last = self.frames(samples) - 1
        low, high = (min(max(at, 0), last) for at in (first, stop - 1))
        all_given = "file" in stored and not self.needs_file_features
        kinds: tuple[FeatureKind, ...] = ("file",) if all_given else self.model.features.kinds
        parts = [
            np.asarray(stored[kind][low : high + 1], np.float32)
            if kind in stored
            else self._computed(kind, read, low, high + 1)
            for kind in kinds
        ]
        frames: Frames = np.concatenate(parts, 1)[np.arange(first, stop).clip(low, high) - low]
        return frames

    def _computed(self, kind: FeatureKind, read: Read, first: int, stop: int) -> Frames:
        """Frames first … stop - 1 of one kind, (stop - first, width); reads only the samples that they depend on."""
        settings, compute = self.model.features, features.KINDS[kind].excerpt
        assert compute is not None, "features that depend on the whole recording must be stored"
        hop, n_fft = settings.hop_length, settings.n_fft
        skipped = max(first - features.count(n_fft, hop), 0)
        waveform = read(skipped * hop, stop * hop + n_fft)
        return compute(waveform, self.audio.sample_rate, settings, first - skipped, stop - skipped)

    def filters(self, frames: Frames | None = None) -> Filters:
        """The prediction filters, from the features (F, channels) or constant.

        Pre-emphasis is a filter with one coefficient.
        """
        a, settings = self.audio.pre_emphasis, self.model.features
        if not self.audio.lpc_order:
            return Filters(np.full((1, 1), a) if a else np.empty((1, 0)), np.ones(1), settings.hop_length)
        assert frames is not None, "filters that are computed from frames need frames"
        features.check("features", frames, settings, 0)
        return self._predicting(np.asarray(frames, np.float32)[:, settings.columns("log_mel")])

    def filters_of(self, waveform: Waveform) -> Filters:
        """The prediction filters of a waveform (T,), computed from its own frames if they depend on frames."""
        if not self.audio.lpc_order:
            return self.filters()
        return self._predicting(features.log_mel(waveform, self.audio.sample_rate, self.model.features))

    def _predicting(self, log_mel: Frames) -> Filters:
        return prediction.filters(log_mel, self.audio.sample_rate, self.model.features, self.audio.lpc_order)

    def encode(self, waveform: Waveform, frames: Frames | None = None, skipped: int = 0) -> NDArray[np.int64]:
        """The classes that the network models of a waveform (T,) in [-1, 1], one for each of its ``steps``.

        Args:
            waveform: it is preceded by silence, which the first ``order`` samples depend on.
            frames: the features (F, channels) that the filters are computed from; None: the waveform's own.
            skipped: number of samples at the start that only serve as the past of the others, and get no classes.
        """
        waveform = checked(waveform)
        if frames is not None and self.model.takes_features:
            frames = np.asarray(frames)
            features.check("features", frames, self.model.features, min(len(waveform), 1))
        by = self.filters_of(waveform) if frames is None else self.filters(frames)
        return self._quantised(by.excitation(waveform)[skipped:])

    def encode_excerpt(
        self, first: int, stop: int, samples: int, read: Read, frames: ReadFrames | None = None
    ) -> NDArray[np.int64]:
        """Classes first … stop - 1 of a recording of a number of samples of audio, as if all of it were encoded.

        Only the samples that these depend on are read. ``frames`` reads its features, if the filters depend on them.
        """
        D, hop = self.model.decimation, self.model.features.hop_length
        begin, end = D * first, min(D * (stop - 1) + bands.support(D), samples)
        at = begin // hop  # the first frame
        by = self.filters(frames(at, self.frames(end)) if frames and self.audio.lpc_order else None)
        before = max(begin - self.order, 0)
        excitation = by.excitation(read(before, end), before - at * hop)
        return self._quantised(excitation[begin - before :])[: stop - first]

    def _quantised(self, excitation: Array) -> NDArray[np.int64]:
        low = bands.low(excitation, self.model.decimation)
        return self._quantizer.encode(self.audio.gain * low, self.model.quantization_channels)

    def values(self) -> Array:
        """The excitation that each class represents, (Q,)."""
        classes = self.model.quantization_channels
        table: Array = self._quantizer.decode(np.arange(classes), classes) / self.audio.gain
        return table
