from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.errors import UsageError
from wavenet.tts.english import entries, phones
from wavenet.tts.english.syllables import ONSETS, places, syllabify

SPOKEN = [name + digit for name in phones.VOWELS for digit in "012"] + list(phones.CONSONANTS)
words = st.lists(st.sampled_from(SPOKEN), max_size=16).map(tuple)


@given(words)
def test_syllables_are_the_word_cut_in_pieces(word: tuple[str, ...]) -> None:
    syllables = syllabify(word)
    assert tuple(phone for syllable in syllables for phone in syllable.phones) == word
    assert len(syllables) == max(sum(map(phones.is_vowel, word)), bool(word))


@given(words)
def test_inner_onsets_are_legal_and_as_long_as_can_be(word: tuple[str, ...]) -> None:
    syllables = syllabify(word)
    for before, after in pairwise(syllables):
        assert not after.onset or after.onset in ONSETS
        for taken in range(1, len(before.coda) + 1):
            assert (*before.coda[-taken:], *after.onset) not in ONSETS


@given(words)
def test_places_count_phones_and_syllables(word: tuple[str, ...]) -> None:
    found = places(word)
    assert [place.phone for place in found] == [phones.base(phone) for phone in word]
    starts = [place for place in found if place.position == 0]
    assert [place.syllable for place in starts] == list(range(len(starts)))
    assert sum(place.length for place in starts) == len(word)
    assert all(place.syllables == len(starts) and place.position < place.length for place in found)


def test_every_shipped_word_has_one_vowel_in_each_syllable() -> None:
    silent = {word for word, one in entries.all_shipped() if not any(map(phones.is_vowel, one.phones))}
    assert silent == {"mm", "pfft", "psst", "shh", "zz"}
    for word, one in entries.all_shipped():
        for syllable in syllabify(one.phones) if word not in silent else ():
            assert phones.is_vowel(syllable.nucleus)
            assert not any(map(phones.is_vowel, (*syllable.onset, *syllable.coda)))


@pytest.mark.parametrize(
    ("word", "cut"),
    [
        ("EH1 K S T R AH0", "EH1 K . S T R AH0"),
        ("S IH1 NG ER0", "S IH1 NG . ER0"),
        ("K AA1 M P Y UW2 T ER0", "K AA1 M . P Y UW2 . T ER0"),
        ("AE1 T L AH0 S", "AE1 T . L AH0 S"),
        ("K R IY0 EY1 T", "K R IY0 . EY1 T"),
    ],
)
def test_known_words(word: str, cut: str) -> None:
    assert " . ".join(" ".join(syllable.phones) for syllable in syllabify(word.split())) == cut


def test_stress_is_that_of_the_syllable() -> None:
    assert [place.stress for place in places(("HH", "AH0", "L", "OW1"))] == [0, 0, 1, 1]
    assert [place.part for place in places(("SH",))] == ["onset"]


def test_unknown_phones_are_refused() -> None:
    with pytest.raises(UsageError, match="unknown phone 'XX'"):
        places(("XX",))
