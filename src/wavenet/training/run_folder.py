"""The folder of a run: what may be in it when the run begins, and that one process alone writes into it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wavenet import atomic, made
from wavenet.errors import UsageError
from wavenet.training.tracking import read_log


def check(out: Path) -> None:
    """Refuse a folder whose files are not those of a run, and would be replaced; raises UsageError."""
    made.check_place(out)
    log = out / "log.jsonl"
    if (out / "checkpoint.pt").exists() or any("update" in row for row in read_log(log)):
        return
    for path in (log, out / "curve.png", out / "model" / "config.json", out / "model" / "model.safetensors"):
        if path.is_file() and (path != log or path.stat().st_size):  # a run that was killed early leaves an empty log
            raise UsageError(f"{path} is there already, and not of a run; move it away, or name another out")


@contextmanager
def held(out: Path) -> Iterator[None]:
    """Make a folder and hold it, so that no other process trains into it; raises UsageError where one does.

    The system lets go of it when the process ends, however it ends.
    """
    atomic.make_folder(out)
    folder = os.open(out, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(
                f"{out}: another process trains into it; wait until it ends, or name another out"
            ) from None
        except OSError:  # a file system without locks
            pass
        yield
    finally:
        os.close(folder)
