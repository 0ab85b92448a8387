import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import memory, voices
from tests.tts.russian.stand_in import pretend
from tests.tts.russian.test_festival import needs_festival
from wavenet.audio import features
from wavenet.config import SPEECH_TEMPERATURE
from wavenet.engine.sampling import Sampling
from wavenet.errors import UsageError, WavenetError, WavenetWarning
from wavenet.tts.segments import SIL, Segment
from wavenet.tts.voice import Voice

TEXT = "The fox sees you. Does it run? No, it stays."


@cache
def voice(conditions: str = "mel+pitch") -> Voice:
    return Voice(voices.tiny(conditions))


def sound(text: object, conditions: str = "mel+pitch", **settings: object) -> np.ndarray:
    blocks = voice(conditions).say(text, **settings)  # type: ignore[arg-type]
    return np.concatenate([np.empty(0, np.float32), *blocks])


def phones(text: str) -> list[str]:
    return [segment.phone for sentence in voice().plan(text) for segment in sentence.segments if segment.phone != SIL]


@pytest.mark.parametrize("conditions", voices.CONDITIONS)
def test_one_seed_gives_one_sound_of_the_planned_length(conditions: str) -> None:
    first = sound(TEXT, conditions, seed=3)
    assert np.array_equal(first, sound(TEXT, conditions, seed=3))
    assert not np.array_equal(first, sound(TEXT, conditions, seed=4))
    assert len(first) == 160 * sum(sentence.durations.sum() for sentence in voice(conditions).plan(TEXT))
    assert np.isfinite(first).all()
    assert first.std() > 1e-3


def test_how_samples_are_drawn_is_told_by_an_object_or_its_fields() -> None:
    drawn = Sampling(seed=3, temperature=9.0, top_k=2)
    assert np.array_equal(sound("Run.", sampling=drawn), sound("Run.", seed=3, temperature=9.0, top_k=2))
    assert not np.array_equal(sound("Run.", sampling=drawn), sound("Run.", seed=3, temperature=9.0))
    assert np.array_equal(sound("Run.", sampling=Sampling(3)), sound("Run.", seed=3, temperature=SPEECH_TEMPERATURE))
    with pytest.raises(UsageError, match="seed is given in addition to a Sampling"):
        voice().say("Run.", sampling=drawn, seed=4)


@pytest.mark.parametrize(("own", "drawn_at"), [(None, SPEECH_TEMPERATURE), (9.0, 9.0)])
def test_a_voice_draws_at_the_temperature_that_its_folder_tells(own: float | None, drawn_at: float) -> None:
    tiny = voices.tiny()
    model = replace(tiny.wavenet, model=replace(tiny.wavenet.model, temperature=own))
    untold, told = (
        np.concatenate(list(Voice(tiny._replace(wavenet=model)).say("Run.", temperature=t))) for t in (None, drawn_at)
    )
    assert np.array_equal(untold, told)
    assert not np.array_equal(untold, sound("Run.", temperature=drawn_at + 1))


FIRST = """
import numpy as np
from tests import voices
from tests.test_imports import at_once
from wavenet.tts.voice import Voice
folder = voices.tiny()
text = "Dr. Smith paid $3.50 on 3/4 to the 21st zyxomat."
first, *others = at_once(lambda: np.concatenate(list(Voice(folder).say(text))))
assert all(np.array_equal(first, other) for other in others)
"""


def test_the_first_texts_of_a_process_may_be_said_in_several_threads_at_once() -> None:
    subprocess.run([sys.executable, "-c", FIRST], check=True)


@pytest.mark.parametrize("conditions", voices.CONDITIONS)
@given(block=st.integers(1, 30_000))
def test_blocks_of_any_size_join_to_the_whole_exactly(conditions: str, block: int) -> None:
    blocks = list(voice(conditions).say("So? Run.", block=block))
    assert max(map(len, blocks)) <= block
    assert np.array_equal(np.concatenate(blocks), whole("So? Run.", conditions))


