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
