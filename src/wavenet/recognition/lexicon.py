"""A lexicon of any language: how words are said, from lines of a word and its phones."""

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from wavenet.errors import UsageError, suggestion
from wavenet.recognition.alignment import Pronunciation

_WORDS = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")


def words(text: str) -> list[str]:
    """The words of a text as a lexicon spells them: letters and digits, with apostrophes and hyphens inside."""
    return [_plain(word) for word in _WORDS.findall(unicodedata.normalize("NFC", text))]


def read(paths: Sequence[Path], phones: Sequence[str]) -> dict[str, list[Pronunciation]]:
    """The pronunciations of each word: lines of a word and its phones, separated by white space, in one or more files.

    A word may have several lines. Lines that begin with ``#`` and empty ones say nothing.

    Raises:
        UsageError: a file cannot be read or has no words, a line has no phones, or a phone is not one of ``phones``.
    """
    found: dict[str, list[Pronunciation]] = {}
    for path in paths:
        for word, said in _entries(path, phones):
            known = found.setdefault(word, [])
            if said not in known:
                known.append(said)
    return found


def _entries(path: Path, phones: Sequence[str]) -> list[tuple[str, Pronunciation]]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from None
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        word, *said = line.split()
        if not said:
            raise UsageError(f"{path}:{number}: {word!r} has no phones; write a word and its phones")
        for phone in said:
            if phone not in phones:
                raise UsageError(f"{path}:{number}: unknown phone {phone!r}{suggestion(phone, phones)}")
        found.append((_plain(word), tuple(said)))
    if not found:
        raise UsageError(f"{path}: has no words; write lines of a word and its phones")
    return found


def _plain(word: str) -> str:
    return unicodedata.normalize("NFC", word).replace("’", "'").casefold()
