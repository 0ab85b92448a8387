"""Any text → sentences of words and marks, in constant memory."""

import re
import string
import subprocess
import sys
from itertools import chain, pairwise, repeat

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests import memory
from wavenet.errors import UsageError
from wavenet.tts.english.characters import clean, visible
from wavenet.tts.english.markup import read
from wavenet.tts.english.normalise import MOST_PAUSES, MOST_TOKENS, Mark, Token, Word, sentences
from wavenet.tts.markup import Break, Manner, Span
from wavenet.tts.segments import SIGNS

BITS = st.sampled_from(
    [
        *("Dr.", "St.", "No.", "U.S.A.", "a.m.", "e.g.", "A.", "A", "I", "FBI", "HELLO", "Henry", "VIII", "May", "may"),
        *(
            "on",
            "in",
            "million",
            "word",
            "b",
            "th",
            "'s",
            "'em",
            "’",
            "C++",
            "km/h",
            "°C",
            "%",
            "$",
            "€",
            "$5m",
            "½",
            "²",
        ),
        *(
            "3/4",
            "3.50",
            "10:30",
            "1,234",
            "007",
            "1999",
            "'90s",
            "12",
            "5",
            "555",
            "1234",
            "٣",
            "Ω",
            "µ",
            "é",
            "ﬁ",
            "Ａ",
        ),
        *("http://", "x.org", "@", "#", "&", "+", "=", "/", "*", "<", ">", "_", "[", "]", "~", "^", "|", "(", ")", '"'),
        *(
            "-",
            "–",
            "—",
            "...",
            "…",
            ".",
            ",",
            "?",
            "!",
            ":",
            "\n",
            "\n\n",
            "\xa0",
            "\u200d",
            "\xad",
            "\x00",
            "😀",
            "👍🏽",
        ),
    ]
)
TEXTS = st.one_of(
    st.text(),
    st.text(string.printable),
    st.lists(BITS).map("".join),
    st.lists(BITS).map(" ".join),
    st.lists(st.one_of(BITS, st.text(max_size=3))).map("".join),
)


MANY = settings(max_examples=150)


def tokens(text, known=None) -> list[Token]:
    """None at all where there is nothing to say in English."""
    try:
        return list(chain.from_iterable(sentences(text, known)))
    except UsageError:
        return []


def told(made) -> list[str]:
    return [token.spoken if isinstance(token, Word) else token.sign for token in made if not isinstance(token, Break)]


@MANY
@given(TEXTS)
@example("=" * 900 + "1" + "'s" * 900)
@example("a" * 2500)
def test_any_text_gives_dictionary_words_or_is_refused(text):
    for token in tokens(text):
        if isinstance(token, Word):
            assert re.fullmatch("'?[a-z]+('[a-z]+)*'?", token.spoken)
        else:
            assert isinstance(token, Mark)
            assert token.sign in SIGNS


@MANY
@given(TEXTS, st.sampled_from([None, lambda word: len(word) % 2 == 0]))
@example("0J/BA, 9m/hA, 0Ok, Wwi1, Ww'D", None)
@example("HTTP://?V", None)
@example("§Ì", None)
@example("aOK", lambda word: len(word) % 2 == 0)
def test_what_is_said_is_said_the_same_again(text, known):
    said = told(tokens(text, known))
    assert told(tokens(" ".join(said), known)) == said


@MANY
@given(TEXTS, st.lists(st.integers(0, 100)), st.booleans())
def test_pieces_give_what_the_whole_gives_and_so_do_those_that_come_late(text, cuts, late):
    cuts = sorted(min(cut, len(text)) for cut in cuts)
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    coming = chain.from_iterable((None, piece) for piece in pieces) if late else iter(pieces)
    try:
        whole = list(sentences(text))
    except UsageError:
        with pytest.raises(UsageError):
            list(sentences(coming))
    else:
        found = list(sentences(coming))
        assert [sentence for sentence in found if sentence is not None] == whole
        assert late or None not in found


