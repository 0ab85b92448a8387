"""The texts of the comparison: recorded prompts that are never trained on, and sentences that nobody recorded."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from wavenet.errors import UsageError
from wavenet.evaluation.perception import source
from wavenet.evaluation.perception.clip import Waveform

PROMPTS, SENTENCES = "prompts", "sentences"
_SYMBOLS = {"*": " star ", "#": " pound "}


class Line(NamedTuple):
    """One text."""

    name: str
    """name within its set"""
    text: str
    recording: Waveform | None = None
    """(T,) at ``perception.clip.RATE``: a recording of it"""


def prompts(corpus: str | Path, splits: Sequence[str] = ("test",)) -> list[Line]:
    """Splits of a prepared corpus, with the recordings; named by their ids, without the folder if there is one voice.

    Raises:
        UsageError: it is not a prepared corpus, or has no texts.
    """
    clips = [clip for split in splits for clip in source.clips(corpus, split=split) if clip.text]
    names = [clip.name.partition("/")[2] or clip.name for clip in clips]
    if len(set(names)) < len(names):  # several voices with the same texts
        names = [clip.name for clip in clips]
    lines = [Line(name, spoken(clip.text), clip.waveform) for name, clip in zip(names, clips, strict=True)]
    return _checked(lines, corpus)


def sentences(path: str | Path) -> list[Line]:
    """The lines of a file, named by their numbers; raises UsageError."""
    try:
        texts = Path(path).read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from None
    return _checked([Line(f"{i:02}", text.strip()) for i, text in enumerate(texts, 1) if text.strip()], path)


def spoken(text: str) -> str:
    """A text as every system should read it: symbols as words, no ellipsis at its ends, a full stop."""
    for symbol, word in _SYMBOLS.items():
        text = text.replace(symbol, word)
    text = re.sub(r"^\.{2,}|\.{2,}$", "", " ".join(text.split())).strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _checked(lines: list[Line], where: str | Path) -> list[Line]:
    if not lines:
        raise UsageError(f"{where}: contains no text")
    return lines
