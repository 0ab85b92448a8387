import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.audio import files
from wavenet.errors import MissingExtraError
from wavenet.training.voice import sphinx
from wavenet.training.voice.sphinx import FRAME, RATE, Aligned, Aligner, Way

RECORDING = Path(__file__).parents[3] / "recipes" / "english_prompts" / "never_heard.flac"
SAID = """AE N D|M IH S T ER|JH AA N|D AE SH W UH D|HH AE D|DH EH N|L IY ZH ER|T UW|K AH N S IH D ER|HH AW|M AH CH
DH EH R|M AY T|B IY|P R UW D AH N T L IY|IH N|HH IH Z|P AW ER|T UW|D UW|F AO R|DH EH M"""
WORDS: list[tuple[Way, ...]] = [(tuple(word.split()),) for word in SAID.replace("\n", "|").split("|")]


@pytest.fixture(scope="module")
def waveform():
    return files.read(RECORDING, RATE)


def test_phones_lie_one_after_another_where_it_sounds_like_them(waveform):
    found = Aligner(WORDS).align(waveform, WORDS)
    assert found is not None
    assert found.begins[0] >= 0
    assert found.ends[-1] <= -(-len(waveform) // FRAME)
    assert (found.begins < found.ends).all()
    assert (found.ends[:-1] <= found.begins[1:]).all()
    phones = [phone for word in WORDS for phone in word[0]]
    high = []
    for begin, end in zip(found.begins, found.ends, strict=True):
        power = np.abs(np.fft.rfft(waveform[begin * FRAME : end * FRAME])) ** 2
        high.append(power[int(len(power) * 3000 / 8000) :].sum() / power.sum())
    hissing = [share for phone, share in zip(phones, high, strict=True) if phone in ("S", "SH", "CH", "Z", "ZH")]
    voiced = [share for phone, share in zip(phones, high, strict=True) if phone[0] in "AEIOU" or phone in ("M", "N")]
    assert np.median(hissing) > 10 * np.median(voiced)
    silent = np.median(waveform[: found.begins[0] * FRAME] ** 2)
    assert silent < 0.05 * np.median(waveform[found.begins[0] * FRAME : found.ends[-1] * FRAME] ** 2)


def test_sound_that_comes_later_is_found_later(waveform):
    aligner = Aligner(WORDS)
    first = aligner.align(waveform, WORDS)
    later = aligner.align(np.concatenate([np.tile(waveform[:800], 4), waveform]), WORDS)
    assert first is not None
    assert later is not None
    moved = later.ends[:-1] - first.ends[:-1]
    assert np.median(moved) == 20
    assert (np.abs(moved - 20) <= 1).mean() > 0.9


def test_of_several_pronunciations_that_which_was_said_is_chosen(waveform):
    wrong = ("UW", "S", "K", "OY")
    words = [(word[0], wrong) if i % 2 else (wrong, word[0]) for i, word in enumerate(WORDS)]
    found, alone = (Aligner(told).align(waveform, told) for told in (words, WORDS))
    assert found is not None
    assert alone is not None
    assert found.ways == tuple(0 if i % 2 else 1 for i in range(len(words)))
    assert np.abs(found.ends - alone.ends).max() <= 3  # beside another word a phone may sound otherwise


def test_what_nobody_said_is_found_nowhere_or_fits_badly(waveform):
    backwards = WORDS[::-1]
    aligner = Aligner(WORDS)
    right, wrong = aligner.align(waveform, WORDS), aligner.align(waveform, backwards)
    assert right is not None
    assert wrong is None or wrong.scores.mean() < 2 * right.scores.mean()


@pytest.mark.parametrize("samples", [1, 100, 1600, 16_000])
def test_silence_and_what_is_too_short_have_no_words(samples):
    assert Aligner(WORDS).align(np.zeros(samples, np.float32), WORDS) is None


def test_without_its_package_it_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "pocketsphinx", None)
    with pytest.raises(MissingExtraError, match=r"pip install .*\[voice\]'$"):
        Aligner(WORDS)


@st.composite
def borders(draw: st.DrawFn) -> tuple[Aligned, np.ndarray]:
    """Phones with or without pauses between them, and which frames sound."""
    lengths = draw(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)), min_size=1, max_size=6))
    times = np.cumsum([length for pair in lengths for length in pair])
    frames = int(times[-1]) + draw(st.integers(0, 40))
    heard = draw(st.lists(st.booleans(), min_size=frames, max_size=frames))
    return Aligned((0,), times[::2], times[1::2], np.zeros(len(lengths))), np.array(heard, np.bool_)


