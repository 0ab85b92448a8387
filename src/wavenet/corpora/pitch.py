"""The pitch of a corpus' utterances: computed once, into files beside the samples."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tqdm import tqdm

from wavenet.audio import feature_files, features
from wavenet.audio.features import Frames
from wavenet.config import FeatureConfig
from wavenet.corpora.prepared import PreparedCorpus, Utterances
from wavenet.errors import UsageError


def files(
    corpus: PreparedCorpus,
    utterances: Utterances,
    settings: FeatureConfig,
    known: Callable[[int], Frames] | None = None,
) -> list[Path]:
    """The .npy file (F, 2) of each utterance, as ``audio.features.pitch`` has it.

    ``known`` gives that of an utterance where somebody knows better than Harvest: who made the sound.

    What is missing is computed now, and so is what was computed with other settings or of another length, or does not
    tell what it was computed of.

    Raises:
        MissingExtraError: pyworld is not installed.
        UsageError: the file system takes the names of two utterances for one.
    """
    folder = corpus.folder / f"pitch-{settings.hop_length}-{settings.pitch_min:g}-{settings.pitch_max:g}"
    paths = [feature_files.place(folder, identity) for identity in utterances.ids]
    wanted = [_told(corpus, utterances, i, settings) for i in range(len(utterances))]
    missing = [i for i, path in enumerate(paths) if not _is_there(path, wanted[i])]
    for i in tqdm(missing, "pitch", unit=" files", delay=1):
        contour = known(i) if known else features.pitch(corpus.waveform(utterances, i), corpus.sample_rate, settings)
        feature_files.save(paths[i], contour, wanted[i])
    return paths


def _told(corpus: PreparedCorpus, utterances: Utterances, i: int, settings: FeatureConfig) -> dict[str, Any]:
    """What decides the pitch of an utterance, as far as it is cheap to tell."""
    return {
        "recording": utterances.ids[i],
        "samples": int(utterances.lengths[i]),
        "sample_rate": corpus.sample_rate,
        "hop_length": settings.hop_length,
        "pitch_min": settings.pitch_min,
        "pitch_max": settings.pitch_max,
    }


def _is_there(path: Path, wanted: dict[str, Any]) -> bool:
    found = feature_files.beside(path)
    other = wanted["recording"] if found is None else found.get("recording", wanted["recording"])
    if other != wanted["recording"]:
        raise UsageError(
            f"{path}: holds the pitch of {other!r}, whose name this file system takes for that of "
            f"{wanted['recording']!r}; rename one of these recordings, and prepare the corpus again"
        )
    return found == wanted and path.exists()