@MANY
@given(TEXTS.map(lambda text: re.sub("[\xa0\u2009\u202f]", " ", text)))
def test_written_forms_stand_in_the_order_of_the_text(text):
    made = tokens(text)
    at, cleaned = 0, " ".join(filter(None, map(clean, visible(text).split()))) if made else ""
    for token in made:
        if isinstance(token, Word):
            at = cleaned.index(token.written, at) + len(token.written)


@given(
    st.lists(
        st.text("abcdefghijklmnoprstuvwxz", min_size=1).filter(lambda word: re.search("[aeiou]", word)), min_size=1
    )
)
def test_no_plain_word_is_lost(words):
    said = tokens(" ".join(f"{word}," for word in words), known=lambda word: True)
    assert len([token for token in said if isinstance(token, Word) and token.written]) == len(words)


@MANY
@given(TEXTS)
def test_sentences_have_words_and_end_with_a_mark(text):
    try:
        made = list(sentences(text))
    except UsageError:
        return
    for sentence in made:
        assert isinstance(sentence[0], Word)
        assert isinstance(sentence[-1], Mark)
        assert not any(isinstance(a, Mark) and isinstance(b, Mark) for a, b in pairwise(sentence))


def test_a_hundred_thousand_words_need_no_more_memory_than_a_thousand():
    def tell(words: int) -> None:
        text = chain(["It costs $5. "], repeat("many words and no mark " * 20, words // 100))
        said = sum(isinstance(token, Word) for sentence in sentences(text) for token in sentence)
        assert said > words

    tell(100)  # what is kept for ever is there now
    assert memory.stays_below(2 * memory.peak(lambda: tell(1000)), lambda: tell(100_000))


def test_a_text_without_an_end_is_said_as_it_comes():
    assert told(next(sentences(repeat("Hello there. ")))) == ["hello", "there", "."]


def test_what_never_ends_is_cut():
    made = list(sentences("word " * 1000))
    assert [len(sentence) - 1 for sentence in made] == [MOST_TOKENS] * 5
    assert [sentence[-1].sign for sentence in made] == [*",,,,", "."]


def test_words_cut_in_pieces_are_joined():
    said = told(chain.from_iterable(sentences(iter("It cost $1,234.50 on 3/4 a.m. cafe\u0301"))))
    assert " ".join(said) == (
        "it cost one thousand two hundred thirty four dollars and fifty cents on march fourth a m cafe ."
    )


@pytest.mark.parametrize("text", ["", " \n\t", "...?!", "–", "\x00\u200b", '"()"', [], ["", " "], iter(())])
def test_nothing_to_say_is_told_before_the_first_sentence(text):
    with pytest.raises(UsageError, match="nothing to say"):
        sentences(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Hi 안녕하세요!", r"cannot say '안녕하세요' \(hangul\): this voice speaks English"),
        ("Мир and αβγ", r"cannot say 'Мир' \(cyrillic, greek\)"),
        ("日本語" * 50, "cannot say '日本語日本語日本語日本語日本語日本語日本'"),
        ("\udc80", r"cannot say U\+DC80 \(bytes\)"),
    ],
)
def test_letters_without_a_sound_in_english_are_named(text, told):
    with pytest.raises(UsageError, match=told) as error:
        sentences(text)
    assert "\n" not in str(error.value)


def test_a_text_given_whole_is_looked_through_at_once_and_a_stream_as_it_comes():
    for whole in ("Good. " * 9 + "Мир", ["Good. " * 9, Span("Мир")]):
        with pytest.raises(UsageError, match="cyrillic"):
            sentences(whole)
    stream = sentences(iter(["Good. " * 9, "Мир"]))
    assert told(next(stream)) == ["good", "."]
    with pytest.raises(UsageError, match="cyrillic"):
        list(stream)


def test_the_first_word_of_a_form_shows_what_is_written():
    [sentence] = sentences("He paid $3.50, café-style.")
    assert [(token.spoken, token.written) for token in sentence if isinstance(token, Word)] == [
        ("he", "He"),
        ("paid", "paid"),
        ("three", "$3.50"),
        *((word, "") for word in ("dollars", "and", "fifty", "cents")),
        ("cafe", "café-style"),
        ("style", ""),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("NASA FBI", "nasa f b i"),
        ("the OpenOffice and YouTube", "the open office and youtube"),
        ("runnin' dogs'", "runnin' dogs"),
        ("the US and PIN", "the u s and pin"),
        ("SHOUT AT US", "shout at us"),
        ("html brrr", "h t m l brrr"),
        ("MIXED XQCD", "mixed x q c d"),
    ],
)
def test_a_dictionary_decides_what_is_a_word(text, words):
    known = {"nasa", "open", "office", "youtube", "runnin'", "the", "us", "pin", "and", "shout", "at", "mixed"}
    assert " ".join(told(tokens(text, known.__contains__))[:-1]) == words


