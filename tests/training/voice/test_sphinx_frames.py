"""Frames around what PocketSphinx finds: which are silent, which are left out, where the edges of pauses are."""

from types import SimpleNamespace

import numpy as np
import pytest

from wavenet.training.voice import sphinx
from wavenet.training.voice.sphinx import FRAME, Aligned, _aligned, _heard, _sharpened, _without_long_pauses


def noise(frames, decibels):
    """Frames of noise of a level."""
    sound = np.random.default_rng(0).choice([-1.0, 1.0], frames * FRAME)
    return sound * 10 ** (decibels / 20)


@pytest.mark.parametrize(
    ("loud", "middle", "faint", "told"),
    [(-20, -64, -120, True), (-20, -66, -120, False), (-60, -71, -80, True), (-60, -73, -80, False)],
)
def test_a_frame_is_silent_45_db_below_the_loud_ones_or_within_8_db_of_the_faintest(loud, middle, faint, told):
    heard = _heard(np.concatenate([noise(100, loud), noise(20, middle), noise(30, faint)]))
    assert (heard[105:115] == told).all()
    assert heard[5:95].all()
    assert not heard[125:145].any()


def test_each_frame_of_a_waveform_is_judged_the_last_one_too():
    for samples in (1, FRAME, FRAME + 1, 5 * FRAME - 1):
        assert len(_heard(np.ones(samples))) == -(-samples // FRAME)
    heard = _heard(np.concatenate([noise(20, -90), noise(20, -20), noise(20, -90)]))
    assert np.flatnonzero(heard)[[0, -1]].tolist() == pytest.approx([20, 39], abs=1)


def test_a_pause_of_more_than_a_second_keeps_30_frames_at_each_end():
    def kept(*lengths):
        """Of frames that are heard and silent by turns."""
        heard = np.concatenate([np.full(n, i % 2 == 0) for i, n in enumerate(lengths)])
        return _without_long_pauses(heard).tolist()

    assert kept(5, 100, 5) == list(range(110))
    assert kept(5, 101, 5) == [*range(35), *range(76, 111)]
    assert kept(0, 101, 5) == [*range(30), *range(71, 106)]
    assert kept(5, 101, 5, 200) == [*range(35), *range(76, 141), *range(281, 311)]


def aligned(*edges):
    begins, ends = np.array(edges).T
    return Aligned((0,), begins, ends, np.zeros(len(edges)))


def sharpened(heard, *edges):
    found = _sharpened(aligned(*edges), np.array([c == "x" for c in heard]))
    return list(zip(found.begins.tolist(), found.ends.tolist(), strict=True))


def test_what_is_audible_at_the_edges_of_a_pause_belongs_to_the_phones():
    assert sharpened("..xxxxxx..xxxx..", (3, 6), (11, 13)) == [(2, 8), (10, 14)]
    assert sharpened("xxxxxxxx", (2, 5)) == [(0, 8)]
    assert sharpened("........", (2, 5)) == [(2, 5)]
    assert sharpened("..xx", (2, 4)) == [(2, 4)]


def test_a_breath_that_fills_a_pause_belongs_to_no_phone():
    assert sharpened("xxxxxxxxxx", (0, 3), (7, 10)) == [(0, 3), (7, 10)]
    assert sharpened("xxxxx.xxxx", (0, 3), (7, 10)) == [(0, 5), (6, 10)]


def test_an_edge_moves_by_20_frames_at_most():
    assert sharpened("x" * 100, (40, 60)) == [(20, 80)]
    assert sharpened("x" * 21 + "." * 79, (0, 1)) == [(0, 21)]
    assert sharpened("x" * 100, (0, 1)) == [(0, 21)]


class Word(list):
    def __init__(self, name, *phones):
        super().__init__(SimpleNamespace(start=s, duration=d, score=c) for s, d, c in phones)
        self.name = name


def test_words_are_those_of_the_text_with_their_pronunciation_and_scores_are_per_frame():
    said = [Word("<s>", (0, 10, 0)), Word("w0", (10, 4, -8), (14, 6, -6)), Word("<sil>", (20, 5, 0)),
            Word("w1(2)", (25, 3, -9)), Word("w1(3)", (28, 90, -90)), Word("</s>", (118, 9, 0))]  # fmt: skip
    found = _aligned(said, 30)
    assert found.ways == (0, 1, 2)
    assert found.begins.tolist() == [0, 4, 15, 18]
    assert found.ends.tolist() == [4, 10, 18, 30]
    assert found.scores.tolist() == [-2, -1, -3, -1]
    early = _aligned([Word("w0", (5, 3, -3), (8, 4, -4))], 30)
    assert (early.begins.tolist(), early.ends.tolist()) == ([0, 0], [0, 2])


def test_the_dictionary_numbers_the_pronunciations_of_a_word(monkeypatch):
    pytest.importorskip("pocketsphinx")
    asked = {}

    def decoder(**settings):
        with open(settings["dict"], encoding="utf-8") as file:
            asked.update(settings, lines=file.read().splitlines())

    monkeypatch.setattr("pocketsphinx.Decoder", decoder)
    sphinx._decoder({(("K", "AE"), ("K", "AA")): "w0", (("T",),): "w1"})
    assert asked["lines"] == ["w0 K AE", "w0(2) K AA", "w1 T"]
    assert asked["lm"] is None
    assert asked["bestpath"] is False
    assert asked["silprob"] == 1.0
