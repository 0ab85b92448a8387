import pytest

from wavenet.tts.english import entries
from wavenet.tts.english.inflection import clitic, inflected

WORDS = [
    "cats", "dogs", "boxes", "churches", "breezes", "tries", "movies", "potatoes", "walked", "loved",
    "stopped", "tried", "needed", "hoping", "hopping", "grinding", "dancing", "dying", "estimated", "using",
    "calling", "controlling", "adding", "seeing", "lying", "leaving", "singing", "changing",
]  # fmt: skip


def known(word: str, role: str | None) -> tuple[str, ...] | None:
    found = entries.shipped(word)
    return next((one.phones for one in found if one.role == role), found[0].phones) if found else None


@pytest.mark.parametrize(
    "word",
    WORDS,
)
def test_an_inflected_word_is_said_as_the_lexicon_has_it(word: str) -> None:
    assert inflected(word, lambda base, role: None if base == word else known(base, role)) in [
        one.phones for one in entries.shipped(word)
    ]


@pytest.mark.parametrize("word", ["gas", "chess", "virus", "sting", "bed", "basis", "king", "wed"])
def test_a_word_that_only_ends_like_one_is_left_alone(word: str) -> None:
    assert inflected(word, lambda base, role: ("T",) if len(base) < 3 or base[-1] in "sui" else None) is None


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("kate's", "K EY T S"),
        ("mary's", "K EY T S"),
        ("kate'll", "K EY T AH0 L"),
        ("kate'd", "K EY T IH0 D"),
        ("kate've", "K EY T AH0 V"),
        ("katen't", "K EY T AH0 N T"),
    ],
)
def test_what_follows_an_apostrophe_is_added(word: str, said: str) -> None:
    found = clitic(word, lambda base: ("K", "EY", "T"))
    assert found is not None
    assert " ".join(found) == said


@pytest.mark.parametrize("word", ["cat", "'s", "'ll", "o'clock", "n't", "'"])
def test_other_apostrophes_are_no_clitics(word: str) -> None:
    assert clitic(word, lambda base: ("T",)) is None


def bases(word: str) -> list[str]:
    """What is looked for in a lexicon, in order."""
    asked: list[str] = []
    inflected(word, lambda base, role: asked.append(base) or None)
    return asked


@pytest.mark.parametrize(
    ("word", "asked"),
    [
        ("cats", ["cat"]),
        ("tries", ["try", "trie"]),
        ("boxes", ["boxe", "box"]),
        ("churches", ["churche", "church"]),
        ("houses", ["house", "hous"]),
        ("likes", ["like"]),
        ("tried", ["try"]),
        ("walked", ["walk", "walke"]),
        ("hoped", ["hope", "hop"]),
        ("loved", ["love", "lov"]),
        ("danced", ["dance", "danc"]),
        ("singing", ["sing", "singe"]),
        ("ringing", ["ring", "ringe"]),
        ("stopped", ["stop", "stopp"]),
        ("called", ["call", "cal"]),
        ("passed", ["passe", "pass"]),
        ("adding", ["add", "adde"]),
        ("needed", ["need", "neede"]),
        ("cooked", ["cook", "cooke"]),
        ("estimated", ["estimate", "estimat"]),
        ("using", ["use"]),
        ("gas", []),
        ("is", []),
    ],
)
def test_bases_are_looked_for_the_likelier_first(word: str, asked: list[str]) -> None:
    assert bases(word) == asked


def test_verbs_are_looked_for_as_verbs() -> None:
    roles: list[str | None] = []
    for word in ("walks", "walked", "walking"):
        inflected(word, lambda base, role: roles.append(role) or ("W", "AO1", "K"))
    assert roles == [None, "VB", "VB"]


@pytest.mark.parametrize(
    ("last", "s", "d"),
    [
        *((phone, "IH0 Z", "T") for phone in ("S", "SH", "CH")),
        *((phone, "IH0 Z", "D") for phone in ("Z", "ZH", "JH")),
        *((phone, "S", "T") for phone in ("F", "K", "P", "TH")),
        ("T", "S", "IH0 D"),
        ("D", "Z", "IH0 D"),
        *((phone, "Z", "D") for phone in ("B", "G", "L", "M", "N", "NG", "R", "V", "AH0", "IY1")),
    ],
)
def test_endings_agree_with_the_sound_before_them(last: str, s: str, d: str) -> None:
    for word, tail in (("xxxs", s), ("xxxed", d), ("xxxing", "IH0 NG")):
        assert inflected(word.replace("xxx", "bark"), lambda base, role: ("B", last)) == ("B", last, *tail.split())
    assert clitic("it's", lambda base: ("IH1", last)) == ("IH1", last, *s.split())
    assert clitic("it'd", lambda base: ("IH1", last)) == ("IH1", last, *d.split())
