"""Words that are said in two ways: the sentence decides."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.tts.english import heteronyms, normalise, tagger
from wavenet.tts.english.front_end import read
from wavenet.tts.english.lexicon import Lexicon
from wavenet.tts.english.normalise import Word

LEXICON = Lexicon()
READINGS = [
    ("Please close the door.", "close", "K L OW1 Z"),
    ("I read it yesterday.", "read", "R EH1 D"),
    ("We watched the performance live.", "live", "L AY1 V"),
    ("The website went live.", "live", "L AY1 V"),
    ("He refused the refuse.", "refuse", "R EH1 F Y UW2 Z"),
    ("I object to that.", "object", "AH0 B JH EH1 K T"),
    ("They will record it.", "record", "R IH0 K AO1 R D"),
    ("The lead in pencils.", "lead", "L EH1 D"),
    ("Wind the clock.", "wind", "W AY1 N D"),
    ("Bow to the king.", "bow", "B AW1"),
    ("They caught a bass.", "bass", "B AE1 S"),
    ("The bandage was wound around it.", "wound", "W AW1 N D"),
    ("I need a permit.", "permit", "P ER1 M IH0 T"),
    ("It is a minute amount.", "minute", "M AY0 N UW1 T"),
    ("They separate the groups.", "separate", "S EH1 P ER0 EY2 T"),
    ("He will graduate.", "graduate", "G R AE1 JH UW0 EY2 T"),
    ("They conduct tests.", "conduct", "K AH0 N D AH1 K T"),
    ("Do not desert me.", "desert", "D IH0 Z ER1 T"),
    ("Resume the work.", "resume", "R IH0 Z UW1 M"),
    ("That is no excuse.", "excuse", "IH0 K S K Y UW1 S"),
    ("They house the poor.", "house", "HH AW1 Z"),
    ("Do not abuse it.", "abuse", "AH0 B Y UW1 Z"),
    # what the grammar of the sentence decides
    ("The risk increases with age.", "increases", "IH0 NG K R IY1 S IH0 Z"),
    ("Wage increases have not kept up.", "increases", "IH1 NG K R IY0 S IH0 Z"),
    ("Nothing excuses such cruelty.", "excuses", "IH0 K S K Y UW1 Z IH0 Z"),
    ("As the disease progresses, walking is hard.", "progresses", "P R AH0 G R EH1 S IH0 Z"),
    ("Safety recalls cost the company millions.", "recalls", "R IY1 K AO2 L Z"),
    ("In aggregate the losses were small.", "aggregate", "AE1 G R AH0 G IH0 T"),
    ("He was fired for misuse of funds.", "misuse", "M IH0 S Y UW1 S"),
    ("We live in a complex off the road.", "complex", "K AA1 M P L EH0 K S"),
    ("The cat is overweight.", "overweight", "OW1 V ER0 W EY0 T"),
    ("The firm constructs houses.", "constructs", "K AH0 N S T R AH1 K T S"),
    ("I misread the sign.", "misread", "M IH0 S R EH1 D"),
    # tense
    ("He read the letter and wept.", "read", "R EH1 D"),
    ("Did you read this?", "read", "R IY1 D"),
    ("She has read every book.", "read", "R EH1 D"),
    ("I like to read in bed.", "read", "R IY1 D"),
    ("I used to smoke.", "used", "Y UW1 S T"),
    ("I am used to it.", "used", "Y UW1 S T"),
    ("It is used to open tins.", "used", "Y UW1 Z D"),
    ("I used a hammer.", "used", "Y UW1 Z D"),
    # sense
    ("The pipes are made of lead.", "lead", "L EH1 D"),
    ("He took the lead in the race.", "lead", "L IY1 D"),
    ("He plays bass guitar.", "bass", "B EY1 S"),
    ("She tied a bow in her hair.", "bow", "B OW1"),
    ("A tear rolled down her cheek.", "tear", "T IH1 R"),
    ("Do not tear the paper.", "tear", "T EH1 R"),
    ("We had a row about money.", "row", "R AW1"),
    ("We sat in the front row.", "row", "R OW1"),
    ("Polish the silver.", "polish", "P AA1 L IH0 SH"),
    ("Polish workers arrived.", "polish", "P OW1 L IH0 SH"),
    ("He waited a minute.", "minute", "M IH1 N IH0 T"),
]


def chosen(text: str, word: str) -> str:
    """The phones of a word of a sentence."""
    [sentence] = normalise.sentences(text, LEXICON.__contains__)
    found = heteronyms.chosen(sentence, LEXICON)
    at = next(i for i, token in enumerate(sentence) if isinstance(token, Word) and token.spoken == word)
    return " ".join(found[at].phones if at in found else LEXICON.phones(word))


def alike(phones: str) -> str:
    """Without secondary stress, and with one reduced vowel."""
    return phones.replace("2", "0").replace("AH0", "IH0").replace("UW0", "IH0").replace("EH0", "IH0")


@pytest.mark.parametrize(("text", "word", "phones"), READINGS)
def test_the_sentence_decides_how_a_word_is_said(text: str, word: str, phones: str) -> None:
    assert alike(chosen(text, word)) == alike(phones)


def test_each_reading_of_a_word_is_chosen_in_a_short_sentence() -> None:
    rows = [line.split("\t") for line in Path(__file__).with_name("heteronyms.tsv").read_text("utf-8").splitlines()[1:]]
    said = {(text, word): phones for text, word, phones in rows}
    assert {pair: chosen(*pair) for pair in said} == said


def test_segments_have_what_is_chosen() -> None:
    said = [sentence for sentence in read("They read it yesterday. They will read it.") if sentence]
    vowels = [[segment.phone for segment in segments if segment.phone in ("EH", "IY")] for segments, *_ in said]
    assert [row[0] for row in vowels] == ["EH", "IY"]


def test_phones_that_are_given_stay() -> None:
    [[segments, *_]] = [
        each for each in read('<speak>I <phoneme ph="riːd">read</phoneme> it yesterday.</speak>') if each
    ]
    assert "IY" in [segment.phone for segment in segments]


def test_of_a_users_word_the_role_decides(tmp_path: Path) -> None:
    path = tmp_path / "own.txt"
    path.write_text("glimp/NN  G L IH1 M P\nglimp/VB  G L AY1 M P\nlead  L IY1 D", "utf-8")
    lexicon = Lexicon([path])
    for text, phones in (("They will glimp it.", "AY1"), ("The glimp was here.", "IH1"), ("Pipes of lead.", "IY1")):
        [sentence] = normalise.sentences(text, lexicon.__contains__)
        said = (found.phones for found in heteronyms.chosen(sentence, lexicon).values())
        assert phones in (list(*said) or lexicon.phones("lead"))


several = st.sampled_from(
    [
        "read",
        "lead",
        "live",
        "close",
        "used",
        "wind",
        "wound",
        "bow",
        "tear",
        "bass",
        "polish",
        "record",
        "the",
        "to",
        "I",
    ]
)


@given(st.lists(several, min_size=1, max_size=12))
def test_what_is_chosen_is_in_the_lexicon(words: list[str]) -> None:
    for sentence in normalise.sentences(" ".join(words), LEXICON.__contains__):
        for i, found in heteronyms.chosen(sentence, LEXICON).items():
            token = sentence[i]
            assert isinstance(token, Word)
            assert found in LEXICON.known(token.spoken)


def test_every_rule_is_about_pronunciations_of_the_lexicon() -> None:
    for word in heteronyms.RULES:
        assert len(LEXICON.known(word)) > 1, word


def test_a_second_word_that_is_nearly_a_verb_is_one_where_no_other_is_and_nothing_else_changes():
    tags = ["NN", "NNS", "NN", "NN"]  # yeast converts sugar molecules
    scores = np.full((4, len(tagger.TAGS)), -100.0)
    for at, tag in enumerate(tags):
        scores[at, tagger.TAGS.index(tag)] = 0
    scores[1, tagger.TAGS.index("VBZ")] = -5
    before = scores.copy()
    heteronyms._with_a_verb(tags, scores)
    assert tags == ["NN", "VBZ", "NN", "NN"]
    assert scores[1].argmax() == tagger.TAGS.index("VBZ")
    assert np.array_equal(np.delete(scores, 1, 0), np.delete(before, 1, 0))
