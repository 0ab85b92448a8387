"""The features of a corpus' utterances: log-mel as training goes; pitch once, into files beside the samples."""

from pathlib import Path

import numpy as np

from wavenet.audio import features
from wavenet.config import TrainConfig
from wavenet.corpora.prepared import PreparedCorpus, Utterances
from wavenet.errors import UsageError


class Frames:
    """The frames of each utterance of a split; what lies outside of one repeats its first and last frame.

    Raises:
        UsageError: files of features are missing, or not what the settings say.
        MissingExtraError: pitch is asked for, and pyworld is not installed.
    """

    def __init__(self, corpus: PreparedCorpus, utterances: Utterances, config: TrainConfig) -> None:
        self._corpus, self._utterances = corpus, utterances
        settings = self._settings = config.model.features
        self._stored: dict[str, list[Path]] = {}
        self._predicted = bool(config.features_from) and "file" not in settings.kinds
        if not ({"pitch", "file"} & set(settings.kinds) or self._predicted):
            return
        from wavenet.audio import feature_files  # and with it the libraries that read sound
        from wavenet.corpora import pitch

        if "pitch" in settings.kinds and not self._predicted:
            self._stored["pitch"] = pitch.files(corpus, utterances, settings)
        if "file" in settings.kinds or self._predicted:
            if not config.features_from:
                raise UsageError("features_from is empty; name the folder of .npy files that features.kinds file needs")
            self._stored["file"] = [feature_files.place(config.features_from, name) for name in utterances.ids]
            for path, length in zip(self._stored["file"], utterances.lengths, strict=True):
                feature_files.own(path, settings, int(length), corpus.sample_rate)

    def of(self, utterance: int, first: int, stop: int) -> features.Frames:
        """Frames first … stop - 1 of an utterance, (stop - first, channels)."""
        count = features.count(int(self._utterances.lengths[utterance]), self._settings.hop_length)
        low, high = (min(max(at, 0), count - 1) for at in (first, stop - 1))
        kinds = ("file",) if self._predicted else self._settings.kinds
        frames = np.concatenate([self._of_kind(kind, utterance, low, high + 1) for kind in kinds], 1)
        chosen: features.Frames = frames[np.arange(first, stop).clip(low, high) - low]
        return chosen

    def _of_kind(self, kind: str, utterance: int, first: int, stop: int) -> features.Frames:
        if kind == "log_mel":
            return self._log_mel(utterance, first, stop)
        stored: features.Frames = np.load(self._stored[kind][utterance], mmap_mode="r")[first:stop]
        return stored.astype(np.float32)

    def _log_mel(self, utterance: int, first: int, stop: int) -> features.Frames:
        hop, n_fft = self._settings.hop_length, self._settings.n_fft
        skipped = max(first - features.count(n_fft, hop), 0)
        waveform = self._corpus.waveform(self._utterances, utterance, skipped * hop, stop * hop + n_fft)
        return features.log_mel(waveform, self._corpus.sample_rate, self._settings, first - skipped, stop - skipped)