@cache
def whole(text: str, conditions: str = "mel+pitch") -> np.ndarray:
    return sound(text, conditions)


@given(cuts=st.lists(st.integers(0, 120), max_size=8))
@pytest.mark.parametrize(
    "text", [TEXT, '<speak>It costs <prosody rate="2">$3.50 &amp; more</prosody>. <break time="70ms"/> So?</speak>']
)
def test_a_text_in_pieces_sounds_like_the_whole_exactly(text: str, cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(text)]
    pieces = [text[a:b] for a, b in pairwise(edges)]
    assert np.array_equal(sound(iter(pieces)), whole(text))


@pytest.mark.parametrize(
    ("durations", "contour", "message"),
    [
        ([1.0, 2.0, 3.0], None, "durations are an array of float64"),
        ([1, 2], None, r"shape \(2,\), and must be frames, integers from 0, of 3 segments"),
        ([1, -2, 3], None, "integers from 0"),
        ([1, 2, 3], np.zeros((5, 2)), "has 5 frames, but 6 are needed"),
        ([1, 2, 3], np.zeros((7, 2)), "the contour has 7 frames, and the durations 6"),
        ([1, 2, 3], np.full((6, 2), 1e300), "frame 0 holds"),
    ],
)
def test_durations_and_contours_that_cannot_be_are_refused(
    durations: list[float], contour: np.ndarray | None, message: str
) -> None:
    said = [Segment(SIL), Segment("AA"), Segment(SIL)]
    with pytest.raises(UsageError, match=message):
        voice().sentence(said, durations=np.array(durations), contour=contour)


def test_only_as_much_text_is_read_as_is_said() -> None:
    read = 0

    def long() -> Iterator[str]:
        nonlocal read
        for read in range(1, 10_000):  # noqa: B007 - told outside
            yield "The fox sees you. "

    blocks = voice().say(long())
    made = sum(map(len, islice(blocks, 40)))
    sentence = 160 * int(next(voice().plan("The fox sees you.")).durations.sum())
    assert made > 2 * sentence
    assert read <= made / sentence + 3


def test_of_a_hundred_thousand_words_only_those_are_planned_that_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    planned = []
    plain = voice().sentence
    monkeypatch.setattr(voice(), "sentence", lambda *args: planned.append(1) or plain(*args))
    blocks = voice().say("The fox sees you, and runs. " * 17_000)
    assert len(next(blocks))
    assert len(planned) == 1
    while len(planned) < 5:
        next(blocks)


def test_memory_does_not_grow_with_the_text() -> None:
    def say(count: int) -> None:
        for _ in voice().say("The fox sees you, and runs. " for _ in range(count)):
            pass

    say(3)  # what is kept for ever is there now
    assert memory.stays_below(
        2 * memory.peak(lambda: say(5)), lambda: say(25)
    )  # the sound alone would be five times as much


