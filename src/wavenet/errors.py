"""What a user is told when something cannot be done: one line that names the thing, the value and the way out."""

from collections.abc import Iterable
from difflib import get_close_matches


class WavenetError(Exception):
    """Something is wrong with what the program was given; the message is one line, fit to be printed as it is."""

    exit_code = 1


class UsageError(WavenetError):
    """A setting, an argument or a command is wrong."""

    exit_code = 2


class AudioError(WavenetError):
    """A recording cannot be used."""


class ModelFolderError(WavenetError):
    """A model folder is incomplete, corrupt, or of another version."""


class MissingExtraError(WavenetError):
    """A feature needs an optional dependency that is not installed."""

    def __init__(self, feature: str, extra: str, then: str = "") -> None:
        """``then`` is a second command, for what an extra cannot bring."""
        commands = " && ".join(filter(None, [f"pip install 'wavenet-audio[{extra}]'", then]))
        super().__init__(f"{feature} needs more packages: {commands}")
        self._arguments = (feature, extra, then)

    def __reduce__(self) -> tuple[type["MissingExtraError"], tuple[str, str, str]]:
        """Pickled between processes, it is made anew from its arguments."""
        return MissingExtraError, self._arguments


class LeftOutWarning(UserWarning):
    """Something that was asked for is left out, and the rest is done."""


def suggestion(word: str, known: Iterable[str]) -> str:
    """``; did you mean 'x'?`` when one of the known words is near, else the list of them."""
    known = sorted(known)
    near = get_close_matches(word, known, n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(known)}"
