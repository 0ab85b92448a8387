import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.audio.containers.sounds import RATE, noise, read
from wavenet.audio.containers import mp3
from wavenet.audio.containers.parts import Source

coded = pytest.importorskip("tests.audio.coded")  # which needs av


def encoded(waveform, **options):
    return coded.ffmpeg_bytes(waveform, RATE, "mp3", "libmp3lame", **options)


def heard(seconds, seed=0):
    return np.convolve(noise(round(seconds * RATE), seed), np.ones(4) / 4, "same").astype(np.float32)


@pytest.mark.parametrize("options", [{}, {"write_id3v1": "1"}, {"id3v2_version": "0"}, {"id3v2_version": "3"}])
def test_files_that_are_joined_are_read_one_after_the_other(tmp_path, options):
    parts = [encoded(heard(seconds, seed), **options) for seed, seconds in enumerate((1, 0.5, 2))]
    waveform, told = read(tmp_path / "joined.mp3", b"".join(parts))
    assert told == ["it contains 3 concatenated recordings; all were read"]
    assert len(waveform) == 3.5 * RATE
    alone = np.concatenate([read(tmp_path / f"{i}.mp3", part)[0] for i, part in enumerate(parts)])
    assert np.abs(waveform - alone).max() < 1e-3


def test_frames_that_tell_nothing_of_their_number_are_all_read(tmp_path):
    part = encoded(heard(1), write_xing="0")
    alone, told = read(tmp_path / "x.mp3", part)
    assert told == []
    assert len(alone) >= RATE
    assert len(read(tmp_path / "joined.mp3", part + part)[0]) == 2 * len(alone)


def test_more_sound_than_the_first_frame_tells_of_is_read_and_told(tmp_path):
    part = encoded(heard(4), id3v2_version="0")
    frames = encoded(heard(4, 1), write_xing="0", id3v2_version="0")
    data = bytearray(part + frames)
    at = data.find(b"Info") + 12
    told_bytes = int.from_bytes(data[at : at + 4], "big")
    data[at : at + 4] = (told_bytes - 200).to_bytes(4, "big")  # not where a frame begins
    waveform, told = read(tmp_path / "x.mp3", bytes(data))
    assert (
        told[0] == f"its first frame says {told_bytes - 200} bytes of audio, but there are {len(data)}, which were read"
    )
    assert abs(len(waveform) - 8 * RATE) < 6 * 1_152


def test_a_file_that_was_cut_off_is_told(tmp_path):
    data = encoded(heard(4))
    waveform, told = read(tmp_path / "x.mp3", data[: len(data) // 2])
    assert told[0].startswith("it is truncated: ")
    assert RATE < len(waveform) < 3 * RATE
    assert read(tmp_path / "whole.mp3", data)[1] == []


@pytest.mark.parametrize("options", [{}, {"write_xing": "0"}])
def test_damage_that_frames_are_lost_by_is_told(tmp_path, options):
    data = encoded(heard(4), **options)
    waveform, told = read(tmp_path / "whole.mp3", data)
    assert told == []
    middle = data[: len(data) // 2] + bytes(600) + data[len(data) // 2 + 600 :]
    found, told = read(tmp_path / "x.mp3", middle)
    assert told[0].startswith("it is damaged: ")
    assert told[0].endswith(" of its frames are missing")
    assert len(found) > len(waveform) / 2


EDITED = "it was damaged or edited: its audio has another checksum than its first frame says"


@pytest.mark.parametrize("place", [0.1, 0.5, 0.99])
def test_a_single_byte_of_sound_that_changed_is_told_where_the_encoder_left_a_checksum(tmp_path, place):
    data = bytearray(encoded(heard(4), id3v2_version="0"))
    data[round(len(data) * place)] ^= 1
    waveform, told = read(tmp_path / "x.mp3", bytes(data))
    assert told == [EDITED]
    assert len(waveform) == 4 * RATE
    other = encoded(heard(1, 1))
    assert set(read(tmp_path / "joined.mp3", other + data)[1]) > {EDITED}


def test_bytes_that_changed_inside_frames_are_told_where_frames_contradict_themselves(tmp_path):
    data = bytearray(encoded(heard(4), write_xing="0", id3v2_version="0"))
    begins = [0]
    while len(begins) < 20:
        begins.append(begins[-1] + mp3._frame(data[begins[-1] : begins[-1] + 4]).length)
    for at in begins[5], begins[15]:
        data[at + 4 : at + 13] = b"\xff" * 9
    told = read(tmp_path / "x.mp3", bytes(data))[1]
    assert told[0].startswith("it is damaged: 2 of its ")
    assert told[0].endswith(" frames contradict themselves or the frame before them")


@pytest.mark.parametrize("loud", [slice(0, RATE), slice(7 * RATE, 8 * RATE)])
def test_a_bitrate_that_varies_cuts_nothing_off(tmp_path, loud):
    waveform = np.zeros(8 * RATE, np.float32)
    waveform[loud] = heard(1)
    data = encoded(waveform, write_xing="0", coder={"global_quality": "236", "flags": "+qscale"})
    found, told = read(tmp_path / "x.mp3", data)
    assert told == []
    assert 8 * RATE <= len(found) < 8.2 * RATE
    energy = np.square(found).cumsum()
    middle = int(np.searchsorted(energy, energy[-1] / 2))
    assert abs(middle - (loud.start + RATE // 2)) < 1_600


@given(st.binary(min_size=4, max_size=4))
def test_a_frame_has_a_length_or_is_none(head):
    frame = mp3._frame(b"\xff" + head[1:])
    assert frame is None or 4 < frame.length < 6_000


def test_text_and_other_sound_are_no_frames(tmp_path):
    for data in (b"ID3 is a kind of tag\n" * 20, b"\xff" * 500, bytes(500), b"\xff\xf1\x50\x80" * 100):
        (tmp_path / "x").write_bytes(data)
        with open(tmp_path / "x", "rb") as file:
            assert not mp3.begins(Source(file.fileno()), 0)
