import struct
from contextlib import suppress
from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.audio.containers.sounds import noise, read, written
from wavenet.audio.containers import wave
from wavenet.audio.containers.find import find
from wavenet.audio.containers.parts import Flaw, Part, Source
from wavenet.errors import AudioError

KINDS = {
    "x.wav": {},
    "x.rf64": {"format": "RF64"},
    "x.w64": {},
    "x.aiff": {},
    "x.caf": {},
    "x.au": {},
    "x.nist": {"format": "NIST"},
    "x.voc": {},
    "x.flac": {},
    "x.ogg": {"format": "OGG", "subtype": "VORBIS"},
    "x.opus": {"format": "OGG", "subtype": "OPUS"},
    "x.mp3": {"format": "MP3"},
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    return cache(lambda name: written(folder / name, noise(4_000), **KINDS[name]))


@pytest.mark.parametrize("name", KINDS)
def test_an_ordinary_file_is_one_part_and_no_news(tmp_path, whole, name):
    (tmp_path / name).write_bytes(whole(name))
    with open(tmp_path / name, "rb") as file:
        found = find(Source(file.fileno()))
    assert found.notes == ()
    assert len(found.parts) == 1
    assert found.parts[0].begin == 0 or name == "x.mp3"


@pytest.mark.parametrize("name", KINDS)
@given(
    edits=st.lists(st.tuples(st.integers(0, 300), st.integers(0, 255)), max_size=8),
    ends=st.tuples(st.integers(1, 20_000), st.integers(0, 20_000)),
)
@example(edits=[], ends=(1814, 36))  # a header of Opus that the file ends in
def test_whatever_is_in_a_file_its_parts_lie_in_it_one_after_the_other(tmp_path_factory, whole, name, edits, ends):
    data = bytearray(whole(name))
    for position, value in edits:
        data[position % len(data)] = value
    path = tmp_path_factory.mktemp("mangled") / name
    path.write_bytes(data[: ends[0]] + data[: ends[1]])
    with open(path, "rb") as file:
        source = Source(file.fileno())
        try:
            parts = find(source).parts
        except Flaw:
            return
    assert parts
    edges = [edge for part in parts for edge in part[:2]]
    assert edges == sorted(edges)
    assert 0 <= edges[0] <= edges[-1] <= source.size


def test_what_is_no_sound_is_one_part(tmp_path):
    for data in (b"words\n" * 100, bytes(1_000), b"RIFF", b"OggS", b"\xff\xfb"):
        (tmp_path / "x").write_bytes(data)
        with open(tmp_path / "x", "rb") as file:
            assert find(Source(file.fileno())).parts == (Part(0, len(data)),)


@pytest.mark.parametrize(
    "data",
    [
        wave.W64 + bytes(24) + b"data" + bytes(12) + b"\xff" * 7 + b"\x7f",  # a length near 2**63
        b"caff" + bytes(4) + b"data" + b"\x7f" + b"\xff" * 7,
        b"RF64"
        + b"\xff" * 4
        + b"WAVEds64"
        + struct.pack("<IQQQI", 28, 1 << 62, (1 << 62) - 1, 0, 0)
        + b"data"
        + b"\xff" * 4,
        b".snd" + b"\xff" * 8,
        b"\xff\xf3\x48\xc4" + bytes(9) + b"Xing" + b"\x00\x00",  # which ends within its counts
    ],
)
def test_lengths_that_no_file_can_have_are_no_traceback(tmp_path, data):
    (tmp_path / "x").write_bytes(data)
    with open(tmp_path / "x", "rb") as file, suppress(Flaw):
        find(Source(file.fileno()))
    with pytest.raises(AudioError):
        read(tmp_path / "x")


def test_some_bytes_behind_a_recording_are_no_news_and_more_are(tmp_path):
    data = written(tmp_path / "x.wav", noise(8_000))
    assert read(tmp_path / "few.wav", data + bytes(4_096))[1] == []
    assert read(tmp_path / "many.wav", data + bytes(4_097))[1] == [
        "4097 bytes after the end given by its header were not read"
    ]
