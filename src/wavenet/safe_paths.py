"""Turns names that come from data (ids of recordings, speakers, systems, variants) into paths below a folder."""

import hashlib
import os
import re
from pathlib import Path

LONGEST_PART = 180
"""bytes of a folder's or a file's name; file systems allow 255, and suffixes and temporary names are added"""
LONGEST = 1024
"""bytes of a whole path below the folder"""

# what a file name cannot contain on some system; the escape character itself; and unpaired surrogates
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\\:*?"<>|%\ud800-\udfff]')


def below(folder: str | os.PathLike[str], identity: str, suffix: str = "") -> Path:
    """The path below a folder for what belongs to an id: the id itself, with a suffix appended.

    An ordinary id, such as ``en_US_f_Allison/digits/1``, is its own path. Whatever could lead elsewhere, or be refused
    by a file system, is escaped by ``%``: ``..`` becomes ``%2E%2E``, the empty part before the first ``/`` of an
    absolute path ``%``, a control character its number; a name that is too long ends in a hash of it. The path depends
    only on the id, and two ids never have the same path; a file system that ignores case may equate two.
    """
    parts = "/".join(map(_part, identity.split("/")))
    if len(parts.encode()) > LONGEST:
        parts = _hashed("", identity)
    return Path(folder) / f"{parts}{suffix}"


def leaves(identity: str) -> bool:
    """Whether an id that is used literally as a file name leads out of the folder in which it is looked up."""
    return ".." in identity.split("/") or Path(identity).is_absolute() or "\0" in identity


def _part(name: str) -> str:
    if not name.strip("."):  # empty, . and .., and names of more dots, which some systems treat specially
        return name.replace(".", "%2E") or "%"
    safe = _UNSAFE.sub(_escaped, name)
    return safe if len(safe.encode()) <= LONGEST_PART else _hashed(safe, name)


def _escaped(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "surrogatepass"))


def _hashed(safe: str, name: str) -> str:
    """A prefix that makes it recognisable, then what no escape looks like: ``%~`` and 128 bits of a hash."""
    beginning = safe.encode()[: LONGEST_PART // 2].decode("utf-8", "ignore")
    return f"{beginning}%~{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"
