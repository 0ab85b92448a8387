"""LJ Speech: ``metadata.csv`` with lines ``id|raw text|normalised text``, and ``wavs/id.wav``.

Similar corpora can be read too: ids with the suffix of the file or the name of the folder, recordings in other formats,
and lines ``id|speaker|text`` or ``id|text|speaker``.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from wavenet.corpora.row import Row, listed
from wavenet.corpora.text import lines
from wavenet.errors import AudioError, warn
from wavenet.safe_paths import leaves

_LOOKED_AT = 10_000  # lines from which the meaning of the columns is inferred


def matches(source: Path) -> bool:
    """Whether a folder has this layout."""
    return (source / "metadata.csv").is_file() and (source / "wavs").is_dir()


def rows(source: Path) -> Iterator[Row]:
    """One row per line; the text is the normalised one if there is one.

    Raises:
        AudioError: a line does not have two or three fields, or an id leads out of the folder; the message names it.
    """
    path = source / "metadata.csv"
    speaker = _column_of_speakers(fields[1:] for _, fields in islice(_lines(path), _LOOKED_AT))
    if speaker is not None:
        warn(f"{path}: column {speaker + 2} has few values, each with many texts; they are read as speakers")
    for number, (name, *texts) in _lines(path):
        if leaves(name):
            raise AudioError(f"{path}, line {number}: id {name!r} leads out of wavs/; correct it")
        who = texts.pop(speaker) if speaker is not None and len(texts) > 1 else ""
        yield Row(name, listed(source / "wavs", name), who, texts[-1] or texts[0])


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Number and fields of every line that is not empty; raises AudioError."""
    for number, line in lines(path):
        fields = [field.strip() for field in line.split("|")]
        if line.strip() and not (fields[0] and 2 <= len(fields) <= 3):
            raise AudioError(
                f"{path}, line {number}: is not 'id|text' or 'id|text|text'; a .csv manifest with a header allows more"
            )
        if line.strip():
            yield number, fields


def _column_of_speakers(rows: Iterable[Sequence[str]]) -> int | None:
    """Which of two columns of text holds speakers, if one does.

    A raw text always has the same normalised text, but a speaker has many texts: names are the values that occur in
    most rows together with different values.
    """
    pairs = [(a.casefold(), b.casefold()) for a, b in (row for row in rows if len(row) == 2) if a and b]
    for column in (0, 1):
        beside: dict[str, set[str]] = defaultdict(set)
        for pair in pairs:
            beside[pair[column]].add(pair[1 - column])
        if 2 * sum(len(beside[pair[column]]) > 1 for pair in pairs) > len(pairs):
            return column
    return None
