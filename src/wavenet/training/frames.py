"""The features of a corpus' utterances: computed for each excerpt during training, or once, into files."""

from functools import partial
from pathlib import Path

import numpy as np

from wavenet.audio import features
from wavenet.audio.front_end import FrontEnd
from wavenet.config import FeatureKind
from wavenet.corpora.prepared import PreparedCorpus, Utterances
from wavenet.errors import UsageError


class Frames:
    """The frames of each utterance of a split; beyond its ends, the first and the last frame are repeated.

    Raises:
        UsageError: files of features are missing, or do not match the settings.
        MissingExtraError: F0 is to be found by Harvest, and pyworld is not installed.
    """

    def __init__(
        self, corpus: PreparedCorpus, utterances: Utterances, front_end: FrontEnd, features_from: str = ""
    ) -> None:
        self._corpus, self._utterances, self._front_end = corpus, utterances, front_end
        settings = front_end.model.features
        self._stored: dict[FeatureKind, list[Path]] = {}
        predicted = bool(features_from) and not front_end.needs_file_features
        computed = [kind for kind in settings.kinds if kind in features.KINDS and not predicted]
        whole = [kind for kind in computed if features.KINDS[kind].excerpt is None]
        if not (whole or front_end.needs_file_features or predicted):
            return
        from wavenet.audio import feature_files  # imports the audio libraries
        from wavenet.corpora import feature_store

        self._stored = {kind: feature_store.files(kind, corpus, utterances, settings) for kind in whole}
        if front_end.needs_file_features or predicted:
            if not features_from:
                raise UsageError("features_from is empty; name the folder of .npy files that features.kinds file needs")
            self._stored["file"] = [feature_files.place(features_from, name) for name in utterances.ids]
            for path, length in zip(self._stored["file"], utterances.lengths, strict=True):
                feature_files.open_given(path, settings, int(length), corpus.sample_rate)

    def of(self, utterance: int, first: int, stop: int) -> features.Frames:
        """Frames first … stop - 1 of an utterance, (stop - first, channels)."""
        stored = {kind: np.load(paths[utterance], mmap_mode="r") for kind, paths in self._stored.items()}
        read = partial(self._corpus.waveform, self._utterances, utterance)
        return self._front_end.excerpt_features(first, stop, int(self._utterances.lengths[utterance]), read, stored)
