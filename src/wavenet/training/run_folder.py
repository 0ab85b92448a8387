"""The folder of a run: what it may contain when the run starts, and a lock so that only one process writes to it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wavenet import atomic, made
from wavenet.errors import UsageError
from wavenet.training.tracking import read_log


def check(out: Path) -> None:
    """Raise a UsageError for files that belong to no run and would be replaced, and where another process trains."""
    if out.is_dir():
        with _locked(out, fcntl.LOCK_SH):  # which other processes of the same run may have, too
            pass
    made.check_place(out / "model")
    log = out / "log.jsonl"
    ours = any("update" in row for row in read_log(log))
    if (out / "checkpoint.pt").exists() and not ours and log.is_file() and log.read_bytes()[:1] not in (b"", b"{"):
        raise _foreign(log)
    if (out / "checkpoint.pt").exists() or ours:
        return
    if log.is_file() and log.stat().st_size:  # a run that was killed early leaves an empty one
        raise _foreign(log)
    refuse(out / "curve.png", out / "model" / "config.json", out / "model" / "model.safetensors")
    for folder in (out / "model", out / "tensorboard"):
        if folder.exists() and not folder.is_dir():
            raise _foreign(folder)


def refuse(*paths: Path) -> None:
    """Raise a UsageError for the first of these files that exists, where there is no run yet."""
    for path in paths:
        if path.is_file():
            raise _foreign(path)


def _foreign(path: Path) -> UsageError:
    return UsageError(f"{path} already exists but does not belong to a run; move it away, or name another out")


@contextmanager
def held(out: Path) -> Iterator[None]:
    """Create a folder and lock it, so that no other process trains into it; raises UsageError if one does.

    The operating system releases the lock when the process ends, however it ends.
    """
    atomic.make_folder(out)
    with _locked(out, fcntl.LOCK_EX):
        yield


@contextmanager
def _locked(out: Path, kind: int) -> Iterator[None]:
    folder = os.open(out, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(
                f"{out}: another process trains into it; wait until it ends, or name another out"
            ) from None
        except OSError:  # a file system without locks
            pass
        yield
    finally:
        os.close(folder)
