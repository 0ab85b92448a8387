"""A voice as festvox builds it: ``etc/txt.done.data`` with lines ``( id "text" )``, and ``wav/id.wav``.

The source is that folder, or an unpacked Debian package that contains one such folder. CMU ARCTIC has this layout too.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from wavenet.corpora.row import Row, listed, printable
from wavenet.corpora.text import lines
from wavenet.errors import AudioError
from wavenet.safe_paths import leaves

_LIST = Path("etc/txt.done.data")
_LINE = re.compile(r'\(\s*(\S+)\s+"((?:[^"\\]|\\.)*)"\s*\)')
_NAME = re.compile(r"([^_]+_[^_]+_[^_]+)_.+")  # institute_language_name_method


def matches(source: Path) -> bool:
    """Whether a folder has this layout."""
    return _voice(source) is not None


def rows(source: Path) -> Iterator[Row]:
    """One row per line. The speaker is the name of the folder without the method of synthesis: ``cmu_us_slt``.

    Raises:
        AudioError: a line has another form, or an id leads out of the folder; the message names it.
    """
    voice = _voice(source)
    assert voice is not None
    name = _NAME.fullmatch(voice.resolve().name)
    speaker = printable(name[1] if name else voice.resolve().name)
    for number, line in lines(voice / _LIST):
        if not line.strip():
            continue
        entry = _LINE.fullmatch(line.strip())
        if not entry:
            raise AudioError(f"{voice / _LIST}, line {number}: is not '( id \"text\" )'")
        if leaves(entry[1]):
            raise AudioError(f"{voice / _LIST}, line {number}: id {entry[1]!r} leads out of wav/; correct it")
        text = re.sub(r"\\(.)", r"\1", entry[2]).strip()
        yield Row(entry[1], listed(voice / "wav", entry[1]), speaker, text)


def _voice(source: Path) -> Path | None:
    """The folder with the recordings, if there is exactly one."""
    folders = (source, *source.glob("usr/share/festival/voices/*/*"))
    voices = [folder for folder in folders if (folder / _LIST).is_file() and (folder / "wav").is_dir()]
    return voices[0] if len(voices) == 1 else None
