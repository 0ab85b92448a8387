"""WordNet's files: words, their definitions, and sentences that use them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FILES = ("data.adj", "data.adv", "data.noun", "data.verb")
LENGTHS = range(25, 111)
"""maximum characters of an example"""
LEAST_WORDS = 5

_PLAIN = re.compile(r"[A-Za-z][A-Za-z ,.;:'!?-]*")


@dataclass(frozen=True)
class Entry:
    """A word in one of its senses."""

    word: str
    """one or several words, with the capitals of names"""
    part: str
    """n, v, a, s or r"""
    topic: int
    """one of WordNet's 45 lexicographer files: 18 is people, 15 is places"""
    meaning: str
    examples: tuple[str, ...]


def entries(folder: Path) -> Iterator[Entry]:
    """All senses, each by its first word, in the order of the files."""
    for name in FILES:
        with (folder / name).open(encoding="utf-8") as lines:
            yield from (_entry(line) for line in lines if not line.startswith(" "))  # those are the licence


def _entry(line: str) -> Entry:
    data, _, gloss = line.partition(" | ")
    _, topic, part, _, word, *_ = data.split()
    examples = tuple(each.strip() for each in re.findall(r'"([^"]*)"', gloss))
    meaning = gloss.partition('"')[0].strip(" ;\n")
    return Entry(re.sub(r"\(.*\)", "", word).replace("_", " "), part, int(topic), meaning, examples)


def plain(text: str) -> bool:
    """Whether a text consists of letters and usual punctuation only, without words in capitals."""
    return bool(_PLAIN.fullmatch(text)) and not re.search(r"[A-Z]{2}|--|\.\.|\.[a-zA-Z]", text)


def sentence(text: str) -> str:
    """Capitalise, and add a mark at the end if there is none."""
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else text.rstrip(",;:- ") + "."


def examples(found: list[Entry]) -> Iterator[str]:
    """The example sentences that anybody can read aloud."""
    for entry in found:
        for example in entry.examples:
            if len(example) in LENGTHS and len(example.split()) >= LEAST_WORDS and plain(example):
                yield sentence(example)
