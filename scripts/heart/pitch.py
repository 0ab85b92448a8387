"""Stores the F0 from which hibari's network generated the recordings as the pitch of a prepared corpus. Voiced is what
sounds voiced: the network's F0 runs through voiceless consonants.

usage: pitch.py RAW CORPUS        after: wavenet prepare RAW CORPUS

    RAW     the output of say.py: RAW/f0/ID.npy
    CORPUS  receives pitch files, where they are missing
"""

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from say import F0_RATE

from wavenet.audio import features
from wavenet.audio.features import Frames
from wavenet.config import FeatureConfig
from wavenet.corpora import feature_store
from wavenet.corpora.prepared import SPLITS, PreparedCorpus

SETTINGS = FeatureConfig(kinds=("log_mel", "pitch"))


def frames(path: Path, waveform: NDArray[np.floating], sample_rate: int) -> Frames:
    """Log F0 and voicing (F, 2) of a recording (T,): F0 in the middle of each frame that sounds voiced."""
    f0, hop = np.load(path), SETTINGS.hop_length
    heard = features.pitch(waveform, sample_rate, SETTINGS)[:, 1] > 0
    middles = (np.arange(len(heard)) + 0.5) * hop / sample_rate
    at = np.rint(middles * F0_RATE).astype(int).clip(0, len(f0) - 1)
    return features.pitch_frames(np.where(heard, f0[at].clip(0, SETTINGS.pitch_max), 0))


def main(raw: str, folder: str) -> None:
    """Write the pitch of every split."""
    corpus = PreparedCorpus(folder)
    for split in SPLITS:
        utterances = corpus.split(split)

        def known(i: int, utterances=utterances) -> Frames:
            name = f"{utterances.ids[i]}.npy"
            return frames(Path(raw) / "f0" / name, corpus.waveform(utterances, i), corpus.sample_rate)

        feature_store.files("pitch", corpus, utterances, SETTINGS, known)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
