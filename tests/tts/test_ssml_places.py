"""What an XML parser tells is known to be where it is written, in characters, wherever the pieces end."""

from hypothesis import given
from hypothesis import strategies as st

from tests.tts.test_traced import whole
from wavenet.tts import ssml
from wavenet.tts.english.markup import ENGLISH
from wavenet.tts.markup import Span
from wavenet.tts.ssml_places import Read
from wavenet.tts.traced import Traced, joined, traced

PARTS = st.sampled_from([
    ("a", "a"), ("é", "é"), ("😀", "😀"), (" ", " "), ("\n", "\n"), ("\r\n", "\n"), ("&amp;", "&"), ("&#233;", "é"),
    ("&#x1F600;", "😀"), ("<emphasis>", ""), ("</emphasis>", ""), ("<!-- é -->", ""), ("<![CDATA[&]]>", "&"),
])  # fmt: skip


def balanced(parts: list[tuple[str, str]]) -> list[tuple[str, str]]:
    depth, kept = 0, []
    for part in parts:
        change = {"<emphasis>": 1, "</emphasis>": -1}.get(part[0], 0)
        if 0 <= depth + change <= 2:
            depth += change
            kept.append(part)
    return [*kept, *[("</emphasis>", "")] * depth]


@given(st.lists(PARTS).map(balanced), st.lists(st.integers(0, 60), max_size=4))
def test_every_character_stands_where_it_is_written(parts, cuts):
    text = "\n <speak>" + "".join(written for written, _ in parts) + "</speak>"
    cuts = sorted(min(cut, len(text)) for cut in cuts)
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    said = joined(item.text for item in ssml.read(traced(pieces), ENGLISH) if isinstance(item, Span))
    expected, at = [], len("\n <speak>")
    for written, meant in parts:
        inner = written.removeprefix("<![CDATA[").removesuffix("]]>") if meant else ""
        first = at + written.index(inner)
        expected += [(c, first, first + len(inner)) for c in meant]
        at += len(written)
    if isinstance(said, Traced):
        assert [*zip(said, said.starts, said.ends, strict=True)] == expected
    else:
        assert not expected


def test_what_is_behind_the_parser_is_forgotten():
    read = Read()
    read.feed(whole("é<a>ü</a>"))
    assert (read.written("ü", 5), read.between(2, 5)) == ("ü", "<a>")
    read.forget(5)
    assert read.between(0, 7) == "ü"
    read.feed("x")
    assert read.between(7, 12) == "</a>x"
