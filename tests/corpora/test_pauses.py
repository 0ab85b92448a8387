import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.corpora.recordings import RATE, content, noise
from wavenet.audio import files
from wavenet.corpora.pauses import LEAST, Level, ends
from wavenet.corpora.prepare import prepare
from wavenet.corpora.prepared import PreparedCorpus
from wavenet.errors import UsageError


def level_of(waveform: np.ndarray, cuts: list[int] = ()) -> Level:
    level = Level(RATE)
    for block in np.split(waveform, sorted(cuts)):
        level.add(block)
    return level


def speech(*parts: tuple[float, float], background: float = 0.0) -> np.ndarray:
    """Stretches of noise, each followed by a pause: seconds of both."""
    rng = np.random.default_rng(0)
    pieces = [
        np.concatenate([rng.uniform(-0.5, 0.5, round(said * RATE)), np.zeros(round(pause * RATE))])
        for said, pause in parts
    ]
    whole = np.concatenate(pieces).astype(np.float32)
    return whole + background * rng.standard_normal(len(whole)).astype(np.float32)


@given(st.lists(st.floats(0, 3), max_size=12), st.integers(RATE // 2, 5 * RATE), st.integers(0, 9))
def test_pieces_are_neither_too_long_nor_too_short_and_lose_nothing(seconds, most, seed):
    parts = np.random.default_rng(seed).uniform(0, 1, (len(seconds), 2)) * np.array(seconds)[:, None]
    waveform = speech((0.1, 0.0), *map(tuple, parts))
    found = list(ends(level_of(waveform), most))
    lengths = np.diff([0, *found])
    assert found[-1] == len(waveform)
    assert lengths.max() <= most
    if len(found) > 1:
        assert lengths.min() >= int(most * LEAST) - RATE // 100


@pytest.mark.parametrize("background", [0.0, 0.001, 0.01])
def test_cuts_are_in_the_middle_of_the_longest_pauses(background):
    waveform = speech((3, 0.3), (2, 0.8), (2, 0.3), (2.5, 0.6), (3, 0.2), background=background)
    found = list(ends(level_of(waveform), 8 * RATE))
    assert found[:-1] == pytest.approx([5.7 * RATE, 11.2 * RATE], abs=0.03 * RATE)


def test_the_gaps_within_words_are_no_pauses():
    waveform = speech((4, 0.15), (2, 0.4), (4, 0.0))
    assert next(ends(level_of(waveform), 8 * RATE)) == pytest.approx(6.35 * RATE, abs=0.03 * RATE)


def test_without_a_pause_the_quietest_place_is_taken():
    waveform = noise(0, 10)
    waveform[int(4.2 * RATE) : int(4.3 * RATE)] *= 0.1
    assert next(ends(level_of(waveform), 6 * RATE)) == pytest.approx(4.25 * RATE, abs=0.05 * RATE)


@given(st.lists(st.integers(0, 5 * RATE), max_size=6))
def test_the_level_does_not_depend_on_the_blocks(cuts):
    waveform = speech((2, 0.5), (2, 0.5))
    assert np.array_equal(level_of(waveform, cuts).decibels(), level_of(waveform).decibels())


def test_recordings_are_cut_at_pauses_without_loss(tmp_path):
    waveform = speech((3, 0.4), (2, 0.9), (3, 0.4), (2, 0.9), (3, 0.1))
    (tmp_path / "in").mkdir()
    files.write(tmp_path / "in" / "a.wav", waveform, RATE)
    options = {"sample_rate": RATE, "workers": 0, "progress": False, "validation": 0, "test": 0}
    prepare(tmp_path / "in", tmp_path / "out", **options, piece_seconds=7, cut_at_pauses=True)
    rows = sorted(content(tmp_path / "out")[1])
    assert [row[0] for row in rows] == ["a.wav", "a.wav#0001", "a.wav#0002"]
    seconds = [row[6] / RATE for row in rows]
    assert seconds == pytest.approx([5.85, 6.3, 3.55], abs=0.03)
    corpus = PreparedCorpus(tmp_path / "out")
    assert np.array_equal(corpus.samples, files.to_int16(waveform))
    with pytest.raises(UsageError, match="prepared with cut_at_pauses True, not"):
        prepare(tmp_path / "in", tmp_path / "out", **options, piece_seconds=7)
    with pytest.raises(UsageError, match="cut_at_pauses needs the length of the longest piece"):
        prepare(tmp_path / "in", tmp_path / "new", **options, cut_at_pauses=True)
