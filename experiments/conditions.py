"""Writes the linguistic features of labelled recordings to files, to condition a WaveNet directly (section 3.2).

``python -m experiments.conditions CORPUS LABELS OUT [--pitch]`` writes ``OUT/ID.npy`` for each labelled recording,
from its own durations (and F0): the input of ``wavenet train --features-from OUT`` with ``model.features.kinds [file]``
and as many ``file_channels`` as it prints. When run again, it replaces its own files.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from experiments import command
from wavenet import made
from wavenet.audio import feature_files
from wavenet.config import FeatureConfig
from wavenet.corpora.prepared import SPLITS, PreparedCorpus
from wavenet.training.voice.train import write_conditions
from wavenet.tts import examples, linguistics
from wavenet.tts.examples import Example
from wavenet.tts.labels import Labels
from wavenet.tts.network import Array

COMMAND = "conditions"
"""the mark of its files"""


def linguistic(example: Example, pitch: bool) -> Array:
    """The linguistic features of a sentence's frames, with or without log F0 and voicing: (F, channels)."""
    frames = linguistics.frames(example.features, example.durations)
    return np.concatenate([frames, example.pitch], 1) if pitch else frames


def write(corpus_folder: Path, labels_file: Path, out: Path, pitch: bool, overwrite: bool) -> int:
    """Write the features of every labelled recording; returns their number of channels; raises WavenetError."""
    corpus, labels = PreparedCorpus(corpus_folder), Labels.read(labels_file)
    paths = [path for row in labels.rows for path in feature_files.paths(feature_files.place(out, row.id))]
    made.check(COMMAND, paths, overwrite)
    settings, channels = FeatureConfig(hop_length=labels.hop_length), 0
    for split in (split for split in SPLITS if any(corpus.rows(split))):
        known = examples.read(corpus, split, None, labels, settings)
        channels = linguistic(known[0], pitch).shape[1]
        own = FeatureConfig(kinds=("file",), hop_length=labels.hop_length, file_channels=channels)
        metadata = feature_files.metadata(own, corpus.sample_rate, COMMAND)
        write_conditions(lambda example: linguistic(example, pitch), known, out, metadata)
    return channels


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = command.parser("conditions", __doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("labels", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--pitch", action="store_true", help="include log F0 and voicing")
    parser.add_argument("--overwrite", action="store_true", help=made.OVERWRITE)
    command.main(parser, _run, arguments)


def _run(given: argparse.Namespace) -> None:
    print(f"{given.out}: {write(given.corpus, given.labels, given.out, given.pitch, given.overwrite)} channels")


if __name__ == "__main__":
    main()
