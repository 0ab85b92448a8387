import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.errors import UsageError
from wavenet.tts.english import entries, phones

SPOKEN = [name + digit for name in phones.VOWELS for digit in "012"] + list(phones.CONSONANTS)
words = st.lists(st.sampled_from(SPOKEN), min_size=1, max_size=12).map(tuple)


def test_there_are_39_phones_and_a_pause() -> None:
    assert len(phones.PHONES) == 40
    assert len(phones.VOWELS) == 15


def test_every_phone_of_the_shipped_lexicon_is_known() -> None:
    assert {phone for _, one in entries.all_shipped() for phone in one.phones} <= set(SPOKEN)


@given(words, st.booleans())
def test_ipa_reads_back_as_the_same_phones(word: tuple[str, ...], blanks: bool) -> None:
    assert phones.parse(" ".join(map(phones.ipa, word)), "ipa") == word
    assert phones.parse(" ".join(word)) == phones.parse(" ".join(word).lower(), "arpabet") == word


@given(words)
def test_the_alphabet_is_recognised(word: tuple[str, ...]) -> None:
    assert phones.parse(" ".join(word)) == word
    if any(phones.is_vowel(phone) for phone in word):  # 'b d' is the same in both
        assert phones.parse(" ".join(map(phones.ipa, word))) == word


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("həˈloʊ", "HH AH0 L OW1"),
        ("hə.ˈləʊ", "HH AH0 L OW1"),
        ("ˈstɹɛŋkθ", "S T R EH1 NG K TH"),
        ("t͡ʃˈɜːt͡ʃ", "CH ER1 CH"),
        ("tʃɜrtʃ", "CH ER0 CH"),
        ("ˈbʌtn̩", "B AH1 T AH0 N"),
        ("'fæðɚ", "F AE1 DH ER0"),
        ("hh ah l ow", "HH AH1 L OW0"),
        ("HH AH L OW1", "HH AH0 L OW1"),
        ("SH", "SH"),
    ],
)
def test_usual_ways_of_writing_are_understood(written: str, said: str) -> None:
    assert " ".join(phones.parse(written)) == said


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("HH AX0 L OW1", "unknown phone 'AX0'"),
        ("T1 UW1", "unknown phone 'T1'"),
        ("UW12", "more than one digit"),
        ("T SIL UW1", "SIL is a pause"),
        ("", "no phones in ''"),
        ("h 한", "unknown phone"),
        ("həloˈ", "has no vowel after it"),
        ("OW3", "unknown phone 'OW3'"),
    ],
)
def test_what_is_no_phone_is_refused_by_name(written: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        phones.parse(written)


def test_a_slip_gets_a_suggestion() -> None:
    with pytest.raises(UsageError, match=r"unknown phone 'OWW1'; did you mean 'OW'\?"):
        phones.parse("OWW1 EY1")
    with pytest.raises(UsageError, match=r"unknown alphabet 'sampa'; known: arpabet, ipa, x-arpabet"):
        phones.parse("a", "sampa")


def test_both_names_of_arpabet_mean_the_same() -> None:
    assert phones.parse("ey1", "x-arpabet") == phones.parse("EY1", "arpabet") == ("EY1",)


@given(st.text(max_size=20))
def test_any_text_is_phones_or_a_usage_error(text: str) -> None:
    try:
        found, complaint = phones.parse(text), ""
    except UsageError as error:
        found, complaint = (), str(error)
    assert set(found) <= set(SPOKEN)
    assert len(complaint.splitlines()) == (not found)


def test_no_two_phones_have_the_same_features() -> None:
    table = np.stack([phones.features(phone) for phone in phones.PHONES])
    assert table.shape == (40, len(phones.FEATURES))
    assert len(np.unique(table, axis=0)) == 40
    assert table.min() == 0
    assert table.max() == 1
    assert (table.max(0) > table.min(0)).all()  # each of them tells something


def test_features_do_not_depend_on_stress() -> None:
    for vowel in phones.VOWELS:
        np.testing.assert_array_equal(phones.features(vowel), phones.features(vowel + "2"))
