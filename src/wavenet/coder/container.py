"""The file that ``wavenet compress`` writes: a mark, a header and coded bytes. docs/compression.md describes it."""

import json
import zlib
from dataclasses import asdict, dataclass
from struct import error as StructError
from struct import pack, unpack

from wavenet import made
from wavenet.coder.values import KINDS, Kind
from wavenet.config.checks import plain, require, require_at_least
from wavenet.errors import UsageError, WavenetError
from wavenet.settings import from_dict

MAGIC = made.mark("compress").encode() + b"\n\x01"
"""the last byte is the version"""
_LENGTHS = "<III"  # of the packed header, its CRC-32, and that of the coded bytes
_MOST_HEADER = 2**28
"""bytes of a header before packing: chunks around the audio, and runs"""
MOST_AROUND = 2**26
"""bytes around the audio: twice as many in a header, which leaves enough for the runs of any file"""
MOST_SAMPLES = 2**31
"""more than a WAV file of 16 bits can have"""


@dataclass(frozen=True)
class Header:
    """All about a compressed file but the coded bytes."""

    model: str
    """the name of the model"""
    model_hash: str
    """SHA-256 of its settings and weights"""
    kind: Kind
    channels: int
    frames: int
    """samples of each channel"""
    file_hash: str
    """SHA-256 of the original file"""
    head: str
    """what comes before the audio, in hexadecimal"""
    tail: str
    """what comes after it"""
    coded: tuple[int, ...]
    """bytes of each channel"""
    runs: tuple[tuple[int, ...], ...]
    """of each channel: samples up to the first of a run of equal ones, how many more follow, and so on"""

    def __post_init__(self) -> None:
        plain(self)
        require(self.kind in KINDS, f"kind is {self.kind!r}, and must be one of {', '.join(KINDS)}")
        require_at_least(self, 1, "channels")
        require_at_least(self, 0, "frames")
        require(self.frames * self.channels <= MOST_SAMPLES, f"frames is {self.frames}, and is too large")
        require(len(self.coded) == len(self.runs) == self.channels, "coded or runs has not one entry for each channel")
        require(min(self.coded) >= 0, "coded has a negative entry")
        for name in ("head", "tail"):
            try:
                bytes.fromhex(getattr(self, name))
            except ValueError:
                raise UsageError(f"{name} is not hexadecimal") from None

    def around(self) -> tuple[bytes, bytes]:
        """What comes before and after the audio."""
        return bytes.fromhex(self.head), bytes.fromhex(self.tail)


def written(header: Header, coded: list[bytes]) -> bytes:
    """A whole file."""
    packed = zlib.compress(json.dumps(asdict(header), separators=(",", ":")).encode(), 9)
    whole = b"".join(coded)
    return MAGIC + pack(_LENGTHS, len(packed), zlib.crc32(packed), zlib.crc32(whole)) + packed + whole


def read(content: bytes, name: str) -> tuple[Header, list[bytes]]:
    """The header, and the coded bytes of each channel; ``name`` is that of the file, for messages.

    Raises:
        WavenetError: it is no compressed file, is of another version, or damaged.
    """
    if content[: len(MAGIC) - 1] != MAGIC[:-1]:
        raise WavenetError(f"{name}: was not made by wavenet compress")
    if content[len(MAGIC) - 1 : len(MAGIC)] != MAGIC[-1:]:
        raise WavenetError(f"{name}: has another version than this program reads; update wavenet-audio")
    try:
        length, header_sum, coded_sum = unpack(_LENGTHS, content[len(MAGIC) : (at := len(MAGIC) + 12)])
        packed, whole = content[at : at + length], content[at + length :]
        if len(packed) != length or zlib.crc32(packed) != header_sum or zlib.crc32(whole) != coded_sum:
            raise ValueError("its checksum differs")
        header = from_dict(Header, json.loads(_unpacked(packed)), name)
        if sum(header.coded) != len(whole):
            raise ValueError("coded is not its length")
    except (ValueError, TypeError, RecursionError, StructError, zlib.error, UsageError) as error:
        raise WavenetError(f"{name}: is damaged or incomplete ({' '.join(str(error).split())})") from None
    parts, at = [], 0
    for size in header.coded:
        parts.append(whole[at : at + size])
        at += size
    return header, parts


def _unpacked(packed: bytes) -> bytes:
    """A packed header; raises ValueError if it is larger than any file needs."""
    unpacking = zlib.decompressobj()
    found = unpacking.decompress(packed, _MOST_HEADER)
    if unpacking.unconsumed_tail or not unpacking.eof:
        raise ValueError("its header is too large")
    return found
