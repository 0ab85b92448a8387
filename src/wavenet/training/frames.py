"""The features of a corpus' utterances: log-mel as training goes; pitch once, into files beside the samples."""

from pathlib import Path

import numpy as np
from tqdm import tqdm

from wavenet import atomic
from wavenet.audio import features, files
from wavenet.config import FeatureConfig, TrainConfig
from wavenet.corpora.prepared import PreparedCorpus, Utterances
from wavenet.errors import UsageError


class Frames:
    """The frames of each utterance of a split; what lies outside of one repeats its first and last frame.

    Raises:
        UsageError: files of features are missing, or not what the settings say.
        MissingExtraError: pitch is asked for, and pyworld is not installed.
    """

    def __init__(self, corpus: PreparedCorpus, split: str, utterances: Utterances, config: TrainConfig) -> None:
        self._corpus, self._utterances = corpus, utterances
        settings = self._settings = config.model.features
        self._stored: dict[str, list[Path]] = {}
        names = [_file_name(row.id) for row in corpus.rows(split)] if {"pitch", "file"} & set(settings.kinds) else []
        if "pitch" in settings.kinds:
            told = f"{settings.hop_length}-{settings.pitch_min:g}-{settings.pitch_max:g}"
            self._stored["pitch"] = [corpus.folder / f"pitch-{told}" / name for name in names]
            self._compute_pitch()
        if "file" in settings.kinds:
            if not config.features_from:
                raise UsageError("features_from is empty; name the folder of .npy files that features.kinds file needs")
            self._stored["file"] = [Path(config.features_from) / name for name in names]
            for path, length in zip(self._stored["file"], utterances.lengths, strict=True):
                check_file(path, int(length), settings)

    def of(self, utterance: int, first: int, stop: int) -> features.Frames:
        """Frames first … stop - 1 of an utterance, (stop - first, channels)."""
        count = features.count(int(self._utterances.lengths[utterance]), self._settings.hop_length)
        low, high = (min(max(at, 0), count - 1) for at in (first, stop - 1))
        parts = [
            self._log_mel(utterance, low, high + 1)
            if kind == "log_mel"
            else np.load(self._stored[kind][utterance], mmap_mode="r")[low : high + 1].astype(np.float32)
            for kind in self._settings.kinds
        ]
        return np.concatenate(parts, 1)[np.arange(first, stop).clip(low, high) - low]

    def _log_mel(self, utterance: int, first: int, stop: int) -> features.Frames:
        hop, n_fft = self._settings.hop_length, self._settings.n_fft
        skipped = max(first - features.count(n_fft, hop), 0)
        waveform = self._corpus.waveform(self._utterances, utterance, skipped * hop, stop * hop + n_fft)
        return features.log_mel(waveform, self._corpus.sample_rate, self._settings, first - skipped, stop - skipped)

    def _compute_pitch(self) -> None:
        missing = [(i, path) for i, path in enumerate(self._stored["pitch"]) if not path.exists()]
        for i, path in tqdm(missing, "pitch", unit=" files", delay=1):
            waveform = self._corpus.waveform(self._utterances, i)
            frames = features.pitch(waveform, self._corpus.sample_rate, self._settings)
            atomic.make_folder(path.parent)
            with atomic.writing(path) as temporary, temporary.open("wb") as file:
                np.save(file, frames)


def _file_name(identity: str) -> str:
    """Where the features of an utterance lie in their folder."""
    path = Path(identity)
    return f"{path.with_suffix('') if path.suffix.lower() in files.SUFFIXES else path}.npy"


def check_file(path: Path, samples: int, settings: FeatureConfig) -> None:
    """Whether a file of features fits a recording and the settings; raises UsageError."""
    try:
        frames = np.load(path, mmap_mode="r")
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file of features; every utterance needs one") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: is not a .npy file of numbers ({error}); write it again") from None
    features.check(str(path), frames, settings.file_channels, features.count(samples, settings.hop_length))