def test_the_name_of_the_letter_a_is_not_the_article():
    [sentence] = sentences("A USA")
    assert [(word.spoken, word.manner.phones) for word in sentence[:-1]] == [
        ("a", ""),
        ("u", ""),
        ("s", ""),
        ("a", "EY1"),
    ]


def test_manners_breaks_and_phones_go_with_their_words():
    text = (
        '<speak>One <break time="1s"/><prosody rate="2">on <prosody pitch="2">3/4</prosody>, </prosody>안 end.</speak>'
    )
    text = text.replace("안", '<phoneme ph="an">안 x</phoneme>') + "\n"
    fast, high, phones = Manner(2.0), Manner(2.0, 2.0), Manner(1, 1, "ipa", "an")
    assert list(sentences(read(text))) == [
        [
            Word("one", "One"),
            Break(1),
            Word("on", "on", fast),
            Word("march", "3/4", high),
            Word("fourth", "", high),
            Mark(",", high),
            Word("x", "안 x", phones),
            Word("end", "end"),
            Mark("."),
        ]
    ]


def test_paragraphs_end_sentences_and_breaks_stand_before_the_next():
    made = list(sentences(read('<speak><p>one</p><break/><p>two</p><break time="2s"/></speak>')))
    assert made == [[Word("one", "one"), Mark(".")], [Break(0.4), Word("two", "two"), Mark(".")], [Break(2)]]


@pytest.mark.parametrize("pause", ["<break/>", '<break time="0s"/>', '<break time="60s"/>'])
@pytest.mark.parametrize("before", ["", "one "])
def test_no_sentence_has_too_many_breaks_and_none_is_lost(pause, before):
    made = list(sentences(read(f"<speak>{before}{pause * 1000}two</speak>")))
    paused = [[token.seconds for token in sentence if isinstance(token, Break)] for sentence in made]
    assert sum(map(len, paused)) == 1000
    assert all(sum(each) <= MOST_PAUSES + 1e-6 and len(each) <= MOST_TOKENS for each in paused)
    assert [token for token in made[-1] if not isinstance(token, Break)] == [Word("two", "two"), Mark(".")]
    assert told(chain.from_iterable(made)) == ["one", ","] * bool(before) + ["two", "."]


def test_no_sentence_has_too_many_words_with_phones():
    phoneme = '<phoneme alphabet="x-arpabet" ph="AH0">a</phoneme> '
    made = list(sentences(read(f"<speak>{phoneme * 1000}</speak>")))
    assert [len(sentence) - 1 for sentence in made] == [MOST_TOKENS] * 5


def test_a_change_of_manner_parts_words_and_an_end_of_a_piece_does_not():
    changed = read('<speak>un<prosody rate="2">able</prosody></speak>')
    same = read('<speak>un<prosody rate="1">able</prosody></speak>')
    assert told(chain.from_iterable(sentences(changed))) == ["un", "able", "."]
    assert told(chain.from_iterable(sentences(same))) == ["unable", "."]


def test_a_text_with_figures_loads_no_library():
    program = (
        "import sys; from wavenet.tts.english.normalise import sentences; list(sentences('the 5th of 21'));"
        "assert not {'torch', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
