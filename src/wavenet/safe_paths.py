"""Names that come from data, as paths that stay below a folder: ids of recordings, speakers, systems, variants."""

import hashlib
import os
import re
from pathlib import Path

LONGEST_PART = 180
"""bytes of a folder's or a file's name; file systems take 255, and suffixes and temporary names come on top"""
LONGEST = 1024
"""bytes of a whole path below the folder"""

# what a name of a file cannot hold, on any system; the mark of escapes itself; and half characters
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\\:*?"<>|%\ud800-\udfff]')


def below(folder: str | os.PathLike[str], identity: str, suffix: str = "") -> Path:
    """Where what belongs to an id lies below a folder: under the id itself, with a suffix appended.

    An ordinary id, such as ``en_US_f_Allison/digits/1``, is its own path. Whatever could lead elsewhere, or be refused
    by a file system, is escaped by ``%``: ``..`` is ``%2E%2E``, the nothing before the first ``/`` of an absolute
    path ``%``, a control character its number; too long a name ends in a hash of it. The path depends on nothing but
    the id, and two ids never have the same one; where a file system takes ``A`` for ``a``, it may take two paths for
    one.
    """
    parts = "/".join(map(_part, identity.split("/")))
    if len(parts.encode()) > LONGEST:
        parts = _hashed("", identity)
    return Path(folder) / f"{parts}{suffix}"


def leaves(identity: str) -> bool:
    """Whether an id that names a file to be read, as it is, leads out of the folder that it is looked for in."""
    return ".." in identity.split("/") or Path(identity).is_absolute() or "\0" in identity


def _part(name: str) -> str:
    if not name.strip("."):  # nothing, . and .., and what some systems make of more dots
        return name.replace(".", "%2E") or "%"
    safe = _UNSAFE.sub(_escaped, name)
    return safe if len(safe.encode()) <= LONGEST_PART else _hashed(safe, name)


def _escaped(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "surrogatepass"))


def _hashed(safe: str, name: str) -> str:
    """A beginning to recognise it by, and what no escape looks like: ``%~`` and 128 bits of a hash."""
    beginning = safe.encode()[: LONGEST_PART // 2].decode("utf-8", "ignore")
    return f"{beginning}%~{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"
