"""Written words with their times as files: JSON, captions as SRT and WebVTT, Praat's TextGrid."""

import html
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from wavenet.tts.textgrid import one_line, spelled, textgrid, without_gaps
from wavenet.tts.timing import SaidWord

LINE = 42
"""characters of a line of a caption, which has two at most; a longer word has a line of its own"""

_ENDS = "….!?"
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
Words = Sequence[SaidWord]


def as_json(words: Words, about: Mapping[str, Any]) -> str:
    """An object: ``about``, and the words: text, start, end, its characters from … to, and its phones."""
    rows = [
        {
            "text": word.text,
            "start": _rounded(word.start),
            "end": _rounded(word.end),
            "from": word.first,
            "to": word.last,
            "phones": [
                {"phone": phone.name, "start": _rounded(phone.start), "end": _rounded(phone.end)}
                for phone in word.phones
            ],
        }
        for word in words
    ]
    return json.dumps({**about, "words": rows}, ensure_ascii=False, indent=1) + "\n"


def srt(words: Words) -> str:
    """SubRip: captions, with their numbers."""
    captions = (
        f"{number}\n{_clock(lines[0][0].start, ',')} --> {_clock(lines[-1][-1].end, ',')}\n"
        + "\n".join(_joined(line, lambda word: shown(word).replace("-->", "→")) for line in lines)
        + "\n"
        for number, lines in enumerate(phrases(words), 1)
    )
    return "\n".join(captions)


def vtt(words: Words, note: str) -> str:
    """WebVTT: captions, each word behind the time at which it begins, so that a player can light it up."""
    cues = [
        f"{_clock(lines[0][0].start)} --> {_clock(lines[-1][-1].end)}\n" + "\n".join(_lit(lines)) + "\n"
        for lines in phrases(words)
    ]
    return "\n".join(["WEBVTT\n", f"NOTE {note}\n", *cues])


def grid(words: Words, seconds: float) -> str:
    """A TextGrid with the tiers ``words`` and ``phones`` of so many seconds; pauses have empty labels."""
    phones = ((phone.start, phone.end, phone.name) for word in words for phone in word.phones)
    return textgrid({
        "words": list(without_gaps(((word.start, word.end, word.text) for word in words), seconds)),
        "phones": list(without_gaps(phones, seconds)),
    })  # fmt: skip


def phrases(words: Words) -> Iterator[list[list[SaidWord]]]:
    """The words as captions, each of one or two lines.

    A caption ends with its sentence. If that is too long it ends behind a mark, where one is in its second half.
    """
    caption: list[SaidWord] = []
    for word in (word for word in words if shown(word)):
        if caption and not _lines([*caption, word]):
            marked = (i for i in range(len(caption), len(caption) // 2, -1) if caption[i - 1].mark)
            cut = next(marked, len(caption))
            yield _lines(caption[:cut])
            caption = caption[cut:]
            if caption and not _lines([*caption, word]):  # a word that is longer than a line
                yield _lines(caption)
                caption = []
        caption.append(word)
        if word.mark and word.mark in _ENDS:
            yield _lines(caption)
            caption = []
    if caption:
        yield _lines(caption)


def _lines(words: Words) -> list[list[SaidWord]]:
    """The words in one line, or in two that are as alike as can be; none if they do not fit."""
    if len(words) == 1 or _width(words) <= LINE:
        return [list(words)]
    ways = [(words[:i], words[i:]) for i in range(1, len(words))]
    widths = {i: max(map(_width, way)) for i, way in enumerate(ways)}
    best = min(widths, key=lambda i: widths[i])
    fits = all(len(line) == 1 or _width(line) <= LINE for line in ways[best])
    return [list(line) for line in ways[best]] if fits else []


def shown(word: SaidWord) -> str:
    """A word as it is read: without markup, in one line."""
    return one_line(html.unescape(_TAG.sub("", word.text)))


def _width(words: Words) -> int:
    return len(_joined(words, shown))


def _joined(words: Words, told: Callable[[SaidWord], str]) -> str:
    """Words that touch each other in the text do so here."""
    blanks = ("" if one.last == other.first else " " for one, other in pairwise(words))
    return told(words[0]) + "".join(blank + told(word) for blank, word in zip(blanks, words[1:], strict=True))


def _lit(lines: Sequence[Words]) -> Iterator[str]:
    first = lines[0][0]

    def told(word: SaidWord) -> str:
        text = html.escape(shown(word), quote=False)
        return text if word is first else f"<{_clock(word.start)}>{text}"

    return (_joined(line, told) for line in lines)


def _rounded(seconds: float) -> float:
    return float(spelled(seconds))


def _clock(seconds: float, point: str = ".") -> str:
    """``00:01:02.345``."""
    milliseconds = round(1000 * seconds)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}{point}{rest % 1000:03}"
