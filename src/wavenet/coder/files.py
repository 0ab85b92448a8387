"""Reading whole files, with one line for those that cannot be read."""

from pathlib import Path

from wavenet import untrusted
from wavenet.errors import UsageError


def read(path: Path) -> bytes:
    """The content of a file; raises UsageError."""
    try:
        return untrusted.content(path)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}") from None
