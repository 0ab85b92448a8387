"""Melodies by a WaveNet: what the tags and the seed decide, and what is refused."""

import numpy as np
import pytest

from tests.music.melodies import HOP, N_MELS, RATE, TAGS, small_model
from wavenet.engine import folder
from wavenet.errors import ModelFolderError, UsageError
from wavenet.generator import Generator
from wavenet.music import spectra
from wavenet.music.composer import TEMPOS, Composer
from wavenet.music.frames import CHANNELS, KEYS
from wavenet.music.notes import HIGHEST, LOWEST


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return small_model(tmp_path_factory.mktemp("music") / "model")


@pytest.fixture
def composer(home):
    return Composer.of(home, Generator.open(home))


def test_a_melody_is_the_same_for_a_seed_and_begins_the_same_whatever_its_length(composer):
    long = composer.melody(200, tags=["flute"], seed=3)
    assert long == composer.melody(200, tags=["flute"], seed=3)
    assert composer.melody(100, tags=["flute"], seed=3)[:5] == long[:5]
    assert long != composer.melody(200, tags=["flute"], seed=4)
    assert all(LOWEST <= note.key <= HIGHEST for note in long)


def test_tags_of_the_melody_decide_and_others_do_not(composer):
    assert composer.melody(200, tags=["minor", "slow", "organ"]) == composer.melody(200, tags=["minor"])
    assert composer.melody(200, tags=["minor"]) != composer.melody(200)


def test_the_key_is_that_of_the_tag_or_else_of_the_seed(composer):
    assert composer.melody(200, seed=3) == composer.melody(200, seed=3, tags=["tonic-3"])
    assert composer.melody(200, seed=3) != composer.melody(200, seed=3, tags=["tonic-4"])


@pytest.mark.parametrize("tempo", TEMPOS)
def test_the_tempo_is_that_of_the_tag(composer, tempo):
    count = 6_000
    found = composer.features(count, tags=[tempo, "minor"], seed=1)
    assert found.shape == (count, N_MELS + CHANNELS)
    onsets = np.flatnonzero(found[:, N_MELS + KEYS + 1] == 1)
    starts = [note.start for note in composer.melody(round(60 * max(TEMPOS[tempo]) / 60 * 4), tags=["minor"], seed=1)]
    beats = (starts[len(onsets) // 2] / 4) / (onsets[len(onsets) // 2] / 6_000)
    assert TEMPOS[tempo][0] - 1 <= beats <= TEMPOS[tempo][1] + 1


def test_without_a_tag_the_seed_draws_a_tempo(composer):
    found = {int(np.count_nonzero(composer.features(2_000, seed=seed)[:, N_MELS + KEYS + 1] == 1)) for seed in range(6)}
    assert len(found) > 1


def test_a_model_without_melodies_has_no_composer(home):
    assert Composer.of(home / "melody", Generator.open(home / "melody")) is None


def test_a_damaged_melody_is_told(home, tmp_path):
    copy = small_model(tmp_path / "model")
    (copy / "melody" / "model.safetensors").unlink()
    with pytest.raises(ModelFolderError, match="melody"):
        Composer.of(copy, Generator.open(copy))


@pytest.mark.parametrize("damage", [lambda whole: whole[:-9], lambda whole: b"", lambda whole: None])
def test_damaged_spectra_are_told(home, tmp_path, damage):
    copy = small_model(tmp_path / "model")
    file = copy / "spectra.safetensors"
    whole = damage(file.read_bytes())
    file.unlink() if whole is None else file.write_bytes(whole)
    with pytest.raises(ModelFolderError, match=r"spectra\.safetensors"):
        Composer.of(copy, Generator.open(copy))


def test_a_model_that_plays_no_melodies_is_told(home, tmp_path):
    copy = small_model(tmp_path / "model")
    made = folder.read(home / "melody")
    folder.write(copy, made.audio, made.model, made.tensors)
    with pytest.raises(UsageError, match=r"has melodies, but takes features \[\]"):
        Composer.of(copy, Generator.open(copy))


def test_what_writes_no_melodies_is_told(home):
    with pytest.raises(UsageError, match="writes no melodies"):
        Composer(Generator.open(home), spectra.read(home, TAGS, N_MELS), RATE / HOP)
