"""Damage inside the frames of MP3 files: side information bit by bit, and the checksum."""

import random

import pytest

from wavenet.audio.containers import mp3_damage
from wavenet.audio.containers.mp3_damage import Sides, checksum
from wavenet.audio.containers.parts import Source

VERSIONS = {1: 0xFB, 2: 0xF3}


def frame(begins=0, sound=(), pairs=0, block=None, version=1, mono=True, crc=False):
    """The first bytes of a frame: where its sound begins before it, and how many bits each granule of it has."""
    granules = (2 if version == 1 else 1) * (1 if mono else 2)
    text = f"{begins:09b}" + "0" * ((5 if mono else 3) + 4 * (1 if mono else 2)) if version == 1 else f"{begins:08b}"
    text += "" if version == 1 else "0" * (1 if mono else 2)
    for bits in [*sound, *[0] * granules][:granules]:
        text += f"{bits:012b}{pairs:09b}" + "0" * (12 if version == 1 else 17)
        text += ("0" * 3 if block is None else f"1{block:02b}").ljust(26 if version == 1 else 25, "0")
    head = bytes([0xFF, VERSIONS[version] & (0xFE if crc else 0xFF), 0x90, 0xC0 * mono]) + bytes(2 * crc)
    return head + int(text, 2).to_bytes(len(text) // 8, "big"), len(text) // 8


def wrong(*frames, room=100):
    """How many of these frames are wrong, if each has so many bytes for sound."""
    sides = Sides()
    for head, side in frames:
        sides.add(head, side, len(head) + room)
    return sides.wrong


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("mono", [True, False])
@pytest.mark.parametrize("crc", [True, False])
def test_side_information_is_as_long_as_the_standard_says_and_is_right_up_to_its_limits(version, mono, crc):
    kind = {"version": version, "mono": mono, "crc": crc}
    assert frame(**kind)[1] == {(1, True): 17, (1, False): 32, (2, True): 9, (2, False): 17}[version, mono]
    full = [0] * 4
    full[(2 if version == 1 else 1) * (1 if mono else 2) - 1] = 800
    assert wrong(frame(sound=full, **kind)) == 0
    assert wrong(frame(sound=[bits + (bits > 0) for bits in full], **kind)) == 1
    assert wrong(frame(pairs=288, **kind)) == 0
    assert wrong(frame(pairs=289, **kind)) == 1
    assert [wrong(frame(block=block, **kind)) for block in (None, 1, 2, 3)] == [0, 0, 0, 0]
    assert wrong(frame(block=0, **kind)) == 1


def test_the_sound_of_a_frame_begins_behind_that_of_the_one_before_it():
    assert wrong(frame(sound=[400]), frame(begins=50, sound=[400, 800])) == 0
    assert wrong(frame(sound=[401]), frame(begins=50, sound=[400, 800])) == 1
    assert wrong(frame(sound=[400]), frame(begins=50, sound=[401, 800])) == 1


def test_sound_that_begins_before_all_known_frames_is_not_judged():
    assert wrong(frame(begins=1, sound=[4_000]), frame(begins=101, sound=[4_000])) == 0
    sides = Sides()
    sides.add(*frame(sound=[400]), 121)
    sides.restart()
    sides.add(*frame(begins=1, sound=[4_000]), 121)
    sides.add(*frame(begins=100, sound=[800]), 121)
    assert sides.wrong == 0
    sides.add(*frame(begins=101), 121)
    assert sides.wrong == 1


@pytest.mark.parametrize("missing", [1, 5, 17])
def test_side_information_that_was_cut_off_is_not_judged(missing):
    head, side = frame(sound=[400], pairs=289)
    assert wrong((head, side)) == 1
    assert wrong((head[:-missing], side)) == 0


def bit_by_bit(data):
    state = 0
    for byte in data:
        state ^= byte
        for _ in range(8):
            state = state >> 1 ^ (0xA001 if state & 1 else 0)
    return state


@pytest.mark.parametrize("length", [0, 1, 2, 1_023, 1_024, 1_025, 5_000])
def test_the_checksum_is_that_of_one_bit_after_the_other(tmp_path, monkeypatch, length):
    monkeypatch.setattr(mp3_damage, "_BLOCK", 4_096)
    data = random.Random(length).randbytes(length)
    (tmp_path / "x").write_bytes(b"before" + data + b"behind")
    with open(tmp_path / "x", "rb") as file:
        assert checksum(Source(file.fileno()), 6, 6 + length) == bit_by_bit(data)


def test_the_checksum_of_the_digits_is_the_published_one(tmp_path):
    (tmp_path / "x").write_bytes(b"123456789")
    with open(tmp_path / "x", "rb") as file:
        assert checksum(Source(file.fileno()), 0, 9) == 0xBB3D
