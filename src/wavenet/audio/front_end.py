"""The audio front end: what a network sees and models of a waveform, of the whole of it or of an excerpt.

Waveform to classes: linear prediction or pre-emphasis, the lowest part of the band, gain and μ-law, as the settings
say; ``engine/decoder.py`` undoes all of it. And waveform to features: what conditions the network, and tells the
filters of linear prediction. Training, generation and evaluation call the same object.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from wavenet.audio import bands, features, mu_law, prediction
from wavenet.audio.features import Frames
from wavenet.audio.prediction import Array, Filters
from wavenet.audio.waveforms import checked
from wavenet.config import AudioConfig, FeatureKind, ModelConfig
from wavenet.errors import UsageError

Waveform = NDArray[np.floating]
Read = Callable[[int, int], Waveform]
"""gives samples first … stop - 1 of a recording, or those of them that it has"""
ReadFrames = Callable[[int, int], Frames]
"""gives frames first … stop - 1 of a recording, (stop - first, channels)"""
Count = TypeVar("Count", int, NDArray[np.int64])

PLAIN = ModelConfig()


class FrontEnd:
    """What belongs to an ``AudioConfig`` and a ``ModelConfig`` between sound and network.

    Lengths have three units: samples of sound, the network's samples (``decimation`` of sound each), and frames
    (``hop_length`` samples of sound each).
    """

    def __init__(self, audio: AudioConfig, model: ModelConfig = PLAIN) -> None:
        self.audio, self.model = audio, model
        self.silence = mu_law.silence(model.quantization_channels)
        """the class of a sample that is 0"""
        self.order = audio.lpc_order or int(audio.pre_emphasis > 0)
        """P: how many samples of sound before one its class depends on"""

    @property
    def needs_file_features(self) -> bool:
        """Whether there are features that no waveform tells, so that the user has to give them."""
        return "file" in self.model.features.kinds

    def steps(self, samples: Count) -> Count:
        """How many of the network's samples so many samples of sound make."""
        return -(-samples // self.model.decimation)

    def frames(self, samples: int) -> int:
        """How many frames a recording of so many samples of sound has."""
        return features.count(samples, self.model.features.hop_length)

    def frames_seen(self, start: int, steps: int) -> tuple[int, int]:
        """Which frames, first … stop - 1, belong to so many of the network's samples, from ``start`` on.

        They are those of these samples and of the units that their predictions see, so the first may lie before the
        recording; ``start`` is a multiple of ``ModelConfig.alignment``. The conditioning network sees ``look_ahead``
        frames more on either side.
        """
        hop = self.model.steps_per_frame
        first = start // hop - features.count(self.model.conditioned_past, hop)
        return first, start // hop + features.count(steps, hop)

    def features(self, waveform: Waveform, own: Frames | None = None) -> Frames:
        """The local features (F, channels) of a waveform (T,) at the sample rate, by the kinds of the settings.

        ``own`` (F or more, file_channels) are those that only the user can give, where there are any.

        Raises:
            UsageError: the model takes none, or such as are not given; or they do not fit the sample rate.
            MissingExtraError: they take a package that is not installed.
        """
        if not self.model.takes_features:
            raise UsageError("this model takes no features")
        return features.extract(waveform, self.audio.sample_rate, self.model.features, own)

    def excerpt_features(
        self, first: int, stop: int, samples: int, read: Read, stored: Mapping[FeatureKind, Frames]
    ) -> Frames:
        """Frames first … stop - 1 of a recording of so many samples of sound, (stop - first, channels).

        Outside of it its first and last frame are repeated; no more of it is read than these frames depend on.

        Args:
            first: the first frame; it may lie before the recording.
            stop: the frame after the last; it may lie behind.
            samples: of the recording.
            read: gives these.
            stored: all frames of the kinds that cannot be computed of an excerpt; those of kind ``file`` stand for all
                features, where the settings have no such kind.
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
        """Frames first … stop - 1 of a recording, (stop - first, width), from no more of it than they depend on."""
        settings, compute = self.model.features, features.KINDS[kind].excerpt
        assert compute is not None, "features that depend on the whole recording, and are not stored"
        hop, n_fft = settings.hop_length, settings.n_fft
        skipped = max(first - features.count(n_fft, hop), 0)
        waveform = read(skipped * hop, stop * hop + n_fft)
        return compute(waveform, self.audio.sample_rate, settings, first - skipped, stop - skipped)

    def filters(self, frames: Frames | None = None) -> Filters:
        """What predicts a sample from those before: by the features (F, channels), or always the same.

        Pre-emphasis is a filter of one coefficient.
        """
        a, settings = self.audio.pre_emphasis, self.model.features
        if not self.audio.lpc_order:
            return Filters(np.full((1, 1), a) if a else np.empty((1, 0)), np.ones(1), settings.hop_length)
        assert frames is not None, "filters that follow from frames"
        features.check("features", frames, settings, 0)
        return self._predicting(np.asarray(frames, np.float32)[:, settings.columns("log_mel")])

    def filters_of(self, waveform: Waveform) -> Filters:
        """The same of a waveform (T,): where they follow from frames, from its own."""
        if not self.audio.lpc_order:
            return self.filters()
        return self._predicting(features.log_mel(waveform, self.audio.sample_rate, self.model.features))

    def _predicting(self, log_mel: Frames) -> Filters:
        return prediction.filters(log_mel, self.audio.sample_rate, self.model.features, self.audio.lpc_order)

    def encode(self, waveform: Waveform, frames: Frames | None = None, skipped: int = 0) -> NDArray[np.int64]:
        """The classes that the network models, of a waveform (T,) in [-1, 1]: one for each of its ``steps``.

        Args:
            waveform: what lies before it is taken for silence: the first ``order`` samples depend on that.
            frames: the features (F, channels) that the filters follow from; None: the waveform's own.
            skipped: so many samples are there for those after them only, and get no classes.
        """
        waveform = checked(waveform)
        by = self.filters_of(waveform) if frames is None else self.filters(frames)
        return self._quantised(by.excitation(waveform)[skipped:])

    def encode_excerpt(
        self, first: int, stop: int, samples: int, read: Read, frames: ReadFrames | None = None
    ) -> NDArray[np.int64]:
        """Classes first … stop - 1 of a recording of so many samples of sound, as if the whole of it were encoded.

        Of the recording no more is read than these depend on; ``frames`` gives its features, where the filters follow
        from them.
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
        return mu_law.encode(self.audio.gain * low, self.model.quantization_channels)

    def values(self) -> Array:
        """The excitation that each class stands for, (Q,)."""
        classes = self.model.quantization_channels
        table: Array = mu_law.decode(np.arange(classes), classes) / self.audio.gain
        return table
