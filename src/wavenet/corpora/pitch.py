"""The pitch of a corpus' utterances: computed once, into files beside the samples."""

from pathlib import Path

from tqdm import tqdm

from wavenet.audio import feature_files, features
from wavenet.config import FeatureConfig
from wavenet.corpora.prepared import PreparedCorpus, Utterances


def files(corpus: PreparedCorpus, utterances: Utterances, settings: FeatureConfig) -> list[Path]:
    """The .npy file (F, 2) of each utterance, as ``audio.features.pitch`` has it; what is missing is computed now.

    Raises:
        MissingExtraError: pyworld is not installed.
    """
    folder = corpus.folder / f"pitch-{settings.hop_length}-{settings.pitch_min:g}-{settings.pitch_max:g}"
    paths = [folder / feature_files.file_name(identity) for identity in utterances.ids]
    missing = [(i, path) for i, path in enumerate(paths) if not path.exists()]
    for i, path in tqdm(missing, "pitch", unit=" files", delay=1):
        feature_files.save(path, features.pitch(corpus.waveform(utterances, i), corpus.sample_rate, settings))
    return paths
