from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.errors import UsageError
from wavenet.tts.english.lexicon import Lexicon
from wavenet.tts.english.normalise import Mark, Token, Word
from wavenet.tts.english.phones import base, is_vowel
from wavenet.tts.english.segments import segments
from wavenet.tts.markup import PLAIN, Break, Manner
from wavenet.tts.segments import PARTS, SIL, Segment

LEXICON = Lexicon()
MANNERS = (Manner(), Manner(speed=0.5), Manner(pitch=1.2))
WORDS = ("that", "a", "strengths", "idea", "permit", "shh", "extraordinary", "our", "fox")
words = st.builds(Word, st.sampled_from(WORDS), st.just(""), st.sampled_from(MANNERS))
breaks = st.builds(Break, st.sampled_from([0.0, 0.4]))
inner = st.lists(words | st.builds(Mark, st.sampled_from(",:"), st.sampled_from(MANNERS)) | breaks, max_size=10)
sentences = st.tuples(words, inner, words).map(lambda parts: [parts[0], *parts[1], parts[2], Mark(".")])


def phones(word: Word) -> list[str]:
    return [base(phone) for phone in LEXICON.phones(word.spoken)]


def cut(sentence: list[Token], kind: type) -> list[list[Token]]:
    """What stands between tokens of a kind."""
    return [list(group) for inside, group in groupby(sentence, lambda token: not isinstance(token, kind)) if inside]


@given(sentences)
def test_phones_are_those_of_the_words_and_pauses_are_where_marks_and_breaks_are(sentence: list[Token]) -> None:
    expected = [SIL]
    for token in sentence:
        expected += phones(token) if isinstance(token, Word) else [SIL]
    assert [segment.phone for segment in segments(sentence, LEXICON)] == expected


@given(sentences)
def test_a_pause_has_the_mark_it_stands_at_and_a_break_its_length(sentence: list[Token]) -> None:
    found = [segment for segment in segments(sentence, LEXICON) if segment.phone == SIL]
    wanted = [Segment(SIL)]
    for token in sentence:
        if isinstance(token, Mark):
            wanted.append(Segment(SIL, mark=token.sign, speed=token.manner.speed, pitch=token.manner.pitch))
        elif isinstance(token, Break):
            wanted.append(Segment(SIL, seconds=token.seconds))
    assert found == wanted


@given(sentences)
def test_words_are_counted_from_mark_to_mark(sentence: list[Token]) -> None:
    starts = [segment for segment in segments(sentence, LEXICON) if segment.text]
    spoken = [token for token in sentence if isinstance(token, Word)]
    assert [start.text for start in starts] == [word.spoken for word in spoken]
    counted = [
        (i, len(said))
        for phrase in cut(sentence, Mark)
        if (said := [token for token in phrase if isinstance(token, Word)])
        for i in range(len(said))
    ]
    assert [(start.word, start.words) for start in starts] == counted


@given(sentences)
def test_a_syllable_counts_its_phones_and_has_one_nucleus_at_most(sentence: list[Token]) -> None:
    found = [segment for segment in segments(sentence, LEXICON) if segment.phone != SIL]
    syllables: list[list[Segment]] = []
    for segment in found:
        if segment.position == 0:
            syllables.append([])
        syllables[-1].append(segment)
    for syllable in syllables:
        assert [segment.position for segment in syllable] == list(range(syllable[0].length))
        assert len({(s.stress, s.length, s.syllable, s.syllables, s.mark, s.speed, s.pitch) for s in syllable}) == 1
        order = [PARTS.index(segment.part) for segment in syllable]
        assert order == sorted(order)
        assert [segment.part == "nucleus" for segment in syllable] == [is_vowel(segment.phone) for segment in syllable]
    assert all(segment.syllable < segment.syllables and segment.word < segment.words for segment in found)


@given(sentences)
def test_each_phone_has_the_manner_of_its_word_and_the_mark_of_its_phrase(sentence: list[Token]) -> None:
    found = iter([segment for segment in segments(sentence, LEXICON) if segment.phone != SIL])
    for i, token in enumerate(sentence):
        for _ in phones(token) if isinstance(token, Word) else ():
            segment = next(found)
            assert (segment.speed, segment.pitch) == (token.manner.speed, token.manner.pitch)
            assert segment.mark == next(mark.sign for mark in sentence[i:] if isinstance(mark, Mark))


def test_breaks_alone_are_pauses_alone() -> None:
    assert segments([Break(0.2), Break(0.0)], LEXICON) == [Segment(SIL, seconds=0.2), Segment(SIL, seconds=0.0)]
    assert segments([], LEXICON) == []


def test_phones_that_are_given_are_said_whatever_the_word() -> None:
    given = Word("tomato", "tomato", Manner(alphabet="x-arpabet", phones="T AH0 M AA1 T OW0"))
    _, *said, _ = segments([given, Mark(".")], LEXICON)
    assert [(segment.phone, segment.stress) for segment in said] == [
        *(("T", 0), ("AH", 0)),
        *(("M", 1), ("AA", 1)),
        *(("T", 0), ("OW", 0)),
    ]
    assert segments([Word("", "", Manner(alphabet="ipa", phones="ʃ")), Mark(".")], LEXICON)[1].phone == "SH"


def test_small_words_are_told_apart() -> None:
    found = segments([Word("the", "The"), Word("fox", "fox"), Mark(".")], LEXICON)
    assert {segment.text: segment.function for segment in found if segment.text} == {"the": True, "fox": False}


def test_a_word_that_cannot_be_said_is_an_error() -> None:
    with pytest.raises(UsageError, match="'жук'"):
        segments([Word("жук", "жук"), Mark(".")], LEXICON)


def test_the_is_said_otherwise_before_a_vowel() -> None:
    def said(following: str, manner: Manner = PLAIN) -> list[str]:
        sentence = [Word("the", "the", manner), Word(following, following), Mark(".")]
        return [segment.phone for segment in segments(sentence, LEXICON)][1:3]

    assert said("apple") == ["DH", "IY"]
    assert said("pear") == ["DH", "AH"]
    assert said("hour") == ["DH", "IY"]
    assert said("apple", Manner(alphabet="x-arpabet", phones="DH AH0")) == ["DH", "AH"]
