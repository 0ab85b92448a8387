"""What is said for written forms of every kind: ``cases.tsv`` has a text and its words, sentences parted by a bar."""

from pathlib import Path

import pytest

from wavenet.tts.english.lexicon import Lexicon
from wavenet.tts.english.normalise import Mark, Token, Word, sentences

LEXICON = Lexicon()
ROWS = [line.split("\t") for line in Path(__file__).with_name("cases.tsv").read_text("utf-8").splitlines()[1:]]


def told(text: str) -> str:
    """The words and marks; a capital A is the name of the letter."""

    def one(token: Token) -> str:
        assert isinstance(token, Word | Mark)
        if isinstance(token, Mark):
            return token.sign
        return "A" if token.manner.phones == "EY1" else token.spoken

    return " | ".join(" ".join(map(one, sentence)) for sentence in sentences(text, LEXICON.__contains__))


@pytest.mark.parametrize("kind", dict.fromkeys(kind for kind, _, _ in ROWS))
def test_each_text_of_a_kind_is_said_so(kind: str) -> None:
    texts = {text: said for own, text, said in ROWS if own == kind}
    assert {text: told(text) for text in texts} == texts


def test_an_article_without_its_vowel_has_one_phone() -> None:
    [[article, *_]] = sentences("th' old man", LEXICON.__contains__)
    assert isinstance(article, Word)
    assert (article.spoken, article.manner.phones) == ("th'", "DH")
