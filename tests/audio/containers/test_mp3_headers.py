"""MP3, byte by byte: lengths of frames, tags around them, and what the first frame says."""

import struct
from contextlib import ExitStack

import pytest

from wavenet.audio.containers import mp3
from wavenet.audio.containers.parts import Part, Source

FRAME = b"\xff\xfb\x90\xc4"  # version 1, layer 3, 128 kbit/s, 44.1 kHz, mono
LENGTH = 417


@pytest.fixture
def source(tmp_path):
    """Makes a file of some bytes."""
    with ExitStack() as opened:

        def make(*parts):
            (tmp_path / "x.mp3").write_bytes(b"".join(parts))
            return Source(opened.enter_context(open(tmp_path / "x.mp3", "rb")).fileno())

        yield make


def frame(head=FRAME, length=LENGTH):
    return head.ljust(length, b"\0")


def header(version, layer, bits, rate, padding=0, mono=False):
    return bytes([0xFF, 0xE0 | version << 3 | (4 - layer) << 1 | 1, bits << 4 | rate << 2 | padding << 1, 0xC0 * mono])


ONE, TWO, TWO_AND_A_HALF = 3, 2, 0


@pytest.mark.parametrize(
    ("head", "length", "side"),
    [  # from tables of the standard: layer 1 has slots of four bytes
        (header(ONE, 3, 9, 0), 417, 32),
        (header(ONE, 3, 9, 0, padding=1), 418, 32),
        (header(ONE, 3, 9, 1, mono=True), 384, 17),
        (header(ONE, 3, 14, 2), 1440, 32),
        (header(ONE, 3, 1, 1), 96, 32),
        (header(ONE, 2, 8, 0), 417, 32),
        (header(ONE, 2, 14, 1), 1152, 32),
        (header(ONE, 1, 14, 0), 484 // 4 * 4, 32),
        (header(ONE, 1, 1, 2), 48, 32),
        (header(ONE, 1, 1, 2, padding=1), 52, 32),
        (header(TWO, 3, 8, 0), 208, 17),
        (header(TWO, 3, 8, 0, mono=True), 208, 9),
        (header(TWO, 3, 14, 1), 480, 17),
        (header(TWO, 2, 14, 2), 1440, 17),
        (header(TWO, 1, 14, 1), 512, 17),
        (header(TWO_AND_A_HALF, 3, 1, 1), 48, 17),
        (header(TWO_AND_A_HALF, 3, 8, 0, padding=1), 418, 17),
    ],
)
def test_a_frame_is_as_long_as_the_standard_says(head, length, side):
    found = mp3._frame(head)
    assert (found.length, found.side) == (length, side)
    assert found.layer == 4 - (head[1] >> 1 & 3)


@pytest.mark.parametrize("layer", [1, 2, 3])
@pytest.mark.parametrize("version", [ONE, TWO])
def test_each_bitrate_is_higher_than_the_one_before_it(version, layer):
    lengths = [mp3._frame(header(version, layer, bits, 2)).length for bits in range(1, 15)]
    assert lengths == sorted(set(lengths))


@pytest.mark.parametrize(
    "head",
    [
        b"", FRAME[:3], b"\xfe" + FRAME[1:], b"\xff\xdb" + FRAME[2:], header(1, 3, 9, 0), header(ONE, 4, 9, 0),
        header(ONE, 3, 0, 0), header(ONE, 3, 15, 0), header(ONE, 3, 9, 3),
    ],
)  # fmt: skip
def test_what_the_standard_reserves_is_no_frame(head):
    assert mp3._frame(head) is None


def id3(size, flags=0):
    length = bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x04\x00" + bytes([flags]) + length + bytes(size + (10 if flags & 0x10 else 0))


APE = b"APETAGEX" + struct.pack("<IIII", 2000, 300, 1, 0) + bytes(8 + 300)


@pytest.mark.parametrize("tag", [id3(20), id3(300), id3(70_000), id3(20, 0x10), b"TAG".ljust(128, b"x"), APE])
def test_tags_are_passed_over_one_after_the_other(source, tag):
    assert mp3._behind_tags(source(tag, FRAME), 0) == len(tag)
    assert mp3._behind_tags(source(b"ab", tag, tag, FRAME), 2) == 2 + 2 * len(tag)
    assert mp3.begins(source(tag, frame(), frame()), 0)


def test_sixteen_tags_are_the_most(source):
    tag = b"TAG".ljust(128, b"x")
    assert mp3._behind_tags(source(tag * 16, FRAME), 0) == 16 * 128
    assert mp3._behind_tags(source(tag * 17, FRAME), 0) == 16 * 128


def test_a_frame_counts_if_another_or_the_end_follows(source):
    assert mp3.begins(source(frame()), 0)
    assert mp3.begins(source(frame(), FRAME), 0)
    assert mp3.begins(source(frame(), b"abc"), 0)
    assert not mp3.begins(source(frame(), b"abcd"), 0)
    assert not mp3.begins(source(b"abcd"), 0)
    assert mp3.begins(source(b"ab", frame()), 2)


def first(mark, flags, *numbers, skip=0, kind=b"Xing"):
    """A first frame with a marker behind its side information."""
    counts = kind + struct.pack(f">I{len(numbers)}I", flags, *numbers)
    return frame(FRAME + bytes(mark - 4 + skip) + counts)


MONO = 4 + 17


@pytest.mark.parametrize(
    ("data", "claimed"),
    [
        (first(MONO, 3, 10, 5_000), 5_000),
        (first(MONO, 2, 5_000), 5_000),
        (first(MONO, 1, 10), None),
        (first(MONO, 0), None),
        (first(MONO, 3, 10, 0), None),
        (first(MONO, 3, 10, 5_000, kind=b"Info"), 5_000),
        (first(MONO, 3, 10, 5_000, skip=2), 5_000),  # after a checksum
        (first(MONO, 3, 10, 5_000, skip=1), None),
        (frame(FRAME + bytes(32) + b"VBRI" + bytes(6) + struct.pack(">I", 5_000)), 5_000),
        (frame(FRAME + bytes(32) + b"VBRI" + bytes(10)), None),
        (frame(), None),
    ],
)
def test_the_first_frame_says_how_many_bytes_there_are(source, data, claimed):
    assert mp3._claimed(source(data), 0, mp3._frame(FRAME)) == claimed


def song(claimed, frames=5):
    return first(MONO, 3, frames, claimed) + frame() * (frames - 1)


WHOLE = 5 * LENGTH


def test_what_is_missing_beyond_256_bytes_is_told(source):
    for missing, notes in ((0, ()), (256, ()), (257, ("it is truncated: 257 bytes of its audio are missing",))):
        found = mp3.one(source(song(WHOLE + missing)), 0)
        assert found.part == Part(0, WHOLE)
        assert (found.next, found.notes) == (WHOLE, notes)


def test_what_follows_is_another_song_or_less_than_two_frames(source):
    found = mp3.one(source(song(WHOLE), song(WHOLE)), 0)
    assert (found.part, found.next, found.notes) == (Part(0, WHOLE), WHOLE, ())
    tag = b"TAG".ljust(128, b"x")
    found = mp3.one(source(song(WHOLE), tag, song(WHOLE)), 0)
    assert (found.part, found.next) == (Part(0, WHOLE), WHOLE + 128)
    rest = bytes(2 * LENGTH - 1)
    found = mp3.one(source(song(WHOLE), rest), 0)
    assert (found.part, found.notes) == (Part(0, WHOLE + len(rest)), ())


def test_a_first_frame_that_tells_of_too_little_is_left_out_and_told(source):
    data = song(WHOLE - 100) + frame() * 3
    found = mp3.one(source(data), 0)
    assert found.part == Part(LENGTH, len(data))
    assert found.notes == (
        f"its first frame says {WHOLE - 100} bytes of audio, but there are {len(data)}, which were read",
    )


SLOW = frame(header(ONE, 3, 1, 0, mono=True), 104)


def counted(source):
    return mp3._frames(source, 0, source.size)[:2]


def test_frames_are_counted_also_behind_what_is_none(source):
    assert counted(source(frame() * 7)) == (7, False)
    assert counted(source(frame() * 2, SLOW, frame())) == (4, True)
    assert counted(source(frame(), b"junk" * 30, SLOW)) == (2, True)
    assert counted(source(frame(), b"TAG".ljust(128, b"\xff"), frame())) == (2, False)
    assert mp3._frames(source(b"ab", frame()), 2, 2 + LENGTH)[:2] == (1, False)
    assert counted(source(b"no frame")) == (0, False)
    long = frame() * 5_100  # of two mebibytes
    assert counted(source(long)) == (5_100, False)


@pytest.mark.parametrize(
    ("parts", "lost"),
    [
        ((frame() * 7,), 0),
        ((frame(), b"TAG".ljust(128, b"x"), frame()), 0),
        ((frame() * 3, b"junk" * 30), 0),  # after the end
        ((frame() * 3, frame()[:100]), 0),
        ((frame() * 2, bytes(LENGTH), frame() * 2), LENGTH),
        ((frame() * 2, bytes(7), frame() * 2, bytes(5), frame()), 12),
        ((frame() * 2, bytes(7), frame(), bytes(5), frame() * 2), 7 + LENGTH + 5),  # one alone may be chance
        ((frame() * 2, bytes(7), frame()), 7),
        ((frame() * 2, bytes(7), b"\xff\xfb\x90\x00" * 3, frame() * 2), 7 + 12),  # none follows these headers
        ((frame() * 2, bytes(7), frame(header(ONE, 3, 9, 2), 576) * 2), 7),  # of another rate
        ((frame() * 2, bytes(7), frame(), b"TAG".ljust(128, b"x")), 7),
        ((frame() * 2, bytes(7), frame()[:-1]), 0),
    ],
)
def test_bytes_between_frames_are_counted(source, parts, lost):
    opened = source(*parts)
    assert mp3._frames(opened, 0, opened.size).lost == lost


def test_frames_that_are_missing_are_told_wherever_the_end_is_known_from(source):
    told = (f"it is damaged: {LENGTH} bytes in it are of no frame, so about 1 of its frames are missing",)
    damaged = song(WHOLE)[: 2 * LENGTH] + bytes(LENGTH) + song(WHOLE)[3 * LENGTH :]
    assert mp3.one(source(damaged), 0).notes == told
    assert mp3.one(source(damaged, song(WHOLE)), 0).notes == told
    assert mp3.one(source(frame() * 2, bytes(LENGTH), frame() * 2), 0).notes == told
    several = mp3.one(source(frame() * 2, bytes(2 * LENGTH), SLOW, frame() * 2), 0)
    assert several.notes == (told[0].replace(f"{LENGTH} bytes", f"{2 * LENGTH} bytes").replace("about 1", "about 2"),)


def test_frames_of_several_bitrates_get_a_first_frame_with_their_number(source):
    data = frame() * 2 + SLOW * 3
    found = mp3.one(source(data), 0)
    assert (found.part.begin, found.part.end) == (0, len(data))
    made = mp3._frame(found.part.header)
    assert len(found.part.header) == made.length
    assert found.part.header[:4] == header(ONE, 3, 1, 0, mono=True)[:3] + FRAME[3:]
    counts = found.part.header[4 + made.side :]
    assert struct.unpack(">4sIII", counts[:16]) == (b"Xing", 3, 5, len(data) + made.length)
    assert mp3.one(source(frame() * 5), 0).part == Part(0, 5 * LENGTH)
    second = header(ONE, 2, 8, 0)
    mixed = frame(second, 417) + frame(header(ONE, 2, 9, 0), 522)
    assert mp3.one(source(mixed), 0).part.header == b""  # layer 2 has no such frame


def test_what_is_no_frame_is_left_as_it_is(source):
    found = mp3.one(source(b"ab", b"none" * 10), 2)
    assert (found.part, found.next, found.notes) == (Part(2, 42), 42, ())