@given(st.floats(0.5, 2.0))
def test_speed_and_pitch_reach_the_stages(factor: float) -> None:
    plain = next(voice().plan("The fox sees you."))
    fast = next(voice().plan("The fox sees you.", speed=factor))
    high = next(voice().plan("The fox sees you.", pitch=factor))
    assert fast.durations.sum() == pytest.approx(plain.durations.sum() / factor, abs=2)
    assert np.array_equal(high.durations, plain.durations)
    heights = features.f0(high.pitch)
    np.testing.assert_allclose(heights, factor * features.f0(plain.pitch), rtol=1e-5)
    assert heights.any()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"speed": 0.1}, "speed is 0.1, and must be from 0.2 to 5"),
        ({"speed": float("nan")}, "speed is nan"),
        ({"pitch": 2.1}, "pitch is 2.1, and must be from 0.5 to 2"),
        ({"block": 0}, "block is 0"),
        ({"temperature": -1.0}, "temperature is -1"),
        ({"lexicon": ["nowhere.txt"]}, "nowhere.txt"),
    ],
)
def test_impossible_settings_are_told(settings: dict, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        next(voice().say("Hello.", **settings))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "there is nothing to say"),
        (" \n\t ", "there is nothing to say"),
        ("...", "there is nothing to say"),
        ("\x00\x07\x1b", "there is nothing to say"),
        ("<speak>Hello <break/>", "the text ends inside of <speak>"),
        ("<speak>Hello </speak><p>", "SSML, line 1"),
        ("<speak>Hello. <brake/></speak>", "<brake> is unknown; did you mean 'break'"),
        ('<speak xml:lang="ko">Hello.</speak>', "this voice speaks English"),
    ],
)
def test_what_cannot_be_said_is_told_before_any_sound(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as error:
        voice().say(text)
    assert "\n" not in str(error.value)


def test_one_word_of_another_script_refuses_no_text_unless_it_shall() -> None:
    text = "The fox sees 안녕하세요. It runs."
    with pytest.warns(WavenetWarning, match=r"'안녕하세요' \(hangul\) is left out"):
        assert [sentence.written for sentence in voice().plan(text)] == ["The fox sees", "It runs"]
    with pytest.raises(UsageError, match=r"cannot say '안녕하세요' .*this voice speaks English"):
        voice().say(text, strict=True)


def test_a_text_is_read_as_it_is_marked_up() -> None:
    assert [sentence.written for sentence in voice().plan("- The [fox](http://a.b)\n- It runs")] == [
        "The fox",
        "It runs",
    ]
    assert len(list(voice().plan("- The fox\n+ It runs", markup="plain"))) == 1


def test_what_is_wrong_later_in_a_text_in_pieces_is_told_when_it_comes() -> None:
    blocks = voice().say(iter(["The fox sees you. ", "It runs. ", "안녕하세요."]), strict=True)
    assert len(next(blocks))
    with pytest.raises(UsageError, match="this voice speaks English"):
        list(blocks)


@cache
def russian_voice() -> Voice:
    return Voice(voices.tiny(language="ru"))


RUSSIAN = "Кот спит. Он устал! Да, он спит"


def russian_sound(text: object, **settings: object) -> np.ndarray:
    return np.concatenate(list(russian_voice().say(text, **settings)))  # type: ignore[arg-type]


def test_a_russian_voice_says_russian(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = pretend(monkeypatch)
    planned = list(russian_voice().plan(RUSSIAN, speed=1.2))
    assert [sentence.written for sentence in planned] == ["Кот спит.", "Он устал!", "Да, он спит"]
    assert [s.text for sentence in planned for s in sentence.segments if s.text][2:4] == ["он", "устал"]
    first = russian_sound(RUSSIAN, speed=1.2, seed=3)
    assert len(first) == 160 * sum(sentence.durations.sum() for sentence in planned)
    assert first.std() > 1e-3
    assert not np.array_equal(first, russian_sound(RUSSIAN, speed=1.2, seed=4))
    assert len(runs) == 3  # all of it at once, each time


def test_a_russian_text_in_pieces_sounds_like_the_whole_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch)
    assert np.array_equal(russian_sound(iter([RUSSIAN[:7], RUSSIAN[7:12], RUSSIAN[12:]])), russian_sound(RUSSIAN))


@pytest.mark.parametrize(
    ("text", "settings", "message"),
    [
        ("<speak>Кот.</speak>", {}, "a Russian voice reads plain text alone, and this is SSML"),
        ("Hello.", {}, "festival cannot say 'Hello.'; write it in Russian words"),
        ("Кот.", {"lexicon": ["own.txt"]}, "the lexicon own.txt is for English, and this voice speaks Russian"),
        ("Кот.", {"speed": 9.0}, "speed is 9"),
    ],
)
def test_what_a_russian_voice_cannot_do_is_told_before_any_sound(
    monkeypatch: pytest.MonkeyPatch, text: str, settings: dict, message: str
) -> None:
    pretend(monkeypatch)
    with pytest.raises(UsageError, match=message) as error:
        russian_voice().say(text, **settings)
    assert "\n" not in str(error.value)


def test_a_russian_voice_without_festival_names_its_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WavenetError, match="apt-get install festival festvox-ru"):
        russian_voice().say("Кот.")


