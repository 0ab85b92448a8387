"""Utterances in progress: fed with text as it comes, and made side by side."""

from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import voices
from tests.tts.russian.stand_in import pretend
from wavenet.errors import UsageError
from wavenet.tts.english.front_end import read
from wavenet.tts.segments import SIL
from wavenet.tts.timing import SaidWord
from wavenet.tts.voice import Voice

TEXTS = (
    "The fox sees you. Does it run? No, it stays…",
    "It cost $1,234.50 on 3/4 at 10:30 p.m. in St. Ives. Dr. Smith paid.",
    '<speak>Say <phoneme alphabet="ipa" ph="təˈmeɪtoʊ">tomato</phoneme>. <break time="90ms"/> So?</speak>',
    "Hmm... Well, U.S.A. - it runs!\n\n* Yes\n* No",
)

SHORT = ("So? Run.", "It cost $3.50.", '<speak>Yes.<break time="90ms"/> No</speak>')


@cache
def voice() -> Voice:
    return Voice(voices.tiny())


@cache
def said(text: str, seed: int) -> np.ndarray:
    return np.concatenate(list(voice().say(text, seed=seed)))


def pieces(text: str, cuts: list[int]) -> list[str]:
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    return [text[a:b] for a, b in pairwise(edges)]


class Fed:
    """An utterance whose text comes piece by piece, and what it has made so far."""

    def __init__(self, text: str, cuts: list[int], seed: int) -> None:
        self.speech, self.left = voice().start(seed=seed), pieces(text, cuts)
        self.made = [np.empty(0, np.float32)]

    def feed(self) -> None:
        if self.left:
            self.speech.feed(self.left.pop(0))
            if not self.left:
                self.speech.finish()


CUTS = st.lists(st.integers(0, 70), max_size=6)


@settings(max_examples=15)  # each makes five seconds of sound
@given(
    cuts=st.lists(CUTS, min_size=len(SHORT), max_size=len(SHORT)),
    turns=st.lists(
        st.tuples(st.sets(st.integers(0, 2)), st.sets(st.integers(0, 2)), st.integers(0, 9_000)), max_size=12
    ),
    threads=st.integers(1, 2),
)
def test_each_of_several_utterances_is_what_say_makes_in_any_interleaving(cuts, turns, threads) -> None:
    every = [Fed(text, cut, seed) for seed, (text, cut) in enumerate(zip(SHORT, cuts, strict=True))]

    def advance(some: list[Fed], samples: int) -> None:
        sound = voice().advance([each.speech for each in some], samples, threads=threads)
        for each, block in zip(some, sound, strict=True):
            assert len(block) <= samples
            each.made.append(block)

    for fed, advanced, samples in turns:
        for i in fed:
            every[i].feed()
        advance([every[i] for i in advanced], samples)
    while not all(each.speech.done for each in every):
        for each in every:
            each.feed()
        advance([each for each in every if not each.speech.done], 4_000)
    for seed, each in enumerate(every):
        assert np.array_equal(np.concatenate(each.made), said(SHORT[seed], seed))


@given(text=st.sampled_from(TEXTS), cuts=CUTS, gaps=st.lists(st.integers(0, 6), max_size=6))
def test_a_text_that_comes_late_is_read_as_the_whole_one(text, cuts, gaps) -> None:
    late: list[str | None] = list(pieces(text, cuts))
    for gap in gaps:
        late.insert(min(gap, len(late)), None)
    assert [sentence for sentence in read(iter(late)) if sentence] == list(read(text))


def test_a_sentence_is_said_as_soon_as_it_is_whole_and_no_sooner() -> None:
    speech = voice().start()
    assert speech.prepare() == 0
    speech.feed("The fox sees")
    assert speech.prepare() == 0
    speech.feed(" you.")  # which could go on as .com
    assert speech.prepare() == 0
    speech.feed(" D")
    assert speech.prepare() > 0
    assert not speech.done
    while speech.prepare():
        voice().advance([speech], 16_000)
    assert not speech.done
    speech.feed("oes it?")
    assert speech.prepare() == 0
    speech.finish()
    while not speech.done:
        voice().advance([speech], 16_000)
    assert speech.prepare() == 0
    assert [len(block) for block in voice().advance([speech], 100)] == [0]


def test_each_sentence_is_told_before_its_sound_is_made() -> None:
    told: list[tuple[str, int]] = []
    speech = voice().start(TEXTS[0], seed=1, watch=lambda sentence: told.append((sentence.written, speech.stream.time)))
    made: list[np.ndarray] = []
    while not speech.done:
        made += voice().advance([speech], 4_000)
    frames = [sentence.durations.sum() for sentence in voice().plan(TEXTS[0])]
    starts = [voice().hop_length * int(sum(frames[:i])) for i in range(len(frames))]
    assert [written for written, _ in told] == ["The fox sees you", "Does it run", "No it stays"]
    assert all(time <= start for (_, time), start in zip(told, starts, strict=True))
    assert np.array_equal(np.concatenate(made), said(TEXTS[0], 1))


