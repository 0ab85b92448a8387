"""What is said of an English text in SSML, and of one with strange letters."""

from pathlib import Path

import pytest

from wavenet.errors import UsageError, WavenetWarning
from wavenet.tts.english import normalise
from wavenet.tts.english.lexicon import Lexicon
from wavenet.tts.english.markup import read
from wavenet.tts.english.normalise import Mark, Word

LEXICON = Lexicon()
DOCUMENTS = Path(__file__).with_name("documents.tsv").read_text("utf-8").splitlines()[1:]
"""a kind of markup, a text whose lines are parted by ``\\n``, and what is said of it"""


def said(text: str, **settings) -> str:
    found = normalise.sentences(list(read(text, **settings)), LEXICON.__contains__)
    return " | ".join(
        " ".join(t.spoken if isinstance(t, Word) else t.sign for t in sentence if isinstance(t, Word | Mark))
        for sentence in found
    )


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("characters", "Ab-1 é?", "a b dash one e question mark"),
        ("spell-out", "WHO", "w h o"),
        ("verbatim", "a_b", "a underscore b"),
        ("digits", "2024", "two zero two four"),
        ("telephone", "555-0123", "five five five , zero one two three"),
        ("cardinal", "1,905", "one thousand nine hundred five"),
        ("number", "-12", "minus twelve"),
        ("number ordinal", "12", "twelfth"),
        ("ordinal", "21", "twenty first"),
        ("ordinal", "tenth", "tenth"),
        ("fraction", "3/8", "three eighths"),
        ("date mdy", "5/6/2024", "may sixth twenty twenty four"),
        ("date dmy", "5/6/2024", "june fifth twenty twenty four"),
        ("date ymd", "20240605", "june fifth twenty twenty four"),
        ("date dm", "5.6.", "june fifth"),
        ("date my", "06/1999", "june nineteen ninety nine"),
        ("date dmy", "May 5", "may fifth"),
        ("time", "10:30", "ten thirty"),
        ("currency", "$5", "five dollars"),
    ],
)
def test_say_as_tells_what_a_text_is(kind, text, words):
    name, _, form = kind.partition(" ")
    element = f'<say-as interpret-as="{name}" format="{form}">{text}</say-as>'
    assert said(f"<speak>it is {element} then</speak>") == f"it is {words} then ."


def test_a_letter_that_is_spelled_is_named_also_where_it_would_be_a_word():
    spans = list(read('<speak><say-as interpret-as="characters">a</say-as></speak>'))
    assert [span.manner.phones for span in spans if hasattr(span, "manner")] == ["EY1"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The area is πr².", "the area is pi r squared ."),
        ("β-carotene", "beta carotene ."),
        ("5 kΩ and 3 μm", "five kilohms and three micrometers ."),
        ("<speak>2π</speak>", "two pi ."),
        ("Σ and Ω", "sigma and omega ."),
        ("Ω is the last letter, 8 Ω a resistance.", "omega is the last letter , eight ohms a resistance ."),
        ("χ² test, α-helix, ω-3, Δt", "chi squared test , alpha helix , omega three , delta t ."),
    ],
)
def test_greek_letters_are_named(text, words):
    assert said(text) == words
    assert said(text, strict=True) == words


def test_words_of_other_scripts_are_left_out_with_a_warning_or_refused():
    text = "Say 안녕하세요 to Зоя, and λόγος."
    with pytest.warns(WavenetWarning, match=r"'안녕하세요' \(hangul\) is left out"):
        assert said(text) == "say to , and ."
    with pytest.raises(UsageError, match="cannot say '안녕하세요'"):
        said(text, strict=True)


@pytest.mark.parametrize("row", DOCUMENTS)
def test_a_document_is_read_for_what_it_says(row):
    _, text, words = row.split("\t")
    assert said(text.replace("\\n", "\n")) == words
