"""What stands between two blanks → the written forms in it, and the punctuation around and between them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from wavenet.tts.english.amounts import is_feet
from wavenet.tts.english.characters import clean
from wavenet.tts.english.expand import ADDRESS, is_dotted
from wavenet.tts.english.tables import LEADING_APOSTROPHE
from wavenet.tts.segments import SIGNS

_SIGN_OF = {**{sign: sign for sign in SIGNS}, **dict.fromkeys("—–()[]{}", ",")}

_THOUSANDS = re.compile(r"(?<=\d)[\xa0\u2009\u202f](?=\d{3}(?!\d))")
_EMOTICON = re.compile(r"[:;=]['-]?[)(\]\[DPpOo/\\|*]+")
_ALONE = frozenset("-–*<>")
_ALWAYS_BEFORE = r"[\"(\[{)\]}_|`\\…—,;:!?]"
_BEFORE_NO_FIGURE = r"[-–<>~](?![$€£¥#]?\.?\d)(?=.)"
_QUOTE = r"'(?!(?:\d?0s|" + "|".join(sorted(word[1:] for word in LEADING_APOSTROPHE)) + r")(?!\w))"
_HEAD = re.compile(rf"(?:{_ALWAYS_BEFORE}|{_BEFORE_NO_FIGURE}|{_QUOTE}|\*(?=.)|\.(?!\w))*", re.IGNORECASE)
_TAIL = frozenset("\"')]}>*_~|`\\…—–-,;:!?.")
_INNER = re.compile(r"([…—;!?()\[\]{}\"]+|(?<!\d)[,:]|[,:](?!\d)|(?<=[a-z]{2})\.(?=[A-Z][a-z]))")


@dataclass(frozen=True, slots=True)
class Sign:
    """A mark that is written; a soft one is a bracket or a dash, beyond which neighbours count."""

    sign: str
    soft: bool


def forms(text: str) -> Iterator[str | Sign]:
    """The forms and signs of what stands between two blanks; emoticons and quotes are silent.

    Raises:
        UsageError: there is a letter that is not Latin.
    """
    if text.isascii() and text.isalpha():  # most of any text
        yield text
        return
    if not text.isascii():
        text = _THOUSANDS.sub(",", text)
    for part in clean(text).split():
        if not _EMOTICON.fullmatch(part):
            yield from _parts(part)


def _parts(text: str) -> Iterator[str | Sign]:
    head = _HEAD.match(text)
    start = head.end() if head else 0
    body = text[start:]
    while body and body[-1] in _TAIL and not _is_whole(body):
        if (body in _ALONE and not start) or (body[-1] == "'" and body[-2:-1].isalpha()):
            break
        body = body[:-1]
    yield from _strongest(text[:start])
    inner = [body] if _is_whole(body) or ADDRESS.fullmatch(body) else _INNER.split(body)
    for i, part in enumerate(inner):
        if i % 2:
            yield from _strongest(part)
        elif len(inner) > 1:
            yield from _parts(part)
        elif part:
            yield part
    yield from _strongest(text[start + len(body) :])


def _is_whole(text: str) -> bool:
    """Whether the punctuation at its end belongs to a form."""
    return is_dotted(text) or is_feet(text)


def _strongest(signs: str) -> Iterator[Sign]:
    found = [_SIGN_OF[c] for c in signs if c in _SIGN_OF]
    if found:
        sign = max(found, key=SIGNS.index)
        yield Sign(sign, sign == "," and "," not in signs)