def test_a_text_without_words_is_told_when_that_is_known() -> None:
    speech = voice().start()
    speech.feed(" ... ")
    assert speech.prepare() == 0
    speech.finish()
    with pytest.raises(UsageError, match="there is nothing to say"):
        speech.prepare()


def test_an_error_in_one_text_leaves_the_others_where_they_are() -> None:
    good, bad = voice().start("The fox sees you."), voice().start(strict=True)
    first = voice().advance([good], 1_000)[0]
    bad.feed("Мир. ")
    bad.finish()
    with pytest.raises(UsageError, match="this voice speaks English"):
        voice().advance([good, bad], 1_000)
    rest = []
    while not good.done:
        rest += voice().advance([good], 5_000)
    assert np.array_equal(np.concatenate([first, *rest]), said("The fox sees you.", 0))


def test_an_utterance_takes_text_only_while_it_may_come() -> None:
    for speech in (voice().start("One."), voice().start(iter(["One."]))):
        with pytest.raises(UsageError, match="is complete; start another one"):
            speech.feed("Two.")
    speech = voice().start()
    speech.finish()
    for call in (lambda: speech.feed("Two."), speech.finish):
        with pytest.raises(UsageError, match="is complete; start another one"):
            call()


def test_impossible_settings_are_told_at_the_start() -> None:
    for wrong, message in (({"speed": 9.0}, "speed is 9"), ({"top_p": 0.0}, "top_p is 0"), ({"seed": -1}, "seed")):
        with pytest.raises(UsageError, match=message):
            voice().start(**wrong)


def test_russian_may_be_fed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch)
    russian, text = Voice(voices.tiny(language="ru")), "Кот спит. Он устал! Да"
    speech, made = russian.start(seed=1), []

    def advance() -> None:
        while speech.prepare():
            made.extend(russian.advance([speech], 3_000))

    for i in range(0, len(text), 4):
        advance()
        speech.feed(text[i : i + 4])
    speech.finish()
    advance()
    assert speech.done
    assert np.array_equal(np.concatenate(made), np.concatenate(list(russian.say(text, seed=1))))


TIMED = "The **fox** sees you. It cost $1,234.50, at\n5 p.m.—OK? Dr. Smith paid."


def test_the_times_of_written_words_are_those_of_their_phones() -> None:
    planned = list(voice().plan(TIMED))
    words = [word for sentence in planned for word in sentence.words]
    assert [word.text for word in words] == [
        *("The", "fox", "sees", "you.", "It", "cost", "$1,234.50,", "at", "5 p.m.—", "OK?", "Dr.", "Smith", "paid."),
    ]
    assert all(TIMED[word.first : word.last] == word.text for word in words)
    frames = np.concatenate([sentence.durations for sentence in planned])
    names = [segment.phone for sentence in planned for segment in sentence.segments]
    edges = [0, *np.cumsum(frames).tolist()]
    expected = [(name, a, b) for name, (a, b) in zip(names, pairwise(edges), strict=True) if name != SIL]
    second = voice().sample_rate / voice().hop_length
    phones = [phone for word in words for phone in word.phones]
    assert [(p.name, round(p.start * second, 6), round(p.end * second, 6)) for p in phones] == expected
    assert all((word.start, word.end) == (word.phones[0].start, word.phones[-1].end) for word in words)


@given(text=st.sampled_from([*TEXTS, TIMED]), cuts=CUTS, block=st.sampled_from([100, 1_600, 16_000]))
@settings(max_examples=10)
def test_every_written_word_is_told_before_the_block_in_which_it_begins(text, cuts, block) -> None:
    expected = [word for sentence in voice().plan(text) for word in sentence.words]
    told: list[SaidWord] = []
    made = 0
    for sound in voice().say(iter(pieces(text, cuts)), block=block, on_word=told.append):
        begun = [word for word in expected if round(word.start * voice().sample_rate) < made + len(sound)]
        assert told == begun
        made += len(sound)
    assert told == expected


def test_sentences_said_in_another_order_have_the_times_at_which_they_are_said() -> None:
    first, second = voice().plan("The fox sees you. It runs.")
    said: list[SaidWord] = []
    blocks = voice().speak([second, first], block=10_000, threads=1, on_word=said.append)
    seconds = sum(map(len, blocks)) / voice().sample_rate
    assert [word.text for word in said] == ["It", "runs.", "The", "fox", "sees", "you."]
    assert [word.start for word in said] == sorted(word.start for word in said)
    assert said[0].start == pytest.approx(second.words[0].start - second.start)
    assert said[-1].end < seconds
    assert [phone.name for phone in said[2].phones] == [phone.name for phone in first.words[0].phones]


def test_words_that_nobody_asks_for_are_not_kept() -> None:
    speech = voice().start("It runs. " * 20)
    while not speech.done:
        voice().advance([speech], 100_000)
    assert len(speech.words()) == 2
    assert speech.words() == []
