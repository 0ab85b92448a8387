"""Which texts are plain, which Markdown, which SSML."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.errors import UsageError
from wavenet.tts import markdown, ssml
from wavenet.tts.documents import read
from wavenet.tts.english.markup import ENGLISH
from wavenet.tts.markup import Markup, Span

SSML, MARKDOWN = "<speak>a <break time='0s'/>*b*</speak>", "# [a](http://b.c)"


def text(source, markup: Markup) -> str:
    return "".join(item.text for item in read(source, ENGLISH, markup) if isinstance(item, Span))


def test_a_text_is_what_it_is_said_to_be():
    assert text(MARKDOWN, "plain") == MARKDOWN
    assert text(SSML, "plain") == SSML
    assert text(MARKDOWN, "markdown").strip() == text(MARKDOWN, "auto").strip() == "a"
    assert text(SSML, "ssml") == text(SSML, "auto") == "a *b*"
    assert text(SSML, "markdown") == SSML
    with pytest.raises(UsageError, match="SSML, line 1: broken markup"):
        text(MARKDOWN, "ssml")
    with pytest.raises(UsageError, match="<html> is unknown"):
        text("<html>a</html>", "ssml")


@pytest.mark.parametrize("markup", get_args(Markup))
def test_what_is_wrong_with_a_whole_text_is_told_at_once_and_with_pieces_when_they_come(markup):
    if markup in ("ssml", "auto"):
        with pytest.raises(UsageError):
            read("<speak>a <oops/></speak>", ENGLISH, markup)
    read(iter(["<speak>a <oops/></speak>"]), ENGLISH, markup)


@given(st.text())
def test_plain_text_is_itself(source):
    assert text(source, "plain") == source


@pytest.mark.parametrize("source", ["", []])
@pytest.mark.parametrize("markup", ["auto", "plain", "markdown"])
def test_nothing_gives_nothing(source, markup):
    assert text(source, markup) == ""


@given(st.text(st.sampled_from("aZe ,.?!"), max_size=30))
def test_a_text_of_letters_and_marks_alone_has_no_markup(source):
    assert "".join(markdown.plain(iter([source]))) == source
    assert not ssml.is_ssml(source)
    assert text(source, "auto") == text(source, "markdown") == text(iter([source]), "auto") == source
