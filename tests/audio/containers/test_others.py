import struct

import numpy as np
import pytest

from tests.audio.containers.sounds import noise, read, written
from wavenet.audio.containers import others
from wavenet.audio.containers.parts import Part, Source
from wavenet.errors import AudioError

KINDS = {
    "x.aiff": {},
    "x.aifc": {"format": "AIFF", "subtype": "FLOAT"},
    "x.caf": {},
    "x.au": {},
    "x.snd": {"format": "AU", "subtype": "ULAW"},
    "x.nist": {"format": "NIST"},
    "x.voc": {},
    "x.flac": {},
}


@pytest.mark.parametrize("name", KINDS)
def test_half_is_refused_and_the_whole_is_no_news(tmp_path, name):
    data = written(tmp_path / name, noise(20_000), **KINDS[name])
    waveform, told = read(tmp_path / name)
    assert (len(waveform), told) == (20_000, [])
    with pytest.raises(AudioError, match=rf"half-{name}: is (truncated|damaged)"):
        read(tmp_path / f"half-{name}", data[: len(data) // 2])


@pytest.mark.parametrize("name", KINDS)
def test_files_that_are_joined_are_read_one_after_the_other(tmp_path, name):
    parts = [written(tmp_path / name, noise(n, seed=n), **KINDS[name]) for n in (8_000, 5_000)]
    waveform, told = read(tmp_path / f"joined-{name}", b"".join(parts))
    assert told == ["it contains 2 concatenated recordings; all were read"]
    alone = np.concatenate([read(tmp_path / f"{i}-{name}", part)[0] for i, part in enumerate(parts)])
    assert np.array_equal(waveform, alone)


def test_an_aiff_whose_header_was_never_finished_is_told(tmp_path):
    data = bytearray(written(tmp_path / "x.aiff", noise(20_000)))
    at = data.find(b"SSND") + 4
    data[at : at + 4] = (8).to_bytes(4, "big")
    with pytest.raises(AudioError, match=r"has a header that says 0 bytes of audio, but 400\d\d bytes follow"):
        read(tmp_path / "cut.aiff", bytes(data))


def test_an_au_that_was_written_to_a_pipe_is_read(tmp_path):
    data = bytearray(written(tmp_path / "x.au", noise(20_000)))
    data[8:12] = b"\xff" * 4
    assert len(read(tmp_path / "piped.au", bytes(data))[0]) == 20_000


@pytest.mark.parametrize("name", ["x.aiff", "x.caf", "x.au", "x.nist", "x.voc"])
def test_a_header_may_promise_256_bytes_too_many_and_no_more(tmp_path, name):
    data = written(tmp_path / name, noise(20_000), **KINDS[name])
    data = data[: data.rfind(b"\0")] if name == "x.voc" else data  # without its last block
    waveform, told = read(tmp_path / f"less-{name}", data[:-256])
    assert 20_000 - 140 <= len(waveform) < 20_000
    assert len(told) == 1
    assert "bytes of audio, but there are" in told[0]
    with pytest.raises(AudioError, match=r"is truncated: 25[78] bytes of its audio are missing"):
        read(tmp_path / f"half-{name}", data[:-258] if name != "x.voc" else data[:-257])


def test_a_sphere_whose_sound_is_compressed_or_of_unknown_length_is_left_to_the_decoder(tmp_path):
    head = b"NIST_1A\n   1024\nsample_count -i 100\nsample_n_bytes -i 2\n"
    for more, end in (
        (b"", 1024 + 200), (b"channel_count -i 2\n", 1024 + 400), (b"sample_coding -s3 pcm\n", 1024 + 200),
        (b"sample_coding -s26 pcm,embedded-shorten-v2.00\n", None), (b"sample_count -i many\n", None),
    ):  # fmt: skip
        path = tmp_path / "x.nist"
        path.write_bytes((head + more).ljust(1024) + bytes(1000))
        with open(path, "rb") as file:
            found = others.sphere(Source(file.fileno()), 0)
        assert found.part == Part(0, end or 2024), more


def test_an_au_begins_where_its_header_says(tmp_path):
    path = tmp_path / "x.au"
    for offset in (24, 40):
        path.write_bytes(b"ab.snd" + struct.pack(">IIIII", offset, 100, 3, 16_000, 1) + bytes(500))
        with open(path, "rb") as file:
            found = others.au(Source(file.fileno()), 2)
        assert found.part == Part(2, 2 + offset + 100)
        assert found.next == 2 + offset + 100


def test_chunks_of_odd_length_before_the_sound_of_an_aiff_are_filled_up(tmp_path):
    data = written(tmp_path / "x.aiff", noise(2_000))
    at = data.find(b"SSND")
    chunk = b"NAME" + struct.pack(">I", 3) + b"abc\0"
    size = int.from_bytes(data[4:8], "big") + len(chunk)
    waveform, told = read(tmp_path / "named.aiff", data[:4] + struct.pack(">I", size) + data[8:at] + chunk + data[at:])
    assert np.array_equal(waveform, read(tmp_path / "x.aiff")[0])
    assert told == []


def test_a_caf_of_unknown_length_goes_to_the_end_of_the_file(tmp_path):
    data = bytearray(written(tmp_path / "x.caf", noise(2_000)))
    at = data.find(b"data") + 4
    data[at : at + 8] = b"\xff" * 8
    (tmp_path / "open.caf").write_bytes(data)
    with open(tmp_path / "open.caf", "rb") as file:
        assert others.caf(Source(file.fileno()), 0).part == Part(0, len(data))
