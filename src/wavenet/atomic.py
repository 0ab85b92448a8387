"""Writes files atomically: a file appears complete or not at all."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from wavenet import made
from wavenet.errors import WavenetError

_REASONS = {
    errno.ENOSPC: "no space left on the device; free some or choose another place",
    errno.EDQUOT: "the disk quota is used up; free some space or choose another place",
    errno.EFBIG: "the file would be larger than the system allows; choose another place",
    errno.EACCES: "permission denied; choose another place",
    errno.EPERM: "permission denied; choose another place",
    errno.EROFS: "the file system is read-only; choose another place",
    errno.ENOENT: "its folder does not exist; create it first",
    errno.ENOTDIR: "its folder is a file; choose another place",
    errno.EMFILE: "too many files are open; raise the limit, as by ulimit -n 1024",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
}


@contextmanager
def writing(path: str | os.PathLike[str], shipped: bool = False) -> Iterator[Path]:
    """Yield a temporary path next to ``path``, with the same suffix; it replaces ``path`` if the block succeeds.

    If there is no file yet, the block creates it, so that its mode follows the umask; a file that is replaced keeps its
    permissions, and its group if the operating system allows that. If the block raises anything, what it wrote is
    deleted and ``path`` is unchanged. A symbolic link is followed; the suffix, which says the format, is its own.
    Only with ``shipped`` it may lead to a file that ships with the package.

    Raises:
        WavenetError: the operating system refused to write; one line with the reason and the way out. An ``OSError``
            of the block that names another file or reports a broken pipe is not converted. Or another file took the
            place after ``made.check`` had found it free: what the block wrote is kept beside it.
        UsageError: it ships with the package.
    """
    path = Path(path)
    target = path.resolve()
    temporary = target.with_name(f".{target.stem[:40]}.{os.urandom(4).hex()}{path.suffix[:40]}")
    if not shipped:
        made.check_place(path)
    try:
        if target.is_dir():
            raise WavenetError(f"cannot write {path}: it is a folder; name a file")
        if target.exists() and not target.is_file():
            raise WavenetError(f"cannot write {path}: it is not a regular file; name one")
        before = target.stat() if target.exists() else None
        if before:
            _create(temporary, before)
        yield temporary
        _sync(temporary)
        if before:
            temporary.chmod(stat.S_IMODE(before.st_mode))
        _take_place(temporary, target, path)
    except BrokenPipeError:  # from what the block printed
        raise
    except OSError as error:
        if error.filename is not None and Path(os.fsdecode(error.filename)) not in (temporary, target):
            raise
        raise WavenetError(f"cannot write {path}: {reason(error)}") from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def _take_place(temporary: Path, target: Path, path: Path) -> None:
    if made.taken(path):
        kept = temporary.rename(target.with_name(temporary.name[1:]))
        raise WavenetError(
            f"{path} was written by something else after this command had begun, and is left as it is; what was made "
            f"is in {path.with_name(kept.name)}"
        )
    temporary.replace(target)
    made.written(path)


def copy(source: Path, target: Path, shipped: bool = False) -> None:
    """Copy the content of a file atomically, and create the target's folder; raises as ``writing`` does."""
    make_folder(target.parent)
    with writing(target, shipped) as temporary:
        temporary.write_bytes(source.read_bytes())


def check(path: str | os.PathLike[str]) -> None:
    """Raise now the error that ``writing(path)`` would raise after the work is done; changes nothing."""

    class Undone(Exception):  # noqa: N818
        pass

    with suppress(Undone), writing(path) as temporary:
        temporary.touch()
        raise Undone


def reason(error: OSError) -> str:
    """The reason why the operating system refused to write, and the way out, as text."""
    known = _REASONS.get(error.errno or 0)
    return known or (error.strerror or str(error) or type(error).__name__).lower()


def _create(path: Path, like: os.stat_result) -> None:
    """Create an empty file that nobody can read who cannot read ``like``, not even while it is being written."""
    mode = stat.S_IMODE(like.st_mode) | stat.S_IRUSR | stat.S_IWUSR
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with suppress(OSError):  # a group that this user does not belong to
        os.chown(path, -1, like.st_gid)
    path.chmod(mode)


def _sync(path: Path) -> None:
    with open(path, "rb+") as file:
        os.fsync(file.fileno())


def make_folder(path: Path) -> None:
    """Create a folder and its parents; an existing one is fine. Raises WavenetError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WavenetError(f"cannot create the folder {path}: {reason(error)}") from error
