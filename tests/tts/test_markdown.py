"""Markdown and HTML → what is said of it; a bar is where blank lines part it."""

import re
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavenet.tts.markdown import LONGEST, plain

CASES = [
    # what begins a line
    ("1. Mix flour\n2. Bake it\n3. Eat it", "1. Mix flour|2. Bake it|3. Eat it"),
    ("- one\n- two\n+ three\n* four\n• five", "one|two|three|four|five"),
    ("- [x] done\n- [ ] open", "done|open"),
    ("a) First\nb) Second\n(1) Third", "a) First|b) Second|(1) Third"),
    ("born in\n1999. Then he left.", "born in 1999. Then he left."),
    ("It was\n2. Then he left.", "It was 2. Then he left."),
    ("> quoted line\n> second line", "quoted line second line"),
    ("> > deep\n> - item", "deep|item"),
    ("# Title\ntext\n## Two ##\n#tag #1", "Title|text|Two|#tag #1"),
    ("Title\n=====\n\nText.\nSub\n---\nMore.", "Title|Text. Sub|More."),
    ("He spoke.\n\n# # #\n\nShe left.", "He spoke.|She left."),
    *((f"One\n{rule}\ntwo", "One|two") for rule in ("* * *", "***", "___", "--", "=====", "~~~~~", "+---+---+", "#")),
    ("One\n...\ntwo", "One ... two"),
    ("One\n+\ntwo", "One + two"),
    ("| Name | Age |\n|---|---|\n| Ann | 30 |\n| Bob | 41 |", "Name, Age|Ann, 30|Bob, 41"),
    ("Name | Age\n:---|---:\na | b", "Name , Age|a , b"),
    ("```python\nx = [1](2)\ny\n```\nEnd", "x = [1](2)|y|End"),
    ("See [a].\n[a]: https://example.com/ 'A title'\nEnd", "See [a].|End"),
    ("[note]: keep this", "[note]: keep this"),
    ("Text[^1].\n\n[^1]: The note.", "Text.|The note."),
    # links and references
    ("[the docs](https://example.com/page)", "the docs"),
    ('a [b c](x.md "Title"), [d](<e f>) and [g](h_(i))', "a b c, [d](<e f>) and g"),
    ("[![alt](a.png)](http://x.y) ![a picture](b.png)", "alt a picture"),
    ("the [label][1] and [other][]", "the label and other"),
    ("see <https://example.com> or <me@example.com>", "see https://example.com or me@example.com"),
    ("[the\ndocs](https://a.b) end", "[the docs end"),
    ("a[1] = b[i][j], x[0]", "a[1] = b[i][j], x[0]"),
    ("known[12] since 1890.[3][4] Then", "known since 1890. Then"),
    ("See footnote.¹ Next. Or word⁴, and “so.”²", "See footnote. Next. Or word, and “so.”"),
    ("m², 10⁵, x¹, (a+b)³, miles², 5.² and y.²", "m², 10⁵, x¹, (a+b)³, miles², 5.² and y."),
    ("as shown before.1 Then we left.12", "as shown before. Then we left."),
    ("It is version.2 now, Fig.3 Then, chap.4 Then, v.5", "It is version.2 now, Fig.3 Then, chap.4 Then, v.5"),
    # marks in a line
    ("==highlight== and ~~old words~~ x == y, 1==2 ==3", "highlight and old words x == y, 1==2 ==3"),
    ("un*frigging*believable 2*3*4 a*b", "unfriggingbelievable 2*3*4 a*b"),
    (r"\*not\* 1\. C:\Users", "*not* 1. C:\\Users"),
    ("AT&amp;T, 5 &lt; 6 &#233; &nosuch; R&D; x", "AT&T, 5 < 6 é &nosuch; R&D; x"),
    # HTML
    ("<p>One <b>bold</b> and<br/>two</p><div>three</div>", "One bold and|two|three"),
    ("<ul><li>a</li><li>b</li></ul> x <y> z < 3", "a|b|x <y> z < 3"),
    ("<tr><td>a</td> <td>b</td></tr>", "a, b,"),
    ("m<sup>2</sup> H<sub>2</sub>O word<sup>1</sup>.", "m² H2O word."),
    ("a <!-- no\nnot this --> b <script>x = 1;\ny</script>c <style>p</style>d", "a b c d"),
    ("<!DOCTYPE html><html><head></head><body>Hi <a href='b'>there</a></body></html>", "Hi there"),
    # no Markdown
    ("a * b, 5 * 3, snake_case _it_ and **b**", "a * b, 5 * 3, snake_case _it_ and **b**"),
    ("Is 3 < 4 & 5 > 4?", "Is 3 < 4 & 5 > 4?"),
    ("I [am] here (now).", "I [am] here (now)."),
]  # fmt: skip
ABBREVIATIONS = frozenset({"chap"})


