"""What both networks of music learn from is what was played."""

import csv
import json

import numpy as np
import pytest
import soundfile

from experiments import melodies, spectra
from tests.experiments.test_music import tone
from tests.music.melodies import N_MELS, small_model
from wavenet.audio import linear
from wavenet.config import StageConfig
from wavenet.corpora.prepare import prepare
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.engine import folder
from wavenet.errors import UsageError
from wavenet.music import spectra as found_spectra
from wavenet.music.frames import KEYS
from wavenet.music.notes import CLASSES, LOWEST, Note, melody

NOTES = [[4 * i, 4, 60 + 2 * (i % 5)] for i in range(30)]
PIECES = ("bwv1", "bwv2")


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    """Two pieces that were played: notes of half a second each."""
    home = tmp_path_factory.mktemp("bach")
    rows, lines, told = [], [], []
    for i, piece in enumerate(PIECES):
        part = [[start / 4, length / 4, key] for start, length, key in NOTES]
        told.append({"piece": piece, "mode": "minor", "top": 0, "parts": [part, part]})
        (home / piece).mkdir()
        name = f"{piece}/organ-fast.wav"
        sound = (1 - 0.1 * i) * np.concatenate([tone(key - 60, 0.5, 12, 0.0)[::2] for *_, key in NOTES])
        soundfile.write(home / name, sound, 8_000, subtype="PCM_16")
        rows.append((name, piece, "organ;fast;minor", ("train", "validation")[i]))
        lines.append({"path": name, "beats": 120.0, "notes": NOTES})
    with (home / "manifest.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("path", "group", "tags", "split"), *rows])
    for name, values in (("notes.jsonl", lines), ("scores.jsonl", told)):
        (home / name).write_text("".join(json.dumps(line) + "\n" for line in values))
    prepare(home / "manifest.csv", home / "prepared", sample_rate=8_000, workers=0, progress=False)
    return home


def test_frames_say_which_key_is_down_when_it_sounds(raw):
    corpus = PreparedCorpus(raw / "prepared")
    assert melodies.write_frames(raw, corpus) == len(PIECES)
    found = np.load(raw / "prepared" / "notes" / "bwv2" / "organ-fast.wav.npy")
    utterances = corpus.split("validation")
    assert len(found) == -(-int(utterances.lengths[0]) // melodies.HOP)
    keys = found[:, :KEYS].argmax(1) + LOWEST
    np.testing.assert_array_equal(keys[25::50], [key for *_, key in NOTES])


def test_a_recording_whose_notes_are_unknown_is_told(raw, tmp_path):
    (tmp_path / "notes.jsonl").write_text("")
    with pytest.raises(UsageError, match=r"has no bwv1/organ-fast\.wav"):
        melodies.write_frames(tmp_path, PreparedCorpus(raw / "prepared"))


def test_every_melody_becomes_a_signal_in_every_near_key(raw, tmp_path):
    assert melodies.write_melodies(raw, tmp_path / "melodies") == len(PIECES) * 2 * len(melodies.KEYS)
    tonic = melodies.tonic_of(json.loads((raw / "scores.jsonl").read_text().splitlines()[1]))
    with (tmp_path / "melodies" / "manifest.csv").open(newline="") as file:
        rows = {row["path"]: row for row in csv.DictReader(file)}
    assert rows["bwv2/0+3.wav"]["tags"] == f"flute;minor;tonic-{(tonic + 3) % 12}"  # the highest voice
    assert rows["bwv2/1+3.wav"]["tags"] == f"minor;tonic-{(tonic + 3) % 12}"
    assert {row["group"] for row in rows.values()} == {"bwv1"}  # one melody
    signal, _ = soundfile.read(tmp_path / "melodies" / "bwv2" / "0+3.wav")
    assert melody(linear.encode(signal, CLASSES).tolist()) == [Note(s, n, key + 3) for s, n, key in NOTES]


def test_spectra_learn_the_notes(raw, tmp_path, capsys, monkeypatch):
    for module, name, value in (
        (found_spectra, "SHAPE", StageConfig(channels=32, decoder_blocks=1)),
        (spectra, "WINDOW", 100),
        (spectra, "BATCH", 4),
    ):
        monkeypatch.setattr(module, name, value)
    melodies.write_frames(raw, PreparedCorpus(raw / "prepared"))
    home = small_model(tmp_path / "model")
    spectra.main([str(raw / "prepared"), str(home), "--updates", "200"])
    told = capsys.readouterr().out
    network, mean = (float(each.split(",")[0]) for each in told.split("by ")[1:])
    assert network < 0.7 * mean
    model = folder.read(home).model
    assert found_spectra.read(home, model.tags, N_MELS)


@pytest.mark.parametrize("tonic", [0, 5, 11])
@pytest.mark.parametrize(("mode", "third"), [("major", 4), ("minor", 3)])
def test_the_tonic_of_a_cadence_is_found(tonic, mode, third):
    steps = (0, third, 7, 0, 5, 7, 2, 0)
    score = {"mode": mode, "parts": [[[i, 1.0, 48 + tonic + step] for i, step in enumerate(steps)]]}
    assert melodies.tonic_of(score) == tonic
