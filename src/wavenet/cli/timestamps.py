"""``--timestamps`` of ``wavenet say``: a file that tells when each written word is said."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from wavenet import atomic, made
from wavenet.errors import UsageError, suggestion

if TYPE_CHECKING:
    from wavenet.tts.timing import SaidWord

SUFFIXES = (".json", ".srt", ".vtt", ".TextGrid")
HELP = "a file of when each word of the text is said: .json or .TextGrid, with phones, or captions as .srt or .vtt"


def check(path: Path) -> None:
    """Raise now what ``write`` would raise after the work."""
    if path.suffix.lower() not in map(str.lower, SUFFIXES):
        raise UsageError(f"cannot write {path}: unknown suffix {path.suffix!r}{suggestion(path.suffix, SUFFIXES)}")
    atomic.check(path)


def write(path: Path, words: "Sequence[SaidWord]", seconds: float) -> str:
    """Write the words of so many seconds of sound, as the suffix says.

    Returns:
        The line to print about the file.
    """
    heard = [word.until(seconds) for word in words if word.start < seconds]
    with atomic.writing(path) as temporary:
        temporary.write_text(_text(path.suffix.lower(), heard, seconds), "utf-8")
    return f"{path}: written words with their times: {len(heard)}"


def _text(suffix: str, words: "Sequence[SaidWord]", seconds: float) -> str:
    from wavenet.tts import captions

    if suffix == ".json":
        return captions.as_json(words, {"note": made.mark("say"), "seconds": round(seconds, 6)})
    if suffix == ".srt":
        return captions.srt(words)
    return captions.vtt(words, made.mark("say")) if suffix == ".vtt" else captions.grid(words, seconds)