@given(borders())
def test_phones_take_of_pauses_only_what_sounds_and_is_near(given):
    aligned, heard = given
    found = sphinx._sharpened(aligned, heard)
    assert (found.begins <= aligned.begins).all()
    assert (found.ends >= aligned.ends).all()
    assert (found.ends[:-1] <= found.begins[1:]).all()
    assert found.begins[0] >= 0
    assert found.ends[-1] <= len(heard)
    for before, after in ((found.begins, aligned.begins), (aligned.ends, found.ends)):
        for begin, end in zip(before, after, strict=True):
            assert heard[begin:end].all()
            assert end - begin <= 20
    paused = aligned.begins[1:] > aligned.ends[:-1]
    assert ((found.begins[1:] > found.ends[:-1]) == paused).all()


@given(borders())
def test_a_pause_that_is_left_begins_and_ends_in_silence(given):
    aligned, heard = given
    found = sphinx._sharpened(aligned, heard)
    edges = [(0, aligned.begins[0], found.begins[0], True)]
    edges += [(a, b, c, False) for a, b, c in zip(found.ends, aligned.begins[1:], found.begins[1:], strict=False)]
    for first, last, now, outer in edges:
        if now < last or (outer and now > first):  # was moved, or can be
            assert now == first or last - now == 20 or not heard[now - 1]


def test_silence_is_told_from_speech_by_the_loud_and_the_faint_of_a_recording():
    rng = np.random.default_rng(0)
    envelope = np.repeat([1e-4, 0.1, 1e-4, 0.01, 1e-4], 20 * FRAME)
    for gain in (1, 0.1):
        heard = sphinx._heard(gain * envelope * rng.standard_normal(len(envelope)))
        changes = [i for i, (a, b) in enumerate(pairwise(heard), 1) if a != b]
        assert len(heard) == 100
        assert not heard[0]
        assert np.abs(np.array(changes) - [20, 40, 60, 80]).max() <= 1
    assert not sphinx._heard(np.zeros(500)).any()


def faint(seconds: float, decibels: float) -> np.ndarray:
    noise = np.random.default_rng(0).standard_normal(round(seconds * RATE))
    return (10 ** (decibels / 20) * noise).astype(np.float32)


@pytest.mark.parametrize("decibels", [-200, -80, -70])
@pytest.mark.parametrize(("before", "after"), [(4, 6), (10, 20), (1.5, 0)])
def test_a_long_quiet_pause_around_speech_changes_neither_times_nor_scores(waveform, decibels, before, after):
    aligner = Aligner(WORDS)
    alone = aligner.align(waveform, WORDS)
    found = aligner.align(np.concatenate([faint(before, decibels), waveform, faint(after, decibels)]), WORDS)
    assert alone is not None
    assert found is not None
    moved = np.concatenate([found.begins[1:] - alone.begins[1:], found.ends[:-1] - alone.ends[:-1]])
    assert np.abs(moved - round(before * 100)).max() <= 2
    # beside fainter noise that of the room can be heard, and at either end belongs to a phone
    assert -21 <= found.begins[0] - alone.begins[0] - round(before * 100) <= 2
    assert -2 <= found.ends[-1] - alone.ends[-1] - round(before * 100) <= 21
    assert found.scores.mean() > alone.scores.mean() - 1


def test_a_long_quiet_pause_within_speech_lies_between_two_words(waveform):
    aligner = Aligner(WORDS)
    alone = aligner.align(waveform, WORDS)
    assert alone is not None
    phones = np.cumsum([len(word[0]) for word in WORDS])
    gaps = alone.begins[phones[:-1]] - alone.ends[phones[:-1] - 1]
    word = int(gaps.argmax())  # the longest pause between words
    at = (alone.ends[phones[word] - 1] + gaps[word] // 2) * FRAME
    found = aligner.align(np.concatenate([waveform[:at], faint(5, -80), waveform[at:]]), WORDS)
    assert found is not None
    assert (found.begins[: phones[word]] - alone.begins[: phones[word]]).max() <= 2
    assert np.median(found.begins[phones[word] :] - alone.begins[phones[word] :]) == 500
    assert found.scores.mean() > alone.scores.mean() - 1


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 300)), max_size=6))
def test_only_the_middle_of_long_pauses_is_left_out(runs):
    heard = np.concatenate([np.full(length, voiced) for voiced, length in runs] or [np.zeros(0, bool)]).astype(bool)
    kept = sphinx._without_long_pauses(heard)
    assert set(np.flatnonzero(heard)) <= set(kept.tolist())
    shortened = heard[kept]
    edges = np.flatnonzero(np.diff(~shortened, prepend=False, append=False)).reshape(-1, 2)
    assert all(end - begin <= 100 for begin, end in edges)
    if not any(end - begin > 100 for begin, end in np.flatnonzero(np.diff(~heard, prepend=0, append=0)).reshape(-1, 2)):
        assert len(kept) == len(heard)
