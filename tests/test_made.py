"""What a command made is known by a mark; it replaces nothing else."""

import json
import os

import numpy as np
import pytest

from wavenet import made
from wavenet.audio import feature_files, files, pictures
from wavenet.config import FeatureConfig
from wavenet.errors import UsageError

MARK = made.mark("say")


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".ogg"])
def test_a_sound_tells_what_made_it_and_sounds_the_same(tmp_path, suffix):
    waveform = np.sin(np.arange(300_000) / 9).astype(np.float32) / 2
    plain, marked = tmp_path / f"plain{suffix}", tmp_path / f"marked{suffix}"
    files.write(plain, waveform, 16_000)
    files.write(marked, waveform, 16_000, MARK)
    assert (made.by(plain, "say"), made.by(marked, "say"), made.by(marked, "vocode")) == (False, True, False)
    assert np.array_equal(files.read(plain, 16_000), files.read(marked, 16_000))


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_a_picture_tells_what_drew_it(tmp_path, suffix):
    waveform = np.sin(np.arange(4000) / 9).astype(np.float32)
    for name, software in (("plain", ""), ("marked", MARK)):
        figure = pictures.waveform_and_spectrogram(waveform, 4000, "a")
        pictures.write(figure, tmp_path / f"{name}{suffix}", software)
    assert not made.by(tmp_path / f"plain{suffix}", "say")
    assert made.by(tmp_path / f"marked{suffix}", "say")


@pytest.mark.parametrize("name", ["a.wav", 'é "b" \\.flac', "ü\udcff.ogg"])
def test_a_picture_tells_what_it_shows(tmp_path, name):
    figure = pictures.waveform_and_spectrogram(np.zeros(4000, np.float32), 4000, "a")
    pictures.write(figure, tmp_path / "a.png", made.mark("say", name))
    assert made.by(tmp_path / "a.png", "say")
    assert made.shown(tmp_path / "a.png") == name
    pictures.write(figure, tmp_path / "b.png", MARK)
    assert made.shown(tmp_path / "b.png") == made.shown(tmp_path / "none.png") == ""


def test_what_a_picture_shows_lies_beside_it(tmp_path):
    (tmp_path / "a.png").write_text(made.mark("say", "../../etc/a.wav"))
    assert made.shown(tmp_path / "a.png") == "a.wav"


def test_features_tell_what_computed_them_by_the_settings_beside_them(tmp_path):
    path = tmp_path / "a.npy"
    feature_files.write(path, np.zeros((3, 80), np.float32), FeatureConfig(kinds=("log_mel",)), 16_000)
    assert all(made.by(each, "features") for each in feature_files.paths(path))
    path.with_suffix(".json").write_text(json.dumps({"sample_rate": 16_000}))
    assert not made.by(path, "features")


def test_no_mark_is_that_of_another_command(tmp_path):
    (tmp_path / "a.txt").write_text(made.mark("train-voice"))
    assert made.by(tmp_path / "a.txt", "train-voice")
    assert not made.by(tmp_path / "a.txt", "train")


def test_two_names_of_one_file_are_refused(tmp_path):
    (tmp_path / "picture.png").symlink_to("sound.wav")
    with pytest.raises(UsageError, match=r"sound\.wav and .*picture\.png would both be one file; name another for"):
        made.check("say", [tmp_path / "sound.wav", tmp_path / "picture.png"], overwrite=True)


def test_what_another_made_is_refused_by_name_unless_it_may_be_replaced(tmp_path):
    ours, other = tmp_path / "ours.txt", tmp_path / "other.txt"
    ours.write_text(MARK)
    other.write_text("mine")
    made.check("say", [ours, tmp_path / "new.txt"])
    made.check("say", [ours, other], overwrite=True)
    with pytest.raises(UsageError, match=r"other\.txt already exists and was not made by .*; .* --overwrite"):
        made.check("say", [ours, other])


def test_a_link_is_what_it_leads_to_and_a_pipe_is_not_waited_for(tmp_path):
    (tmp_path / "take.wav").write_text("mine")
    (tmp_path / "link.wav").symlink_to("take.wav")
    with pytest.raises(UsageError, match=r"link\.wav already exists"):
        made.check("say", [tmp_path / "link.wav"])
    os.mkfifo(tmp_path / "pipe")
    made.check("say", [tmp_path / "pipe", tmp_path])


def test_a_mark_counts_in_the_first_and_in_the_last_64_kib_alone(tmp_path):
    gap = b"x" * 65_536
    for name, data, found in (
        ("begins", MARK.encode() + gap + gap, True),
        ("ends", gap + gap + MARK.encode(), True),
        ("between", gap + MARK.encode() + gap, False),
        ("short", MARK.encode(), True),
    ):
        (tmp_path / name).write_bytes(data)
        assert made.by(tmp_path / name, "say") == found, name


def test_nothing_is_written_among_the_shipped_models_even_if_told_to_or_through_a_link(tmp_path):
    (tmp_path / "link").symlink_to(made.SHIPPED)
    for place in (made.SHIPPED, made.SHIPPED / "english" / "new.wav", tmp_path / "link" / "new.wav"):
        with pytest.raises(UsageError, match="are never changed; name another place"):
            made.check("say", [place], overwrite=True)
    made.check_place(made.SHIPPED.parent / "new.wav")
