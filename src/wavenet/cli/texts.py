"""What is to be said: an argument, a file, or what comes through a pipe."""

import os
import sys
import time
from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator
from io import BufferedReader
from pathlib import Path
from typing import cast

from wavenet.errors import UsageError
from wavenet.patterns import late

FILES = (".md", ".ssml", ".txt", ".xml")
"""suffixes by which an argument is the name of a file, be it there or not"""
_MOST = 65_536
_MARKUP = late("<[^>]*>")


class Piped:
    """A text in pieces, as they come."""

    def __init__(self, stream: BufferedReader, name: str) -> None:
        self.waited = 0.0
        """seconds in which there was nothing to read"""
        self._stream, self._name = stream, name

    def __iter__(self) -> Iterator[str]:
        decoder = getincrementaldecoder("utf-8")()
        data = b"\n"
        while data:
            began = time.perf_counter()
            data = self._stream.read1(_MOST)
            self.waited += time.perf_counter() - began
            try:
                yield decoder.decode(data, final=not data)
            except UnicodeDecodeError as error:
                raise _no_text(self._name, error) from None
        self._stream.close()


Text = str | Piped


def read(argument: str) -> Text:
    """The text that an argument stands for: ``-`` for the standard input, the name of a file for it, others themselves.

    Raises:
        UsageError: a file is missing or cannot be read, or is not UTF-8.
    """
    if argument == "-":
        if sys.stdin is None:
            raise UsageError("there is no standard input to read from")
        return Piped(cast(BufferedReader, sys.stdin.buffer), "the standard input")
    if not os.path.exists(argument) or os.path.isdir(argument):  # noqa: PTH110, PTH112 - pathlib raises for long names
        if argument.endswith(FILES) and not any(map(str.isspace, argument)):
            raise UsageError(f"{argument}: no such file; to say the name itself, pipe it in and say -")
        return argument
    try:
        if Path(argument).is_file():
            return Path(argument).read_bytes().decode("utf-8")
        return Piped(open(argument, "rb"), argument)  # such as <(command) in a shell
    except UnicodeDecodeError as error:
        raise _no_text(argument, error) from None
    except OSError as error:
        raise UsageError(f"{argument}: cannot be read: {(error.strerror or str(error)).lower()}") from None


def letters(text: str | Iterable[str]) -> int:
    """Of how many letters and digits a text is, markup aside: to tell which part of it is done."""
    plain = _MARKUP.sub("", text) if isinstance(text, str) and _is_ssml(text) else text
    return sum(map(str.isalnum, "".join(plain)))


def _is_ssml(text: str) -> bool:
    if "<" not in text:
        return False
    from wavenet.tts import ssml

    return ssml.is_ssml(text)


def _no_text(name: str, error: UnicodeDecodeError) -> UsageError:
    byte = f"0x{error.object[error.start]:02x}"
    return UsageError(f"{name}: is not UTF-8 text: it holds the byte {byte}; convert it, as by iconv -t UTF-8")