def test_english_does_not_load_what_starts_festival() -> None:
    code = (
        "import sys; from wavenet.tts.voice import Voice; list(Voice.open('english').plan('One.')); "
        "print([name for name in ('wavenet.tts.russian', 'subprocess') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@needs_festival
def test_festival_s_phones_have_sound() -> None:
    (sentence,) = russian_voice().plan("Съешь ещё этих мягких французских булок, да выпей чаю!")
    assert [segment.text for segment in sentence.segments if segment.text][:3] == ["съешь", "ещё", "этих"]
    made = russian_sound("Съешь ещё этих мягких французских булок, да выпей чаю!")
    assert len(made) == 160 * sentence.durations.sum()


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Smith paid $3.50 on 3/4 at 10:30.",
        "1999",
        "1,234,567",
        "No. 5",
        "U.S.A.",
        "C++",
        "https://www.example.com/a?b=1",
        "ann.lee@example.com",
        "I ❤️ pizza 🍕🍕",
        "a\x00b\x1b[31m red",
        "naïve café, 5 kg at −40 °C",
        "hmm … pfft",
        "word" * 60,
        '<speak>Say <phoneme alphabet="ipa" ph="təˈmeɪtoʊ">tomato</phoneme>.</speak>',
    ],
)
def test_hard_cases_have_phones_and_sound(text: str) -> None:
    sentences = list(voice().plan(text))
    assert all(sentence.segments[0].phone == SIL for sentence in sentences)
    assert len(phones(text)) > 2
    made = np.concatenate(list(voice().speak(sentences[:1], block=8000, threads=1)))
    assert len(made) == 160 * sentences[0].durations.sum()


def test_each_is_said_by_its_words() -> None:
    assert phones("No. 5.") == phones("number five.")
    assert phones("In 1999.") == phones("in nineteen ninety nine.")
    assert phones("U.S.A.") == ["Y", "UW", "EH", "S", "EY"]
    assert phones("C++") == phones("C plus plus")


def test_a_word_of_two_tenses_is_said_in_that_of_its_sentence() -> None:
    assert phones("I will read it.")[-5:-2] == ["R", "IY", "D"]
    assert phones("I have read it.")[-5:-2] == ["R", "EH", "D"]


def test_a_user_lexicon_wins(tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text("fox  K AE1 T\n")
    sentence = next(voice().plan("Fox.", lexicon=[tmp_path / "own.txt"]))
    assert [segment.phone for segment in sentence.segments] == [SIL, "K", "AE", "T", SIL]


def test_a_break_of_given_length_has_exactly_its_frames() -> None:
    for ms in (0, 10, 300, 1230):
        text = f'<speak>Now <break time="{ms}ms"/> then.</speak>'
        sentence = next(voice().plan(text, speed=1.7))
        at = next(i for i, segment in enumerate(sentence.segments) if segment.seconds is not None)
        assert sentence.durations[at] == ms // 10


def test_breaks_alone_are_silence_of_their_length_and_none_is_no_sound() -> None:
    assert len(sound('<speak><break time="120ms"/></speak>')) == 12 * 160
    assert len(sound('<speak><break time="0s"/></speak>')) == 0


def test_a_sentence_tells_what_is_written() -> None:
    written = [sentence.written for sentence in voice().plan("Dr. Smith paid $3.50. OK?")]
    assert written == ["Dr. Smith paid $3.50", "OK"]


@pytest.mark.parametrize("conditions", voices.CONDITIONS)
def test_what_recordings_tell_may_stand_for_what_is_predicted(conditions: str) -> None:
    plain = next(voice(conditions).plan("The fox sees you."))
    again = voice(conditions).sentence(plain.segments, durations=plain.durations, contour=plain.pitch)
    assert np.array_equal(again.conditions, plain.conditions)
    if conditions != "linguistic":
        higher = voice(conditions).sentence(plain.segments, durations=plain.durations, contour=plain.pitch + 1)
        assert not np.array_equal(higher.conditions, plain.conditions)
