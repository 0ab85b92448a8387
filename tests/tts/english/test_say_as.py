"""What a text is, as its author says: ``say-as`` of SSML."""

import pytest

from wavenet.tts.english import say_as
from wavenet.tts.english.say_as import said_as
from wavenet.tts.markup import Break, Manner, Span


@pytest.mark.parametrize(
    ("text", "form", "said"),
    [
        ("5/6/2024", "mdy", "may sixth twenty twenty four"),
        ("5/6/2024", "dmy", "june fifth twenty twenty four"),
        ("2024-12-31", "ymd", "december thirty first twenty twenty four"),
        ("20241231", "ymd", "december thirty first twenty twenty four"),
        ("31122024", "dmy", "december thirty first twenty twenty four"),
        ("05061999", "mdy", "may sixth nineteen ninety nine"),
        ("31/12/99", "dmy", "december thirty first ninety nine"),
        ("12/2024", "my", "december twenty twenty four"),
        ("1.1.", "dm", "january first"),
        ("7", "d", "seventh"),
        ("12", "m", "december"),
        ("1905", "y", "nineteen oh five"),
        ("0/6/2024", "dmy", None),
        ("32/6/2024", "dmy", None),
        ("5/0/2024", "dmy", None),
        ("5/13/2024", "dmy", None),
        ("5/6", "dmy", None),
        ("5/6/2024", "", None),
        ("5/6/2024", "dmx", None),
        ("5/6/2024", "ddy", None),
        ("2024123", "ymd", None),
        ("202412315", "ymd", None),
        ("2024", "ym", None),
    ],
)
def test_a_date_is_read_in_the_order_that_its_form_tells(text, form, said):
    assert say_as._date(text, form) == said
    assert say_as._read(text, "date", form) == (said or text)


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("555-0123", "telephone", "five five five, zero one two three"),
        ("20 24", "digits", "two zero two four"),
        ("none", "digits", "none"),
        ("none", "telephone", "none"),
        ("1,905", "cardinal", "one thousand nine hundred five"),
        ("-12", "cardinal", "minus twelve"),
        ("+12", "number", "plus twelve"),
        ("21", "ordinal", "twenty first"),
        ("1.5", "cardinal", "1.5"),
        ("12", "currency", "12"),
        ("ten", "ordinal", "ten"),
    ],
)
def test_a_number_is_read_as_what_it_is_said_to_be_and_other_texts_as_they_stand(text, kind, said):
    assert say_as._read(text, kind, "") == said


def spelled(text):
    return [
        (span.text.strip(), span.manner.phones) for span in said_as([Span(text, kind="characters")], lambda c: f"<{c}>")
    ]


def test_characters_are_named_one_by_one_and_those_without_a_name_are_silent():
    assert spelled("aZ") == [("a", "<a>"), ("z", "<z>")]
    assert spelled("é5") == [("e", "<e>"), ("five", "")]
    assert spelled("٣") == [("three", "")]
    assert [text for text, _ in spelled("a-b 한")] == ["a", "dash", "b"]


def test_what_is_of_no_kind_passes_and_the_manner_of_others_stays():
    manner = Manner(speed=2.0)
    items = [Span("a", manner), Break(0.5), None]
    assert list(said_as(items, str)) == items
    (found,) = said_as([Span("12", manner, kind="number ordinal")], str)
    assert (found.text, found.manner, found.kind) == (" twelfth ", manner, "")
    (found,) = said_as([Span("12", manner, kind="number")], str)
    assert found.text == " twelve "
    (letter,) = said_as([Span("a", manner, kind="spell-out")], lambda c: "EY1")
    assert (letter.manner.speed, letter.manner.alphabet, letter.manner.phones) == (2.0, "x-arpabet", "EY1")
