"""Features of a corpus that depend on whole utterances: computed once, into files next to the samples."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from wavenet import bars
from wavenet.audio import feature_files, features
from wavenet.audio.features import Frames
from wavenet.config import FeatureConfig, FeatureKind
from wavenet.corpora.prepared import PreparedCorpus, Utterances
from wavenet.errors import UsageError
from wavenet.settings import absent


def files(
    kind: FeatureKind,
    corpus: PreparedCorpus,
    utterances: Utterances,
    settings: FeatureConfig,
    known: Callable[[int], Frames] | None = None,
) -> list[Path]:
    """The .npy file of each utterance, with its frames (F, width) of one kind; see ``audio.features``.

    ``known`` returns those of an utterance if a better source than the waveform is known, such as the synthesiser that
    produced it.

    Files that are missing are computed now, and so are files with other settings or another length, or without
    metadata.

    Raises:
        MissingExtraError: the kind needs a package that is not installed.
        UsageError: the file system confuses the names of two utterances.
    """
    decisive = [value if isinstance(value, str) else f"{value:g}" for value in _decisive(kind, settings).values()]
    folder = corpus.folder / "-".join([kind, *decisive])
    paths = [feature_files.place(folder, identity) for identity in utterances.ids]
    wanted = [_metadata(kind, corpus, utterances, i, settings) for i in range(len(utterances))]
    missing = [i for i, path in enumerate(paths) if not _is_there(kind, path, wanted[i])]
    compute = features.KINDS[kind].whole
    for i in bars.bar(missing, kind, unit=" files", delay=1):
        frames = known(i) if known else compute(corpus.waveform(utterances, i), corpus.sample_rate, settings)
        feature_files.save(paths[i], frames, wanted[i])
    return paths


def _metadata(
    kind: FeatureKind, corpus: PreparedCorpus, utterances: Utterances, i: int, settings: FeatureConfig
) -> dict[str, Any]:
    """What determines the features of an utterance, as far as it is cheap to record."""
    return {
        "recording": utterances.ids[i],
        "samples": int(utterances.lengths[i]),
        "sample_rate": corpus.sample_rate,
        **_decisive(kind, settings),
    }


def _decisive(kind: FeatureKind, settings: FeatureConfig) -> dict[str, Any]:
    """The settings that determine the numbers; without those that mean what files say that lack them."""
    values = {name: getattr(settings, name) for name in ("hop_length", *features.KINDS[kind].settings)}
    older = absent(FeatureConfig, {"kinds": [kind]})
    return {name: value for name, value in values.items() if older.get(name) != value}


def _is_there(kind: FeatureKind, path: Path, wanted: dict[str, Any]) -> bool:
    found = feature_files.read_metadata(path)
    other = wanted["recording"] if found is None else found.get("recording", wanted["recording"])
    if other != wanted["recording"]:
        raise UsageError(
            f"{path}: contains the {kind} of {other!r}, whose name this file system does not distinguish from that of "
            f"{wanted['recording']!r}; rename one of these recordings, and prepare the corpus again"
        )
    return found == wanted and path.exists()
