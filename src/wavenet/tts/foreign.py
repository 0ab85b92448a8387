"""Letters of other scripts in a text, which a language cannot say: they are left out, and the Greek ones are named."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache

from wavenet.errors import warn
from wavenet.patterns import late
from wavenet.tts.markup import Break, Span
from wavenet.tts.traced import group, mapped, sub

_SHOWN = 20
_LONGEST = 2
"""Greek letters side by side that have names; more of them are a word"""
_RUN = "[\u0370-\u03ff\u1f00-\u1fff]+"
_GREEK, _LAST = late(_RUN), late(rf"{_RUN}\Z")
_LETTER = late(r"GREEK (?:SMALL |CAPITAL )?(?:LETTER )?(?:FINAL )?(\w+)(?: SYMBOL| WITH .*)?")


Item = Span | Break | None
"""of a text; None for nothing, which has come so far"""


def sayable(items: Iterable[Item], can_say: Callable[[str], bool], language: str) -> Iterator[Item]:
    """The text without the letters that cannot be said; the first of them are told in a warning.

    Args:
        items: of a text; those with phones stay as they are.
        can_say: whether a character can be said, or is silent.
        language: that can say no others, by name.
    """
    warned = False
    for item in items:
        if isinstance(item, Span) and not item.manner.phones and not item.text.isascii():
            text = "".join(c if can_say(c) else "\ufffc" for c in item.text)
            if "\ufffc" in text and not warned:
                warned = True
                _warn(item.text, text, language)
            yield item._replace(text=mapped(item.text, ("" if c == "\ufffc" else c for c in text)))
        else:
            yield item


def greek(items: Iterable[Item], names: Mapping[str, str]) -> Iterator[Item]:
    """The text with its Greek letters by their names, but for words of three letters and more.

    Args:
        items: of a text; those with phones stay as they are.
        names: of letters whose names are not the English ones; one that is its own name stays as it is.
    """
    last: Item = None
    for item in _whole(items):
        if isinstance(item, Span) and not item.manner.phones and not item.text.isascii():
            goes_on = isinstance(last, Span) and last.manner == item.manner
            before = last.text[-1:] if isinstance(last, Span) and goes_on else ""
            yield item._replace(text=_named(before + item.text, names)[len(before) :])
        else:
            yield item
        last = item or last


def _named(text: str, names: Mapping[str, str]) -> str:
    def said(found: re.Match[str]) -> str:
        letters = found[0]
        if len(letters) > _LONGEST or all(names.get(letter) == letter for letter in letters):
            return group(found)
        before, after = text[: found.start()][-1:], text[found.end() :][:1]
        words = " ".join(names.get(letter) or _name(letter) for letter in letters)
        return " " * before.isalnum() + words + " " * (after.isalpha() or after.isdecimal())

    return sub(_GREEK, said, text)


def _whole(items: Iterable[Item]) -> Iterator[Item]:
    """The same, so that no span ends in Greek letters that the next one of its manner may go on with."""
    rest: Span | None = None
    for item in items:
        if item is None:
            yield None
            continue
        if rest and isinstance(item, Span) and item.manner == rest.manner:
            item = item._replace(text=rest.text + item.text)
        elif rest:
            yield rest
        rest = None
        if (
            isinstance(item, Span)
            and not (item.manner.phones or item.text.isascii())
            and (last := _LAST.search(item.text))
        ):
            rest = item._replace(text=group(last))
            item = item._replace(text=item.text[: last.start()])
        if isinstance(item, Break) or item.text or item.manner.phones:
            yield item
    if rest:
        yield rest


def _warn(text: str, left: str, language: str) -> None:
    start = left.index("\ufffc")
    size = len(left[start:]) - len(left[start:].lstrip("\ufffc"))
    word = text[start : start + min(size, _SHOWN)]
    script = unicodedata.name(word[0], "bytes that are no text").split(" ")[0].lower()
    told = repr(word) if word.isprintable() else " ".join(f"U+{ord(c):04X}" for c in word)
    warn(f"{told} ({script}) is left out, and any other word that is not {language}: this voice cannot say it")


@lru_cache(512)
def _name(letter: str) -> str:
    """``alpha`` of α."""
    plain = unicodedata.normalize("NFKC", letter)
    found = _LETTER.fullmatch(unicodedata.name(plain, ""))
    return {"lamda": "lambda"}.get(found[1].lower(), found[1].lower()) if found else letter
