"""Lines of the text files that accompany recordings."""

import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wavenet.errors import AudioError, WavenetError

if TYPE_CHECKING:
    from gzip import GzipFile


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """The number (from 1) and the text of every line, without its end; decompresses ``.gz`` and drops a byte order
    mark.

    Raises:
        AudioError: the file cannot be read, or a line is not UTF-8; the message names it.
    """
    number = 0
    try:
        with _compressed(path) if path.suffix == ".gz" else open(path, "rb") as file:
            for number, line in enumerate(file, 1):
                yield number, line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise AudioError(f"{path}, line {number}: is not UTF-8; save the file as UTF-8") from error
    except (OSError, EOFError, zlib.error) as error:
        raise AudioError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error


def _compressed(path: Path) -> "GzipFile":
    import gzip  # which few files need

    return gzip.open(path)


def json_object(where: str, line: str, error: type[WavenetError] = AudioError) -> dict[str, Any]:
    """The object that a line holds; raises the error, which names where it is, if it holds none."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as broken:
        raise error(f"{where}: is broken JSON: {broken}") from broken
    if not isinstance(found, dict):
        raise error(f"{where}: is not a JSON object")
    return found
