"""Gains: only what was asked for, by what the file says."""

import pytest

from tests.amp.written import wavenet, write
from wavenet.amp import file, levels
from wavenet.errors import UsageError

SAID = {"loudness": -24.0, "input_level_dbu": 18.0, "output_level_dbu": 12.0}


@pytest.fixture
def model(tmp_path):
    return file.read(write(tmp_path / "a.nam", wavenet(metadata=SAID)))


def test_nothing_is_applied_that_was_not_asked_for(model):
    assert (levels.before(model, "a"), levels.behind(model, "a")) == (1, 1)


def test_levels_are_brought_to_those_of_the_model(model):
    assert levels.before(model, "a", 20.0) == pytest.approx(10)
    assert levels.before(model, "a", 0.0, 12.0) == pytest.approx(10 ** (-6 / 20))
    assert levels.behind(model, "a", 18.0) == pytest.approx(10 ** (-6 / 20))
    assert levels.behind(model, "a", normalise=True) == pytest.approx(10 ** (6 / 20))


def test_what_the_file_does_not_say_is_told(tmp_path):
    silent = file.read(write(tmp_path / "a.nam", wavenet()))
    with pytest.raises(UsageError, match="no input_level_dbu, which --input-level needs"):
        levels.before(silent, "a", 0.0, 1.0)
    with pytest.raises(UsageError, match="no output_level_dbu"):
        levels.behind(silent, "a", 1.0)
    with pytest.raises(UsageError, match="no loudness"):
        levels.behind(silent, "a", normalise=True)


def test_two_answers_and_odd_numbers_are_refused(model):
    with pytest.raises(UsageError, match="give one of them"):
        levels.behind(model, "a", 1.0, True)
    for gain in (121, float("nan"), -1e9):
        with pytest.raises(UsageError, match="--gain is"):
            levels.before(model, "a", gain)
