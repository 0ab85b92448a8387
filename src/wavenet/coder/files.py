"""Reading whole files, with one line for those that cannot be read."""

from pathlib import Path

from wavenet import untrusted
from wavenet.errors import WavenetError


def read(path: Path) -> bytes:
    """The content of a file; raises WavenetError."""
    try:
        return untrusted.content(path)
    except OSError as error:
        raise WavenetError(f"{path}: cannot be read: {error.strerror or error}") from None
