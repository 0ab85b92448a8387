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


VOICELESS = "CH F HH K P S SH T TH"
BY_MANNER = {
    "stop": "B D G K P T", "affricate": "CH JH", "fricative": "DH F HH S SH TH V Z ZH", "nasal": "M N NG",
    "liquid": "L R", "glide": "W Y",
}  # fmt: skip
BY_PLACE = {
    "bilabial": "B M P W", "labiodental": "F V", "dental": "DH TH", "alveolar": "D L N S T Z",
    "postalveolar": "CH JH R SH ZH", "palatal": "Y", "velar": "G K NG W", "glottal": "HH",
}  # fmt: skip
OF_VOWELS = {
    "diphthong": "AW AY EY OW OY", "rhotic": "ER", "tense": "AA AO AW AY ER EY IY OW OY UW",
}  # fmt: skip


def those_with(feature: str, among: object) -> set[str]:
    at = phones.FEATURES.index(feature)
    return {phone for phone in among if phones.features(phone)[at] == 1}


def test_consonants_have_the_voice_manner_and_place_of_a_table_of_phonetics() -> None:
    consonants = set(phones.CONSONANTS)
    assert consonants - those_with("voiced", consonants) == set(VOICELESS.split())
    for name, members in (BY_MANNER | BY_PLACE).items():
        assert those_with(name, phones.PHONES) == set(members.split()), name
    for name in ("rounded", "end_rounded"):
        assert those_with(name, consonants) == {"W"}
    assert those_with("rhotic", consonants) == {"R"}
    assert phones.features("SIL").tolist() == [float(name == "silence") for name in phones.FEATURES]


def test_vowels_are_voiced_and_have_the_shape_of_a_table_of_phonetics() -> None:
    vowels = set(phones.VOWELS)
    for name in ("vowel", "voiced"):
        assert those_with(name, vowels) == vowels
    for name, members in OF_VOWELS.items():
        assert those_with(name, vowels) == set(members.split()), name
    assert those_with("rounded", vowels) == {"AO", "OW", "OY", "UH", "UW"}
    assert those_with("end_rounded", vowels) == {"AO", "AW", "OW", "UH", "UW"}
    tongue = {name: (vowel.height, vowel.front) for name, vowel in phones.VOWELS.items()}
    by_height = sorted(("AA", "AE", "AH", "EY", "IH", "IY"), key=lambda name: tongue[name])
    assert by_height == ["AA", "AE", "AH", "EY", "IH", "IY"]
    by_front = sorted(("UW", "OW", "UH", "AA", "AH", "ER", "IH", "EH", "EY", "IY"), key=lambda name: tongue[name][1])
    assert by_front == ["UW", "OW", "UH", "AA", "AH", "ER", "IH", "EH", "EY", "IY"]
    glide = {name: (vowel.end_height - vowel.height, vowel.end_front) for name, vowel in phones.VOWELS.items()}
    assert all(glide[name][0] > 0 for name in OF_VOWELS["diphthong"].split())
    assert glide["AY"][1] > 0.5 > glide["AW"][1]
    assert glide["OY"][1] > 0.5 > glide["OW"][1]


def test_stress_is_the_digit_of_a_vowel() -> None:
    assert [phones.stress(phone) for phone in ("AH0", "AH1", "AH2", "AH", "T")] == [0, 1, 2, 0, 0]
    assert phones.ipa("AH0") == "ə"
    assert [phones.ipa(f"OW{level}") for level in range(3)] == ["oʊ", "ˈoʊ", "ˌoʊ"]
    with pytest.raises(UsageError, match="SIL is a pause"):
        phones.ipa("SIL")


def test_a_word_of_more_phones_than_fit_is_refused_and_the_longest_word_is_none():
    longest = "N UW2 M AH0 N OW2 AH2 L T R AH0 M AY2 K R AH0 S K AA2 P IH0 K S IH2 L IH0 K OW0 V AA0 L K EY2 N OW0"
    assert phones.parse(f"{longest} {longest}")
    with pytest.raises(UsageError, match="a word has 40,000 characters of phones, more than 2,000; write several"):
        phones.parse("AH0 " * 10_000)
