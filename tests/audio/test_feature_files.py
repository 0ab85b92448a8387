import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from wavenet.audio import feature_files
from wavenet.config import FeatureConfig
from wavenet.errors import UsageError

SETTINGS = FeatureConfig(kinds=("log_mel",), n_mels=4)
FRAMES = np.random.default_rng(0).normal(0, 0.5, (7, 4)).astype(np.float32)


@pytest.fixture
def path(tmp_path):
    feature_files.write(tmp_path / "a.npy", FRAMES, SETTINGS, 16_000)
    return tmp_path / "a.npy"


def test_what_is_written_is_read(path):
    np.testing.assert_array_equal(feature_files.read(path, SETTINGS, 16_000), FRAMES)


@pytest.mark.parametrize(
    ("changes", "rate", "message"),
    [
        ({"hop_length": 200}, 16_000, "its hop_length is 160, but the model's is 200"),
        ({}, 22_050, "its sample_rate is 16000, but the model's is 22050"),
        ({"f_max": 7_600.0}, 16_000, "its f_max is 8000.0, but the model's is 7600.0"),
    ],
)
def test_features_of_other_settings_are_refused_by_name(path, changes, rate, message):
    with pytest.raises(UsageError, match=message):
        feature_files.read(path, replace(SETTINGS, **changes), rate)


def test_pitch_in_files_of_before_there_was_a_choice_is_harvests(tmp_path):
    settings = FeatureConfig(kinds=("pitch",), pitch_method="harvest")
    feature_files.write(tmp_path / "a.npy", FRAMES[:, :2], settings, 16_000)
    older = {name: value for name, value in asdict(settings).items() if name != "pitch_method"}
    (tmp_path / "a.json").write_text(json.dumps(older))
    assert len(feature_files.read(tmp_path / "a.npy", settings, 16_000)) == 7
    with pytest.raises(UsageError, match="its pitch_method is harvest, but the model's is correlation"):
        feature_files.read(tmp_path / "a.npy", replace(settings, pitch_method="correlation"), 16_000)


@pytest.mark.parametrize(
    ("frames", "message"),
    [
        (FRAMES - 10, r"frame 0 holds -9.9\d* in its log_mel, which lies between -6 and 6; it was computed with other"),
        (FRAMES - 4, "the model's log-mel is at least -1.84; it was computed with other settings"),
        (FRAMES.T, r"shape \(4, 7\), but the model takes numbers of shape \(frames, 4\); it may be transposed"),
        (FRAMES[:0], "has 0 frames, but 1 are needed"),
        (np.full((3, 4), np.nan), "frame 0 holds a value that is not finite"),
    ],
)
def test_arrays_that_are_no_features_are_refused(tmp_path, frames, message):
    np.save(tmp_path / "a.npy", frames)
    with pytest.raises(UsageError, match=message):
        feature_files.read(tmp_path / "a.npy", SETTINGS, 16_000)


@pytest.mark.parametrize("content", [b"", b"no array", b"\x93NUMPY\x01\x00"])
def test_files_that_are_no_arrays_are_refused(tmp_path, content):
    (tmp_path / "a.npy").write_bytes(content)
    with pytest.raises(UsageError, match=r"a\.npy: is not a \.npy file"):
        feature_files.read(tmp_path / "a.npy", SETTINGS, 16_000)


def test_a_missing_file_and_broken_settings_are_told(tmp_path, path):
    with pytest.raises(UsageError, match="no such file"):
        feature_files.read(tmp_path / "b.npy", SETTINGS, 16_000)
    path.with_suffix(".json").write_text("[")
    with pytest.raises(UsageError, match="no settings of features"):
        feature_files.read(path, SETTINGS, 16_000)
    path.with_suffix(".json").write_text(json.dumps({"n_mels": 4}))
    assert len(feature_files.read(path, SETTINGS, 16_000)) == 7


@pytest.mark.parametrize("identity", ["deep/a.wav", "deep/a.flac", "en_US_f_Allison/digits/1", "v1.2"])
def test_own_features_lie_under_the_id_of_their_recording(identity):
    assert feature_files.place("f", identity) == Path(f"f/{identity}.npy")


def test_features_under_another_name_are_told_with_the_way_out(tmp_path):
    np.save(tmp_path / "a.npy", FRAMES)
    with pytest.raises(UsageError, match=r"a\.wav\.npy: no such file .*; a\.npy exists: .* rename it to a\.wav\.npy"):
        feature_files.open_given(feature_files.place(tmp_path, "a.wav"), SETTINGS, 1120, 16_000)


FILE = FeatureConfig(kinds=("file",), file_channels=4)


@pytest.mark.parametrize(
    ("settings", "rate", "message"),
    [
        (SETTINGS, 8_000, "its sample_rate is 16000, but the model's is 8000"),
        (replace(SETTINGS, hop_length=200), 16_000, "its hop_length is 160, but the model's is 200"),
        (replace(SETTINGS, f_max=7_600.0), 16_000, "its f_max is 8000.0, but the model's is 7600.0"),
        (replace(FILE, hop_length=200), 16_000, "its hop_length is 160, but the model's is 200"),
        (FILE, 8_000, "its sample_rate is 16000, but the model's is 8000"),
    ],
)
def test_given_features_of_other_settings_are_refused(path, settings, rate, message):
    with pytest.raises(UsageError, match=message):
        feature_files.open_given(path, settings, 1120, rate)


@pytest.mark.parametrize("settings", [SETTINGS, FILE, replace(FILE, f_max=7_600.0), replace(SETTINGS, pitch_min=70.0)])
def test_settings_that_decide_nothing_do_not_matter_to_given_features(path, settings):
    np.testing.assert_array_equal(feature_files.open_given(path, settings, 1120, 16_000), FRAMES)


def test_frames_never_lie_beside_the_settings_of_others(path, monkeypatch):
    def stopped(_path):
        raise KeyboardInterrupt

    monkeypatch.setattr(feature_files.atomic, "writing", stopped)
    with pytest.raises(KeyboardInterrupt):
        feature_files.write(path, FRAMES, replace(SETTINGS, hop_length=200), 16_000)
    assert feature_files.read_metadata(path) is None
