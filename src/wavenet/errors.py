"""What a user is told when something cannot be done: one line that names the thing, the value and the way out."""

import re
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from wavenet.patterns import late

LONGEST = 2_000
"""characters of a message"""


def escaped(text: str) -> str:
    """A text in one line in which whatever would control a terminal is escaped.

    Names come from other people's files, and could move the cursor or rename the window.
    """
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() else " " if c.isspace() else c.encode("unicode_escape").decode("ascii") for c in text
    )


def one_line(text: str) -> str:
    """The same of a message, which is cut in its middle where it is very long."""
    text, half = escaped(text), LONGEST // 2 - 2
    return text if len(text) <= LONGEST else f"{text[:half]} … {text[-half:]}"


class WavenetError(Exception):
    """Something is wrong with what the program was given; the message is one line, fit to be printed as it is."""

    exit_code = 1

    def __init__(self, message: str = "") -> None:
        super().__init__(one_line(message))


class UsageError(WavenetError):
    """A setting, an argument or a command is wrong."""

    exit_code = 2


class AudioError(WavenetError):
    """A recording cannot be used."""


class ModelFolderError(WavenetError):
    """A model folder is incomplete, corrupt, or of another version."""


class PlayerError(WavenetError):
    """A program that plays audio ended before the audio did."""


class CheckpointError(WavenetError):
    """A checkpoint of another program is damaged, or of a network that cannot be imported."""


class AmpError(UsageError):
    """A ``.nam`` file is damaged, or of a model that cannot be run."""


class NoAmpError(AmpError):
    """A ``.nam`` file that was named is not there."""


class NoRecordingError(UsageError, AudioError):
    """A recording that was named is not there, or the system lets nobody read it."""


class NoCheckpointError(UsageError, CheckpointError):
    """A checkpoint that was named is not there."""


class NoModelError(UsageError, ModelFolderError):
    """A model that was named is not there."""


class WavenetWarning(UserWarning):
    """Something is odd, and the work goes on; the message is one line, fit to be printed as it is."""


def warn(message: str) -> None:
    """Tell once what is odd."""
    warnings.warn(one_line(message), WavenetWarning, stacklevel=2)


def install_command(extra: str) -> str:
    """What installs an extra of this package from where the package came: a checkout, a wheel, a repository."""
    from shlex import quote
    from urllib.parse import unquote, urlsplit

    source = _source()
    url = urlsplit(source.get("url", ""))
    if url.scheme == "file":
        editable = "-e " if source.get("dir_info", {}).get("editable") else ""
        return f"pip install {editable}{quote(f'{unquote(url.path)}[{extra}]')}"
    version_control = source.get("vcs_info", {}).get("vcs", "")
    at = f" @ {version_control}{'+' * bool(version_control)}{url.geturl()}" if url.scheme else ""
    return f"pip install {quote(f'wavenet-audio[{extra}]{at}')}"


def _source() -> dict[str, Any]:
    """Where the package was installed from (PEP 610); empty: from a registry."""
    import json
    from importlib import metadata

    try:
        recorded = metadata.distribution("wavenet-audio").read_text("direct_url.json")
    except metadata.PackageNotFoundError:  # it runs from a checkout as it is
        return {"url": Path(__file__).parents[2].as_uri(), "dir_info": {"editable": True}}
    return dict(json.loads(recorded or "{}"))


class MissingExtraError(WavenetError):
    """A feature needs an optional dependency that is not installed."""

    def __init__(self, feature: str, extra: str, then: str = "") -> None:
        """``then`` is a second command, for what an extra cannot bring."""
        commands = " && ".join(filter(None, [install_command(extra), then]))
        super().__init__(f"{feature} needs more packages: {commands}")
        self._arguments = (feature, extra, then)

    def __reduce__(self) -> tuple[type["MissingExtraError"], tuple[str, str, str]]:
        """Pickled between processes, it is made anew from its arguments."""
        return MissingExtraError, self._arguments


_NO_MEMORY = late(
    r"(out of|not enough|allocate|allocating) memory|bad_alloc|could not create a (primitive|memory)|"
    r"can't start new thread|failed to map segment",
    re.IGNORECASE,
)
"""in messages of PyTorch and what it is built on, Python, and the loader of libraries"""


def lacks_memory(error: BaseException | None) -> bool:
    """Whether an exception, or one that it was raised for, says that the system gave no more memory or threads."""
    while error:
        if isinstance(error, MemoryError) or _NO_MEMORY.search(str(error)):
            return True
        error = error.__cause__ or error.__context__
    return False


def suggestion(word: str, known: Iterable[str]) -> str:
    """``; did you mean 'x'?`` when one of the known words is near, else the list of them."""
    from difflib import get_close_matches

    known = sorted(known)
    near = get_close_matches(word, known, n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(known)}"
