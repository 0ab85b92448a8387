"""Pitch, which depends on the whole recording, is computed once, into files that no id can lead out of the corpus."""

import csv
from dataclasses import replace

import numpy as np
import pytest

from tests.corpora.recordings import RATE, record
from wavenet.audio import feature_files, features
from wavenet.config import FeatureConfig
from wavenet.corpora import feature_store
from wavenet.corpora.prepare import prepare
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.errors import UsageError

SETTINGS = FeatureConfig(kinds=("pitch",), hop_length=80)


@pytest.fixture
def computed(monkeypatch):
    """In place of pyworld, which may be missing: contours that tell what they were computed with; and of how much."""
    lengths = []

    def contour(waveform, sample_rate, settings):
        lengths.append(len(waveform))
        frames = features.count(len(waveform), settings.hop_length)
        return np.full((frames, 2), sample_rate + settings.pitch_min, np.float32)

    monkeypatch.setitem(features.KINDS, "pitch", features.KINDS["pitch"]._replace(whole=contour))
    return lengths


def prepared(tmp_path, paths, name="corpus", seconds=0.25):
    (tmp_path / "lists").mkdir(exist_ok=True)
    with open(tmp_path / "lists" / "list.csv", "w", newline="") as file:
        csv.writer(file).writerows([["path", "split"], *([path, "train"] for path in paths)])
    for i, path in enumerate(paths):
        record(tmp_path / "lists" / path, i, seconds)
    prepare(tmp_path / "lists" / "list.csv", tmp_path / name, sample_rate=RATE, workers=0, progress=False)
    corpus = PreparedCorpus(tmp_path / name)
    return corpus, corpus.split("train")


def test_files_of_each_pitch_method_lie_apart_and_those_of_before_there_was_a_choice_stay(tmp_path, computed):
    corpus, utterances = prepared(tmp_path, ["a.wav"])
    (own,) = feature_store.files("pitch", corpus, utterances, SETTINGS)
    (older,) = feature_store.files("pitch", corpus, utterances, replace(SETTINGS, pitch_method="harvest"))
    assert own.parent.name == "pitch-80-60-600-correlation"
    assert older.parent.name == "pitch-80-60-600"
    assert "pitch_method" not in feature_files.read_metadata(older)
    assert len(computed) == 2


def test_recordings_outside_of_the_list_get_no_files_beside_them(tmp_path, computed):
    corpus, utterances = prepared(tmp_path, ["../recs/x0.wav", "../recs/x1.wav", "in/x2.wav"])
    paths = feature_store.files("pitch", corpus, utterances, SETTINGS)
    assert len(set(paths)) == len(computed) == 3
    assert all(path.resolve().is_relative_to(corpus.folder.resolve()) for path in paths)
    assert sorted(path.name for path in (tmp_path / "recs").iterdir()) == ["x0.wav", "x1.wav"]


def test_recordings_that_differ_in_their_suffix_have_a_contour_each(tmp_path, computed):
    corpus, utterances = prepared(tmp_path, ["a.flac", "a.wav"])
    one, two = feature_store.files("pitch", corpus, utterances, SETTINGS)
    assert one.name == "a.flac.npy"
    assert two.name == "a.wav.npy"
    assert len(computed) == 2


def test_what_was_computed_with_the_same_settings_is_not_computed_again(tmp_path, computed):
    corpus, utterances = prepared(tmp_path, ["a.wav", "b.wav"])
    once, again = (feature_store.files("pitch", corpus, utterances, SETTINGS) for _ in range(2))
    assert once == again
    assert len(computed) == 2


def test_what_was_computed_otherwise_or_does_not_tell_is_computed_again(tmp_path, computed):
    corpus, utterances = prepared(tmp_path, ["a.wav"])
    (path,) = feature_store.files("pitch", corpus, utterances, SETTINGS)
    for changes in ({"sample_rate": 16_000}, {"samples": 7}, {"pitch_min": 60.00001}, None):
        told = feature_files.read_metadata(path)
        feature_files.save(path, np.zeros((25, 2), np.float32), told | changes if changes else None)
        if changes is None:
            path.with_suffix(".json").unlink()
        assert feature_store.files("pitch", corpus, utterances, SETTINGS) == [path]
        assert np.load(path)[0, 0] == RATE + 60
    finer = replace(SETTINGS, pitch_min=60.0000001)  # whose folder has the same name
    assert np.load(feature_store.files("pitch", corpus, utterances, finer)[0])[0, 0] == np.float32(RATE + 60.0000001)
    assert len(computed) == 6


def test_two_names_that_a_file_system_takes_for_one_are_refused(tmp_path, computed):
    corpus, utterances = prepared(tmp_path, ["a.wav"])
    (path,) = feature_store.files("pitch", corpus, utterances, SETTINGS)
    feature_files.save(path, np.load(path), feature_files.read_metadata(path) | {"recording": "A.wav"})
    with pytest.raises(UsageError, match=r"contains the pitch of 'A\.wav', .* that of 'a\.wav'; rename"):
        feature_store.files("pitch", corpus, utterances, SETTINGS)
    assert len(computed) == 1


@pytest.mark.parametrize("changes", [{"pitch_min": 80.0}, {"pitch_max": 500.0}, {"hop_length": 40}])
def test_each_setting_that_decides_has_files_of_its_own(tmp_path, computed, changes):
    corpus, utterances = prepared(tmp_path, ["a.wav"])
    ours, theirs = (
        feature_store.files("pitch", corpus, utterances, s) for s in (SETTINGS, replace(SETTINGS, **changes))
    )
    assert ours != theirs
    assert feature_store.files("pitch", corpus, utterances, SETTINGS) == ours
    assert len(computed) == 2
