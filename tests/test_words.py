"""One term for each concept: words that the glossary does not use occur neither in the sources nor in the documents."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GLOSSARY = ROOT / "docs/glossary.md"
ENGLISH = set((ROOT / "src/wavenet/tts/english").glob("*.py"))
"""contain words of English as data"""
CHECKED = sorted(
    {
        *(ROOT / "src").rglob("*.py"),
        *(path for path in (ROOT / "src").rglob("*") if path.suffix in {".pyi", ".h", ".cpp"}),
        *(ROOT / "docs").rglob("*.md"),
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
    }
    - {GLOSSARY, *ENGLISH}
)


NOT_USED = {
    "probabilities": ["chances"],
    "excerpt": ["stretch", "stretches"],
    "batch": ["company"],
    "thread pool": ["Lanes"],
    "overfit check": ["the doctor", "by heart"],
    "NaN": ["no number any more"],
    "architecture": ["house"],
    "package, module": ["rooms"],
    "resolve": ["settled"],
}
"""terms of the glossary, and words that are not used for them; one with a capital letter is matched as it is written"""


def occurrences(word: str, text: str) -> list[str]:
    """The lines with a word, alone or as part of an identifier; in either case unless it has a capital letter."""
    flags = re.IGNORECASE if word.islower() else 0
    pattern = re.compile(rf"(?<![a-z]){word.replace(' ', '[ _]')}(?![a-z])", flags)
    return [f"line {i}: {line.strip()}" for i, line in enumerate(text.splitlines(), 1) if pattern.search(line)]


WORDS = [word for words in NOT_USED.values() for word in words]


def test_each_has_a_term_of_the_glossary_in_its_place():
    terms = re.findall(r"^\| ([^|]+?) \|", GLOSSARY.read_text("utf-8"), re.MULTILINE)
    assert set(NOT_USED) <= set(terms)


def test_words_are_found_in_prose_and_in_identifiers():
    assert {"chances", "company", "by heart", "Lanes"} <= set(WORDS)
    text = "its chances\n_chances = by_heart\nmischances\nlanes\nthe Lanes"
    found = {word: [line.partition(":")[0] for line in occurrences(word, text)] for word in WORDS}
    assert found["chances"] == ["line 1", "line 2"]
    assert found["by heart"] == ["line 2"]
    assert found["Lanes"] == ["line 5"]


@pytest.mark.parametrize("word", WORDS)
def test_a_word_that_the_glossary_does_not_use_occurs_nowhere(word):
    found = {str(path.relative_to(ROOT)): occurrences(word, path.read_text("utf-8")) for path in CHECKED}
    assert {path: lines for path, lines in found.items() if lines} == {}
