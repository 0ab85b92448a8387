"""Writes what both networks of the model ``music`` learn from, from the notes that ``make data-bach`` played.

``python -m experiments.melodies RAW CORPUS MELODIES`` reads ``RAW/notes.jsonl`` and ``RAW/scores.jsonl``. Into
``CORPUS/notes`` it writes the frames of every recording of CORPUS (``features_from`` of the WaveNet that plays); into
MELODIES every melody, in all keys that are near, as a signal of one class per sixteenth note, with a manifest for
``wavenet prepare``: what the WaveNet that writes melodies learns.
"""

import argparse
import csv
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from experiments import command, music
from wavenet import atomic
from wavenet.audio import feature_files, linear
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.errors import UsageError
from wavenet.music.frames import frames
from wavenet.music.notes import CLASSES, TONICS, Note, classes, timed, within
from wavenet.training.tracking import read_log

PLAYER = Path("scripts/music/play.py")
HOP = 80
"""samples per frame: 10 ms at 8 kHz"""
MELODY_RATE = 1_000
"""Hz that files of melodies claim, though they have a sample per sixteenth note: the lowest that a corpus may have"""
KEYS = range(-5, 7)
"""by how many keys each melody is moved"""
SHORTEST = 100
"""steps of a melody, which a corpus may have at this rate"""


def write_frames(raw: Path, corpus: PreparedCorpus) -> int:
    """The frames of every recording, into ``corpus/notes``; returns their number."""
    rate = corpus.sample_rate / HOP
    played = {line["path"]: line for line in read_log(raw / "notes.jsonl")}
    written = 0
    for split in ("train", "validation", "test"):
        if next(corpus.rows(split), None) is None:
            continue
        utterances = corpus.split(split)
        for i, identity in enumerate(utterances.ids):
            if identity not in played:
                raise UsageError(f"{raw / 'notes.jsonl'}: has no {identity}; run make data-bach again")
            line = played[identity]
            notes = [Note(start, length, within(key)) for start, length, key in line["notes"]]
            count = -(-int(utterances.lengths[i]) // HOP)
            found = frames(timed(notes, line["beats"], rate), count, rate)
            feature_files.save(feature_files.place(corpus.folder / "notes", identity), found)
            written += 1
    return written


def write_melodies(raw: Path, out: Path) -> int:
    """Every melody as a file of classes, and the manifest; returns their number."""
    play = _player()
    scores = read_log(raw / "scores.jsonl")
    groups = play.melodies(scores)
    rows = []
    for score in scores:
        tonic = tonic_of(score)
        for part, found in enumerate(score["parts"]):
            notes = [Note(*note) for note in play.melody(found)]
            if len(classes(notes)) < SHORTEST:
                continue
            for keys in KEYS:
                key = TONICS[(tonic + keys) % 12]
                tags = ";".join([*play.HIGH * (part == score["top"]), score["mode"], key])
                name = f"{score['piece']}/{part}{keys:+}.wav"
                atomic.make_folder((out / name).parent)
                signal = linear.decode(np.array(classes(notes, keys)), CLASSES)
                soundfile.write(out / name, signal, MELODY_RATE, subtype="PCM_16")
                rows.append((name, groups[score["piece"]], tags))
    with atomic.writing(out / "manifest.csv") as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("path", "group", "tags"), *rows])
    return len(rows)


def tonic_of(score: dict[str, Any]) -> int:
    """The pitch class of the tonic: that of the key with the score's mode whose profile its notes fit best."""
    pitches = np.zeros(12)
    for part in score["parts"]:
        for _, length, key in part:
            pitches[int(key) % 12] += length
    return music.key(pitches, modes=(score["mode"],))[0]


def _player() -> Any:
    """The module that played the scores, whose melodies these are; it is in no package."""
    spec = importlib.util.spec_from_file_location("play", PLAYER)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = command.parser("melodies", __doc__)
    parser.add_argument("raw", type=Path, help="the folder that scripts/music/fetch.sh made")
    parser.add_argument("corpus", type=Path, help="the prepared corpus of it")
    parser.add_argument("melodies", type=Path, help="the folder to write melodies into")
    command.main(parser, _run, arguments)


def _run(given: argparse.Namespace) -> None:
    recordings = write_frames(given.raw, PreparedCorpus(given.corpus))
    print(f"{given.corpus / 'notes'}: frames of {recordings} recordings")
    print(f"{given.melodies / 'manifest.csv'}: {write_melodies(given.raw, given.melodies)} melodies")


if __name__ == "__main__":
    main()
