"""Finds all recordings in a file of any format."""

from collections.abc import Callable

from wavenet.audio.containers import mp3, ogg, others, wave
from wavenet.audio.containers.parts import Found, One, Part, Source

_READERS: dict[bytes, Callable[[Source, int], One]] = {
    b"RIFF": wave.riff,
    b"RIFX": wave.riff,
    b"RF64": wave.riff,
    b"riff": wave.w64,
    b"FORM": others.aiff,
    b"caff": others.caf,
    b".snd": others.au,
    b"NIST": others.sphere,
    b"Crea": others.voc,
    b"fLaC": lambda source, begin: _flac(source, begin),
    ogg.MAGIC: ogg.one,
}
_FLAC = b"fLaC\x00\x00\x00\x22"  # and the header of the first metadata block
_TAIL = 4_096  # bytes after a recording that are not reported


def find(source: Source) -> Found:
    """The recordings in a file in their order, and what is unusual about them.

    Raises:
        Flaw: one is truncated or cannot be read as it is.
    """
    parts: list[Part] = []
    notes: list[str] = []
    at = 0
    while at < source.size:
        reader = _READERS.get(source.at(at, 4)) or (mp3.one if mp3.begins(source, at) else None)
        if reader is None:
            break
        one = reader(source, at)
        parts.append(one.part)
        notes += one.notes
        at = one.next if one.next > at else source.size
    if parts and source.size - at > _TAIL:
        notes.append(f"{source.size - at} bytes after the end given by its header were not read")
    if len(parts) > 1:
        notes.append(f"it contains {len(parts)} concatenated recordings; all were read")
    if len(parts) == 1 and parts[0].begin == 0 and not parts[0].header:
        parts = [Part(0, source.size)]  # the whole file
    return Found(tuple(parts or [Part(0, source.size)]), tuple(notes))


def _flac(source: Source, begin: int) -> One:
    end = source.find(_FLAC, begin + 4)
    return One(Part(begin, end), end)