def told(*pieces: str) -> str:
    """What is said; a bar is where blank lines are, and a blank where others are."""
    text = re.sub(r"\s*\n\s*\n\s*", "|", "".join(plain(pieces, ABBREVIATIONS)).strip())
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize(("text", "found"), CASES)
def test_marks_go_and_words_stay(text, found):
    assert told(text) == found


BITS = [
    "a", "word ", '<a b="c">', "[a b](c 'd')", "==e f==", " ", "\n", "\n\n", "- ", "1. ", "2. ", "| ", "* * *",
    "[", "][", "](http://a.b)", "]", "![", "<b>", "<!-- ", "-->", "<script>", "</script>", "<", ">", "&amp;", "&",
    "==", "~~", "*", "`", "```\n", "# ", "¹", "[1]", "before.", "1 ", "Then", "(", ")", "\\", "•", "=", "é", "\r\n",
    ".", ": ", "\ufeff", "x" * 70,
]  # fmt: skip
texts = st.lists(st.sampled_from(BITS), max_size=30).map("".join)


@given(texts, st.lists(st.integers(0, 500)))
def test_pieces_give_what_the_whole_gives(text, cuts):
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    assert "".join(plain(text[a:b] for a, b in pairwise(edges))) == "".join(plain([text]))
    assert "".join(plain(text)) == "".join(plain([text]))


@given(
    st.lists(st.sampled_from([*"ab1,.?!'\"() \n", "-", "–", "%", "$", "é", "’", "I am ", "x. "]), max_size=40).map(
        "".join
    )
)
def test_plain_text_loses_no_letter_and_no_figure(text):
    found = "".join(plain([text]))
    kept = [c for c in re.sub(r"(?<=[.!?])\d{1,2}(?=\s|$)", "", text) if c.isalnum()]
    assert [c for c in re.sub(r"(?<=[.!?])\d{1,2}(?=\s|$)", "", found) if c.isalnum()] == kept


def test_what_is_complete_of_a_line_is_read_before_the_line_ends():
    said = plain(iter(["Hello there. How ", "are", " you [my", " friend](http://a.b)? ", "I"]))
    assert [next(said), next(said), next(said), next(said)] == ["Hello there. How ", "are", " you ", "my friend? "]


UNITS = ["[", "<", "a", "&", "==a ", "[a](", "<!--", "1. ", "| ", "x.1", "*", "\n", "¹", "[a][", "\\", "[a ",
         "[a](b ", "<a ", "<a href="]  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_time_is_linear_and_no_line_is_too_long(unit):
    text = unit * (60_000 // len(unit))
    began = time.process_time()
    for pieces in ([text], [text[i : i + 1000] for i in range(0, len(text), 1000)]):
        assert sum(map(len, plain(pieces))) <= len(text) + 2 * LONGEST * text.count("\n") + 10
    assert time.process_time() - began < 5


@pytest.mark.parametrize("start", ["- ", "> ", "1. ", "a "])
def test_a_line_longer_than_is_looked_at_is_the_same_in_pieces(start):
    text = start + "word [a](http://b.c) " * 500
    assert "".join(plain(text)) == "".join(plain([text]))
    assert told(text).endswith("word a word a")


@pytest.mark.parametrize("levels", [3, 1500])
def test_quotes_stand_in_quotes_of_any_number(levels):
    assert "".join(filter(None, plain(["> " * levels + "deep\n"]))).strip() == "deep"
