"""Russian read without festival, for tests: each letter that is a phone by itself is said, a word is a syllable."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from wavenet.errors import UsageError
from wavenet.tts.russian import festival
from wavenet.tts.segments import SIL, Segment

LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "з": "z", "и": "i", "й": "j", "к": "k", "л": "l",
    "м": "m", "н": "n", "о": "oo", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u",
}  # fmt: skip


def segments(texts: Sequence[str]) -> list[list[Segment]]:
    return [_segments(text) for text in texts]


def _segments(text: str) -> list[Segment]:
    words = "".join(c if c.isalpha() else " " for c in text.lower()).split()
    found = [Segment(SIL)]
    for i, word in enumerate(words):
        whole = Segment("", 1, "nucleus", length=len(word), syllables=1, word=i, words=len(words), mark=".")
        for k, letter in enumerate(word):
            if letter not in LETTERS:
                raise UsageError(f"festival cannot say {text!r}; write it in Russian words")
            found.append(replace(whole, phone=LETTERS[letter], position=k, text="" if k else word))
    return [*found, Segment(SIL, mark=".")]


def pretend(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Let this stand in for festival; the texts of each of its runs are told."""
    runs: list[list[str]] = []

    def said(texts: Sequence[str]) -> list[list[Segment]]:
        if texts:
            runs.append(list(texts))
        return segments(texts)

    monkeypatch.setattr(festival, "segments", said)
    return runs
