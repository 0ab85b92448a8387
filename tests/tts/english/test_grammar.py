"""Forms are tried where they may begin, and nowhere that they do is left out."""

import importlib.util
from pathlib import Path
from re import _parser as parser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.tts.english import forms, grammar
from wavenet.tts.english.context import Context, Kind
from wavenet.tts.english.grammar import ASCII, Table, form, say

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
TABLES = {"letters": forms.LETTERS, "others": forms.OTHERS}
LINES = [
    line for name in ("cases", "short", "documents") for line in (HERE / f"{name}.tsv").read_text("utf-8").split("\n")
]
ODD = st.text(st.sampled_from("0159 .,:;-–−+=/\\'\"()[]%°#&@$€£½²abcxyzAIVXMTS\n~*_^|<>"), min_size=1, max_size=12)


def script():
    spec = importlib.util.spec_from_file_location("beginnings", ROOT / "scripts" / "beginnings.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def check(text):
    for at, character in enumerate(text):
        for table in TABLES.values():
            for end in {len(text), min(at + 1, len(text)), min(at + 2, len(text))}:
                tried = table.beginning(character, text[at + 1 : min(at + 2, end)])
                for one in table.forms:
                    match = one.pattern.match(text, at, end)
                    if match and match.end() > at:
                        assert one in tried, (one.source, text[at:end])
                        assert not one.lacks(text[at:end]), (one.source, text[at:end])


@given(ODD)
def test_a_form_that_matches_was_tried(text):
    check(text)


@pytest.mark.parametrize("part", range(10))
def test_a_form_that_matches_in_written_english_was_tried(part):
    for line in LINES[part::40]:
        check(line[:200])


def test_the_file_is_that_of_the_patterns():
    assert grammar.BEGINNINGS.read_text("ascii") == script().content(), "write it again: python scripts/beginnings.py"
    known = {one.digest for table in TABLES.values() for one in table.forms}
    sources = {(one.source, one.flags) for table in TABLES.values() for one in table.forms}
    assert len(known) == len(sources) == len(grammar.beginnings())


@pytest.mark.parametrize(
    ("pattern", "flags", "expected"),
    [
        ("ab|cd", 0, "ac"),
        ("a?b*c", 0, "abc"),
        ("(?=[ab])[bc]", 0, "b"),
        ("(?!a)[ab]", 0, "ab"),
        ("(?<=x)a", 0, "a"),
        ("[^\\x00-Y]{2}", 0, "Z[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"),
        ("(?i:a)b", 0, "aA"),
        ("[b-c]", 2, "bcBC"),
        (r"[\d.]+", 0, "0123456789."),
        ("(?:a|)x", 0, "ax"),
        (r"(a)?\1b", 0, ASCII),
    ],
)
def test_what_a_pattern_may_begin_with_is_read_off_its_parts(pattern, flags, expected):
    parsed = parser.parse(pattern, flags)
    assert {c for c in ASCII if script().bits(parsed, c)} == set(expected)


@pytest.mark.parametrize(
    ("pattern", "first", "expected"),
    [
        ("ab|cd", "a", "b"),
        ("ab|cd", "c", "d"),
        ("a+b?", "a", [*ASCII, "", "é"]),
        (r"a{2,}", "a", "a"),
        (r"a{4}|a", "a", [*ASCII, "", "é"]),
        (r"\.(?=\d)", ".", "0123456789é"),
        (r"\.(?!\d)", ".", [*ASCII, "", "é"]),
        (r"(?:x|ab*)c", "a", "bc"),
        ("a$", "a", [*ASCII, "", "é"]),
        ("(?=ab)..", "a", "b"),
        (r"a\D", "a", [c for c in [*ASCII, "é"] if not c.isdigit()]),
    ],
)
def test_what_may_be_behind_the_first_character_is_read_off_its_parts(pattern, first, expected):
    found = script().bits(parser.parse(pattern), first)
    assert {c for i, c in enumerate([*ASCII, "", "é"]) if found >> i & 1} == {*expected, "é"}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"\w+=\d", "="),
        (r"(?:ab|c)+", "ac"),
        (r"(?:ab|\w)+", None),
        (r"x?y*(?=[!?])", "!?"),
        (r"(?<=!)\w(?!\?)", None),
    ],
)
def test_what_a_pattern_needs_somewhere_is_read_off_its_parts(pattern, expected):
    module, words = script(), {c for c in ASCII if c.isalnum() or c == "_"}
    found = module.needs(parser.parse(pattern), 0)
    assert {c for i, c in enumerate(ASCII) if found >> i & 1} == (words if expected is None else set(expected))
    assert found & module.OTHER


def test_a_pattern_that_is_not_known_is_tried_everywhere():
    table = Table([form(Kind.WORD, "q{3}|√√", say("it"))])
    assert all(table.beginning(c, behind) for c in ASCII for behind in ("", "a", "é"))
    assert table.first("√√", 0, 2, Context()).said == ("it",)


def test_few_forms_are_tried_at_a_comma_and_all_that_may_at_other_characters():
    assert len(forms.OTHERS.beginning(",", " ")) < 20
    assert len(forms.OTHERS.beginning(".", "")) < 20
    assert len(forms.LETTERS.beginning("H", "e")) < 30
    assert forms.OTHERS.beginning("½", "") == forms.OTHERS.forms
